"""Infisical's KMS, secrets and universal auth, as far as seals ask them. `client.py infisical drive` has Infisical's
own client confirm what it does.

There is the key that `key` in its folder names; the client is `client-id`, and its secret lies in `secret`.
`control` takes `denied` with `encrypt`, `decrypt`, `secrets` or `edit`; `disabled` and `hidden`; `approval`, with which
a change of a secret waits for somebody to approve it; and `expired`, the status that a token is refused with that has
ended: 401 or 403; `rotated` has the next call find a new version of the key, and `forget` another key in place of each.
It says the `queries` of the last calls.
"""
import os
import struct
import urllib.parse
import uuid

from base import CONTROL, Answer, Handler, b64, new_token, raced, run, unb64, write, written
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY, PROJECT = "3fa85f64-5717-4562-b3fc-2c963f66afa6", "5b5f8b8e-0000-4000-8000-2c963f66afa6"
VERSIONS, SECRETS = [AESGCM(os.urandom(32))], {}
CONTROL.update(disabled=False, hidden=False, approval=False, expired=401, queries=[])


def refuse(status, error, message):
    raise Answer(status, {"reqId": "req-1", "statusCode": status, "message": message, "error": error})


class Infisical(Handler):
    def serve(self):
        if CONTROL.pop("rotated", False):
            VERSIONS.append(AESGCM(os.urandom(32)))
        if CONTROL.pop("forget", False):
            VERSIONS[:] = [AESGCM(os.urandom(32)) for _ in VERSIONS]
        CONTROL["queries"] = [*CONTROL["queries"][-9:], self.query]
        if self.route == "/api/v1/auth/universal-auth/login":
            given = self.json()
            if given != {"clientId": "client-id", "clientSecret": "client-hunter2"}:
                refuse(401, "UnauthorizedError", "Invalid credentials")
            answer = {"accessToken": new_token(), "expiresIn": 7200, "accessTokenMaxTTL": 43244, "tokenType": "Bearer"}
            raise Answer(200, answer)
        if not self.token():
            if CONTROL["expired"] == 403:
                refuse(403, "TokenError", "Your token has expired. Please re-authenticate.")
            refuse(401, "UnauthorizedError", "Token missing")
        parts = self.route.strip("/").split("/")
        if parts[:4] == ["api", "v1", "kms", "keys"] and len(parts) == 6:
            self.key(parts[4], parts[5])
        if parts[:3] == ["api", "v4", "secrets"] and len(parts) == 4:
            self.secret(parts[3], "projectId")
        # What the client asks, which its makers call deprecated.
        if parts[:4] == ["api", "v3", "secrets", "raw"] and len(parts) == 5:
            self.secret(parts[4], "workspaceId")
        refuse(404, "NotFound", "Route not found")

    def key(self, key, verb):
        given, field = self.json(), "plaintext" if verb == "encrypt" else "ciphertext"
        if set(given) != {field}:
            refuse(422, "ValidationFailure", "Unrecognized key in object")
        if key != KEY:
            refuse(404, "NotFound", f"KMS with ID '{key}' not found")
        if verb in CONTROL["denied"]:
            refuse(403, "PermissionDenied", f"You are not allowed to {verb} on cmek")
        if CONTROL["disabled"]:
            refuse(400, "BadRequest", "Key is disabled")
        data = unb64(given[field])
        if verb == "encrypt":
            nonce = os.urandom(12)
            sealed = nonce + VERSIONS[-1].encrypt(nonce, data, None) + struct.pack(">I", len(VERSIONS))
            raise Answer(200, {"ciphertext": b64(sealed)})
        try:
            number = struct.unpack(">I", data[-4:])[0]
            opened = VERSIONS[number - 1].decrypt(data[:12], data[12:-4], None)
        except (IndexError, InvalidTag, ValueError, struct.error):
            refuse(400, "BadRequest", "Failed to decrypt ciphertext")
        raise Answer(200, {"plaintext": b64(opened)})

    def secret(self, name, project):
        given = self.json() if self.command in ("POST", "PATCH") else dict(urllib.parse.parse_qsl(self.query))
        if given.get(project) != PROJECT or given.get("environment") != "prod":
            refuse(404, "NotFound", "Folder not found")
        if self.command == "POST" and name in SECRETS:
            refuse(400, "BadRequest", "Secret already exist")
        if self.command != "POST" and name not in SECRETS or given.get("secretPath", "/") != "/":
            refuse(404, "NotFound", f"Secret with name '{name}' not found")
        if self.command in ("POST", "PATCH"):
            self.change(name, given)
        if "secrets" in CONTROL["denied"]:
            refuse(403, "PermissionDenied", "You are not allowed to read on secrets")
        number = int(given.get("version", len(SECRETS[name])))
        if not 1 <= number <= len(SECRETS[name]):
            refuse(404, "NotFound", f"Secret with name '{name}' not found")
        raise Answer(200, self.described(name, number, given.get("expandSecretReferences") != "false"))

    def change(self, name, given):
        if "edit" in CONTROL["denied"]:
            refuse(403, "PermissionDenied", "You are not allowed to edit on secrets")
        if CONTROL["approval"]:
            raise Answer(200, {"approval": {"id": str(uuid.uuid4()), "status": "open", "hasMerged": False}})
        SECRETS.setdefault(name, []).extend([*raced(), given["secretValue"]])
        written(200, self.described(name, len(SECRETS[name]), False))

    def described(self, name, number, is_expanded):
        value = SECRETS[name][number - 1]
        # What refers to another secret is looked up, unless who asks does not want it.
        if is_expanded:
            value = value.replace("${OTHER}", "expanded")
        when = "2026-01-01T00:00:00.000Z"
        return {"secret": {
            "id": str(uuid.uuid4()), "_id": "x", "workspace": PROJECT, "environment": "prod", "version": number,
            "type": "shared", "secretKey": name, "secretComment": "", "createdAt": when, "updatedAt": when,
            "secretValue": "<hidden-by-infisical>" if CONTROL["hidden"] else value, "secretValueHidden": CONTROL["hidden"],
        }}


write("key", KEY)
write("secret", "client-hunter2\n")
run(Infisical)
