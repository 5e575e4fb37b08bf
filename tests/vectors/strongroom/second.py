"""Runs cases of lines, pins, witnesses, subkeys, platforms, streams, indexes, tokens and API keys: those of witness.json, platform.json, streams.json, index.json and tokens.json, and those that a second program computed (folder `second`)."""

import hashlib
import json
import pathlib

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor

import cbor
import formats
import indexes
import normalise
import reader
import redeem
import streams
from body import Refused, check_body, require
from builder import key_body
from formats import ED25519
from primitives import ed25519_public, unseal

HERE = pathlib.Path(__file__).parent / "second"


def second():
    """The ids of all cases in the folder, once they hold."""
    for name in ("line", "witness", "subkeys", "platform", "stream", "index", "token", "apikey"):
        yield from cases(json.loads((HERE / f"{name}.json").read_text())["vectors"])


def cases(vectors):
    for case in vectors:
        try:
            globals()["_" + case["op"]](case)
        except Refused as refused:
            assert refused.error == case.get("error"), (case["id"], str(refused))
        else:
            assert "error" not in case, f"{case['id']}: not refused"
        yield case["id"]


def _unhex(entry, *fields):
    return {name: bytes.fromhex(value) if name in fields else value for name, value in entry.items()}


def _entries(line):
    return [_unhex(entry, "public", "signature") for entry in line]


def _make(case):
    return _make_line(case) if "roots" in case else _make_witness(case)


def _make_line(case):
    keyring_id, expected = bytes.fromhex(case["keyring_id"]), case["expect"]
    roots = {root["number"]: bytes.fromhex(root["key"]) for root in case["roots"]}
    line = formats.line(keyring_id, roots)
    if "line" in expected:
        assert line == _entries(expected["line"]), case["id"]
        assert cbor.encode({"line": line}).hex() == expected["cbor"], case["id"]
    else:
        assert len(line) == expected["entries"] and [line[0], line[-1]] == _entries([expected["first"], expected["last"]]), case["id"]
    reader.check_line(line, case["listed"])
    reader.verify_line(line, keyring_id, {number: roots[number] for number in case["listed"]})


def _check(case):
    return redeem.check_api_key(case["text"]) if "text" in case else _check_line(case)


def _check_line(case):
    line = _entries(case["line"])
    keys = {int(number): bytes.fromhex(key) for number, key in case["listed"].items()}
    reader.check_line(line, sorted(keys))
    reader.verify_line(line, bytes.fromhex(case["keyring_id"]), keys)


def _head(case):
    head = _unhex(case["head"], "public")
    found = any((entry["number"], entry["public"]) == (head["number"], head["public"]) for entry in _entries(case["line"]))
    require(found, "head", "rolled_back")


def _pin(case):
    line = None if case["line"] is None else _entries(case["line"])
    reader.meets(reader.parse_pin(case["pin"]), bytes.fromhex(case["keyring_id"]), case["generation"], line)


def _parse_pin(case):
    keyring_id, number, public, generation = reader.parse_pin(case["text"])
    given = {"keyring_id": keyring_id.hex(), "number": number, "public": public.hex(), "generation": generation}
    assert given == case["expect"], case["id"]


def _make_witness(case):
    entries = [_unhex(entry, "key_id") for entry in case["entries"]]
    ordered = sorted(entries, key=lambda entry: (entry["kind"], entry["name"].encode()))
    given = bytes.fromhex(case["keyring_id"]), case["time"], case["root_generation"], case["root_number"]
    file = formats.witness(*given, bytes.fromhex(case["root_key"]), ordered)
    assert file.hex() == case["expect"]["file"], case["id"]
    opened = reader.open_witness(file)
    assert (opened[:4], opened[5]) == (given, ordered) and opened[4].hex() == case["expect"]["public"], case["id"]


def _repeated(value):
    """Bytes in hex, in parts or as one that is repeated."""
    if isinstance(value, list):
        return b"".join(map(_repeated, value))
    return bytes.fromhex(value) if isinstance(value, str) else bytes.fromhex(value["repeat"][0]) * value["repeat"][1]


def _seal(case):
    number, kek, secret = case["root_number"], bytes.fromhex(case["kek"]), bytes.fromhex(case["root_key"])
    token, expected = case["token"], case["expect"]
    owner = bytes.fromhex(case.get("backup_id") or case["keyring_id"])
    encoded = formats.token(_repeated(token["blob"]), token["version"], None if token["iv"] is None else bytes.fromhex(token["iv"]))
    aad = formats.wrap_aad(owner, number, case["kind"], case["seal_id"])
    blob = formats.platform_blob(aad, kek, encoded, secret, bytes.fromhex(case["nonce"]))
    assert aad.hex() == expected["aad"] and blob == _repeated(expected["blob"]), case["id"]
    if expected.get("token_cbor"):
        assert encoded.hex() == expected["token_cbor"], case["id"]
    if "binding" in expected:
        name = "backup" if "backup_id" in case else "keyring"
        assert formats.binding(name, owner, number).hex() == expected["binding"], case["id"]
    opened, read = reader.open_platform(blob, aad, kek)
    assert opened == secret and formats.token(**read) == encoded, case["id"]


