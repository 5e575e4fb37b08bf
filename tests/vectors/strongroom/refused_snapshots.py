"""Snapshots that are refused (section 11), made of one with a root, a key and a usage document."""

import cbor
import formats
from builder import hex_seal, shown
from primitives import Stream
from refused_texts import flipped


def refused_snapshots(made):
    ring, stream = made.ring, Stream("refused snapshots")
    root, key, usage = (ring.documents[file] for file in made.order())
    body, uses = ring.key("k").body, {"name": "k", "uses": {1: 255}}
    parts = (ring, stream, root, key, usage, body, uses)
    sealer = ring.sealers[0]
    case = lambda label, data, error, reason, seal=sealer: {
        "id": f"snapshots/refused/{label}", "seal": shown(seal), "snapshot": pieces(data, ring.documents), "error": error, "reason": reason}
    for label, data, reason in (*_outside(root, key, usage), *_cut(root, key, usage), *_order(*parts)):
        yield case(label, data, "corrupt_backup", reason)
    for label, documents, reason in _documents(*parts):
        yield case(label, formats.snapshot(documents), LATER.get(label, "corrupt_document"), reason)
    stranger, good = hex_seal("stranger"), made.data()
    damaged = flipped(key, -1)
    for label, data, reason in (
        ("stranger", good, "Another sealing key."),
        ("stranger-damaged-key", formats.snapshot([root, damaged, usage]), "Another sealing key; the root document comes before the damaged one."),
        ("stranger-damaged-mac", formats.snapshot([flipped(root, -1), key]), "Another sealing key; the mac needs the root key."),
    ):
        yield case(label, data, "wrong_seal", reason, stranger)
    yield case("stranger-trailing-byte", good + b"\0", "corrupt_backup", "Another sealing key; the outside is looked at first.", stranger)


def pieces(data, documents):
    """The bytes as hex, but for documents that stand in them whole: their file names."""
    found = min(((data.find(document), file) for file, document in documents.items() if document in data), default=None)
    if found is None:
        return [data.hex()] if data else []
    at, file = found
    return [*([data[:at].hex()] if at else []), file, *pieces(data[at + len(documents[file]) :], documents)]


# A later format says so in its magic.
LATER = {label: "unsupported_format" for label in ("root-srr2", "root-srr0", "key-srk2", "usage-sru2", "key-srk2-damaged-root", "key-srk2-not-in-order")}


def _outside(root, key, usage):
    good = formats.snapshot([root, key, usage])
    for magic, what in ((b"SRS2", "of another format"), (b"SRS0", "of another format"), (b"SRB1", "of a backup"), (b"SRK1", "of a key document"), (b"srs1", "none")):
        label = "magic-of-lower-case" if magic == b"srs1" else f"magic-{magic.decode().lower()}"
        yield label, magic + good[4:], f"The magic is {what}."
    yield "root-document", root, "The root document's own file."
    yield "n-0", formats.snapshot([]), "There are no documents."
    for label, count, reason in (("n-0-said", 0, "No documents are said, three are there."), ("n-1", 1, "One is said, three are there."), ("n-2", 2, "Two are said, three are there."),
                                 ("n-4", 4, "Four are said, three are there."), ("n-largest", 2**32 - 1, "2^32-1 are said, three are there."),
                                 ("n-little-endian", 3 << 24, "The count is little-endian.")):
        yield label, formats.snapshot([root, key, usage], count=count), reason
    yield "trailing-byte", good + b"\0", "A byte after the last document."
    yield "trailing-length", good + bytes(4), "A length of 0 after the last document."
    yield "trailing-document", good + formats.u32(len(usage)) + usage, "The last document once more, uncounted."
    yield "twice", good * 2, "The snapshot is there twice."
    for label, at, change in (("root", 8, 1), ("root", 8, -1), ("key", 12 + len(root), 1), ("key", 12 + len(root), -1),
                              ("usage", 16 + len(root) + len(key), 1), ("usage", 16 + len(root) + len(key), -1)):
        length = int.from_bytes(good[at : at + 4], "big") + change
        what = "long" if change > 0 else "short"
        yield f"length-of-{label}-too-{what}", good[:at] + formats.u32(length) + good[at + 4 :], f"The length of the {label} document is one too {what}."
    yield "length-largest", good[:8] + b"\xff" * 4 + good[12:], "The root document's length is 2^32-1."
    yield "empty-document", formats.snapshot([root, b"", key]), "A document has no bytes."
    yield "only-empty-documents", formats.snapshot([root, b"", b""]), "Two documents have no bytes."


