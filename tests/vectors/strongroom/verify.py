"""Runs every case of the finished files through the reader, so that a wrong vector is not written."""

import hashlib

import formats
import golden_sets
import operations
import reader
import second
from reader import Refused


def verify(contents):
    rings = {ring["id"]: ring for ring in contents["keyrings.json"]["keyrings"]}
    ids = []
    for ring in rings.values():
        ids += _keyring(ring)
    for backup in contents["backups.json"]["backups"]:
        body = reader.open_backup(bytes.fromhex(backup["backup"]), backup["seal"])
        ids += [backup["id"], *_cases(body, backup["key"]["cases"])]
    ids += _refusals(contents["refusals.json"], rings)
    ids += _maps(contents["maps.json"])
    ids += _usage(contents["usage.json"])
    ids += _snapshots(contents["snapshots.json"])
    ids += second.cases(contents["witness.json"]["vectors"])
    ids += second.cases(contents["platform.json"]["vectors"])
    ids += second.cases(contents["streams.json"]["vectors"])
    ids += second.cases(contents["index.json"]["vectors"])
    ids += second.cases(contents["tokens.json"]["vectors"])
    for _ in second.second():
        pass
    sets, documents, cases = golden_sets.check()
    assert sets >= 4 and documents >= 110 and cases >= 250, (sets, documents, cases)
    twice = sorted({one for one in ids if ids.count(one) > 1})
    assert not twice, f"ids given twice: {twice}"


def documents_of(ring, replaced=None):
    given = {**ring["documents"], **(replaced or {})}
    return {name: bytes.fromhex(data) for name, data in given.items()}


def open_key(ring, name, replaced=None):
    documents = documents_of(ring, replaced)
    keyring_id, _, keys = reader.open_root(documents["root.sr"], ring["seals"][0])
    return reader.open_document(documents[formats.file_name(name)], keyring_id, keys, name)


def _keyring(ring):
    root, ids = bytes.fromhex(ring["documents"]["root.sr"]), [ring["id"]]
    for sealer in ring["seals"]:
        if sealer["kind"] == "root-key":
            assert reader.parse_root_key(sealer["text"]).hex() == sealer["key"], ring["id"]
        assert reader.identity(sealer) == (sealer["kind"], sealer["id"]), ring["id"]
        keyring_id, label, keys = reader.open_root(root, sealer)
        assert (keyring_id.hex(), label) == (ring["keyring_id"], ring["label"]), ring["id"]
        assert [{"number": n, "key": key.hex()} for n, key in keys.items()] == ring["roots"], ring["id"]
    for key in ring["keys"]:
        ids += _cases(open_key(ring, key["name"]), key["cases"])
    return ids


def _cases(body, cases):
    for case in cases:
        made = operations.run(body, case)
        for field, value in made.items():
            assert case[field] == value, (case["id"], field, value)
    return [case["id"] for case in cases]


def _refused(case, run):
    try:
        run()
    except Refused as refused:
        assert refused.error == case["error"], (case["id"], str(refused), case["error"])
    else:
        raise AssertionError(f"{case['id']}: not refused")
    return case["id"]


def _refusals(refusals, rings):
    for case in refusals["operations"]:
        body = open_key(rings[case["keyring"]], case["key"])
        yield _refused(case, lambda: operations.run(body, case))
    for case in refusals["documents"]:
        yield _refused(case, lambda: open_key(rings[case["keyring"]], case["key"], case["documents"]))
    for case in refusals["roots"]:
        yield _refused(case, lambda: reader.open_root(bytes.fromhex(case["documents"]["root.sr"]), case["seal"]))
    for case in refusals["backups"]:
        yield _refused(case, lambda: reader.open_backup(bytes.fromhex(case["backup"]), case["seal"]))
    for case in refusals["root_keys"]:
        yield _refused(case, lambda: reader.parse_root_key(case["text"]))
    for case in refusals["key_names"]:
        assert not reader.is_name(case["name"].encode()), case["id"]
        yield case["id"]
    for case in refusals["accepted"]["operations"]:
        yield from _cases(open_key(rings[case["keyring"]], case["key"]), [case])
    for case in refusals["accepted"]["documents"]:
        open_key(rings[case["keyring"]], case["key"], case["documents"])
        yield case["id"]
    for case in refusals["accepted"]["roots"]:
        _, _, keys = reader.open_root(bytes.fromhex(case["documents"]["root.sr"]), case["seal"])
        assert list(keys) == case["numbers"], case["id"]
        yield case["id"]
    for case in refusals["accepted"]["backups"]:
        reader.open_backup(bytes.fromhex(case["backup"]), case["seal"])
        yield case["id"]
    for case in refusals["accepted"]["root_keys"]:
        assert reader.parse_root_key(case["text"]).hex() == case["key"], case["id"]
        yield case["id"]
    for case in refusals["accepted"]["key_names"]:
        assert reader.is_name(case["name"].encode()) and formats.file_name(case["name"]) == case["file"], case["id"]
        yield case["id"]


def _usage(given):
    ring = given["keyring"]

    def opened(case):
        documents = documents_of(ring, case.get("documents"))
        keyring_id, _, keys = reader.open_root(documents["root.sr"], ring["seals"][0])
        return reader.open_usage(documents[formats.file_name(case["key"], "usage")], keyring_id, keys, case["key"])

    yield from _keyring(ring)
    for entry in given["usage"]:
        generation, key_id, uses = opened(entry)
        assert (generation, key_id.hex(), _named(uses)) == (entry["generation"], entry["key_id"], entry["uses"]), entry["id"]
        yield entry["id"]
    for entry in given["without"]:
        assert formats.file_name(entry["key"], "usage") not in ring["documents"], entry["id"]
        yield entry["id"]
    for case in given["accepted"]:
        generation, _, uses = opened(case)
        assert generation == case["generation"] and case["counted"].items() <= {"1": 0, **_named(uses)}.items(), case["id"]
        yield case["id"]
    for case in given["refused"]:
        yield _refused(case, lambda: opened(case))


def _named(uses):
    return {str(number): count for number, count in uses.items()}


def _snapshots(given):
    for one in given["snapshots"]:
        for sealer in one["seals"]:
            keyring_id, found = reader.open_snapshot(bytes.fromhex(one["snapshot"]), sealer)
            assert (keyring_id.hex(), list(found)) == (one["keyring_id"], one["files"]), one["id"]
        yield from _keyring({**one, "documents": {name: data.hex() for name, data in found.items()}})
    joined = lambda case: bytes.fromhex("".join(given["documents"].get(piece, piece) for piece in case["snapshot"]))
    for case in given["accepted"]:
        _, found = reader.open_snapshot(joined(case), case["seal"])
        assert list(found) == case["files"], case["id"]
        yield case["id"]
    for case in given["refused"]:
        yield _refused(case, lambda: reader.open_snapshot(joined(case), case["seal"]))


def _text(value):
    return value if isinstance(value, str) else bytes.fromhex(value["repeat"][0]).decode() * value["repeat"][1]


def _maps(maps):
    for case in maps["maps"]:
        encoded = formats.encode_map([(_text(key), _text(value)) for key, value in case["pairs"]])
        if "encoding" in case:
            assert encoded.hex() == case["encoding"], case["id"]
        else:
            assert hashlib.sha256(encoded).hexdigest() == case["encoding_sha256"], case["id"]
        yield case["id"]
    for case in maps["refused"]:
        yield case["id"]
