"""The bytes of docs/formats.md, written from that page alone. Section numbers are that page's."""

import base64
import string
import zlib
from collections import namedtuple

import cbor
import pairs
from primitives import NO_SALT, argon2id, cmac, ed25519_public, ed25519_sign, hkdf, hkdf_expand, hkdf_expand_sha512, hmac, seal, siv_encrypt, xor

Type = namedtuple("Type", "number name family size aead")

TYPES = {
    row.number: row
    for row in (
        Type(1, "xaes256-gcm", "encryption", 32, "XAES"),
        Type(2, "aes256-siv", "encryption", 64, None),
        Type(3, "aes256-gcm96", "encryption", 32, "GCM"),
        Type(4, "aes128-gcm96", "encryption", 16, "GCM"),
        Type(5, "chacha20-poly1305", "encryption", 32, "ChaCha"),
        Type(6, "xchacha20-poly1305", "encryption", 32, "XChaCha"),
        Type(7, "ed25519", "ed25519", 64, None),
        Type(8, "ecdsa-p256", "ecdsa", 32, None),
        Type(9, "ecdsa-p384", "ecdsa", 48, None),
        Type(10, "ecdsa-p521", "ecdsa", 66, None),
        Type(11, "rsa-2048", "rsa", None, None),
        Type(12, "rsa-3072", "rsa", None, None),
        Type(13, "rsa-4096", "rsa", None, None),
        Type(14, "hmac", "hmac", None, None),
        Type(15, "ml-dsa-44", "ml-dsa", 32, None),
        Type(16, "ml-dsa-65", "ml-dsa", 32, None),
        Type(17, "ml-dsa-87", "ml-dsa", 32, None),
        Type(18, "aes128-cmac", "cmac", 16, None),
        Type(19, "aes256-cmac", "cmac", 32, None),
        Type(20, "tink-gcm-hkdf-stream", "stream", None, None),
        Type(21, "tink-ctr-hmac-stream", "stream", None, None),
    )
}
XAES, SIV, GCM256, GCM128, CHACHA, XCHACHA, ED25519, P256 = range(1, 9)
RSA2048, HMAC, MLDSA44, CMAC256, GCM_STREAM, CTR_STREAM = 11, 14, 15, 19, 20, 21
NONCE = {GCM256: 12, GCM128: 12, CHACHA: 12, XCHACHA: 24}
TRANSIT = frozenset(NONCE)
HASHES = {
    "sha2-224": "sha224", "sha2-256": "sha256", "sha2-384": "sha384", "sha2-512": "sha512",
    "sha3-224": "sha3_224", "sha3-256": "sha3_256", "sha3-384": "sha3_384", "sha3-512": "sha3_512",
}


def u16(n):
    return n.to_bytes(2, "big")


def u32(n):
    return n.to_bytes(4, "big")


def u64(n):
    return n.to_bytes(8, "big")


# --- Section 2: the committing payload

CIPHERTEXT, DOCUMENT, SEAL, BACKUP, TOKEN = (
    f"strongroom.{name}.v1".encode() for name in ("xaes256-gcm", "document", "seal", "backup", "token")
)


def payload_keys(label, material, n, kind, context):
    okm = hkdf(label, material, u32(n) + bytes([kind]) + context, 64)
    return okm[:32], okm[32:]


def payload(label, material, n, kind, context, aad, plaintext, nonce):
    enc, com = payload_keys(label, material, n, kind, context)
    return nonce + hmac(com, nonce + aad) + seal("XAES", enc, nonce, plaintext, aad)


# --- Section 4: context and aad

def encode_map(pairs):
    """The encoding of a map; the pairs may be given in any order."""
    out = u16(len(pairs))
    for key, value in sorted((k.encode(), v.encode()) for k, v in pairs):
        out += u16(len(key)) + key + u16(len(value)) + value
    return out


def encoded(value):
    """Kind byte and encoding of a context or an aad in its JSON form."""
    if value is None:
        return 0, b""
    ((form, content),) = value.items()
    if form == "map":
        return 2, encode_map(content.items())
    if form == "repeat":
        return 1, bytes.fromhex(content[0]) * content[1]
    return 1, content.encode() if form == "text" else bytes.fromhex(content)


# --- Section 3: payloads of the key types

