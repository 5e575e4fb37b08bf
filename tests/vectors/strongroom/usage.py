"""usage.json: usage documents, what they count, and those that must be refused."""

import formats
from builder import TIME, Ring, hex_seal, root_key_seal, trimmed, version
from formats import CHACHA, GCM128, GCM256, HMAC, SIV, XAES, XCHACHA
from primitives import Stream
from refused_usage import refused_usage

COUNTED = frozenset({GCM256, GCM128, CHACHA})
# A key that is not derived takes no lease beyond this.
LAST = 2**32 - 1


def usage():
    ring, entries = counted_keys()
    with_one = {entry["key"] for entry in entries}
    without = [{"id": f"usage/without/{key.body['name']}", "key": key.body["name"], "counted": counted(key.body, {})}
               for key, _ in ring.keys if key.body["name"] not in with_one]
    return {"keyring": ring.as_json(), "usage": entries, "without": without, "accepted": list(_accepted(ring)), "refused": list(refused_usage(ring))}


def counted_keys():
    """A keyring in the middle of a reseal: some documents are still under the older root."""
    second = Stream("usage seal").take(32)
    ring = Ring("usage", "Counted", [1, 2], [hex_seal("usage"), root_key_seal(second, formats.b64(second))], generation=4)
    take = lambda *numbers: [version(ring.stream, number, hmac_key=None) for number in numbers]
    entries = []

    def count(name, uses, generation=1, root=None, deleted=False):
        """Adds the usage document of a key; `deleted`: one that an earlier key of that name left."""
        key_id = None if deleted else bytes.fromhex(next(entry for _, entry in ring.keys if entry["name"] == name)["key_id"])
        entries.append(add_usage(ring, name, uses, generation, root, key_id))

    ring.add("k", take(GCM256))
    count("k", {1: 256})
    ring.add("three", take(GCM256, CHACHA, GCM128), generation=3)
    count("three", {1: LAST, 2: 2**31, 3: 768}, generation=41)
    ring.add("Card", take(GCM128), root=1)
    count("Card", {1: 23}, generation=2, root=1)
    ring.add("card", take(CHACHA))
    count("card", {1: 24}, generation=2)
    # Resealed: the key document is not yet, the usage document is under the newer root; and the other way round.
    ring.add("half-key", take(GCM256), root=1)
    count("half-key", {1: 65536}, generation=8, root=2)
    ring.add("half-usage", take(GCM256), root=2, generation=2)
    count("half-usage", {1: 65535}, generation=7, root=1)
    ring.add("again", take(GCM256), generation=9)
    count("again", {1: LAST}, generation=12, deleted=True)
    ring.tombstone("gone", TIME, 3)
    count("gone", {1: 512}, generation=3, deleted=True)
    ring.add("Tenants", take(GCM256), derived=True)
    count("Tenants", {1: 2**40}, generation=2**32)
    ring.add("to-xaes", take(GCM256, XAES))
    count("to-xaes", {1: 4096, 2: 5})
    ring.add("trimmed", [trimmed(GCM256), *take(GCM256)], min_available_version=2, min_decryption_version=2)
    count("trimmed", {1: 1000, 2: 255}, generation=5)
    ring.add("many", take(*[GCM128] * 30))
    count("many", {n: 100 + n for n in range(1, 31) if n != 17}, generation=300)
    ring.add("Z" * 120, take(CHACHA))
    count("Z" * 120, {1: 256})
    # Not counted: longer nonces, none at all, convergent, no encryption.
    for name, numbers, options in (("xaes", [XAES], {}), ("siv", [SIV], {}), ("xchacha", [XCHACHA], {}),
                                   ("convergent", [GCM256], {"derived": True, "convergent": True}), ("mac", [HMAC], {})):
        ring.add(name, take(*numbers), **options)
    count("convergent", {1: 7})
    ring.add("never", take(GCM256))
    return ring, entries


def add_usage(ring, name, uses, generation=1, root=None, key_id=None):
    """Puts a usage document into a keyring and describes it."""
    foreign = key_id is None
    root, key_id, file = root or max(ring.roots), key_id or ring.stream.take(16), formats.file_name(name, "usage")
    body = {"name": name, "uses": uses}
    ring.documents[file] = ring.document(name, body, generation, root, key_id, magic=b"SRU1")
    return {"id": f"usage/{name[:20]}", "key": name, "file": file, "root": root, "generation": generation, "key_id": key_id.hex(),
            "uses": {str(n): count for n, count in uses.items()}, "counted": counted(ring.key(name).body, {} if foreign else uses)}


def counted(body, uses):
    """What a reader shows: the uses of every version that is counted and there; a tombstone has none."""
    if "deleted" in body or body["convergent"]:
        return {}
    return {str(n): uses.get(n, 0) for n, v in enumerate(body["versions"], 1) if v["type"] in COUNTED and "trimmed" not in v}


def _accepted(ring):
    """Documents of the key `k` close to those refused, which every reader takes."""
    stream = Stream("accepted usage")
    key_id = bytes.fromhex(ring.keys[0][1]["key_id"])
    for label, uses, generation, reason in (
        ("empty", {}, 1, "Nothing has encrypted yet."), ("zero", {1: 0}, 3, "A lease was given back as a whole."),
        ("one-left", {1: LAST - 1}, 90, "One encryption is left."), ("none-left", {1: LAST}, 90, "None is left."),
        ("beyond", {1: LAST + 1}, 90, "More than there may be."), ("largest-count", {1: 2**64 - 1}, 90, "A count is any unsigned number of 64 bits."),
        ("other-versions", {2: 9, 1: 8}, 2, "A version that the key has not, as after an old copy of the key was put back."),
        ("largest-version", {2**31 - 1: 1}, 2, "The largest version number."),
        ("long-map", {n: n for n in range(1, 41)}, 2, "Forty versions."),
        ("heads", {1: 23, 23: 24, 24: 255, 255: 256, 256: 65535, 65535: 65536, 65536: 2**32 - 1, 2**31 - 1: 2**32}, 2, "Numbers of every length."),
        ("last-generation", {1: 5}, 2**64 - 1, "The last generation is read, and nothing is written after it."),
    ):
        data = ring.document("k", {"name": "k", "uses": uses}, generation, 2, key_id, stream, magic=b"SRU1")
        yield {"id": f"usage/accepted/{label}", "key": "k", "documents": {"usage-k.sr": data.hex()}, "generation": generation,
               "uses": {str(n): count for n, count in uses.items()}, "counted": {"1": uses.get(1, 0)}, "reason": reason}
