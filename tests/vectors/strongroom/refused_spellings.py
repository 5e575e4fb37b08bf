"""Key documents whose file, payload or CBOR is not as section 7 has it; their fields would be."""

import cbor
import formats
from builder import key_body, version
from cbor import Pairs, Raw
from formats import GCM256

NAME, FILE = "k", "key-k.sr"


def body(stream, numbers=(GCM256,), **options):
    return key_body(NAME, [version(stream, number, created=None, hmac_key=None) for number in numbers], **options)


def with_version(good, field, item):
    return {**good, "versions": [{**good["versions"][0], field: item}]}


def headers(ring, stream):
    """Headers that differ, sealed with what the header says."""
    make = lambda name=NAME, **parts: ring.document(name, body(stream), stream=stream, **parts)
    yield "magic-srk2", make(magic=b"SRK2"), "The magic is SRK2."
    yield "magic-srr1", make(magic=b"SRR1"), "The magic is that of a root document."
    yield "keyring-id", make(keyring_id=stream.take(16)), "It belongs to another keyring with the same root key."
    yield "header-name", make(name="j"), "The header names another key than the body and the file."
    other = key_body("j", [version(stream, GCM256, created=None, hmac_key=None)])
    yield "other-key", ring.document("j", other, stream=stream), "Another key's document under this key's file name."
    yield "body-name", ring.document(NAME, other, stream=stream), "The body names another key than the header and the file."
    yield "empty-name", make(name=""), "The header's name is empty."
    yield "generation-0", make(generation=0), "Generations start at 1."
    root_key = ring.roots[2]
    zero = formats.document(ring.keyring_id, 0, root_key, 1, stream.take(16), NAME, body(stream), stream.take(24))
    yield "root-0", zero, "Root numbers start at 1."
    yield "root-3", make(root=3, root_key=root_key), "The root document has no root 3."
    yield "root-1-said-2-used", make(root=1, root_key=root_key), "Root 1 in the header, root 2's key."


def sealed(ring, stream):
    """Files damaged after they were sealed, and payloads made otherwise."""
    good = ring.document(NAME, body(stream), stream=stream)
    at = 4 + 16 + 4 + 8 + 16 + 1 + len(NAME)
    flip = lambda where: good[:where] + bytes([good[where] ^ 1]) + good[where + 1 :]
    for label, where, what in (
        ("root", 23, "root number"), ("generation", 30, "generation"), ("key-id", 32, "key id"), ("name", at - 1, "name"),
        ("commitment", at + 24, "commitment"), ("ciphertext", at + 56, "ciphertext"), ("tag", len(good) - 1, "tag"),
    ):
        yield f"flipped-{label}", flip(where), f"A bit of the {what} is flipped."
    yield "empty", b"", "The file is empty."
    yield "half-header", good[: at - 10], "The file ends in the header."
    yield "short-payload", good[: at + 71], "The payload is shorter than 72 bytes."
    yield "cut", good[:-1], "The last byte is missing."
    yield "longer", good + b"\0", "A byte is added."
    root_key, header = ring.roots[2], good[:at]
    sealed = cbor.encode(body(stream))
    context = ring.keyring_id + NAME.encode()
    for label, payload_label, n, kind, bound, aad, reason in (
        ("n-1", formats.DOCUMENT, 1, 1, context, header, "N is not the root's number."),
        ("kind-0", formats.DOCUMENT, 2, 0, context, header, "The kind is 0."),
        ("other-name", formats.DOCUMENT, 2, 1, ring.keyring_id + b"other", header, "The context has another name."),
        ("no-keyring-id", formats.DOCUMENT, 2, 1, NAME.encode(), header, "The context lacks the keyring id."),
        ("no-aad", formats.DOCUMENT, 2, 1, context, b"", "The aad is empty."),
    ):
        yield f"payload-{label}", header + formats.payload(payload_label, root_key, n, kind, bound, aad, sealed, stream.take(24)), reason


def spellings(ring, stream):
    """Bodies that are not deterministic CBOR, or not CBOR."""
    good = body(stream, labels={"a": "1", "b": "2"})
    encode, pairs = cbor.encode, sorted(good.items(), key=lambda item: cbor.encode(item[0]))
    swapped = lambda field, item: {**good, field: item}
    indefinite = lambda start, *items: Raw(bytes([start]) + b"".join(map(encode, items)) + b"\xff")
    flat = [part for pair in pairs for part in pair]
    long_text = lambda text, size: Raw(cbor.long_head(3, len(text), size) + text.encode())
    for label, item, reason in (
        ("empty", Raw(b""), "The body is empty."),
        ("trailing-byte", Raw(encode(good) + b"\0"), "A byte after the end."),
        ("cut", Raw(encode(good)[:-1]), "The body ends early."),
        ("unsorted", Pairs(pairs[1:2] + pairs[:1] + pairs[2:]), "Two fields are exchanged."),
        ("sorted-by-text", Pairs(sorted(good.items())), "The fields are in the order of their text, not of their encodings."),
        ("duplicate", Pairs(pairs[:1] + pairs), "A field is there twice."),
        ("labels-unsorted", swapped("labels", Pairs([("b", "2"), ("a", "1")])), "The labels are not sorted."),
        ("labels-sorted-by-text", swapped("labels", Pairs([("aa", "1"), ("b", "2")])), "The longer label comes first."),
        ("long-head-1", swapped("min_decryption_version", cbor.long_head(0, 1, 1)), "1 in two bytes."),
        ("long-head-8", swapped("min_decryption_version", cbor.long_head(0, 1, 8)), "1 in nine bytes."),
        ("long-head-65535", swapped("auto_rotate_period", cbor.long_head(0, 65535, 4)), "65535 in five bytes."),
        ("long-text", swapped("name", long_text(NAME, 1)), "The length of a text in two bytes."),
        ("long-bytes", with_version(good, "material", Raw(cbor.long_head(2, 32, 2) + bytes(range(32)))), "The length of bytes in three bytes."),
        ("long-field-name", Pairs([(long_text(k, 1), v) if k == "name" else (k, v) for k, v in pairs]), "A field's name with a long head."),
        ("indefinite-map", indefinite(0xBF, *flat), "The map has no definite length."),
        ("indefinite-text", swapped("name", indefinite(0x7F, NAME)), "A text without a definite length."),
        ("tag", swapped("auto_rotate_period", Raw(b"\xc1\x00")), "A tag."),
        ("half-float", swapped("auto_rotate_period", Raw(b"\xf9\x00\x00")), "A float of 16 bits."),
        ("null", swapped("auto_rotate_period", Raw(b"\xf6")), "Null."),
        ("two-byte-false", swapped("disabled", Raw(b"\xf8\x14")), "False in two bytes."),
        ("not-utf-8", swapped("labels", Raw(b"\xa1\x61\xff\x60")), "A label's name is not UTF-8."),
        ("huge-array", swapped("versions", Raw(b"\x9b" + b"\xff" * 8)), "An array that claims 2^64-1 items."),
        ("array", [good], "The body is an array."),
    ):
        yield f"cbor-{label}", ring.document(NAME, item, stream=stream), reason
    deep = Raw(b"\x81" * 700 + b"\x80")
    yield "cbor-deep", ring.document(NAME, swapped("versions", deep), stream=stream), "Seven hundred arrays in one another."
