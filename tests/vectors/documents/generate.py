"""Writes keys.json: keys as OpenSSL and pyca write them, and what is close to that.

    python3 -B tests/vectors/documents/generate.py

It needs `openssl` and the package `cryptography`. The keys are made anew each time and protect nothing.
"""

import json
import os
import subprocess

from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519

DER, PEM = s.Encoding.DER, s.Encoding.PEM
NAMES = {DER: "DER", PEM: "PEM"}
PLAIN = s.NoEncryption()
PASSPHRASE = "correct horse"
ANOTHER = "it is a key of type %s; import it as that, or give one of the type asked for"
WRONG = "its passphrase is another, or it is damaged"
UNKNOWN = "it is encrypted in a way that is not read; write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc"
TOO_MUCH = (
    "it takes more than 10000000 iterations, 256 MiB or 2 GiB of work to decrypt; write it anew with less"
)
OLD = "it is encrypted as before PKCS#8; write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc"
NONE = "it is no private key in PKCS#8, SEC 1 or PKCS#1, as DER or PEM"
NO_PKCS8 = "it is not a private key in PKCS#8"
NO_PUBLIC = "it is no public key of the type, as PEM, DER or raw"
NOT_ENCRYPTED = "it is not encrypted; leave out the passphrase"
IS_PRIVATE = "it is a private key; import it as one"


def openssl(*arguments, data=None):
    done = subprocess.run(["openssl", *arguments], input=data, capture_output=True)
    if done.returncode != 0:
        raise SystemExit(f"openssl {arguments}: {done.stderr.decode()}")
    return done.stdout


private, public = [], []


def add(to, id, key_type, document, public_of=None, reason=None, passphrase=None):
    row = {"id": id, "type": key_type, "document": bytes(document).hex()}
    if passphrase is not None:
        row["passphrase"] = passphrase
    if reason is not None:
        row["reason"] = reason
    else:
        row["public"] = spki(public_of).hex()
    to.append(row)


def spki(key):
    return key.public_key().public_bytes(DER, s.PublicFormat.SubjectPublicKeyInfo)


def pkcs8(key, encoding=DER):
    return key.private_bytes(encoding, s.PrivateFormat.PKCS8, PLAIN)


def alone(key, encoding=DER):
    return key.private_bytes(encoding, s.PrivateFormat.TraditionalOpenSSL, PLAIN)


def element(tag, contents):
    length = len(contents)
    head = bytes([length]) if length < 128 else bytes([0x81, length]) if length < 256 else b"\x82" + length.to_bytes(2, "big")
    return bytes([tag]) + head + contents


curves = {"ecdsa-p256": ec.SECP256R1(), "ecdsa-p384": ec.SECP384R1(), "ecdsa-p521": ec.SECP521R1()}
names = {"ecdsa-p256": "prime256v1", "ecdsa-p384": "secp384r1", "ecdsa-p521": "secp521r1"}
keys = {name: ec.generate_private_key(curve) for name, curve in curves.items()}
keys["ed25519"] = ed25519.Ed25519PrivateKey.generate()
for bits in (2048, 3072, 4096):
    keys[f"rsa-{bits}"] = rsa.generate_private_key(65537, bits)

