"""Usage documents that are refused (section 10): each has one fault and is otherwise sealed as it should be."""

import cbor
import formats
from cbor import Pairs, Raw
from primitives import Stream

NAME, FILE = "k", "usage-k.sr"
GOOD = {"name": NAME, "uses": {1: 5, 2: 6}}


def refused_usage(ring):
    stream = Stream("refused usage")
    key_id = bytes.fromhex(ring.keys[0][1]["key_id"])

    def make(body=GOOD, name=NAME, **parts):
        return ring.document(name, body, stream=stream, **{"key_id": key_id, "magic": b"SRU1", **parts})

    cases = [*_headers(ring, stream, make), *_sealed(ring, stream, key_id, make)]
    cases += [(label, make(body), reason) for label, body, reason in (*_fields(), *_numbers(), *_spellings())]
    for label, data, reason in cases:
        yield {"id": f"usage/refused/{label}", "key": NAME, "documents": {FILE: data.hex()},
               "error": LATER.get(label, "corrupt_document"), "reason": reason}


# The only ones that are not damaged: another format says so in its magic.
LATER = {"magic-sru2": "unsupported_format", "magic-sru0": "unsupported_format"}


def _headers(ring, stream, make):
    for magic, what in ((b"SRU2", "one of another format"), (b"SRU0", "one of another format"), (b"SRK1", "that of a key document"),
                        (b"SRK2", "that of a key document of another format"), (b"SRR1", "that of a root document"), (b"sru1", "none")):
        label = magic.decode().lower() if magic[:1] == b"S" else "in-lower-case"
        yield f"magic-{label}", make(magic=magic), f"The magic is {what}."
    yield "keyring-id", make(keyring_id=stream.take(16)), "It belongs to another keyring with the same root key."
    yield "header-name", make(name="j"), "The header names another key than the body and the file."
    yield "header-name-case", make({**GOOD, "name": "K"}, name="K"), "The document of the key K under the file name of k."
    yield "other-key", make({**GOOD, "name": "j"}, name="j"), "Another key's document under this key's file name."
    yield "other-key-of-the-ring", ring.documents["usage-three.sr"], "Another key's document, as it stands beside it."
    yield "body-name", make({**GOOD, "name": "j"}), "The body names another key than the header and the file."
    yield "empty-name", make(name=""), "The header's name is empty."
    yield "long-name", make({**GOOD, "name": "k" * 121}, name="k" * 121), "The header's name has 121 characters."
    yield "path-name", make({**GOOD, "name": "../k"}, name="../k"), "The header's name is a path."
    yield "generation-0", make(generation=0), "Generations start at 1."
    newest = ring.roots[2]
    zero = (ring.keyring_id, 0, newest, 1, stream.take(16), NAME, GOOD, stream.take(24), b"SRU1")
    yield "root-0", formats.document(*zero), "Root numbers start at 1."
    yield "root-3", make(root=3, root_key=newest), "The root document has no root 3."
    yield "root-2-31", make(root=2**31, root_key=newest), "Root numbers are at most 2^31-1."
    yield "root-1-said-2-used", make(root=1, root_key=newest), "Root 1 in the header, root 2's key."
    yield "key-document", ring.documents["key-k.sr"], "The key's own document."