BASES = {}


def _stream(case):
    given = {name: bytes.fromhex(case[name]) for name in ("material", "context", "aad", "salt")}
    n, expected = case["version"], case["expect"]
    plaintext = streams.plaintext(case["length"])
    file = formats.stream(given["material"], n, case["kind"], given["context"], case["aad_kind"], given["aad"], given["salt"], plaintext)
    assert expected.get("file", file.hex()) == file.hex() and hashlib.sha256(file).hexdigest() == expected["file_sha256"], case["id"]
    assert formats.stream_input_key(given["material"], n, case["kind"], given["context"]).hex() == expected["input_key"], case["id"]
    aad = bytes.fromhex(expected["cobblestone_context"])
    assert aad == bytes([case["aad_kind"] if given["aad"] else 0]) + given["aad"], case["id"]
    _as_cobblestone(bytes.fromhex(expected["input_key"]), aad, file[8:], plaintext)
    BASES[case["id"]] = (case, file)
    assert b"".join(reader.open_stream(file, n, _asked_of(case))) == plaintext, case["id"]


def _as_cobblestone(input_key, aad, message, plaintext):
    """The implementation of others opens ours, and ours theirs."""
    theirs = Cobblestone256Decryptor(input_key, aad)
    assert theirs.update(message) + theirs.finalize() == plaintext
    encryptor = Cobblestone256Encryptor(input_key, aad)
    made = encryptor.update(plaintext) + encryptor.finalize()
    key, base, commitment = formats.stream_keys(input_key, made[:24], aad[0], aad[1:])
    assert (len(made), made[24:56]) == (len(message), commitment)
    last = len(plaintext) // 16384
    opened = unseal("GCM", key, formats.stream_nonce(base, last), made[56 + 16400 * last :], b"")
    assert opened == plaintext[16384 * last :]


def _asked_of(case, **other):
    """With what a stream is opened: material, context and aad, each of the two with its kind."""
    said = {**case, **other}
    return bytes.fromhex(said["material"]), said["kind"], bytes.fromhex(said["context"]), said["aad_kind"], bytes.fromhex(said["aad"])


def _open_stream(case):
    base, file = BASES[case["base"]]
    prefix = b""
    try:
        for chunk in reader.open_stream(streams.edited(file, case["edit"]), base["version"], _asked_of(base, **case["with"])):
            prefix += chunk
    finally:
        assert len(prefix) == case["authenticated_prefix"] and prefix == streams.plaintext(len(prefix)), case["id"]


def _issue(case):
    if "material" not in case:
        return redeem.check_issue(case.get("prefix", "srt_"), case.get("ttl_ms", 1000))
    redeem.check_issue(case["prefix"], case["expires_ms"] - case["issued_ms"])
    material, kind, context, aad_kind, aad = _asked_of(case)
    times, content, expected = (case["issued_ms"], case["expires_ms"]), bytes.fromhex(case["payload"]), case["expect"]
    bound, n = formats.token_bound(case["prefix"], aad_kind, aad), case["version"]
    assert expected["aad"] in (bound.hex(), f"sha256:{hashlib.sha256(bound).hexdigest()}"), case["id"]
    text = formats.issued_token(material, n, kind, context, aad_kind, aad, case["prefix"], *times, content, bytes.fromhex(case["nonce"]))
    assert text == expected["text"], case["id"]
    assert redeem.redeem(text, case["prefix"], n, n, _asked_of(case), times[0], 0) == (content, *times), case["id"]


def _redeem(case):
    given = case["prefix"], case["latest"], case["minimum"], _asked_of(case), case["now_ms"], case["leeway_ms"]
    content, *times = redeem.redeem(case["text"], *given)
    assert {"payload": content.hex(), "issued_ms": times[0], "expires_ms": times[1]} == case["expect"], case["id"]


def _generate(case):
    text, expected = formats.api_key(case["prefix"], bytes.fromhex(case["random"])), case["expect"]
    index = formats.api_key_index(bytes.fromhex(case["hmac_key"]), case["version"], text)
    assert (text, index.hex()) == (expected["text"], expected["index_binary"]), case["id"]
    redeem.check_api_key(text)


def _open(case):
    if "base" in case:
        return _open_stream(case)
    if "blob" in case:
        return reader.open_platform(_repeated(case["blob"]), bytes.fromhex(case["aad"]), bytes.fromhex(case["kek"]))
    return _open_witness(case)


def _open_witness(case):
    reader.open_witness(bytes.fromhex(case["file"]))


def _floor(case):
    found = _unhex(case["found"], "key_id")
    reader.compare(_unhex(case["witnessed"], "key_id"), found, found["created_of"].get(str(case["witnessed"]["latest"]), 0))