for key_type, key in keys.items():
    for encoding in (DER, PEM):
        add(private, f"{key_type}, PKCS#8 of pyca, {NAMES[encoding]}", key_type, pkcs8(key, encoding), key)
        document = key.public_key().public_bytes(encoding, s.PublicFormat.SubjectPublicKeyInfo)
        add(public, f"{key_type}, {NAMES[encoding]}", key_type, document, key)
        if key_type == "ed25519":
            continue
        add(private, f"{key_type}, bare of pyca, {NAMES[encoding]}", key_type, alone(key, encoding), key)
    written = openssl("pkcs8", "-topk8", "-nocrypt", data=pkcs8(key, PEM))
    add(private, f"{key_type}, PKCS#8 of OpenSSL", key_type, written, key)
    raw = (s.Encoding.Raw, s.PublicFormat.Raw)
    if key_type in curves:
        raw = (s.Encoding.X962, s.PublicFormat.UncompressedPoint)
        # As `openssl ecparam -genkey` writes it, with the parameters in front.
        parameters = openssl("ecparam", "-name", names[key_type])
        add(private, f"{key_type}, behind its parameters", key_type, parameters + alone(key, PEM), key)
        bare = openssl("ec", "-no_public", "-outform", "DER", data=pkcs8(key, PEM))
        add(private, f"{key_type}, bare without its public key", key_type, bare, key)
        size = (curves[key_type].key_size + 7) // 8
        number = key.private_numbers().private_value.to_bytes(size, "big")
        unnamed = element(0x30, b"\x02\x01\x01" + element(4, number))
        add(private, f"{key_type}, bare without its curve", key_type, unnamed, key)
        compressed = key.public_key().public_bytes(s.Encoding.X962, s.PublicFormat.CompressedPoint)
        add(public, f"{key_type}, a compressed point", key_type, compressed, reason=NO_PUBLIC)
        document = spki(key)
        add(public, f"{key_type}, a point off the curve", key_type, document[:-1] + bytes([document[-1] ^ 1]), reason=NO_PUBLIC)
        hybrid = openssl("ec", "-pubout", "-conv_form", "compressed", "-outform", "DER", data=pkcs8(key, PEM))
        add(public, f"{key_type}, a compressed point as DER", key_type, hybrid, reason=NO_PUBLIC)
    if key_type.startswith("rsa"):
        raw = (DER, s.PublicFormat.PKCS1)
        document = key.public_key().public_bytes(PEM, s.PublicFormat.PKCS1)
        add(public, f"{key_type}, PKCS#1 as PEM", key_type, document, key)
        add(public, f"{key_type}, PKCS#1 as PEM, for ed25519", "ed25519", document, reason="its algorithm is not Ed25519")
    add(public, f"{key_type}, bare", key_type, key.public_key().public_bytes(*raw), key)
    add(public, f"{key_type}, its private key as DER", key_type, pkcs8(key), reason=IS_PRIVATE)
    add(public, f"{key_type}, its private key as PEM", key_type, pkcs8(key, PEM), reason=IS_PRIVATE)
    add(private, f"{key_type}, its public key as DER", key_type, spki(key), reason=NO_PKCS8)
    blocks = key.public_key().public_bytes(PEM, s.PublicFormat.SubjectPublicKeyInfo)
    add(private, f"{key_type}, its public key as PEM", key_type, blocks, reason="it has no PEM block with a private key, but others")
    add(public, f"{key_type}, two blocks", key_type, blocks * 2, reason="it has more than one PEM block with the label PUBLIC KEY; give one")
    for other in keys:
        if other == key_type:
            continue
        reason = ANOTHER % key_type
        add(private, f"{key_type} for {other}, PKCS#8", other, pkcs8(key), reason=reason)
        add(public, f"{key_type} for {other}", other, spki(key), reason=reason)
        if key_type != "ed25519":
            add(private, f"{key_type} for {other}, bare", other, alone(key, PEM), reason=reason)

p256 = keys["ecdsa-p256"]
ed = keys["ed25519"]
secp256k1 = ec.generate_private_key(ec.SECP256K1())
add(private, "secp256k1", "ecdsa-p256", pkcs8(secp256k1), reason="its algorithm is not ECDSA on P-256")
add(private, "secp256k1, bare", "ecdsa-p256", alone(secp256k1), reason=NONE)
add(public, "secp256k1", "ecdsa-p256", spki(secp256k1), reason="its algorithm is not ECDSA on P-256")
add(private, "X25519", "ecdsa-p256", pkcs8(x25519.X25519PrivateKey.generate()), reason="its algorithm is not ECDSA on P-256")
add(private, "a bare key of another pair's point", "ecdsa-p256",
    alone(p256)[:-64] + spki(ec.generate_private_key(ec.SECP256R1()))[-64:], reason=NONE)