def _sealed(ring, stream, key_id, make):
    """Files damaged after they were sealed, and payloads made otherwise."""
    good = make()
    at = 4 + 16 + 4 + 8 + 16 + 1 + len(NAME)
    for label, where in (("keyring-id", 4), ("root", 23), ("generation", 30), ("key-id", 32), ("length", 48), ("name", 49), ("nonce", at),
                         ("commitment", at + 24), ("ciphertext", at + 56), ("tag", len(good) - 1)):
        yield f"flipped-{label}", good[:where] + bytes([good[where] ^ 1]) + good[where + 1 :], f"A bit of the {label} is flipped."
    yield "empty", b"", "The file is empty."
    for label, size in (("magic-cut", 3), ("magic", 4), ("keyring-id", 20), ("root", 24), ("generation", 32), ("key-id", 48), ("length", 49),
                        ("name", at), ("nonce", at + 24), ("commitment", at + 56), ("short", at + 71), ("no-body", at + 72), ("last-byte", len(good) - 1)):
        yield f"cut-{label}", good[:size], f"The first {size} bytes alone."
    yield "longer", good + b"\0", "A byte is added."
    header, body, context = good[:at], cbor.encode(GOOD), ring.keyring_id + NAME.encode()
    for label, parts, reason in (
        ("label", {"label": formats.BACKUP}, "The label is that of a backup."), ("n-1", {"n": 1}, "N is not the root's number."),
        ("kind-0", {"kind": 0}, "The kind is 0."), ("kind-2", {"kind": 2}, "The kind is 2."),
        ("other-name", {"context": ring.keyring_id + b"other"}, "The context has another name."),
        ("no-keyring-id", {"context": NAME.encode()}, "The context lacks the keyring id."), ("no-aad", {"aad": b""}, "The aad is empty."),
        ("key-aad", {"aad": b"SRK1" + header[4:]}, "The aad is a key document's header."),
    ):
        given = {"label": formats.DOCUMENT, "material": ring.roots[2], "n": 2, "kind": 1, "context": context, "aad": header,
                 "plaintext": body, "nonce": stream.take(24), **parts}
        yield f"payload-{label}", header + formats.payload(**given), reason
    # A document that was sealed for the other kind, with the magic exchanged afterwards.
    yield "was-a-key-document", b"SRU1" + make(magic=b"SRK1")[4:], "Sealed as a key document, the magic exchanged."


def _fields():
    yield "lacks-name", {"uses": GOOD["uses"]}, "There is no name."
    yield "lacks-uses", {"name": NAME}, "There are no uses."
    yield "no-fields", {}, "There is nothing."
    yield "unknown-field", {**GOOD, "colour": "red"}, "An unknown field."
    yield "unknown-field-first", {**GOOD, "a": 1}, "An unknown field that sorts first."
    yield "tombstone", {"name": NAME, "deleted": 1}, "A usage document has no tombstone."
    yield "name-bytes", {**GOOD, "name": NAME.encode()}, "The name is bytes."
    yield "name-case", {**GOOD, "name": NAME.upper()}, "The body's name differs in case."
    yield "field-as-bytes", Pairs([(b"name", NAME), (b"uses", {1: 5})]), "The names of the fields are bytes."
    yield "array", [GOOD], "The body is an array."
    yield "uses-array", {**GOOD, "uses": [5, 6]}, "The uses are an array."
    yield "uses-number", {**GOOD, "uses": 5}, "The uses are a number."
    yield "uses-nested", {**GOOD, "uses": {1: {1: 5}}}, "A count is a map."


def _numbers():
    for label, uses, reason in (
        ("version-0", {0: 5}, "Version numbers start at 1."), ("version-2-31", {2**31: 5}, "Version numbers are at most 2^31-1."),
        ("version-2-32", {2**32 + 1: 5}, "A version number beyond 32 bits, whose last 32 say 1."),
        ("version-2-64", {2**64 - 1: 5}, "The largest number of all as a version."), ("version-negative", {-1: 5}, "A negative version."),
        ("version-text", {"1": 5}, "A version is a text."), ("version-bytes", {b"\1": 5}, "A version is bytes."),
        ("version-bool", Pairs([(True, 5)]), "A version is a bool."),
        ("count-negative", {1: -1}, "A negative count."), ("count-bool", {1: True}, "A count is a bool."),
        ("count-text", {1: "5"}, "A count is a text."), ("count-null", {1: Raw(b"\xf6")}, "A count is null."),
        ("count-float", {1: Raw(b"\xf9\x45\x00")}, "A count is a float."), ("count-tagged", {1: Raw(b"\xc1\x05")}, "A count is tagged."),
        ("count-bignum", {1: Raw(b"\xc2\x49\x01" + bytes(8))}, "A count of 2^64 as a bignum."),
    ):
        yield label, {**GOOD, "uses": uses}, reason


