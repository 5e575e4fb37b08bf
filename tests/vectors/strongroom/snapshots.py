"""snapshots.json: keyrings in one file, and those files that must be refused."""

import formats
from builder import TIME, Ring, hex_seal, passphrase_seal, root_key_seal, shown, trimmed, version
from formats import CHACHA, ED25519, GCM128, GCM256, HMAC, SIV, XAES
from primitives import Stream
from refused_snapshots import pieces, refused_snapshots
from usage import add_usage


class Snapshot:
    """A keyring, and the usage documents of it with what they count."""

    def __init__(self, ring):
        self.ring, self.usage = ring, []

    def count(self, name, uses, generation=1, root=None, deleted=False):
        key_id = None if deleted else bytes.fromhex(next(entry for _, entry in self.ring.keys if entry["name"] == name)["key_id"])
        self.usage.append(add_usage(self.ring, name, uses, generation, root, key_id))

    def order(self):
        """The file names in the order of a snapshot."""
        keys = sorted((entry["name"] for _, entry in self.ring.keys), key=str.encode)
        counted = sorted((entry["key"] for entry in self.usage), key=str.encode)
        return ["root.sr", *(formats.file_name(name) for name in keys), *(formats.file_name(name, "usage") for name in counted)]

    def data(self):
        return formats.snapshot([self.ring.documents[file] for file in self.order()])

    def as_json(self):
        """The documents are in the snapshot alone; `files` are their names in its order."""
        ring = self.ring.as_json()
        del ring["documents"]
        return {**ring, "id": f"snapshots/{self.ring.id}", "files": self.order(), "snapshot": self.data().hex(),
                "usage": [{field: entry[field] for field in ("key", "file", "generation", "counted")} for entry in self.usage]}


def snapshots():
    tiny = one_key()
    made = [root_alone(), tiny, several(), resealing(), by_passphrase()]
    documents = {file: data.hex() for file, data in tiny.ring.documents.items()}
    return {"snapshots": [one.as_json() for one in made], "documents": documents, "accepted": list(_accepted(tiny)), "refused": list(refused_snapshots(tiny))}


def root_alone():
    return Snapshot(Ring("root-alone", "Nothing yet", [3], [hex_seal("root-alone")], generation=2))


def one_key():
    """What the refused ones are made of."""
    made = Snapshot(Ring("one-key", "One", [1], [hex_seal("one-key")]))
    made.ring.add("k", [version(made.ring.stream, GCM256, hmac_key=None)]).decrypt(9)
    made.count("k", {1: 255}, generation=2)
    return made


def several():
    """Names whose order is not that of their files; a tombstone, a counted key made again, a usage document for some."""
    made = Snapshot(Ring("several", "Mehrere ✓", [1], [hex_seal("several")], generation=9))
    ring, stream = made.ring, made.ring.stream
    for name, number in (("a", XAES), ("a-b", GCM256), ("a.b", SIV), ("a_b", GCM128), ("aa", CHACHA), ("A", XAES), ("Z", GCM256), ("z", GCM256),
                         ("0", CHACHA), ("_", XAES), ("Card", GCM256), ("card", GCM256)):
        ring.add(name, [version(stream, number, hmac_key=None)], generation=len(name)).decrypt(3)
    ring.add("mac", [version(stream, HMAC)]).mac(4)
    ring.add("sign", [version(stream, ED25519)]).sign(4)
    ring.add("rotated", [trimmed(GCM256), version(stream, GCM256), version(stream, XAES)], generation=4, min_available_version=2,
             min_decryption_version=2).decrypt(4, n=2)
    ring.tombstone("gone", TIME, 7)
    for at, name in enumerate(("z", "Z", "card", "Card", "aa", "a_b", "a-b", "0")):
        made.count(name, {1: 200 + at}, generation=1 + at)
    made.count("rotated", {1: 300, 2: 400}, generation=6)
    made.count("gone", {1: 500}, generation=2, deleted=True)
    return made


def resealing():
    """Two roots, and every document under the one or the other."""
    second = Stream("resealing seal").take(32)
    made = Snapshot(Ring("resealing", "Halfway", [4, 5], [hex_seal("resealing"), root_key_seal(second, formats.b64(second))], generation=12))
    for at, name in enumerate(("Old", "b", "new", "x")):
        root = 4 + at % 2
        made.ring.add(name, [version(made.ring.stream, GCM256, hmac_key=None)], generation=3 + at % 2, root=root).decrypt(5)
        made.count(name, {1: 30 + at}, generation=4, root=5 if at < 2 else 4)
    return made


def by_passphrase():
    made = Snapshot(Ring("by-passphrase", "", [2**31 - 1], [passphrase_seal("Abbild – ü", "off-site", 19456, 1, 1)], generation=2**64 - 1))
    made.ring.add("k", [version(made.ring.stream, SIV)], generation=2**64 - 1).encrypt(9)
    return made


def _accepted(made):
    """Snapshots close to those refused, which every reader takes."""
    ring = made.ring
    root, key, usage = (ring.documents[file] for file in made.order())
    other = ring.document("other", {"name": "other", "uses": {1: 3}}, stream=Stream("accepted snapshots"), magic=b"SRU1")
    for label, documents, files, missing, reason in (
        ("no-usage", [root, key], made.order()[:2], [], "A key that has not been counted."),
        ("usage-without-key", [root, usage], ["root.sr", "usage-k.sr"], ["key-k.sr"], "A usage document whose key document is not there."),
        ("usage-of-another-key", [root, key, usage, other], [*made.order(), "usage-other.sr"], ["key-other.sr"], "A usage document of a key that is not there."),
    ):
        yield {"id": f"snapshots/accepted/{label}", "keyring": "snapshots/one-key", "seal": shown(ring.sealers[0]), "files": files, "missing": missing,
               "snapshot": pieces(formats.snapshot(documents), ring.documents), "reason": reason}
