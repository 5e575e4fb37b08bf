"""index.json: blind indexes (section 17), and what must be refused of them."""

import hashlib
from functools import cache

import formats
import normalise
from formats import encode_map
from primitives import Stream

MAP = {"tenant": "acme", "número": "17"}
DAY = 86_400 * 10**9
NOW = 20_000 * DAY
# Where characters have mappings, with what lies around them.
RANGES = [range(0xD800), range(0xE000, 0x20000), range(0x2F000, 0x32000), range(0xE0000, 0xE1000), range(0x10FFF0, 0x110000)]


def indexes():
    stream = Stream("index")
    ikm, other, long = stream.take(32), stream.take(32), stream.take(512)
    whole = [
        {"value": "Añn@Example.com"}, {"value": "Añn@Example.com", "version": 2}, {"value": "Añn@Example.com", "version": 2**31 - 1},
        {"value": "Añn@Example.com", "name": "users.name"}, {"value": "Añn@Example.com", "ikm": other}, {"value": "Añn@Example.com", "ikm": long},
        {"value": "Añn@Example.com", "context": (1, b"acme")}, {"value": "Añn@Example.com", "context": (2, encode_map(MAP.items()))},
        {"value": "Añn@Example.com", "context": (1, encode_map(MAP.items()))}, {"value": "v", "name": "n"}, {"value": "v", "name": "ñ" * 127},
        {"value": "x" * 1000}, {"value": "v" * 55}, {"value": "v" * 64}, {"value": "\0"}, {"value": " v "},
        *({"value": "Añn@Example.com", "bits": bits} for bits in (8, 9, 15, 16, 17, 32, 64, 100, 127, 129, 160, 255, 256)),
        *({"value": value, "normalize": "email"} for value in (
            "  Añn@Example.com\n", "AN\u0303N@EXAMPLE.COM", "añn@example.com", "\u2003a\u00a0", "Straße@x", "İ@x", "\u1f80", "\u0345\u0390", "\ufb03@x")),
        *({"value": value, "normalize": "nfkc"} for value in ("\ufdfa", "\u1e9b\u0323", "\uff21\u2460", "\u1100\u1161\u11a8\u11a8", "\uac00\u11a8", "\ufb1d\u05b4")),
        *({"value": value, "normalize": "casefold"} for value in ("\u1e9e", "\u0149", "\u03a3\u03c2", "\u13f8\uab70", "\u1f52\u1fb7", "\U000118a0\U0001e900")),
        *({"value": value, "normalize": "digits"} for value in ("+49 (30) 1234-567", "\u0661\u0662\u096a", "\U0001d7d9\U0001fbf9")),
        *({"value": value, "normalize": "trim"} for value in ("\u3000 x y \u2028", "\u200bx\ufeff")),
        *({"value": " \uff11\u2461X\u2003", "normalize": steps} for steps in (
            ["trim"], ["nfkc", "trim"], ["trim", "nfkc", "casefold"], ["nfkc", "digits"], ["none", "none"], [], ["email", "email", "digits"])),
    ]
    parts = [
        {"value": "Smith-Jones", "lengths": [1, 3, 5]}, {"value": "Smith-Jones", "lengths": [11, 12, 255]}, {"value": "aaa", "lengths": [1, 2, 3]},
        {"value": "E\u0301a", "lengths": [1, 2], "normalize": "email"}, {"value": "\U0001f1e9\U0001f1eañ", "lengths": [1, 2, 3]},
        {"value": "Smith", "lengths": [2], "context": (1, b"acme"), "bits": 20}, {"value": "x" * 255, "lengths": [255]},
        {"value": "Smith-Jones", "n": 3}, {"value": "banana", "n": 2}, {"value": "banana", "n": 6}, {"value": "banana", "n": 7}, {"value": "ñandú\U0001f600", "n": 1},
        {"value": "Straße", "n": 4, "normalize": "casefold"}, {"value": "banana", "n": 2, "bits": 8, "context": (2, encode_map([("", "")]))},
    ]
    made = [_made(number, given, ikm) for number, given in enumerate(whole + parts)]
    return {"vectors": [*made, *_refused(ikm), *_texts(), *_written(), *_tables()]}


def _given(given, ikm):
    kind, context = given.get("context", (0, b""))
    form = "prefix" if "lengths" in given else "ngram" if "n" in given else "whole"
    value = given["value"] if isinstance(given["value"], bytes) else given["value"].encode()
    return {
        "op": "index", "form": form, "index_key_ikm": given.get("ikm", ikm).hex(), "version": given.get("version", 1), "kind": kind, "context": context.hex(),
        "name": given.get("name", "users.email"), "bits": given.get("bits", 128), "normalize": given.get("normalize", "none"), "value": value.hex(),
        **{name: given[name] for name in ("lengths", "n") if name in given},
    }


def _made(number, given, ikm):
    case = _given(given, ikm)
    name, bits, version = case["name"].encode(), case["bits"], case["version"]
    key = formats.index_key(bytes.fromhex(case["index_key_ikm"]), version, case["kind"], bytes.fromhex(case["context"]))
    text = normalise.normalised(given["value"], case["normalize"])
    expect = {"ik": key.hex(), "normalised": text.encode().hex()}
    if case["form"] == "whole":
        found = formats.index_bits(key, name, bits, formats.WHOLE, 0, text)
        expect |= {"binary": found.hex(), "text": formats.index_text(version, found)}
    else:
        form = formats.BEGINNING if case["form"] == "prefix" else formats.PIECE
        parts = formats.beginnings(text, given["lengths"]) if form == formats.BEGINNING else formats.pieces(text, given["n"])
        found = sorted({formats.index_bits(key, name, bits, form, n, part) for n, part in parts})
        expect |= {"binary": [one.hex() for one in found], "text": [formats.index_text(version, one) for one in found]}
    return {"id": f"index/{number:03}", **case, "expect": expect}