add(private, "nothing", "ecdsa-p256", b"", reason=NONE)
add(private, "no DER", "ecdsa-p256", b"a" * 32, reason=NONE)
add(private, "two keys", "ecdsa-p256", alone(p256, PEM) + pkcs8(p256, PEM), reason="it has more than one PEM block with a private key; give one")
add(private, "a damaged block", "ecdsa-p256", alone(p256, PEM).replace(b"MH", b"M!"), reason="its PEM block has no end, or something else than base64 in it")
add(private, "something behind DER", "ecdsa-p256", alone(p256) + b"\0", reason=NONE)
old = openssl("ec", "-aes256", "-passout", "pass:" + PASSPHRASE, data=alone(p256, PEM))
assert b"Proc-Type" in old
add(private, "encrypted as before PKCS#8", "ecdsa-p256", old, reason=OLD)
add(private, "encrypted as before PKCS#8, with its passphrase", "ecdsa-p256", old, reason=OLD, passphrase=PASSPHRASE)
add(public, "nothing", "ed25519", b"", reason=NO_PUBLIC)
add(public, "all zeros", "ed25519", bytes(32), reason=NO_PUBLIC)
add(public, "the neutral element", "ed25519", b"\1" + bytes(31), reason=NO_PUBLIC)
add(public, "a byte too few", "ed25519", b"\1" * 31, reason=NO_PUBLIC)
add(public, "a damaged block", "ed25519", b"-----BEGIN PUBLIC KEY-----\nMC!=\n-----END PUBLIC KEY-----\n", reason="its PEM block with the label PUBLIC KEY has no end, or something else than base64 in it")
add(public, "a certificate", "ed25519", b"-----BEGIN CERTIFICATE-----\nMCow\n-----END CERTIFICATE-----\n", reason="it has no PEM block with the label PUBLIC KEY, but others")
add(public, "X25519", "ed25519", spki(x25519.X25519PrivateKey.generate()), reason="its algorithm is not Ed25519")

# RSASSA-PSS in the identifier, without and with what it is restricted to.
pss = openssl("genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048", "-outform", "DER")
numbers = s.load_der_private_key(pss, None)
plain = numbers.private_numbers().private_key()
add(private, "RSASSA-PSS", "rsa-2048", pss, plain)
add(private, "RSASSA-PSS for rsa-4096", "rsa-4096", pss, reason=ANOTHER % "rsa-2048")
restricted = openssl("genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_pss_keygen_md:sha256", "-outform", "DER")
add(private, "RSASSA-PSS with parameters", "rsa-2048", restricted, reason="its algorithm is not RSA")


def encrypted(*options, key=ed, out="DER"):
    return openssl("pkcs8", "-topk8", *options, "-passout", "pass:" + PASSPHRASE, "-outform", out, data=pkcs8(key, PEM))


ways = {"scrypt": ("-scrypt", "-scrypt_N", "1024", "-scrypt_r", "2", "-scrypt_p", "3")}
for cipher in ("aes-128-cbc", "aes-192-cbc", "aes-256-cbc"):
    ways[cipher] = ("-v2", cipher, "-iter", "3")
for prf in ("SHA1", "SHA224", "SHA256", "SHA384", "SHA512"):
    ways[f"HMAC-{prf}"] = ("-v2", "aes-256-cbc", "-v2prf", "hmacWith" + prf, "-iter", "100")
for way, options in ways.items():
    for key_type in ("ed25519", "ecdsa-p384", "rsa-2048"):
        for out in ("DER", "PEM"):
            document = encrypted(*options, key=keys[key_type], out=out)
            add(private, f"{key_type}, {way}, {out}", key_type, document, keys[key_type], passphrase=PASSPHRASE)
for key_type in ("ed25519", "ecdsa-p521"):
    document = keys[key_type].private_bytes(PEM, s.PrivateFormat.PKCS8, s.BestAvailableEncryption(PASSPHRASE.encode()))
    add(private, f"{key_type}, encrypted by pyca", key_type, document, keys[key_type], passphrase=PASSPHRASE)

whole = encrypted("-v2", "aes-256-cbc", "-iter", "100", key=p256)
add(private, "encrypted, of another type", "ecdsa-p384", whole, reason=ANOTHER % "ecdsa-p256", passphrase=PASSPHRASE)
add(private, "another passphrase", "ecdsa-p256", whole, reason=WRONG, passphrase="correct horsf")
add(private, "an empty passphrase", "ecdsa-p256", whole, reason=WRONG, passphrase="")
add(private, "no passphrase", "ecdsa-p256", whole, reason="it is encrypted; give its passphrase")
add(private, "not encrypted, as PEM", "ecdsa-p256", pkcs8(p256, PEM), reason=NOT_ENCRYPTED, passphrase=PASSPHRASE)
add(private, "not encrypted, bare", "ecdsa-p256", alone(p256), reason=NOT_ENCRYPTED, passphrase=PASSPHRASE)
for at, name in ((-1, "the last byte"), (-17, "the last block but one")):
    damaged = bytearray(whole)
    damaged[at] ^= 1
    add(private, f"damaged: {name}", "ecdsa-p256", damaged, reason=WRONG, passphrase=PASSPHRASE)