def _spellings():
    """Bodies that are not deterministic CBOR, or not CBOR."""
    encoded, uses = cbor.encode(GOOD), GOOD["uses"]
    with_uses = lambda item: {"name": NAME, "uses": item}
    indefinite = lambda start, *items: Raw(bytes([start]) + b"".join(map(cbor.encode, items)) + b"\xff")
    yield "cbor-empty", Raw(b""), "The body is empty."
    yield "cbor-trailing-byte", Raw(encoded + b"\0"), "A byte after the end."
    yield "cbor-twice", Raw(encoded * 2), "The body is there twice."
    yield "cbor-cut", Raw(encoded[:-1]), "The body ends early."
    yield "cbor-unsorted", Pairs([("uses", uses), ("name", NAME)]), "The fields are exchanged."
    yield "cbor-duplicate", Pairs([("name", NAME), ("uses", uses), ("uses", uses)]), "The uses are there twice."
    yield "cbor-duplicate-name", Pairs([("name", NAME), ("name", NAME), ("uses", uses)]), "The name is there twice."
    yield "cbor-uses-unsorted", with_uses(Pairs([(2, 6), (1, 5)])), "The versions are not sorted."
    yield "cbor-uses-unsorted-24", with_uses(Pairs([(24, 6), (23, 5)])), "Version 24 comes before 23."
    yield "cbor-uses-duplicate", with_uses(Pairs([(1, 5), (1, 6)])), "A version is there twice."
    yield "cbor-uses-duplicate-equal", with_uses(Pairs([(1, 5), (1, 5)])), "A version is there twice with the same count."
    for size in (1, 2, 4, 8):
        yield f"cbor-long-version-{size}", with_uses(Pairs([(cbor.long_head(0, 1, size), 5)])), f"Version 1 in {size + 1} bytes."
    yield "cbor-long-count-1", with_uses({1: cbor.long_head(0, 23, 1)}), "23 in two bytes."
    yield "cbor-long-count-2", with_uses({1: cbor.long_head(0, 255, 2)}), "255 in three bytes."
    yield "cbor-long-count-4", with_uses({1: cbor.long_head(0, 65535, 4)}), "65535 in five bytes."
    yield "cbor-long-count-8", with_uses({1: cbor.long_head(0, 2**32 - 1, 8)}), "2^32-1 in nine bytes."
    yield "cbor-long-map", with_uses(Raw(cbor.long_head(5, 1, 1) + b"\1\5")), "The number of pairs in two bytes."
    yield "cbor-long-body", Raw(cbor.long_head(5, 2, 1) + encoded[1:]), "The number of fields in two bytes."
    yield "cbor-long-text", {**GOOD, "name": Raw(cbor.long_head(3, 1, 1) + b"k")}, "The length of a text in two bytes."
    yield "cbor-long-field-name", Pairs([(Raw(cbor.long_head(3, 4, 1) + b"name"), NAME), ("uses", uses)]), "A field's name with a long head."
    yield "cbor-indefinite-body", indefinite(0xBF, "name", NAME, "uses", uses), "The body has no definite length."
    yield "cbor-indefinite-uses", with_uses(indefinite(0xBF, 1, 5, 2, 6)), "The uses have no definite length."
    yield "cbor-indefinite-no-uses", with_uses(indefinite(0xBF)), "No uses, without a definite length."
    yield "cbor-indefinite-name", {**GOOD, "name": indefinite(0x7F, NAME)}, "The name has no definite length."
    yield "cbor-reserved-length", with_uses(Raw(b"\xbc\1\5")), "A length of a form that is reserved."
    yield "cbor-tagged-body", Raw(b"\xd9\xd9\xf7" + encoded), "The body is tagged as CBOR."
    yield "cbor-tagged-uses", with_uses(Raw(b"\xc1" + cbor.encode(uses))), "The uses are tagged."
    yield "cbor-pairs-missing", with_uses(Raw(b"\xa2\1\5")), "Two pairs are said, one is there."
    yield "cbor-pairs-too-many", with_uses(Raw(b"\xa1\1\5\2\6")), "One pair is said, two are there."
    yield "cbor-huge-map", with_uses(Raw(b"\xbb" + b"\xff" * 8)), "A map that claims 2^64-1 pairs."
    yield "cbor-not-utf-8", {**GOOD, "name": Raw(b"\x61\xff")}, "The name is not UTF-8."
    yield "cbor-deep", with_uses(Raw(b"\xa1\1" * 700 + b"\x05")), "Seven hundred maps in one another."
