"""Azure's Key Vault and those who give tokens for it, over TLS, as far as seals ask them. `client.py azure drive`
has Azure's own clients confirm what it does.

There is a key `app` and, beside it, `other`; and no secret. Its folder has `ca.pem`, the client's `secret` and the
workload's token, `federated`. `control` takes `denied` with `wrapkey`, `unwrapkey`, `get`, `secrets`, `list` or
`set`; `page`, how many versions of a secret are listed at once; and `resource` and `authority` for what the vault is to
ask for.
"""
import datetime
import ipaddress
import os
import ssl
import time
import urllib.parse
import uuid

from base import ADDRESS, CONTROL, FOLDER, Answer, Handler, b64u, new_token, raced, run, unb64u, write, written
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

TENANT, CLIENT = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
RESOURCE = "https://vault.azure.net"
CONTROL.update(resource=RESOURCE, authority=f"https://{ADDRESS}", page=25)
KEYS, SECRETS = {"app": {}, "other": {}, "curve": {}}, {}
OAEP = {"RSA-OAEP-256": hashes.SHA256, "RSA-OAEP": hashes.SHA1}


def certificates():
    now, day = datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(1)

    def built(name, key, issuer, signer, serial, extensions):
        names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, issuer)]
        builder = x509.CertificateBuilder().subject_name(names[0]).issuer_name(names[1])
        builder = builder.public_key(key.public_key()).serial_number(serial)
        builder = builder.not_valid_before(now - day).not_valid_after(now + day)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(signer, hashes.SHA256())

    authority, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    top = built("tests", authority, "tests", authority, 1, [
        (x509.BasicConstraints(True, None), True), (usage, True),
        (x509.SubjectKeyIdentifier.from_public_key(authority.public_key()), False),
    ])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    leaf = built("localhost", own, "tests", authority, 2, [
        (names, False), (x509.BasicConstraints(False, None), True),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), False),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
    ])
    pem = serialization.Encoding.PEM
    private = own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write("server.pem", (private + leaf.public_bytes(pem)).decode())
    write("ca.pem", top.public_bytes(pem).decode())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(FOLDER, "server.pem"))
    return context


def refuse(status, code, message, inner=None):
    error = {"code": code, "message": message}
    raise Answer(status, {"error": {**error, "innererror": {"code": inner}} if inner else error})


def add_version(name):
    version = uuid.uuid4().hex
    key = ec.generate_private_key(ec.SECP256R1()) if name == "curve" else rsa.generate_private_key(65537, 2048)
    KEYS[name][version] = {"key": key, "enabled": True}
    return version