def transit_keys(body, n, context, plaintext):
    """The key of a Transit version and, when convergent, the nonce that the plaintext must have."""
    version = body["versions"][n - 1]
    material, size = version["material"], TYPES[version["type"]].size
    if not body["derived"]:
        return material, None
    rule = version.get("convergent_version", body.get("convergent_version"))
    nonce_size = NONCE[version["type"]]
    if rule == 3:
        okm = hkdf(NO_SALT, material, context, size + 32)
        return okm[:size], hmac(okm[size:], plaintext)[:nonce_size]
    if version.get("kdf", body["kdf"]) == 1:
        key = hkdf(NO_SALT, material, context, size)
    else:
        key = hmac(material, u32(0) + context + u32(256))[:size]
    return key, hmac(context, plaintext)[:nonce_size] if rule == 2 else None


def siv_key(material, n, kind, context):
    return hkdf(b"strongroom.aes256-siv.v1", material, u32(n) + bytes([kind]) + context, 64)


def encrypt(body, n, context, aad, plaintext, nonce=None):
    """The payload of a ciphertext; `nonce` is for the types that draw one."""
    (kind, context), (_, aad) = encoded(context), encoded(aad)
    version = body["versions"][n - 1]
    if version["type"] == XAES:
        return payload(CIPHERTEXT, version["material"], n, kind, context, aad, plaintext, nonce)
    if version["type"] == SIV:
        return siv_encrypt(siv_key(version["material"], n, kind, context), aad, plaintext)
    key, ruled = transit_keys(body, n, context, plaintext)
    nonce = nonce or ruled
    return nonce + seal(TYPES[version["type"]].aead, key, nonce, plaintext, aad)


def ed25519_seed(body, n, context):
    material = body["versions"][n - 1]["material"]
    return hkdf(NO_SALT, material, encoded(context)[1], 32) if body["derived"] else material[:32]


def sign(body, n, context, message):
    return ed25519_sign(ed25519_seed(body, n, context), message)


def public_key(body, n, context):
    version = body["versions"][n - 1]
    if "public" in version or TYPES[version["type"]].family == "ed25519":
        return version.get("public") or ed25519_public(ed25519_seed(body, n, context))
    return pairs.public_key(version["type"], version["material"])


def mac(body, n, message, name="sha2-256"):
    version = body["versions"][n - 1]
    if TYPES[version["type"]].family == "cmac":
        return cmac(version["material"], message)
    return hmac(version["material" if version["type"] == HMAC else "hmac_key"], message, HASHES[name])


# --- Section 3.3: subkeys of one context

def subkeys(body, n, context):
    """What a version's material and HMAC key become under a context."""
    version, (kind, encoding) = body["versions"][n - 1], encoded(context)
    number, material, bound = version["type"], version["material"], u32(n) + bytes([kind]) + encoding
    out = {}
    if number == XAES:
        out["encrypt"] = b"".join(payload_keys(CIPHERTEXT, material, n, kind, encoding))
        out["stream"] = hkdf(b"strongroom.stream.v1", material, bound, 32)
        out["token"] = b"".join(payload_keys(TOKEN, material, n, kind, encoding))
    elif number == SIV:
        out["encrypt"] = siv_key(material, n, kind, encoding)
    elif number == ED25519:
        out["encrypt"] = ed25519_seed(body, n, context)
    else:
        out["encrypt"] = transit_keys(body, n, encoding, b"")[0]
        if body["convergent"] and version.get("convergent_version", body["convergent_version"]) == 3:
            out["nonce"] = hkdf(NO_SALT, material, encoding, TYPES[number].size + 32)[-32:]
    if "hmac_key" in version:
        out["index"] = hkdf(b"strongroom.index.v1", version["hmac_key"], bound, 32)
    return out


# --- Section 16: streams

def stream_input_key(material, n, kind, context):
    return hkdf(b"strongroom.stream.v1", material, u32(n) + bytes([kind]) + context, 32)


def stream_keys(input_key, salt, kind, aad):
    """The key, the base nonce and the commitment of a stream. An aad of no bytes is none."""
    label = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"
    okm = hkdf_expand_sha512(input_key, label + salt + bytes([kind if aad else 0]) + aad, 76)
    return okm[:32], okm[32:44], okm[44:]


def stream_nonce(base, k):
    return xor(base, k.to_bytes(12, "big"))


