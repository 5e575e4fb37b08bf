"""Google's Cloud KMS and Secret Manager over REST, its token endpoints and the metadata of a machine, as far as
seals ask them. `client.py google drive` has Google's own client confirm what it does.

There are a key `projects/tests/locations/global/keyRings/ring/cryptoKeys/app` and, beside it, `other`; and the
secret `projects/tests/secrets/sealing` without a version. Its folder has credentials: `service.json`,
`user.json`, `federated.json`, `impersonated.json`. `control` takes `denied` with the verb of a call, and `lags`.
"""
import json
import os
import re
import struct
import time

from base import ADDRESS, CONTROL, FOLDER, Answer, Handler, b64, new_token, raced, run, unb64, unb64u, write, written
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

RING = "projects/tests/locations/global/keyRings/ring/cryptoKeys/"
KEYS = {RING + "app": [], RING + "other": []}
SECRETS = {"projects/tests/secrets/sealing": []}
ACCOUNT = rsa.generate_private_key(65537, 2048)
EMAIL = "app@tests.iam.gserviceaccount.com"
JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
AUDIENCE = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/ci"


CONTROL.update(lags=0)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def refuse(status, code, message):
    raise Answer(status, {"error": {"code": status, "status": code, "message": message}})


def not_taken(reason):
    raise Answer(400, {"error": "invalid_grant", "error_description": reason})


