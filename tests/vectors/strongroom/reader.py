"""A strict reader of documents, backups and snapshots: the check on the vectors themselves."""

import base64
import hmac
import re
import string

from cryptography.exceptions import InvalidTag

import cbor
import formats
from body import MAX_VERSION, Refused, check_body, is_uint, require
from primitives import argon2id, ed25519_public, ed25519_verify, unseal
from primitives import hmac as mac_of

NAME = re.compile(rb"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?")


class Reader:
    """Takes big-endian fields off the front of a file."""

    def __init__(self, data, error):
        self.data, self.at, self.error = data, 0, error

    def take(self, count):
        require(self.at + count <= len(self.data), "ends early", self.error)
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, count):
        return int.from_bytes(self.take(count), "big")


def require_magic(found, magic):
    """Another format of the same kind of file is told apart from what is no such file."""
    require(found == magic, "magic", "unsupported_format" if found[:3] == magic[:3] else "corrupt_document")


def is_name(name):
    return len(name) <= 120 and NAME.fullmatch(name) is not None


# Of the wrapping key, which no key of a user's can have.
WRAPPING = b"-wrapping"


def is_name_of_document(name):
    return is_name(name) or name == WRAPPING


def open_payload(label, material, n, kind, context, aad, data):
    """The plaintext, or None."""
    if len(data) < 72:
        return None
    enc, com = formats.payload_keys(label, material, n, kind, context)
    nonce = data[:24]
    if not hmac.compare_digest(mac_of(com, nonce + aad), data[24:56]):
        return None
    try:
        return unseal("XAES", enc, nonce, data[56:], aad)
    except InvalidTag:
        return None


def parse(data, error="corrupt_document"):
    try:
        return cbor.decode(data)
    except (ValueError, TypeError, RecursionError) as problem:
        raise Refused(error, f"CBOR: {problem}") from None


# --- Section 8

def parse_root_key(text):
    text = text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text
    form, _, rest = text.rpartition(":")
    if form in ("", "hex") and len(rest) == 64 and set(rest) <= set(string.hexdigits):
        key = bytes.fromhex(rest)
    elif form in ("", "base64") and len(rest) == 44:
        try:
            key = base64.b64decode(rest, validate=True)
        except ValueError:
            raise Refused("invalid_root_key", "base64") from None
        require(formats.b64(key) == rest and len(key) == 32, "base64", "invalid_root_key")
    else:
        raise Refused("invalid_root_key", "form")
    require(not text.startswith(":") and len(set(key)) > 1, "equal bytes", "invalid_root_key")
    return key


def identity(sealer):
    """Kind and id of a seal; the id of a sealing key follows from it."""
    given = sealer["id"] if sealer["kind"] != "root-key" else formats.root_key_id(bytes.fromhex(sealer["key"]))
    return sealer["kind"], given


def chosen(mine, newest):
    """Kind and id of the copy that a seal opens, of those that the newest root has."""
    of_this_kind = [pair for pair in newest if pair[0] == mine[0]]
    return of_this_kind[0] if mine not in newest and mine[0] != "root-key" and len(of_this_kind) == 1 else mine


def unwrap(sealer, blob, aad):
    """The secret in a blob, or None."""
    if sealer["kind"] == "root-key":
        return open_payload(formats.SEAL, bytes.fromhex(sealer["key"]), 1, 0, b"", aad, blob)
    if len(blob) != 132:
        return None
    m, t, p = (int.from_bytes(blob[i : i + 4], "big") for i in (0, 4, 8))
    if not (19456 <= m <= 1048576 and 1 <= t <= 16 and 1 <= p <= 16):
        return None
    usual = m <= 131072 and m * t <= 786432
    require(usual or sealer.get("allow_costly"), "the parameters cost too much", "seal_too_costly")
    key = argon2id(sealer["passphrase"].encode(), m, t, p, blob[12:28])
    return open_payload(formats.SEAL, key, 1, 0, b"", aad + blob[:28], blob[28:])


