"""Writes a set of files for tests/golden/: `golden.py NAME`. A set is written once and never again."""

import hashlib
import json
import pathlib
import sys

import formats
import optional
import usage
from builder import TIME, Ring, hex_seal, key_body, version
from formats import GCM256, TYPES


def main(name):
    folder = pathlib.Path(__file__).resolve().parents[2] / "golden" / name
    folder.mkdir(parents=True)
    ring = Ring(f"golden-{name}", "Golden", [4, 9], [hex_seal("golden")], generation=12, fallen=(1, 3), line=True,
                staleness={"limit": 90_000, "since": TIME, "before": 60_000})
    optional.parts(ring)
    key_id = bytes.fromhex(next(entry for _, entry in ring.keys if entry["name"] == "lent-counted")["key_id"])
    usage.add_usage(ring, "lent-counted", {2: 256, 3: 2**20}, generation=7, key_id=key_id)
    for number in (20, 21):
        ring.add(TYPES[number].name, [version(ring.stream, number)], imported=True)
    body = key_body("used", [version(ring.stream, GCM256)], uses={1: 2**31})
    files = dict(ring.documents)
    files["key.srb"] = formats.backup(ring.stream.take(16), ring.stream.take(32), ring.sealers[0], body, ring.stream)
    entries = [{"kind": 1, "name": entry["name"], "key_id": bytes.fromhex(entry["key_id"]), "generation": entry["generation"], "root_number": entry["root"],
                "latest": len(key.body["versions"]), "created": key.body["versions"][-1].get("created", 0)} for key, entry in ring.keys]
    entries.append({"kind": 2, "name": "lent-counted", "key_id": key_id, "generation": 7, "root_number": 9, "latest": 0, "created": 0})
    entries.sort(key=lambda entry: (entry["kind"], entry["name"].encode()))
    files["keyring.srw"] = formats.witness(ring.keyring_id, TIME, 12, 9, ring.roots[9], entries)
    said = {
        "seals": [{"kind": "root-key", "key": ring.sealers[0]["key"]}], "keys": sorted(key.body["name"] for key, _ in ring.keys),
        "files": {file: hashlib.sha256(data).hexdigest() for file, data in sorted(files.items())},
        "cases": [case for key, _ in ring.keys for case in _cases(key)], "backups": [{"file": "key.srb", "cases": []}], "snapshots": [],
    }
    for file, data in files.items():
        (folder / file).write_bytes(data)
    (folder / "golden.json").write_text(json.dumps(said, indent=1) + "\n")


def _cases(key):
    """The cases whose contexts and aads are texts or none."""
    texts = lambda value: value is None or "text" in value
    for case in key.cases:
        if case["op"] in ("decrypt", "verify", "verify_hmac") and texts(case.get("context")) and texts(case.get("aad")) and case.get("form") != "jws":
            if case.get("hash", "sha2-256") == "sha2-256":
                yield {"key": key.body["name"], "op": case["op"], "text": case["text"], "message": case.get("message", case.get("plaintext")),
                       "aad": (case.get("aad") or {}).get("text"), "context": (case.get("context") or {}).get("text")}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: golden.py NAME")
    main(sys.argv[1])