def _cut(root, key, usage):
    """Cut at each boundary, and on both sides of those that a reader could miss."""
    good = formats.snapshot([root, key, usage])
    sizes = {"nothing": 0, "magic-1": 3, "magic": 4, "n-1": 7, "n": 8, "root-length-1": 11, "root-length": 12}
    at = 12
    for label, document in (("root", root), ("key", key), ("usage", usage)):
        sizes[f"{label}-magic"] = at + 4
        if label != "root":
            for field, size in (("keyring-id", 20), ("root-number", 24), ("generation", 32), ("key-id", 48), ("name-length", 49), ("name", 50), ("nonce", 74), ("commitment", 106)):
                sizes[f"{label}-{field}"] = at + size
        at += len(document)
        sizes[f"{label}-1"] = at - 1
        if label != "usage":
            sizes[label] = at
            sizes[f"{label}-next-length-1"] = at + 3
            sizes[f"{label}-next-length"] = at + 4
            at += 4
    assert at == len(good)
    for label, size in sizes.items():
        yield f"cut-{label}", good[:size], f"The first {size} bytes alone."


def _order(ring, stream, root, key, usage, body, uses):
    """Every document is sound; their order, or their number, is not."""
    named = lambda name: ring.document(name, {**body, "name": name}, stream=stream)
    counted = lambda name: ring.document(name, {**uses, "name": name}, stream=stream, magic=b"SRU1")
    newer = ring.document("k", body, 2, stream=stream)
    again = ring.document("k", uses, 3, stream=stream, magic=b"SRU1")
    for label, documents, reason in (
        ("usage-before-key", [root, usage, key], "The usage document comes first."),
        ("interleaved", [root, key, usage, named("l")], "A key document after a usage document."),
        ("keys-descending", [root, named("l"), key], "The keys are in descending order."),
        ("keys-by-file-name", [root, named("Z"), named("0")], "In the order of key-+z.sr and key-0.sr."),
        ("keys-by-file-name-dash", [root, named("a-b"), named("a")], "In the order of key-a-b.sr and key-a.sr."),
        ("keys-folded", [root, key, named("K")], "In an order that folds case."), ("keys-longer-first", [root, named("kk"), key], "The longer name first."),
        ("keys-shorter-first", [root, named("b"), named("aa")], "In the order of deterministic CBOR."),
        ("usage-descending", [root, counted("l"), usage], "The usage documents are in descending order."),
        ("usage-by-file-name", [root, counted("Z"), counted("0")], "In the order of usage-+z.sr and usage-0.sr."),
        ("key-twice", [root, key, key], "The key document is there twice."), ("key-twice-newer", [root, key, newer], "Two generations of a key."),
        ("key-twice-apart", [root, key, named("l"), key], "The key document is there once more at the end."),
        ("usage-twice", [root, key, usage, usage], "The usage document is there twice."), ("usage-twice-newer", [root, key, usage, again], "Two generations of a usage document."),
        ("root-twice", [root, root, key], "The root document is there twice."), ("root-at-the-end-too", [root, key, usage, root], "The root document is there once more at the end."),
        ("root-last", [key, usage, root], "The root document is the last."), ("root-after-the-keys", [key, root, usage], "The root document is the second."),
        ("unknown-kind", [root, key, b"SRX1" + usage[4:]], "A document of no known kind."), ("key-magic-in-lower-case", [root, b"srk1" + key[4:]], "A magic in lower case."),
        ("backup-inside", [root, b"SRB1" + key[4:]], "A backup where a document is due."), ("snapshot-inside", [root, formats.snapshot([root])], "A snapshot where a document is due."),
        ("root-of-a-later-format-inside", [root, b"SRR2" + key[4:]], "A root document of another format after the first."),
        ("three-bytes", [root, b"SRK"], "A document of three bytes."), ("half-a-header", [root, key[:40]], "A document that ends in its header."),
        ("empty-name", [root, ring.document("", {**body, "name": ""}, stream=stream)], "A header without a name."),
        ("path-name", [root, ring.document("../k", {**body, "name": "../k"}, stream=stream)], "A header whose name is a path."),
        ("generation-0", [root, ring.document("k", body, 0, stream=stream)], "A header with generation 0."),
        ("root-number-0", [root, key[:20] + bytes(4) + key[24:]], "A header with root number 0."),
    ):
        yield label, formats.snapshot(documents), reason