def open_platform(blob, aad, kek):
    """The secret in a platform's blob and the token, where the platform gives `kek` for it."""
    wrong = lambda held, reason: require(held, reason, "wrong_seal")
    wrong(len(blob) >= 5 and blob[:3] == b"SP1", "magic")
    size = int.from_bytes(blob[3:5], "big")
    wrong(size <= 60000 and len(blob) == 5 + size + 104, "length")
    token = parse(blob[5 : 5 + size], "wrong_seal")
    wrong(isinstance(token, dict) and {"blob"} <= set(token) <= {"blob", "iv", "version"}, "token fields")
    wrong(isinstance(token["blob"], bytes) and token["blob"], "token blob")
    wrong(isinstance(token.get("iv", b""), bytes) and isinstance(token.get("version", ""), str), "token iv and version")
    wrong(len(kek) == 32, "key encryption key")
    secret = open_payload(formats.SEAL, kek, 1, 0, b"", aad + blob[: 5 + size], blob[5 + size :])
    wrong(secret is not None, "the payload does not open")
    return secret, token


def _is_label(value):
    return isinstance(value, str) and 1 <= len(value.encode()) <= 255


def _check_root(root):
    require(isinstance(root, dict) and set(root) == {"copies", "number"}, "root fields")
    require(is_uint(root["number"], 1, MAX_VERSION), "root number")
    require(isinstance(root["copies"], list) and 1 <= len(root["copies"]) <= 64, "number of copies")
    for entry in root["copies"]:
        require(isinstance(entry, dict) and {"id", "blob", "kind"} <= set(entry) <= {"id", "blob", "kind", "added", "label"}, "copy fields")
        require(_is_label(entry["id"]) and _is_label(entry["kind"]), "copy kind and id")
        require(_is_label(entry.get("label", "none")) and is_uint(entry.get("added", 0)), "notes of a copy")
        require(isinstance(entry["blob"], bytes) and 1 <= len(entry["blob"]) <= 65535, "blob")
    pairs = {(entry["kind"], entry["id"]) for entry in root["copies"]}
    require(len(pairs) == len(root["copies"]), "copies not unique")
    return pairs


def open_root(data, sealer):
    """The keyring id, the label and {number: root key}."""
    reader = Reader(data, "corrupt_document")
    require_magic(reader.take(4), b"SRR1")
    keyring_id = reader.take(16)
    require(reader.number(8) >= 1, "generation")
    require(len(data) >= reader.at + 32, "ends early")
    content = parse(data[reader.at : -32])
    require(isinstance(content, dict) and {"label", "roots"} <= set(content) <= {"label", "roots", "line", "staleness"}, "root document fields")
    label, roots = content["label"], content["roots"]
    require(isinstance(label, str) and len(label.encode()) <= 255, "label")
    require(isinstance(roots, list) and 1 <= len(roots) <= 16, "number of roots")
    held = [_check_root(root) for root in roots]
    numbers = [root["number"] for root in roots]
    require(numbers == sorted(set(numbers)), "roots out of order")
    require(all(held[-1] <= pairs for pairs in held), "a seal lacks a copy")
    if "staleness" in content:
        bound = content["staleness"]
        require(isinstance(bound, dict) and set(bound) == {"limit", "since", "before"} and all(map(is_uint, bound.values())), "staleness")
    if "line" in content:
        check_line(content["line"], numbers)
    mine = chosen(identity(sealer), held[-1])
    keys = {}
    for root, pairs in zip(roots, held):
        require(mine in pairs, "no copy of this seal", "wrong_seal")
        (entry,) = (e for e in root["copies"] if (e["kind"], e["id"]) == mine)
        keys[root["number"]] = unwrap(sealer, entry["blob"], formats.wrap_aad(keyring_id, root["number"], *mine))
        require(keys[root["number"]] is not None, "the copy does not open", "wrong_seal")
        require(len(keys[root["number"]]) == 32, "root key length")
    require(hmac.compare_digest(formats.root_mac(keys[numbers[-1]], data[:-32]), data[-32:]), "mac")
    if "line" in content:
        verify_line(content["line"], keyring_id, keys)
    return keyring_id, label, keys