class Azure(Handler):
    def serve(self):
        self.base = f"https://{self.headers['Host']}"
        if self.route.endswith("/.well-known/openid-configuration"):
            issuer = self.base + self.route.split("/v2.0")[0]
            raise Answer(200, {
                "issuer": f"{issuer}/v2.0", "authorization_endpoint": f"{issuer}/oauth2/v2.0/authorize",
                "token_endpoint": f"{issuer}/oauth2/v2.0/token",
            })
        if self.route == f"/{TENANT}/oauth2/v2.0/token":
            self.give_token()
        if self.route in ("/metadata/identity/oauth2/token", "/msi/token"):
            self.managed()
        if not self.token():
            asked = f'Bearer authorization="{CONTROL["authority"]}/{TENANT}", resource="{CONTROL["resource"]}"'
            body = {"error": {"code": "Unauthorized", "message": "AKV10000: Request is missing a Bearer or PoP token."}}
            raise Answer(401, body, {"WWW-Authenticate": asked})
        if "api-version=" not in self.query:
            refuse(400, "BadParameter", "api-version must be specified")
        kind, *rest = self.route.strip("/").split("/")
        {"keys": self.keys, "secrets": self.secrets}.get(kind, self.nothing)(*rest)

    def nothing(self, *_):
        refuse(404, "NotFound", "no such route")

    def give_token(self):
        form = self.form()
        secret, vouched = form.get("client_secret"), form.get("client_assertion")
        good = secret == "client+secret/hunter2" or vouched == "federated.hunter2" and form.get(
            "client_assertion_type") == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        if form.get("client_id") != CLIENT or not good:
            raise Answer(401, {"error": "invalid_client", "error_description": "AADSTS7000215"})
        if form.get("scope") != f"{RESOURCE}/.default" or form.get("grant_type") != "client_credentials":
            raise Answer(400, {"error": "invalid_scope", "error_description": "AADSTS70011"})
        raise Answer(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": new_token()})

    def managed(self):
        asked = dict(urllib.parse.parse_qsl(self.query))
        good = self.headers.get("Metadata") == "true" if "metadata" in self.route else (
            self.headers.get("X-IDENTITY-HEADER") == "identity-hunter2")
        if not good or asked.get("resource") != RESOURCE or asked.get("client_id", CLIENT) != CLIENT:
            raise Answer(400, {"error": "invalid_request", "error_description": "Identity not found"})
        ends = str(int(time.time()) + 3600)
        raise Answer(200, {"access_token": new_token(), "expires_on": ends, "resource": RESOURCE, "token_type": "Bearer"})

    def keys(self, name, version="", verb=""):
        if version in ("rotate", "wrapkey", "unwrapkey"):
            version, verb = "", version
        if name not in KEYS:
            refuse(404, "KeyNotFound", f"A key with (name/id) {name} was not found in this key vault.")
        if not KEYS[name] or verb == "rotate":
            version = add_version(name)
        version = version or list(KEYS[name])[-1]
        if version not in KEYS[name]:
            refuse(404, "KeyNotFound", f"A key with (name/id) {name}/{version} was not found in this key vault.")
        entry = KEYS[name][version]
        if (verb or "get") in CONTROL["denied"]:
            refuse(403, "Forbidden", "Caller is not authorized to perform action on resource.", "ForbiddenByRbac")
        if self.command == "PATCH":
            entry["enabled"] = self.json()["attributes"]["enabled"]
        if verb in ("wrapkey", "unwrapkey"):
            self.crypt(name, version, entry, verb)
        numbers = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}
        if name != "curve":
            public = entry["key"].public_key().public_numbers()
            numbers = {"kty": "RSA", "n": b64u(public.n.to_bytes(256, "big")), "e": "AQAB"}
        now = int(time.time())
        raise Answer(200, {
            "key": {"kid": f"{self.base}/keys/{name}/{version}", "key_ops": ["wrapKey", "unwrapKey"], **numbers},
            "attributes": {"enabled": entry["enabled"], "created": now, "updated": now, "recoveryLevel": "Recoverable"},
        })

    def crypt(self, name, version, entry, verb):
        if not entry["enabled"]:
            refuse(403, "Forbidden", f"Operation {verb} is not allowed on a disabled key.", "KeyDisabled")
        given = self.json()
        if given["alg"] not in OAEP or name == "curve":
            refuse(400, "BadParameter", "Property has invalid value: alg")
        hashed = OAEP[given["alg"]]
        how = padding.OAEP(padding.MGF1(hashed()), hashed(), None)
        try:
            value = unb64u(given["value"])
            done = entry["key"].public_key().encrypt(value, how) if verb == "wrapkey" else entry["key"].decrypt(value, how)
        except ValueError:
            refuse(400, "BadParameter", "The parameter is incorrect.")
        raise Answer(200, {"kid": f"{self.base}/keys/{name}/{version}", "value": b64u(done)})

    def secrets(self, name, version=""):
        if self.command == "PUT":
            self.set(name)
        if name not in SECRETS:
            refuse(404, "SecretNotFound", f"A secret with (name/id) {name} was not found in this key vault.")
        if version == "versions":
            self.list(name)
        version = version or list(SECRETS[name])[-1]
        if version not in SECRETS[name]:
            refuse(404, "SecretNotFound", f"A secret with (name/id) {name}/{version} was not found in this key vault.")
        if "secrets" in CONTROL["denied"]:
            refuse(403, "Forbidden", "Caller is not authorized to perform action on resource.", "ForbiddenByRbac")
        entry = SECRETS[name][version]
        if self.command == "PATCH":
            entry["enabled"] = self.json()["attributes"]["enabled"]
        elif not entry["enabled"]:
            refuse(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled")
        raise Answer(200, {"value": entry["value"], **self.described(name, version)})

    def described(self, name, version):
        """Of a version all but its value."""
        entry = SECRETS[name][version]
        made = entry["made"]
        attributes = {"enabled": entry["enabled"], "created": made, "updated": made, "recoveryLevel": "Recoverable"}
        return {"id": f"{self.base}/secrets/{name}/{version}", "attributes": attributes, **entry["more"]}

    def set(self, name):
        if "set" in CONTROL["denied"]:
            refuse(403, "Forbidden", "Caller is not authorized to perform action on resource.", "ForbiddenByRbac")
        given = self.json()
        for value in [*raced(), given["value"]]:
            version = uuid.uuid4().hex
            # What a version is not given it does not have, whatever the one before had.
            more = {key: given[key] for key in ("contentType", "tags") if given.get(key) is not None}
            made = {"value": value, "enabled": True, "made": int(time.time()), "more": more}
            SECRETS.setdefault(name, {})[version] = made
        written(200, {"value": given["value"], **self.described(name, version)})

    def list(self, name):
        if "list" in CONTROL["denied"]:
            refuse(403, "Forbidden", "Caller is not authorized to perform action on resource.", "ForbiddenByRbac")
        # In no order that says which came first.
        versions, asked = sorted(SECRETS[name]), dict(urllib.parse.parse_qsl(self.query))
        first, size = int(asked.get("$skiptoken", 0)), int(asked.get("maxresults", CONTROL["page"]))
        page, link = versions[first:first + size], None
        if first + size < len(versions):
            link = f"{self.base}{self.route}?api-version=7.4&$skiptoken={first + size}&maxresults={size}"
        raise Answer(200, {"value": [self.described(name, version) for version in page], "nextLink": link})


for each in KEYS:
    add_version(each)
write("secret", "client+secret/hunter2\n")
write("federated", "federated.hunter2\n")
run(Azure, certificates())
