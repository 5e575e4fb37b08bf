"""Reads backups as Vault and OpenBao would, written from the description of their format and sharing no code with the library.

Usage: reader.py FILE, a JSON list of {"dialect", "backup", "said", "cases"}. Every field of every backup is checked, with its order, and every
case is worked out from the material in the backup. Prints what was checked, and fails at the first thing that is wrong.

Without the package `cryptography` ciphertexts and signatures are left out, and the printed counts say so.
"""

import base64
import datetime
import hashlib
import hmac
import json
import re
import sys

try:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.cmac import CMAC
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
except ImportError:
    AESGCM = None

POLICY = ("name", "key_size?", "keys", "derived", "kdf", "convergent_encryption", "exportable", "min_decryption_version", "min_encryption_version",
          "latest_version", "archive_version", "archive_min_version", "min_available_version", "deletion_allowed", "convergent_version", "type",
          "backup_info", "restore_info", "allow_plaintext_backup", "version_template", "storage_prefix", "auto_rotate_period", "Imported",
          "AllowImportedKeyRotation")
POLICY_END = {"openbao": ("soft_deleted",), "vault": ("ParameterSet", "HybridConfig")}
ENTRY = {
    "openbao": ("key", "hmac_key", "time", "ec_x", "ec_y", "ec_d", "rsa_key", "rsa_public_key", "public_key", "convergent_version", "creation_time",
                "certificate_chain"),
    "vault": ("key", "hmac_key", "time", "ec_x?", "ec_y?", "ec_d?", "rsa_key?", "rsa_public_key?", "public_key?", "convergent_version?",
              "creation_time", "certificate_chain?"),
}
BOTH = {0: "aes256-gcm96", 1: "ecdsa-p256", 2: "ed25519", 3: "rsa-2048", 4: "rsa-4096", 5: "chacha20-poly1305", 6: "ecdsa-p384", 7: "ecdsa-p521",
        8: "aes128-gcm96", 9: "rsa-3072"}
TYPES = {
    "openbao": {**BOTH, 10: "hmac", 11: "xchacha20-poly1305"},
    "vault": {**BOTH, 11: "hmac", 12: "aes128-cmac", 13: "aes256-cmac"},
}
KEY_LEN = {"aes128-gcm96": 16, "aes128-cmac": 16, "ed25519": 64}
ZERO_TIME = "0001-01-01T00:00:00Z"


def check(condition, *what):
    if not condition:
        sys.exit("wrong: " + " ".join(str(part) for part in what))


def fields(value, expected, what):
    """The members of an object: those expected, in that order; those with a question mark only if they are not empty."""
    found = list(value)
    names = [name for name in expected if not name.endswith("?") or value.get(name[:-1])]
    check(found == [name.rstrip("?") for name in names], what, "has the fields", found)


def unique(pairs):
    check(len({name for name, _ in pairs}) == len(pairs), "a field is there twice")
    return dict(pairs)