def check_line(line, listed):
    """What can be seen without a key; `listed` are the numbers of the roots, ascending."""
    require(isinstance(line, list) and 1 <= len(line) <= 256, "number of entries")
    for entry in line:
        require(isinstance(entry, dict) and set(entry) == {"number", "public", "signature"}, "entry fields")
        require(is_uint(entry["number"], 1, MAX_VERSION), "entry number")
        require(isinstance(entry["public"], bytes) and len(entry["public"]) == 32, "entry public")
        require(isinstance(entry["signature"], bytes) and len(entry["signature"]) == 64, "entry signature")
    numbers = [entry["number"] for entry in line]
    require(numbers == sorted(set(numbers)), "entries out of order")
    require(set(listed) <= set(numbers), "a root without an entry")
    require(numbers[-1] == listed[-1], "the line ends with another root")


def verify_line(line, keyring_id, keys):
    for at, entry in enumerate(line):
        if at == 0 and len(line) == 256:
            continue
        by, before = (line[at - 1]["public"], line[at - 1]["number"]) if at else (entry["public"], 0)
        said = formats.statement(keyring_id, before, entry["number"], entry["public"])
        require(ed25519_verify(by, said, entry["signature"]), "signature of the line")
    publics = {entry["number"]: entry["public"] for entry in line}
    for number, key in keys.items():
        require(ed25519_public(formats.root_seed(key)) == publics[number], "another root key than the line's")


PIN = re.compile(r"srp1:([0-9a-f]{32}):([1-9][0-9]{0,9}):([0-9a-f]{64}):([1-9][0-9]{0,19})", re.ASCII)


def parse_pin(text):
    """Keyring id, number, P, generation."""
    match = PIN.fullmatch(text)
    require(match is not None and int(match[2]) <= MAX_VERSION and int(match[4]) < 2**64, "pin", "invalid_option")
    return bytes.fromhex(match[1]), int(match[2]), bytes.fromhex(match[3]), int(match[4])


def meets(pin, keyring_id, generation, line):
    """Whether a root document of that id, generation and line (None without one) meets a pin."""
    pinned_id, number, public, least = pin
    entries = [(entry["number"], entry["public"]) for entry in line or ()]
    require(pinned_id == keyring_id and generation >= least and (number, public) in entries, "pin", "keyring_mismatch")


# --- Section 7

def parse_header(data, magic):
    """What a document of a key says of itself outside of the seal: keyring id, root, generation, key id, name; and its length."""
    reader = Reader(data, "corrupt_document")
    require_magic(reader.take(4), magic)
    keyring_id, root, generation, key_id = reader.take(16), reader.number(4), reader.number(8), reader.take(16)
    name = reader.take(reader.number(1))
    require(1 <= root <= MAX_VERSION and generation >= 1 and is_name_of_document(name), "header")
    return keyring_id, root, generation, key_id, name.decode(), reader.at


def open_sealed(data, keyring_id, root_keys, name, magic):
    """The generation, the key id and the body of a document of a key."""
    owner, root, generation, key_id, header_name, at = parse_header(data, magic)
    require(owner == keyring_id, "keyring id")
    require(header_name == name, "another key's document")
    require(root in root_keys, "root number")
    body = open_payload(formats.DOCUMENT, root_keys[root], root, 1, keyring_id + name.encode(), data[:at], data[at:])
    require(body is not None, "payload")
    body = parse(body)
    require(isinstance(body, dict) and body.get("name") == name, "name in the body")
    return generation, key_id, body