def fault(jwt, expected):
    """What is wrong with what the account has signed. Its client sends such a thing as a token, too."""
    try:
        signed, _, signature = jwt.rpartition(".")
        head, claims = (json.loads(unb64u(part)) for part in signed.split("."))
        ACCOUNT.public_key().verify(unb64u(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return "Invalid JWT Signature."
    except ValueError:
        return "Invalid JWT."
    if (head["alg"], head["typ"], head["kid"]) != ("RS256", "JWT", "key-1") or claims["iss"] != EMAIL:
        return "Invalid JWT."
    if not claims["scope"] or any(claims.get(name) != value for name, value in expected.items()):
        return "Invalid JWT."
    if not claims["iat"] - 60 <= time.time() < claims["exp"] <= claims["iat"] + 3600:
        return "Invalid JWT: token must be short-lived."
    return None


def add_version(key):
    KEYS[key].append({"aead": AESGCM(os.urandom(32)), "state": "ENABLED"})
    return len(KEYS[key])


class Google(Handler):
    def serve(self):
        if self.route == "/token":
            self.give_token()
        if self.route == "/v1/token":
            self.exchange()
        if self.route.endswith(":generateAccessToken"):
            self.impersonate()
        if self.route == "/computeMetadata/v1/instance/service-accounts/default/token":
            if self.headers.get("Metadata-Flavor") != "Google":
                raise Answer(403, {})
            self.granted()
        sent = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if not self.token() and ("." not in sent or fault(sent, {})):
            refuse(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        if match := re.fullmatch(r"/v1/(.+/cryptoKeys/[^/:]+)(?:/cryptoKeyVersions(?:/(\d+))?)?(?::(\w+))?", self.route):
            self.key(*match.groups())
        if match := re.fullmatch(r"/v1/(projects/[^/]+/secrets/[^/:]+)(?:/versions(?:/(\w+))?)?(?::(\w+))?", self.route):
            self.secret(*match.groups())
        refuse(404, "NOT_FOUND", "no such route")

    def granted(self, seconds=3599):
        raise Answer(200, {"access_token": new_token(seconds), "expires_in": seconds, "token_type": "Bearer"})

    def give_token(self):
        form = self.form()
        if form["grant_type"] == "refresh_token":
            expected = {"client_id": "user-client", "client_secret": "user+secret/hunter2", "refresh_token": "1//hunter2"}
            if any(form.get(name) != value for name, value in expected.items()):
                not_taken("Token has been expired or revoked.")
            self.granted()
        if form["grant_type"] != JWT:
            raise Answer(400, {"error": "unsupported_grant_type"})
        reason = fault(form["assertion"], {"aud": f"http://{ADDRESS}/token"})
        if reason:
            not_taken(reason)
        self.granted()

    def exchange(self):
        form = self.form()
        expected = {"grant_type": EXCHANGE, "audience": AUDIENCE, "subject_token": "subject.hunter2"}
        if any(form.get(name) != value for name, value in expected.items()) or "scope" not in form:
            not_taken("The given credential is rejected.")
        self.granted()

    def impersonate(self):
        if not self.token() or not self.json()["scope"]:
            refuse(401, "UNAUTHENTICATED", "no token")
        ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        raise Answer(200, {"accessToken": new_token(), "expireTime": ends})

    def key(self, name, version, verb):
        if name not in KEYS:
            refuse(404, "NOT_FOUND", f"CryptoKey {name} not found.")
        versions = KEYS[name]
        if verb in CONTROL["denied"]:
            right = "useToEncrypt" if verb == "encrypt" else "useToDecrypt"
            refuse(403, "PERMISSION_DENIED", f"Permission 'cloudkms.cryptoKeyVersions.{right}' denied on resource")
        if verb in ("encrypt", "decrypt"):
            self.crypt(name, versions, verb)
        if version is None:
            add_version(name)
            version = len(versions)
        else:
            asked = "DESTROY_SCHEDULED" if verb == "destroy" else self.json()["state"]
            versions[int(version) - 1]["state"] = {1: "ENABLED", 2: "DISABLED"}.get(asked, asked)
        state = versions[int(version) - 1]["state"]
        raise Answer(200, {"name": f"{name}/cryptoKeyVersions/{version}", "state": state})

    def crypt(self, name, versions, verb):
        given, field = self.json(), "plaintext" if verb == "encrypt" else "ciphertext"
        data, aad = unb64(given.get(field, "")), unb64(given.get("additionalAuthenticatedData", ""))
        if len(aad) > 65536 or verb == "encrypt" and len(data) > 65536:
            refuse(400, "INVALID_ARGUMENT", f"{field} is too large")
        checked = {}
        for what, value in ((field, data), ("additionalAuthenticatedData", aad)):
            checked[what] = f"{what}Crc32c" in given
            if checked[what] and int(given[f"{what}Crc32c"]) != crc32c(value):
                refuse(400, "INVALID_ARGUMENT", f"The checksum in field {what}_crc32c did not match the data.")

        def usable(number):
            state = versions[number - 1]["state"]
            if state != "ENABLED":
                place = f"{name}/cryptoKeyVersions/{number}"
                refuse(400, "FAILED_PRECONDITION", f"{place} is not enabled, current state is: {state}.")
            return versions[number - 1]["aead"]

        if verb == "encrypt":
            number, nonce = len(versions), os.urandom(12)
            sealed = struct.pack(">I", number) + nonce + usable(number).encrypt(nonce, data, aad)
            raise Answer(200, {
                "name": f"{name}/cryptoKeyVersions/{number}",
                "ciphertext": b64(sealed),
                "ciphertextCrc32c": str(crc32c(sealed)),
                "verifiedPlaintextCrc32c": checked[field],
                "verifiedAdditionalAuthenticatedDataCrc32c": checked["additionalAuthenticatedData"],
                "protectionLevel": "SOFTWARE",
            })
        try:
            number = struct.unpack(">I", data[:4])[0]
            opened = usable(number).decrypt(data[4:16], data[16:], aad)
        except (IndexError, InvalidTag, ValueError, struct.error):
            refuse(400, "INVALID_ARGUMENT", "Decryption failed: the ciphertext is invalid.")
        raise Answer(200, {
            "plaintext": b64(opened),
            "plaintextCrc32c": str(crc32c(opened)),
            "usedPrimary": number == len(versions),
            "protectionLevel": "SOFTWARE",
        })

    def secret(self, name, version, verb):
        if name not in SECRETS:
            refuse(404, "NOT_FOUND", f"Secret [{name}] not found or has no versions.")
        versions = SECRETS[name]
        if verb in CONTROL["denied"]:
            refuse(403, "PERMISSION_DENIED", "Permission 'secretmanager.versions.access' denied on resource")
        if verb == "addVersion":
            payload = self.json()["payload"]
            data = unb64(payload["data"])
            if int(payload.get("dataCrc32c", crc32c(data))) != crc32c(data):
                refuse(400, "INVALID_ARGUMENT", "The checksum in field data_crc32c did not match the data.")
            versions.extend({"data": each, "state": "ENABLED"} for each in [*(text.encode() for text in raced()), data])
            written(200, {"name": f"{name}/versions/{len(versions)}", "state": "ENABLED"})
        # `latest` may lag behind, by `lags` versions.
        number = len(versions) - CONTROL["lags"] if version == "latest" else int(version or 0)
        if not 1 <= number <= len(versions):
            refuse(404, "NOT_FOUND", f"Secret Version [{name}/versions/{version}] not found.")
        place, chosen = f"{name}/versions/{number}", versions[number - 1]
        if verb in ("disable", "enable", "destroy"):
            chosen["state"] = {"disable": "DISABLED", "enable": "ENABLED", "destroy": "DESTROYED"}[verb]
            raise Answer(200, {"name": place, "state": chosen["state"]})
        if chosen["state"] != "ENABLED":
            refuse(400, "FAILED_PRECONDITION", f"Secret Version [{place}] is in {chosen['state']} state.")
        data = chosen["data"]
        raise Answer(200, {"name": place, "payload": {"data": b64(data), "dataCrc32c": str(crc32c(data))}})


for each in KEYS:
    add_version(each)
pem = ACCOUNT.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
write("service.json", {
    "type": "service_account", "project_id": "tests", "client_email": EMAIL, "private_key_id": "key-1",
    "private_key": pem, "token_uri": f"http://{ADDRESS}/token", "universe_domain": "googleapis.com",
})
write("user.json", {
    "type": "authorized_user", "client_id": "user-client", "client_secret": "user+secret/hunter2",
    "refresh_token": "1//hunter2", "token_uri": f"http://{ADDRESS}/token",
})
write("subject", "subject.hunter2\n")
write("subject.json", {"id_token": "subject.hunter2"})
federated = {
    "type": "external_account", "audience": AUDIENCE, "token_url": f"http://{ADDRESS}/v1/token",
    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
    "credential_source": {"file": os.path.join(FOLDER, "subject")},
}
write("federated.json", federated)
write("impersonated.json", {
    **federated,
    "credential_source": {
        "file": os.path.join(FOLDER, "subject.json"),
        "format": {"type": "json", "subject_token_field_name": "id_token"},
    },
    "service_account_impersonation_url": f"http://{ADDRESS}/v1/projects/-/serviceAccounts/{EMAIL}:generateAccessToken",
})
run(Google)