for options in (("-v2", "des3"), ("-v1", "PBE-SHA1-3DES"), ("-v2", "aria-256-cbc")):
    add(private, f"encrypted with {options[1]}", "ed25519", encrypted(*options), reason=UNKNOWN, passphrase=PASSPHRASE)

# More work than is done for a document, in numbers that are not computed with.
SALT = element(4, b"saltsalt")
OID = lambda text: element(6, bytes.fromhex(text))
AES = element(0x30, OID("60864801650304012a") + element(4, bytes(16)))


def pbes2(kdf, cipher=AES, ciphertext=bytes(64)):
    parameters = element(0x30, kdf + cipher)
    return element(0x30, element(0x30, OID("2a864886f70d01050d") + parameters) + element(4, ciphertext))


def pbkdf2(iterations, rest=b"", salt=SALT):
    return element(0x30, OID("2a864886f70d01050c") + element(0x30, salt + integer(iterations) + rest))


def scrypt(n, r, p, rest=b""):
    return element(0x30, OID("2b06010401da47040b") + element(0x30, SALT + integer(n) + integer(r) + integer(p) + rest))


def integer(number):
    return element(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


for name, kdf, reason in (
    ("10000001 iterations", pbkdf2(10_000_001), TOO_MUCH),
    ("2^31 iterations", pbkdf2(1 << 31), TOO_MUCH),
    ("2^80 iterations", pbkdf2(1 << 80), TOO_MUCH),
    ("no iterations", pbkdf2(0), WRONG),
    ("iterations below 0", element(0x30, OID("2a864886f70d01050c") + element(0x30, SALT + b"\x02\x01\xff")), WRONG),
    ("a salt of 1025 bytes", pbkdf2(1, salt=element(4, bytes(1025))), TOO_MUCH),
    ("another length of the key", pbkdf2(1, integer(16)), WRONG),
    ("an unknown prf", pbkdf2(1, element(0x30, OID("2a864886f70d0206") + b"\x05\0")), UNKNOWN),
    ("parameters of a prf", pbkdf2(1, element(0x30, OID("2a864886f70d0209") + b"\x05\1\0")), WRONG),
    ("scrypt of 256 MiB and a bit", scrypt(1 << 18, 9, 1), TOO_MUCH),
    ("scrypt of much work", scrypt(1 << 14, 8, 129), TOO_MUCH),
    ("scrypt of more lanes than there are bytes", scrypt(1 << 14, 8, (1 << 32) - 1), TOO_MUCH),
    ("scrypt of many lanes", scrypt(2, 1, 1 << 22), TOO_MUCH),
    ("scrypt of a large block", scrypt(2, 1 << 31, 1), TOO_MUCH),
    ("scrypt with N no power of two", scrypt(1000, 8, 1), WRONG),
    ("scrypt with N of 1", scrypt(1, 8, 1), WRONG),
    ("scrypt with another length of the key", scrypt(16, 8, 1, integer(16)), WRONG),
    ("a kdf that is none", element(0x30, OID("2a864886f70d01050f") + element(0x30, SALT)), UNKNOWN),
):
    add(private, f"encrypted: {name}", "ed25519", pbes2(kdf), reason=reason, passphrase=PASSPHRASE)
add(private, "encrypted: a short iv", "ed25519", pbes2(pbkdf2(1), element(0x30, OID("60864801650304012a") + element(4, bytes(15)))), reason=WRONG, passphrase=PASSPHRASE)
add(private, "encrypted: nothing", "ed25519", pbes2(pbkdf2(1), ciphertext=b""), reason=WRONG, passphrase=PASSPHRASE)
add(private, "encrypted: no whole block", "ed25519", pbes2(pbkdf2(1), ciphertext=bytes(17)), reason=WRONG, passphrase=PASSPHRASE)

version = openssl("version").decode().split()[1]
import cryptography  # noqa: E402

source = f"OpenSSL {version} and pyca/cryptography {cryptography.__version__}; what is refused is assembled from RFC 5915, 5958, 8017 and 8018"
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "keys.json"), "w", encoding="utf-8") as file:
    rows = lambda cases: ",\n".join("    " + json.dumps(case) for case in cases)
    file.write('{\n  "source": %s,\n  "private": [\n%s\n  ],\n  "public": [\n%s\n  ]\n}\n' % (json.dumps(source), rows(private), rows(public)))
print(len(private), "private,", len(public), "public")