def open_document(data, keyring_id, root_keys, name):
    return check_body(open_sealed(data, keyring_id, root_keys, name, b"SRK1")[2])


# --- Section 10

def open_usage(data, keyring_id, root_keys, name):
    """The generation, the key id and the uses by version."""
    generation, key_id, body = open_sealed(data, keyring_id, root_keys, name, b"SRU1")
    require(set(body) == {"name", "uses"} and isinstance(body["uses"], dict), "usage fields")
    for number, count in body["uses"].items():
        require(is_uint(number, 1, MAX_VERSION) and is_uint(count), "uses")
    return generation, key_id, body["uses"]


# --- Section 9

def open_backup(data, sealer):
    """The body in a sealed backup."""
    reader = Reader(data, "corrupt_backup")
    require(reader.take(4) == b"SRB1", "magic", "corrupt_backup")
    backup_id = reader.take(16)
    entry = parse(reader.take(reader.number(4)), "corrupt_backup")
    require(isinstance(entry, list) and len(entry) == 3, "CBOR", "corrupt_backup")
    kind, copy_id, blob = entry
    require(_is_label(kind) and _is_label(copy_id) and isinstance(blob, bytes), "kind, id, blob", "corrupt_backup")
    require(kind == sealer["kind"], "another kind of seal", "wrong_seal")
    key = unwrap(sealer, blob, formats.wrap_aad(backup_id, 1, kind, copy_id))
    require(key is not None and len(key) == 32, "the blob does not open", "wrong_seal")
    body = open_payload(formats.BACKUP, key, 1, 0, b"", data[: reader.at], data[reader.at :])
    require(body is not None, "payload", "corrupt_backup")
    try:
        body = parse(body)
        require(isinstance(body, dict), "not a map")
        uses = body.pop("uses", {})
        require(isinstance(uses, dict) and all(is_uint(n, 1, MAX_VERSION) and is_uint(count) for n, count in uses.items()), "uses")
        require("deleted" not in body or uses == {}, "uses of a tombstone")
        body = check_body(body)
        require("lent" not in body, "a key that was lent")
    except Refused as refused:
        raise Refused("corrupt_backup", refused.reason) from None
    require("deleted" not in body and is_name(body["name"].encode()), "body", "corrupt_backup")
    return body


# --- Section 14

def open_witness(data):
    """Keyring id, time, root generation, root number, P and the entries."""
    if len(data) >= 4:
        require_magic(data[:4], b"SRW1")
    reader = Reader(data[:-64], "corrupt_document")
    require(reader.take(4) == b"SRW1", "magic")
    keyring_id, time, generation, number, public, count = (
        reader.take(16), reader.number(8), reader.number(8), reader.number(4), reader.take(32), reader.number(4))
    require(ed25519_verify(public, b"strongroom.witness.v1" + data[:-64], data[-64:]), "signature")
    require(generation >= 1 and 1 <= number <= MAX_VERSION, "root generation and number")
    entries, places = [], []
    for _ in range(count):
        entries.append(_witness_entry(reader))
        places.append((entries[-1]["kind"], entries[-1]["name"].encode()))
    require(reader.at == len(data) - 64, "bytes after the last entry")
    require(places == sorted(set(places)), "order")
    return keyring_id, time, generation, number, public, entries


def _witness_entry(reader):
    kind, size = reader.number(1), reader.number(1)
    name, key_id = reader.take(size), reader.take(16)
    generation, root, latest, created = reader.number(8), reader.number(4), reader.number(4), reader.number(8)
    require(kind in (1, 2) and is_name_of_document(name), "kind and name")
    require(generation >= 1 and 1 <= root <= MAX_VERSION and latest <= MAX_VERSION, "numbers")
    require((created == 0 or latest > 0) and (kind == 1 or latest == 0), "latest and created")
    return {"kind": kind, "name": name.decode(), "key_id": key_id, "generation": generation, "root_number": root, "latest": latest, "created": created}