def go_json(value):
    """Compact, as Go's encoder writes it, with what HTML would read escaped."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for c in "<>&\u2028\u2029":
        text = text.replace(c, "\\u%04x" % ord(c))
    return text + "\n"


def when(text):
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{0,8}[1-9])?Z", text)
    check(match, "no time:", text)
    moment = datetime.datetime(*map(int, match.groups()[:6]), tzinfo=datetime.timezone.utc)
    return int(moment.timestamp())


def raw(text):
    return None if text is None else base64.b64decode(text, validate=True)


class Backup:
    def __init__(self, dialect, text):
        self.dialect = dialect
        blob = base64.b64decode(text, validate=True).decode()
        top = json.loads(blob, object_pairs_hook=unique)
        check(go_json(top) == blob, "not as Go writes it")
        fields(top, ("policy", "archived_keys"), "the backup")
        fields(top["archived_keys"], ("keys",), "the archive")
        self.policy, self.archive = top["policy"], top["archived_keys"]["keys"]
        fields(self.policy, POLICY + POLICY_END[dialect], "the policy")
        check(self.policy["type"] in TYPES[dialect], "type", self.policy["type"])
        self.type = TYPES[dialect][self.policy["type"]]
        self.check_windows()
        self.check_options()
        for entry in [*self.archive, *self.policy["keys"].values()]:
            fields(entry, ENTRY[dialect], "a version")
            self.check_entry(entry)

    def check_windows(self):
        p = self.policy
        latest, low, high, trimmed = (p[name] for name in ("latest_version", "min_decryption_version", "min_encryption_version", "min_available_version"))
        check(1 <= low <= latest, "min_decryption_version", low)
        check(high == 0 or low <= high <= latest, "min_encryption_version", high)
        check(trimmed <= low and (trimmed <= high or trimmed == 0), "min_available_version", trimmed)
        check((p["archive_version"], p["archive_min_version"]) == (latest, trimmed), "archive versions")
        check(list(p["keys"]) == sorted(str(v) for v in range(low, latest + 1)), "versions", list(p["keys"]))
        check(len(self.archive) == latest - trimmed + 1, "archive of", len(self.archive))
        if trimmed == 0:
            nothing = self.archive[0]
            check(nothing["time"] == ZERO_TIME and not any(value for name, value in nothing.items() if name != "time"), "the archive begins with something")
        for version in range(low, latest + 1):
            check(self.archive[version - trimmed] == p["keys"][str(version)], "archive copy of", version)

    def check_options(self):
        p = self.policy
        check(p["exportable"] and p["allow_plaintext_backup"], "a backup that could not be taken")
        check(p["backup_info"]["version"] == p["latest_version"] and when(p["backup_info"]["time"]) > 0, "backup_info")
        check(p["kdf"] in ((0, 1) if p["derived"] else (0,)), "kdf", p["kdf"])
        check(p["convergent_version"] == (-1 if p["convergent_encryption"] else 0), "convergent_version")
        check(not p["convergent_encryption"] or p["derived"], "convergent and not derived")
        check(("key_size" in p) == (self.type == "hmac"), "key_size")
        if self.dialect == "vault":
            check(p["ParameterSet"] == "" and p["HybridConfig"] == {"PQCKeyType": 0, "ECKeyType": 0}, "fields of other types")
        else:
            check(p["soft_deleted"] is False, "soft_deleted")

    def check_entry(self, entry):
        numbers = [name for name in ("ec_x", "ec_y", "ec_d", "rsa_key", "rsa_public_key") if entry.get(name)]
        if self.type.startswith("ecdsa") and numbers:
            check(numbers == ["ec_x", "ec_y", "ec_d"], "numbers of an elliptic curve", numbers)
            self.check_numbers(entry)
            if AESGCM:
                public = self.elliptic(entry).public_key()
                point = public.public_numbers()
                check((point.x, point.y) == (entry["ec_x"], entry["ec_y"]), "the point of the scalar")
                pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
                check(entry["public_key"].strip() == pem.strip(), "public key")
            return
        if self.type.startswith("rsa") and numbers:
            check("rsa_key" in numbers and numbers[0].startswith("rsa"), "numbers of RSA", numbers)
            self.check_numbers(entry)
            self.check_rsa(entry["rsa_key"], entry.get("rsa_public_key"))
            return
        check(not numbers, "numbers", numbers)
        if entry["key"] is None:
            return
        if self.type.endswith("cmac"):
            check(len(raw(entry["key"])) == KEY_LEN.get(self.type, 32) and entry["hmac_key"] is None, "a key for CMAC")
            check(entry["creation_time"] == when(entry["time"]), "times")
            return
        key, mac = raw(entry["key"]), raw(entry["hmac_key"])
        check(len(key) == self.policy.get("key_size", KEY_LEN.get(self.type, 32)), "a key of", len(key))
        check(len(mac) == 32 and mac != key if self.type != "hmac" else mac == key, "hmac key")
        check(entry["creation_time"] == when(entry["time"]), "times")
        check(entry.get("convergent_version", 0) == (3 if self.policy["convergent_encryption"] else 0), "convergent version of a version")
        check(bool(entry.get("public_key")) == (self.type == "ed25519"), "public key")
        if self.type == "ed25519":
            check(raw(entry["public_key"]) == key[32:], "public half")
            if AESGCM:
                check(ed25519.Ed25519PrivateKey.from_private_bytes(key[:32]).public_key().public_bytes_raw() == key[32:], "public key of the seed")

    @staticmethod
    def check_numbers(entry):
        check(entry["key"] is None and len(raw(entry["hmac_key"])) == 32, "what stands beside numbers")
        check(entry["creation_time"] == when(entry["time"]), "times")

    def check_rsa(self, key, public):
        fields(key, ("N", "E", "D", "Primes", "Precomputed"), "a key of RSA")
        fields(key["Precomputed"], ("Dp", "Dq", "Qinv", "CRTValues"), "what is worked out of it")
        (p, q), n, e, d, more = key["Primes"], key["N"], key["E"], key["D"], key["Precomputed"]
        check(p * q == n and n.bit_length() == int(self.type[4:]) and e == 65537, "modulus and exponent")
        check(d * e % (p - 1) == 1 and d * e % (q - 1) == 1, "private exponent")
        check([more["Dp"], more["Dq"], more["CRTValues"]] == [d % (p - 1), d % (q - 1), []], "exponents of the primes")
        check(more["Qinv"] * q % p == 1, "coefficient")
        check(public in (None, {"N": n, "E": e}), "public numbers")

    def elliptic(self, entry):
        curve = {"ecdsa-p256": ec.SECP256R1, "ecdsa-p384": ec.SECP384R1, "ecdsa-p521": ec.SECP521R1}[self.type]
        return ec.derive_private_key(entry["ec_d"], curve())

    @staticmethod
    def rsa(entry):
        key, more = entry["rsa_key"], entry["rsa_key"]["Precomputed"]
        public = rsa.RSAPublicNumbers(key["E"], key["N"])
        return rsa.RSAPrivateNumbers(*key["Primes"], key["D"], more["Dp"], more["Dq"], more["Qinv"], public).private_key()

    def said(self, said):
        p = self.policy
        check((self.type, p["derived"], p["convergent_encryption"], p["name"]) == (said["type"], said["derived"], said["convergent"], said["name"]), said)
        check([p["latest_version"], p["min_decryption_version"], p["min_encryption_version"], p["min_available_version"]] == said["versions"], said)
        check((p["version_template"], p["auto_rotate_period"]) == (said["template"], said["period"]), said)

    def split(self, text, template):
        head, tail = (template or "vault:v{{version}}:").split("{{version}}")
        check(text.startswith(head), "prefix of", text)
        number, payload = text[len(head):].split(tail, 1)
        return self.policy["keys"][str(int(number))], base64.b64decode(payload, validate=True)

    def subkey(self, material, context, length):
        if not self.policy["derived"]:
            return material
        if self.policy["kdf"] == 0:
            return hmac.new(material, bytes(4) + context + (256).to_bytes(4, "big"), hashlib.sha256).digest()[:length]
        extracted = hmac.new(bytes(32), material, hashlib.sha256).digest()
        out = block = b""
        for counter in range(1, 4):
            block = hmac.new(extracted, block + context + bytes([counter]), hashlib.sha256).digest()
            out += block
        return out[:length]

    def run(self, case):
        """Whether the case was worked out; it is wrong if the outcome is."""
        message, context = raw(case["message"]), raw(case["context"])
        entry, payload = self.split(case["text"], None if case["op"] == "hmac" else self.policy["version_template"])
        material = raw(entry["key"])
        if case["op"] == "hmac" and self.type.endswith("cmac"):
            if AESGCM:
                mac = CMAC(AES(material))
                mac.update(message)
                check(mac.finalize() == payload, "mac", case["text"])
            return bool(AESGCM)
        if case["op"] == "hmac":
            check(hmac.new(raw(entry["hmac_key"]), message, hashlib.sha256).digest() == payload, "mac", case["text"])
            return True
        if not AESGCM:
            return False
        if case["op"] == "sign" and self.type.startswith("ecdsa"):
            self.elliptic(entry).public_key().verify(payload, message, ec.ECDSA(SHA256()))
            return True
        if case["op"] == "sign" and self.type.startswith("rsa"):
            pss = padding.PSS(padding.MGF1(SHA256()), padding.PSS.AUTO)
            self.rsa(entry).public_key().verify(payload, message, pss, SHA256())
            return True
        if self.type.startswith("rsa"):
            oaep = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)
            check(self.rsa(entry).decrypt(payload, oaep) == message, "plaintext of", case["text"])
            return True
        if case["op"] == "sign":
            seed = self.subkey(material, context, 32)[:32]
            ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key().verify(payload, message)
            return True
        length = KEY_LEN.get(self.type, 32)
        key, size = self.subkey(material, context, length), 24 if self.type == "xchacha20-poly1305" else 12
        nonce, rest = payload[:size], payload[size:]
        if self.type == "xchacha20-poly1305":
            key, nonce_used = hchacha20(key, nonce[:16]), bytes(4) + nonce[16:]
        else:
            nonce_used = nonce
        cipher = AESGCM(key) if "gcm" in self.type else ChaCha20Poly1305(key)
        check(cipher.decrypt(nonce_used, rest, raw(case["aad"])) == message, "plaintext of", case["text"])
        if self.policy["convergent_encryption"]:
            rule = self.subkey(material, context, length + 32)[length:]
            check(hmac.new(rule, message, hashlib.sha256).digest()[:size] == nonce, "convergent nonce")
        return True


def hchacha20(key, nonce):
    """draft-irtf-cfrg-xchacha-03 section 2.2."""
    words = [int.from_bytes(part, "little") for part in
             [b"expa", b"nd 3", b"2-by", b"te k"] + [key[i:i + 4] for i in range(0, 32, 4)] + [nonce[i:i + 4] for i in range(0, 16, 4)]]

    def quarter(a, b, c, d):
        for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            words[x] = (words[x] + words[y]) & 0xFFFFFFFF
            mixed = words[z] ^ words[x]
            words[z] = (mixed << turn | mixed >> (32 - turn)) & 0xFFFFFFFF

    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15), (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            quarter(a, b, c, d)
    return b"".join(word.to_bytes(4, "little") for word in words[:4] + words[12:])


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        given = json.load(file)
    cases = 0
    for one in given:
        backup = Backup(one["dialect"], one["backup"])
        backup.said(one["said"])
        cases += sum(backup.run(case) for case in one["cases"])
    print(len(given), cases, "all" if AESGCM else "without-cryptography")


if __name__ == "__main__":
    main()
