"""Opens every set of tests/golden/: each document in it, and everything that was made with its keys."""

import base64
import json
import pathlib

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

import formats
import operations
import pairs
import reader
from formats import TYPES

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "golden"


def check():
    """How many sets, documents and cases there were, so that nobody can quietly leave some out."""
    counts = [_set(path.parent) for path in sorted(FOLDER.glob("*/golden.json"))]
    return len(counts), sum(documents for documents, _ in counts), sum(cases for _, cases in counts)


def _set(place):
    said = json.loads((place / "golden.json").read_text())
    for sealer in said["seals"]:
        sealer.setdefault("id", None)
        keyring_id, _, roots = reader.open_root((place / "root.sr").read_bytes(), sealer)
    bodies, documents = {}, 1
    for path in sorted(place.glob("*-*.sr")):
        kind, name = path.name.removesuffix(".sr").split("-", 1)
        opener = reader.open_document if kind == "key" else reader.open_usage
        opened = opener(path.read_bytes(), keyring_id, roots, name)
        assert path.name == formats.file_name(name, kind), path
        if kind == "key":
            bodies[name] = opened
        documents += 1
    wrapping = bodies.pop(reader.WRAPPING.decode(), None)
    assert sorted(name for name, body in bodies.items() if "deleted" not in body) == sorted(said["keys"]), place
    cases = sum(_case(bodies[case["key"]], case) for case in said["cases"])
    for backup in said["backups"]:
        body = reader.open_backup((place / backup["file"]).read_bytes(), said["seals"][0])
        cases += sum(_case(body, case) for case in backup["cases"])
    for snapshot in said["snapshots"]:
        reader.open_snapshot((place / snapshot["file"]).read_bytes(), said["seals"][0])
    for path in place.glob("*.srw"):
        reader.open_witness(path.read_bytes())
    for blob in said.get("wrapped", ()):
        cases += _wrapped(wrapping, blob)
    return documents, cases


def _case(body, said):
    text = lambda value: None if value is None else {"text": value}
    case = {**said, "context": text(said.get("context")), "aad": text(said.get("aad")), "form": "asn1", "hash": "sha2-256"}
    made = operations.run(body, case)
    assert made.get("plaintext", case["message"]) == case["message"], said
    return 1


def _wrapped(wrapping, said):
    """The wrapping key as the page has it, and what the key that was wrapped has made."""
    (version,) = wrapping["versions"]
    assert TYPES[version["type"]].name == "rsa-4096" and wrapping["labels"] == {}
    assert not any(value is True for value in wrapping.values()), "a flag of the wrapping key"
    material = pairs.unwrap(version["material"], base64.b64decode(said["blob"]), said["hash"])
    assert material is not None, said
    number = next(number for number, kind in TYPES.items() if kind.name == said["key_type"])
    if number in pairs.CURVES or number in pairs.LATTICES:
        private = load_der_private_key(material, None)
        material = (private.private_numbers().private_value.to_bytes(pairs.CURVES[number][2], "big") if number in pairs.CURVES
                    else private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
    body = {"versions": [{"type": number, "material": material}], "derived": False}
    payload, message = base64.b64decode(said["text"].rpartition(":")[2]), bytes.fromhex(said["message"])
    if said["key_type"] == "hmac":
        assert formats.mac(body, 1, message) == payload, said
    else:
        assert pairs.verify(number, pairs.public_key(number, material), message, payload, False), said
    return 1