def compare(was, found, created):
    """What became of a key that is not deleted; `created` is the date of the version that the entry names."""
    require(found["generation"] >= was["generation"] and found["root_number"] >= was["root_number"], "older", "rolled_back")
    if found["key_id"] != was["key_id"]:
        return require(found["generation"] > was["generation"], "another history", "rolled_back")
    require(found["latest"] >= was["latest"] and (was["latest"] == 0 or created == was["created"]), "another history", "rolled_back")


# --- Section 11

def open_snapshot(data, sealer):
    """The keyring id and {file name: document}."""
    reader, listed = Reader(data, "corrupt_backup"), []
    require(reader.take(4) == b"SRS1", "magic", "corrupt_backup")
    for at in range(reader.number(4)):
        document = reader.take(reader.number(4))
        listed.append((_place(document) if at else None, document))
    require(listed != [], "no root document", "corrupt_backup")
    require(reader.at == len(data), "bytes after the last document", "corrupt_backup")
    places = [place for place, _ in listed[1:]]
    require(places == sorted(set(places)), "order", "corrupt_backup")
    keyring_id, _, keys = open_root(listed[0][1], sealer)
    found = {"root.sr": listed[0][1]}
    for (magic, name), document in listed[1:]:
        opener, kind = (open_document, "key") if magic == b"SRK1" else (open_usage, "usage")
        opener(document, keyring_id, keys, name.decode())
        found[formats.file_name(name.decode(), kind)] = document
    return keyring_id, found


def _place(document):
    """What the documents of keys are in order of."""
    magic = next((known for known in (b"SRK1", b"SRU1") if len(document) >= 4 and document[:3] == known[:3]), None)
    require(magic is not None, "kind of a document", "corrupt_backup")
    require_magic(document[:4], magic)
    try:
        return magic, parse_header(document, magic)[4].encode()
    except Refused as refused:
        raise Refused("corrupt_backup", refused.reason) from None


def open_stream(file, latest, asked):
    """The chunks of a stream, each once it has opened (section 16); `asked` is material, context and aad, the two with their kinds."""
    material, kind, context, aad_kind, aad = asked
    require(file[:3] == b"SRF"[: len(file)], "magic", "malformed")
    require(file[3:4] in (b"1", b""), "fourth byte", "unsupported_format")
    require(len(file) >= 64, "the beginning of a header", "truncated_stream")
    n, salt, commitment = int.from_bytes(file[4:8], "big"), file[8:32], file[32:64]
    require(1 <= n <= MAX_VERSION, "N", "malformed")
    require(n <= latest, "N above the latest", "version_too_new")
    key, base, expected = formats.stream_keys(formats.stream_input_key(material, n, kind, context), salt, aad_kind, aad)
    require(hmac.compare_digest(commitment, expected), "commitment", "decrypt_failed")
    at, k, last = 64, 0, False
    while not last:
        chunk = file[at : at + 16400]
        require(len(chunk) >= 16, "no chunk", "truncated_stream")
        try:
            yield unseal("GCM", key, formats.stream_nonce(base, k), chunk, b"")
        except InvalidTag:
            raise Refused("decrypt_failed", f"chunk {k}") from None
        at, k, last = at + len(chunk), k + 1, len(chunk) < 16400


def utf8(data):
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Refused("invalid_value", "not UTF-8") from None


INDEX = re.compile(r"strongroom:i([1-9][0-9]{0,9}):([A-Za-z0-9_-]{1,43})", re.ASCII)


def read_index(text):
    """N and the bits of an index's text."""
    found = INDEX.fullmatch(text)
    require(found is not None and int(found[1]) <= MAX_VERSION, "outside", "malformed")
    encoded = found[2]
    require(len(encoded) % 4 != 1, "base64url", "malformed")
    bits = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    require(formats.index_text(int(found[1]), bits) == text, "spare bits", "malformed")
    return int(found[1]), bits