def _documents(ring, stream, root, key, usage, body, uses):
    """The outside is sound; a document is not."""
    key_as = lambda item=body, **parts: ring.document("k", item, stream=stream, **parts)
    usage_as = lambda item=uses, **parts: ring.document("k", item, stream=stream, magic=b"SRU1", **parts)
    yield "root-missing", [key, usage], "There is no root document."
    yield "root-empty", [b"", key, usage], "The root document has no bytes."
    yield "usage-first", [usage], "A usage document alone."
    for label, data, reason in (
        ("srr2", b"SRR2" + root[4:], "Its magic is SRR2."), ("srr0", b"SRR0" + root[4:], "Its magic is SRR0."), ("flipped-mac", flipped(root, -1), "A bit of its mac is flipped."),
        ("flipped-generation", flipped(root, 27), "A bit of its generation is flipped."), ("flipped-label", flipped(root, root.index(b"One")), "A bit of its label is flipped."),
        ("cut", root[:-1], "Its last byte is missing."), ("longer", root + b"\0", "A byte is added to it."),
        ("mac-alone-missing", root[:-32], "It has no mac."), ("unknown-field", _root(ring, root, colour="red"), "It has an unknown field."),
    ):
        yield f"root-{label}", [data, key, usage], f"The root document: {reason}"
    for label, data, reason in (
        ("srk2", b"SRK2" + key[4:], "Its magic is SRK2."), ("of-another-keyring", key_as(keyring_id=stream.take(16)), "It belongs to another keyring with the same root key."),
        ("root-2", key_as(root=2, root_key=ring.roots[1]), "The root document has no root 2."),
        ("root-key-of-another", key_as(root_key=stream.take(32)), "It is sealed with another root key."),
        ("flipped-generation", flipped(key, 30), "A bit of the generation is flipped."), ("flipped-key-id", flipped(key, 32), "A bit of the key id is flipped."),
        ("flipped-name", flipped(key, 49), "A bit of the name is flipped: a key name still."), ("flipped-commitment", flipped(key, 80), "A bit of the commitment is flipped."),
        ("flipped-tag", flipped(key, -1), "A bit of the tag is flipped."), ("cut", key[:-1], "Its last byte is missing."), ("header-alone", key[:50], "Its header alone."),
        ("longer", key + b"\0", "A byte is added to it."), ("body-name", key_as({**body, "name": "j"}), "The body has another name."),
        ("unknown-field", key_as({**body, "colour": "red"}), "An unknown field."), ("no-versions", key_as({**body, "versions": []}), "There are no versions."),
        ("usage-body", key_as(uses), "The body is that of a usage document."), ("trailing-byte", key_as(cbor.Raw(cbor.encode(body) + b"\0")), "A byte after the body."),
    ):
        yield f"key-{label}", [root, data], f"The key document: {reason}"
    for label, data, reason in (
        ("sru2", b"SRU2" + usage[4:], "Its magic is SRU2."), ("of-another-keyring", usage_as(keyring_id=stream.take(16)), "It belongs to another keyring with the same root key."),
        ("root-2", usage_as(root=2, root_key=ring.roots[1]), "The root document has no root 2."), ("flipped-tag", flipped(usage, -1), "A bit of the tag is flipped."),
        ("flipped-key-id", flipped(usage, 32), "A bit of the key id is flipped."),
        ("cut", usage[:-1], "Its last byte is missing."), ("version-0", usage_as({**uses, "uses": {0: 1}}), "A version 0."), ("key-body", usage_as(body), "The body is that of a key."),
        ("was-a-key-document", b"SRU1" + key[4:], "A key document, the magic exchanged."), ("uses-unsorted", usage_as({**uses, "uses": cbor.Pairs([(2, 1), (1, 1)])}), "The versions are not sorted."),
    ):
        yield f"usage-{label}", [root, key, data], f"The usage document: {reason}"
    damaged = flipped(key, -1)
    yield "damaged-first-of-two", [root, damaged, ring.document("l", {**body, "name": "l"}, stream=stream)], "The key document is damaged, a sound one follows."
    yield "damaged-last-of-two", [root, ring.document("a", {**body, "name": "a"}, stream=stream), damaged], "The key document is damaged, a sound one stands before it."
    yield "key-srk2-damaged-root", [flipped(root, -1), b"SRK2" + key[4:]], "The magic of a key document is SRK2; the root document's mac does not fit."
    yield "key-srk2-not-in-order", [root, key, b"SRK2" + key[4:]], "The magic of a second key document is SRK2."


def _root(ring, root, **fields):
    content = {**cbor.decode(root[28:-32]), **fields}
    return formats.root_document(ring.keyring_id, ring.generation, content, ring.roots[1])