def _refused(ikm):
    cases = [
        ({"value": "v", "name": ""}, "invalid_option", "No name."), ({"value": "v", "name": "ñ" * 128}, "invalid_option", "256 bytes of a name."),
        ({"value": "v", "bits": 0}, "invalid_option", "No bits."), ({"value": "v", "bits": 7}, "invalid_option", "Fewer than 8."),
        ({"value": "v", "bits": 257}, "invalid_option", "More than 256."), ({"value": ""}, "invalid_value", "Nothing."),
        ({"value": "", "lengths": [1]}, "invalid_value", "Nothing."), ({"value": "", "n": 1}, "invalid_value", "Nothing."),
        ({"value": "v", "lengths": [1, 0]}, "invalid_option", "A length of none."), ({"value": "v", "n": 0}, "invalid_option", "A length of none."),
        ({"value": "v", "n": 256}, "invalid_option", "A length over 255."), ({"value": " \t", "normalize": "email"}, "invalid_value", "Nothing but spaces."),
        ({"value": "½²", "normalize": "digits"}, "invalid_value", "No decimal digits."), ({"value": "\u2003", "normalize": ["nfkc", "trim"]}, "invalid_value", "A space in the end."),
        *(({"value": value}, "invalid_value", reason) for value, reason in (
            (b"\x80", "No first byte."), (b"v\xc3", "Cut off."), (b"\xed\xa0\x80", "Half of a pair of surrogates."), (b"\xf4\x90\x80\x80", "Above U+10FFFF."),
            (b"\xc1\x81", "Longer than it need be."))),
    ]
    for number, (given, error, reason) in enumerate(cases):
        yield {"id": f"index/refused/{number:02}", **_given(given, ikm), "error": error, "reason": reason}


def _texts():
    taken = [("strongroom:i1:AA", 1, "00"), ("strongroom:i10:_-8", 10, "ffef"), (formats.index_text(2**31 - 1, bytes(range(32))), 2**31 - 1, bytes(range(32)).hex())]
    for number, (text, version, bits) in enumerate(taken):
        yield {"id": f"index/texts/{number}", "op": "parse", "text": text, "expect": {"version": version, "binary": bits}}
    refused = [
        "", "strongroom:i1", "strongroom:i1:", "strongroom:1:AA", "strongroom:v1:AAA=", "strongroom:i:AA", "strongroom:i01:AA", "strongroom:i0:AA", "strongroom:i-1:AA",
        "strongroom:i2147483648:AA", "strongroom:i4294967297:AA", "Strongroom:i1:AA", "strongroom:I1:AA", " strongroom:i1:AA", "strongroom:i1:AA ", "strongroom:i1:AB",
        "strongroom:i1:AAB", "strongroom:i1:A", "strongroom:i1:AAAAA", "strongroom:i1:AA=", "strongroom:i1:AA==", "strongroom:i1:A/", "strongroom:i1:A\u0410",
        "strongroom:i1::AA", formats.index_text(1, bytes(33)), formats.index_text(1, bytes(300)),
    ]
    for number, text in enumerate(refused):
        yield {"id": f"index/texts/refused/{number:02}", "op": "parse", "text": text, "error": "malformed", "reason": "It is not written so."}


def _written():
    settled = 70 * 10**9
    cases = [
        ([0], 1, 60_000), ([NOW], 1, 60_000), ([0, NOW - settled], 1, 60_000), ([0, NOW - settled + 1], 1, 60_000), ([None, None], 1, 60_000), ([None, NOW], 1, 60_000),
        ([0, NOW - 3 * settled, NOW - 2 * settled, NOW], 1, 60_000), ([0, NOW - 2, NOW - 1, NOW], 1, 60_000), ([0, NOW - 2, NOW - 1, NOW], 3, 60_000), ([0, 0, 0], 3, 60_000),
        ([0, NOW + DAY], 1, 60_000), ([NOW - DAY - 10 * 10**9, NOW], 1, 86_400_000), ([0, NOW - 11 * 10**9], 1, 1_000), ([0, NOW - 11 * 10**9 + 1], 1, 1_000),
        # The dates need not be in the order of the versions.
        ([NOW, 0, NOW], 1, 60_000), ([0, NOW, 0], 1, 60_000),
    ]
    for number, (created, minimum, staleness) in enumerate(cases):
        given = {"created": created, "min_decryption_version": minimum, "now": NOW, "staleness_ms": staleness}
        yield {"id": f"index/written/{number:02}", "op": "written_version", **given, "expect": formats.written_version(created, minimum, NOW, staleness)}


def _tables():
    for step in normalise.STEPS:
        # Alone, between marks of other combining classes, and where the end of a word could be composed.
        for before, after in [("", "")] if step in ("none", "trim", "digits", "casefold") else [("", ""), ("a\u0327", "\u0301\u0323"), ("\u1100", "\u11a8")]:
            yield {"id": f"index/tables/{step}/{len(before)}{len(after)}", "op": "table", "normalize": step, "before": before, "after": after, "expect": digest(step, before, after)}


@cache
def digest(step, before, after):
    """Of every character between two texts, normalised, a line each."""
    lines = hashlib.sha256()
    for characters in RANGES:
        for code in characters:
            lines.update(normalise.normalised(before + chr(code) + after, step).encode() + b"\n")
    return lines.hexdigest()
