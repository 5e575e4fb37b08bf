"""maps.json: encodings of maps (section 4), and maps that are refused."""

import hashlib

from builder import CONTEXTS, TRICKY
from formats import encode_map

SORTED = {
    "one-pair": [("tenant", "acme")],
    "three-pairs-out-of-order": list(CONTEXTS[2]["map"].items()),
    "empty-key-and-value": [("", "")],
    "empty-value": [("a", "")],
    "empty-key": [("", "a"), ("\0", "b")],
    "prefix-sorts-first": [("ab", "3"), ("a", "1"), ("abc", "4"), ("a\0", "2")],
    "longer-before-shorter": [("b", "2"), ("aa", "1")],
    "capitals-before-small-letters": [("a", "2"), ("B", "1"), ("_", "3")],
    "utf-8-order-is-not-utf-16-order": [("\U0001f511", "2"), ("\ufffd", "1")],
    "beyond-ascii-last": [("é", "2"), ("z", "1"), ("~", "0")],
    "no-normalisation": [("é", "composed"), ("e\u0301", "decomposed"), ("value", "e\u0301")],
    "equal-values": [("b", "same"), ("a", "same")],
    "boundary-between-key-and-value": [("ab", "c"), ("a", "bc")],
    "controls-and-nul": [("\n", "\r\n"), ("\0", "\0\0"), ("\x7f", "\u0080")],
    "key-of-256-bytes": [("k" * 256, "v")],
    "value-of-300-bytes": [("k", "v" * 300)],
    "tricky": list(TRICKY.items()),
    "260-pairs": [(f"{n:x}", "") for n in range(260)],
}


def repeated(character, count):
    """`count` times a character, which stands there in hex."""
    return {"repeat": [character.encode().hex(), count]}


def maps():
    taken = [{"id": f"maps/{name}", "pairs": pairs, "encoding": encode_map(pairs).hex()}
             for name, pairs in SORTED.items()]
    longest = encode_map([("k", "v" * 65528)])
    digest = hashlib.sha256(longest).hexdigest()
    taken.append({"id": "maps/encoding-of-65535-bytes", "pairs": [["k", repeated("v", 65528)]],
                  "encoding_length": len(longest), "encoding_sha256": digest})
    return {"maps": taken, "refused": [
        {"id": f"maps/refused/{name}", **pairs, "error": "invalid_context", "error_as_aad": "invalid_aad", "reason": reason}
        for name, pairs, reason in refused()
    ]}


def refused():
    yield "no-pairs", {"pairs": []}, "A map without pairs is refused."
    yield "duplicate", {"pairs": [["a", "1"], ["a", "2"]]}, "A key is there twice."
    yield "duplicate-with-equal-value", {"pairs": [["a", "1"], ["b", "2"], ["a", "1"]]}, "A pair is there twice."
    yield "duplicate-empty-key", {"pairs": [["", "1"], ["", "2"]]}, "The empty key is there twice."
    yield "key-not-utf-8", {"pairs_hex": [["ff", "31"]]}, "A key is not UTF-8."
    yield "value-not-utf-8", {"pairs_hex": [["61", "c328"]]}, "A value is not UTF-8."
    yield "key-with-a-surrogate", {"pairs_hex": [["eda080", "31"]]}, "A key holds an encoded surrogate, not UTF-8."
    yield "overlong", {"pairs_hex": [["c080", "31"]]}, "A key holds an overlong NUL, not UTF-8."
    yield "encoding-of-65536-bytes", {"pairs": [["k", repeated("v", 65529)]]}, "The encoding exceeds 65,535 bytes."
    halves = [["a", repeated("v", 32763)], ["b", repeated("v", 32763)]]
    assert len(encode_map([("a", "v" * 32763), ("b", "v" * 32763)])) == 65538
    yield "two-halves-over-65535-bytes", {"pairs": halves}, "The encoding of two pairs exceeds 65,535 bytes."
    assert len(encode_map([("k", "v" * 65529)])) == 65536
    yield "value-over-u16", {"pairs": [["k", repeated("v", 65536)]]}, "A value's length does not fit its u16."
    yield "key-over-u16", {"pairs": [[repeated("k", 65536), "v"]]}, "A key's length does not fit its u16."
