"""backups.json: sealed backups, what is in them and what a restored key must be able to do."""

import formats
from builder import (AADS, CONTEXTS, TIME, Key, described, hex_seal, key_body, passphrase_seal, root_key_seal, trimmed,
                     version)
from formats import ED25519, GCM256, HMAC, SIV, XAES
from primitives import Stream


class Backup:
    def __init__(self, backup_id, sealer, body):
        self.id, self.sealer, self.body = f"backups/{backup_id}", sealer, body
        self.stream = Stream(self.id)
        self.backup_id, self.backup_key = self.stream.take(16), self.stream.take(32)
        self.data = formats.backup(self.backup_id, self.backup_key, sealer, body, self.stream)
        self.uses = body.get("uses")
        self.body = {name: value for name, value in body.items() if name != "uses"}
        self.key = Key(self.id, self.body)

    def as_json(self):
        uses = {} if self.uses is None else {"uses": {str(n): count for n, count in self.uses.items()}}
        return {"id": self.id, "seal": self.sealer, "backup_id": self.backup_id.hex(), "backup": self.data.hex(), **uses,
                "key": {**described(self.body), "cases": self.key.cases}}


def backups():
    stream = Stream("backups")
    strong = stream.take(32)
    seals = [hex_seal("backups"), root_key_seal(strong, formats.b64(strong)), passphrase_seal("Sicherung 2025")]
    makers = (_plain, _rotated, _derived, _signing, _trimmed, _mac, _transit, _used, _unused, _dated)
    for at, maker in enumerate(makers):
        name, body, use = maker(stream)
        made = Backup(name, seals[at % 3], body)
        use(made.key)
        yield made


def _plain(stream):
    body = key_body("k", [version(stream, XAES, created=None, hmac_key=None)])
    return "plain", body, lambda key: key.decrypt(3)


def _rotated(stream):
    body = key_body("Payments", [version(stream, GCM256, retired=TIME + 1), version(stream, XAES)],
                    labels={"team": "payments"}, exportable=True)

    def use(key):
        for n in (1, 2):
            key.decrypt(20, None, AADS[n], n)
        key.mac(5)

    return "rotated", body, use


def _derived(stream):
    body = key_body("convergent", [version(stream, GCM256)], derived=True, convergent=True)
    return "convergent", body, lambda key: [key.encrypt(33, context) for context in CONTEXTS[:4]]


def _signing(stream):
    body = key_body("sign", [version(stream, ED25519)], template="app-{{version}}-", disabled=False)

    def use(key):
        key.sign(12)
        key.sign(12, "jws")
        key.public_key()

    return "signing", body, use


def _trimmed(stream):
    body = key_body("trimmed", [trimmed(SIV, TIME), version(stream, SIV)], min_available_version=2,
                    min_decryption_version=2, backup_info=[TIME, 1])
    return "trimmed", body, lambda key: key.encrypt(40, None, AADS[1])


def _mac(stream):
    body = key_body("m", [version(stream, HMAC, 64)], deletion_allowed=True)
    return "hmac", body, lambda key: key.mac(30, "sha3-512")


def _transit(stream):
    body = key_body("0123456789" * 12, [version(stream, GCM256, kdf=0, imported=True), version(stream, GCM256)],
                    derived=True, imported=True, archive={1: version(stream, GCM256)}, restore_info=[TIME, 1],
                    transit={"dialect": "openbao", "archive_version": 1, "archive_min_version": 0})
    return "transit-fields", body, lambda key: [key.decrypt(18, CONTEXTS[1], AADS[1], n) for n in (1, 2)]


def _used(stream):
    body = key_body("used", [version(stream, GCM256), version(stream, GCM256)], uses={1: 2**31, 2: 256, 7: 2**64 - 1})
    return "uses", body, lambda key: key.decrypt(6)


def _unused(stream):
    body = key_body("unused", [version(stream, XAES)], uses={})
    return "uses-empty", body, lambda key: key.decrypt(6)


def _dated(stream):
    body = key_body("dated", [version(stream, XAES, closed=TIME, lent=2**64 - 1), version(stream, XAES)], min_decryption_version=2)
    return "dates", body, lambda key: key.decrypt(6)