def _subkeys(case):
    context = {"bytes": case["context"]} if case["kind"] == 1 else None
    version = {"type": case["type"], "material": bytes.fromhex(case["material"])}
    if case["hmac_key"]:
        version["hmac_key"] = bytes.fromhex(case["hmac_key"])
    filler = {"type": case["type"], "trimmed": 0}
    rule = case["convergent_version"]
    body = {"versions": [filler] * (case["version"] - 1) + [version], "derived": True, "convergent": rule is not None, "kdf": 1 if case["kdf"] is None else case["kdf"],
            **({} if rule is None else {"convergent_version": rule})}
    context = context or {"map": _pairs(bytes.fromhex(case["context"]))}
    made, expected = formats.subkeys(body, case["version"], context), case["expect"]
    assert {name: key.hex() for name, key in made.items()} == expected["subkeys"], case["id"]
    assert cbor.encode(made).hex() == expected["cbor"], case["id"]
    lent = {**cbor.decode(bytes.fromhex(expected["lent_cbor"]))}
    assert (lent["kind"], lent["context"].hex()) == (case["kind"], case["context"]), case["id"]
    if case["type"] == ED25519:
        assert ed25519_public(made["encrypt"]).hex() == expected["public"], case["id"]
    check_body(_held(case["type"], rule, cbor.decode(bytes.fromhex(expected["cbor"])), lent, body["kdf"]))


def _pairs(encoding):
    """The pairs of a map's encoding."""
    count, at, flat = int.from_bytes(encoding[:2], "big"), 2, []
    for _ in range(2 * count):
        size = int.from_bytes(encoding[at : at + 2], "big")
        flat.append(encoding[at + 2 : at + 2 + size].decode())
        at += 2 + size
    return dict(zip(flat[::2], flat[1::2]))


def _held(number, rule, subkeys, lent, kdf=1):
    more = {} if rule is None else {"convergent": True, "convergent_version": rule}
    return key_body("k", [{"type": number, "subkeys": subkeys}], derived=True, kdf=kdf, lent=lent, **more)


def _read_subkeys(case):
    lent = {"until": 1, "context": b"c", "kind": 1}
    check_body(_held(case["type"], case["convergent_version"], reader.parse(bytes.fromhex(case["cbor"])), lent))


def _read_lent(case):
    check_body(_held(3, None, {"encrypt": bytes(32)}, reader.parse(bytes.fromhex(case["cbor"]))))


def _asked(case):
    """Whether another context is asked for than the one that is held (section 3.3)."""
    require("index" not in case["op"] and case["op"] != "hmac", "the HMAC key is one for all contexts", "no_such_version")
    kinds = case["type"] in (1, 2) and case["held"]["kind"] != case["asked"]["kind"]
    require(not kinds and case["held"]["context"] == case["asked"]["context"], "another context", "context_not_held")


_encrypt = _sign = _verify = _hmac = _asked


def _index(case):
    name, bits, form = case["name"].encode(), case["bits"], case["form"]
    require(1 <= len(name) <= 255, "name", "invalid_option")
    require(8 <= bits <= 256, "bits", "invalid_option")
    lengths = {"prefix": case.get("lengths"), "ngram": [case.get("n")]}.get(form, [])
    require(all(1 <= n <= 255 for n in lengths), "n", "invalid_option")
    text = normalise.normalised(reader.utf8(bytes.fromhex(case["value"])), case["normalize"])
    require(text != "", "empty", "invalid_value")
    key = formats.index_key(bytes.fromhex(case["index_key_ikm"]), case["version"], case["kind"], bytes.fromhex(case["context"]))
    expected = case["expect"]
    assert text.encode().hex() == expected["normalised"], case["id"]
    assert expected.get("ik", key.hex()) == key.hex(), case["id"]
    if form == "whole":
        made = formats.index_bits(key, name, bits, formats.WHOLE, 0, text)
        assert (made.hex(), formats.index_text(case["version"], made)) == (expected["binary"], expected["text"]), case["id"]
        assert reader.read_index(expected["text"]) == (case["version"], made), case["id"]
        return
    if form == "prefix":
        number, parts = formats.BEGINNING, formats.beginnings(text, lengths)
    else:
        number, parts = formats.PIECE, formats.pieces(text, case["n"])
    made = sorted({formats.index_bits(key, name, bits, number, n, part) for n, part in parts})
    assert [bits.hex() for bits in made] == expected["binary"], case["id"]
    assert [formats.index_text(case["version"], bits) for bits in made] == expected["text"], case["id"]


def _parse(case):
    version, bits = reader.read_index(case["text"])
    assert {"version": version, "binary": bits.hex()} == case["expect"], case["id"]


def _written_version(case):
    given = case["created"], case["min_decryption_version"], case["now"], case["staleness_ms"]
    assert formats.written_version(*given) == case["expect"], case["id"]


def _table(case):
    assert indexes.digest(case["normalize"], case["before"], case["after"]) == case["expect"], case["id"]