def stream(material, n, kind, context, aad_kind, aad, salt, plaintext, magic=b"SRF1"):
    key, base, commitment = stream_keys(stream_input_key(material, n, kind, context), salt, aad_kind, aad)
    out = magic + u32(n) + salt + commitment
    for k in range(len(plaintext) // 16384 + 1):
        out += seal("GCM", key, stream_nonce(base, k), plaintext[16384 * k : 16384 * (k + 1)], b"")
    return out


# --- Section 18: tokens and API keys

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def token_bound(prefix, aad_kind, aad):
    """What is authenticated with a token beside its plaintext. An aad of no bytes is none."""
    return bytes([len(prefix)]) + prefix.encode() + bytes([aad_kind if aad else 0]) + aad


def issued_token(material, n, kind, context, aad_kind, aad, prefix, issued, expires, content, nonce, label=TOKEN):
    times = u64(issued) + u64(expires)
    sealed = payload(label, material, n, kind, context, token_bound(prefix, aad_kind, aad), times + content, nonce)
    return prefix + b64(binary(n, sealed), jws=True)


def base62(number, size):
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = BASE62[digit] + digits
    return digits.rjust(size, "0")


def api_key_check(begun):
    return base62(zlib.crc32(begun.encode()), 6)


def api_key(prefix, random):
    """`prefix` has no underscore here."""
    begun = f"{prefix}_{base62(int.from_bytes(random, 'big'), 43)}"
    return begun + api_key_check(begun)


def api_key_index(hmac_key, n, key):
    """256 bits of the whole value under one name, without a context."""
    return index_bits(index_key(hmac_key, n, 0, b""), b"strongroom.api-key", 256, 0, 0, key)


# --- Section 5: text and binary

def b64(data, jws=False):
    return base64.urlsafe_b64encode(data).decode().rstrip("=") if jws else base64.b64encode(data).decode()


def default_prefix(body, n):
    return "strongroom:" if body["versions"][n - 1]["type"] in (XAES, SIV) else "vault:"


def text(body, n, data, jws=False, template=True):
    """The text of a payload or signature. Macs ask for `template=False`."""
    if template and "template" in body:
        return body["template"].replace("{{version}}", str(n)) + b64(data, jws)
    return f"{default_prefix(body, n)}v{n}:{b64(data, jws)}"


def binary(n, data):
    return b"\xfe" + u32(n) + data


# --- Sections 6 and 7: files and key documents

def file_name(name, kind="key"):
    return f"{kind}-" + "".join("+" + c.lower() if "A" <= c <= "Z" else c for c in name) + ".sr"


def document_header(keyring_id, root, generation, key_id, name, magic=b"SRK1"):
    encoded_name = name.encode()
    return magic + keyring_id + u32(root) + u64(generation) + key_id + bytes([len(encoded_name)]) + encoded_name


def document(keyring_id, root, root_key, generation, key_id, name, body, nonce, magic=b"SRK1"):
    """A key document. `body` is an item to encode or, as `cbor.Raw`, bytes that are taken as they are."""
    header = document_header(keyring_id, root, generation, key_id, name, magic)
    context = keyring_id + name.encode()
    return header + payload(DOCUMENT, root_key, root, 1, context, header, cbor.encode(body), nonce)


# --- Section 8: the root document and its seals

def root_key_id(sealing_key):
    return hkdf(b"strongroom.seal-id.v1", sealing_key, b"", 8).hex()


def wrap_aad(owner_id, number, kind, copy_id):
    return owner_id + u32(number) + cbor.encode([kind, copy_id])


def wrap(sealer, aad, secret, stream):
    """The blob of a seal: `sealer` is its JSON form."""
    if sealer["kind"] == "root-key":
        return payload(SEAL, bytes.fromhex(sealer["key"]), 1, 0, b"", aad, secret, stream.take(24))
    m, t, p = sealer.get("m", 65536), sealer.get("t", 3), sealer.get("p", 4)
    salt = stream.take(16)
    key = argon2id(sealer["passphrase"].encode(), m, t, p, salt)
    params = u32(m) + u32(t) + u32(p) + salt
    return params + payload(SEAL, key, 1, 0, b"", aad + params, secret, stream.take(24))


def token(blob, version=None, iv=None):
    """What a platform gave for a key encryption key."""
    given = {"blob": blob, "iv": iv, "version": version}
    return cbor.encode({name: value for name, value in given.items() if value is not None})


def platform_blob(aad, kek, encoded_token, secret, nonce):
    head = b"SP1" + u16(len(encoded_token)) + encoded_token
    return head + payload(SEAL, kek, 1, 0, b"", aad + head, secret, nonce)


def binding(owner, owner_id, number):
    """What a platform with associated data is given; `owner` is keyring or backup."""
    return encode_map([(f"strongroom-{owner}", owner_id.hex()), ("strongroom-root", str(number))])


def copy(owner_id, number, sealer, secret, stream):
    blob = wrap(sealer, wrap_aad(owner_id, number, sealer["kind"], sealer["id"]), secret, stream)
    return {"id": sealer["id"], "blob": blob, "kind": sealer["kind"]}


def root_mac(root_key, signed):
    return hmac(hkdf(b"strongroom.root.v1", root_key, b"mac", 32), signed)


def root_document(keyring_id, generation, content, root_key, magic=b"SRR1"):
    signed = magic + keyring_id + u64(generation) + cbor.encode(content)
    return signed + root_mac(root_key, signed)


def root_seed(root_key):
    return hkdf(b"strongroom.root.v1", root_key, b"sign", 32)


def statement(keyring_id, before, number, public):
    return b"strongroom.root-line.v1" + keyring_id + u32(before) + u32(number) + public


def line(keyring_id, roots):
    """The line of roots, given as {number: root key}, in their order."""
    entries, signer, before = [], None, 0
    for number, root_key in roots.items():
        seed = root_seed(root_key)
        public = ed25519_public(seed)
        signature = ed25519_sign(signer or seed, statement(keyring_id, before, number, public))
        entries.append({"number": number, "public": public, "signature": signature})
        signer, before = seed, number
    return entries[-256:]


def pin(keyring_id, entry, generation):
    return f"srp1:{keyring_id.hex()}:{entry['number']}:{entry['public'].hex()}:{generation}"


# --- Section 9: sealed backups

def backup(backup_id, backup_key, sealer, body, stream):
    entry = copy(backup_id, 1, sealer, backup_key, stream)
    return backup_file(backup_id, backup_key, [entry["kind"], entry["id"], entry["blob"]], body, stream)


def backup_file(backup_id, backup_key, entry, body, stream, magic=b"SRB1"):
    listed = cbor.encode(entry)
    head = magic + backup_id + u32(len(listed)) + listed
    return head + payload(BACKUP, backup_key, 1, 0, b"", head, cbor.encode(body), stream.take(24))


# --- Section 14: the witness

def witness(keyring_id, time, generation, number, root_key, entries, count=None, magic=b"SRW1", label=b"strongroom.witness.v1", public=None):
    """A witness of these entries, in the order given; `count`, `magic`, `label` and `public` are what a wrong one has different."""
    seed = root_seed(root_key)
    file = magic + keyring_id + u64(time) + u64(generation) + u32(number) + (public or ed25519_public(seed))
    file += u32(len(entries) if count is None else count) + b"".join(map(witness_entry, entries))
    return file + ed25519_sign(seed, label + file)


def witness_entry(entry):
    name = entry["name"].encode()
    return (bytes([entry["kind"], len(name)]) + name + entry["key_id"] + u64(entry["generation"]) + u32(entry["root_number"])
            + u32(entry["latest"]) + u64(entry["created"]))


# --- Section 11: snapshots

def snapshot(documents, count=None, magic=b"SRS1"):
    """A snapshot of these documents, the root document first; `count` is what a wrong one says instead of their number."""
    parts = (u32(len(document)) + document for document in documents)
    return magic + u32(len(documents) if count is None else count) + b"".join(parts)


# --- Section 17: blind index

WHOLE, BEGINNING, PIECE = range(3)


def index_key(ikm, n, kind, context):
    return hkdf(b"strongroom.index.v1", ikm, u32(n) + bytes([kind]) + context, 32)


def index_bits(key, name, bits, form, length, text):
    """The bits of a value, or of a part of one, that is normalised already."""
    column = hkdf_expand(key, b"index" + u16(bits) + bytes([form, length, len(name)]) + name, 32)
    size, spare = (bits + 7) // 8, -bits % 8
    number = int.from_bytes(hmac(column, text.encode())[:size], "big")
    return (number >> spare << spare).to_bytes(size, "big")


def index_text(n, bits):
    return f"strongroom:i{n}:" + base64.urlsafe_b64encode(bits).decode().rstrip("=")


def beginnings(text, lengths):
    """Pairs of a length and what is indexed with it."""
    return {(n, text[:n]) for n in lengths if len(text) >= n}


def pieces(text, n):
    return {(n, text[at : at + n]) for at in range(len(text) - n + 1)}


def written_version(created, minimum, now, staleness):
    """By the dates of the versions, None where none is known; times in nanoseconds, the staleness in milliseconds."""
    known = [n for n, time in enumerate(created, 1) if n >= minimum and (time or 0) <= now - staleness * 10**6 - 10**10]
    return max(known, default=minimum)
