"""witness.json: witnesses, those that must be refused, what became of documents, and pins."""

import formats
from primitives import Stream, ed25519_sign

EPOCH = 1_900_000_000_000_000_000


def witness():
    stream = Stream("witness")
    keyring_id, root_key = stream.take(16), stream.take(32)
    cases = [*_made(keyring_id, root_key, stream), *_refused(keyring_id, root_key, stream), *_floors(), *_pins(keyring_id, root_key)]
    return {"vectors": cases}


def _entry(kind, name, key_id, generation=5, root_number=2, latest=3, created=EPOCH):
    latest, created = (latest, created) if kind == 1 else (0, 0)
    return {"kind": kind, "name": name, "key_id": key_id, "generation": generation, "root_number": root_number, "latest": latest, "created": created}


def _shown(entry):
    return {**entry, "key_id": entry["key_id"].hex()}


def _made(keyring_id, root_key, stream):
    key = lambda name, **fields: _entry(1, name, stream.take(16), **fields)
    count = lambda name, **fields: _entry(2, name, stream.take(16), **fields)
    for label, entries in (
        ("tombstone", [key("gone", latest=0, created=0)]),
        ("names-by-bytes", [key("Z"), key("a"), key("a-b"), key("a.b"), key("a0"), key("aB"), key("a_b"), key("ab")]),
        ("longest-name", [key("n" * 120), count("n" * 120)]),
        ("many", [*(key(f"k{n:03}", generation=n + 1) for n in range(300)), *(count(f"k{n:03}") for n in range(0, 300, 7))]),
    ):
        file = formats.witness(keyring_id, EPOCH, 2**63, 2**31 - 1, root_key, entries)
        yield {"id": f"witness/made/{label}", "op": "make", "keyring_id": keyring_id.hex(), "time": EPOCH, "root_generation": 2**63,
               "root_number": 2**31 - 1, "root_key": root_key.hex(), "entries": [_shown(entry) for entry in entries],
               "expect": {"file": file.hex(), "public": formats.ed25519_public(formats.root_seed(root_key)).hex()}}


def _refused(keyring_id, root_key, stream):
    """Each is signed as it should be, unless the reason says otherwise."""
    a, b, count = (_entry(kind, name, stream.take(16)) for kind, name in ((1, "a"), (1, "b"), (2, "a")))
    made = lambda entries=(a, b, count), time=EPOCH, generation=9, number=4, **parts: \
        formats.witness(keyring_id, time, generation, number, root_key, list(entries), **parts)
    resigned = lambda covered: covered + ed25519_sign(formats.root_seed(root_key), b"strongroom.witness.v1" + covered)
    good = made()
    cases = [
        ("generation-0", made(generation=0), "The root document's generation is 0."),
        ("number-0", made(number=0), "The root number is 0."), ("number-2-31", made(number=2**31), "The root number is above 2^31-1."),
        ("twice", made((a, a)), "An entry is there twice."), ("usage-first", made((count, a)), "Usage comes after keys."),
        ("case", made((a, {**b, "name": "A"})), "Names are sorted by their bytes."),
        ("kind-3", made(({**a, "kind": 3},)), "A kind that there is not."),
        ("name-path", made(({**a, "name": "../a"},)), "A name that is none."), ("name-121", made(({**a, "name": "a" * 121},)), "A name that is too long."),
        ("entry-generation-0", made(({**a, "generation": 0},)), "A generation of 0."),
        ("entry-root-0", made(({**a, "root_number": 0},)), "A root number of 0."),
        ("entry-root-2-31", made(({**a, "root_number": 2**31},)), "A root number above 2^31-1."),
        ("latest-2-31", made(({**a, "latest": 2**31},)), "A version above 2^31-1."),
        ("usage-latest", made(({**count, "latest": 1},)), "A usage document has no versions."),
        ("usage-created", made(({**count, "created": 1},)), "A usage document has no versions."),
        ("n-too-small", made(count=2), "There are more entries than n."), ("n-too-large", made(count=4), "There are fewer entries than n."),
        ("n-0", made(count=0), "There are entries, and n is 0."),
        ("byte-before-the-signature", resigned(good[:-64] + b"\0"), "A byte after the last entry."),
        ("other-p", made(public=stream.take(32)), "P is another's."),
        ("p-small-order", made((), public=bytes(32))[:-64] + bytes(64), "P is of small order, the signature all zero."),
        ("label-of-line", made(label=b"strongroom.root-line.v1"), "The label is that of the line."),
        ("srw0", made(magic=b"SRW0"), "Another format."), ("srr1", made(magic=b"SRR1"), "Another kind of file."), ("lower-case", made(magic=b"srw1"), "No magic."),
        *((f"cut-{size}", good[:size], f"The first {size} bytes alone.") for size in (3, 4, 75, 76, 139, len(good) - 65, len(good) - 1)),
    ]
    for label, file, reason in cases:
        yield {"id": f"witness/refused/{label}", "op": "open", "file": file.hex(), "reason": reason,
               "error": "unsupported_format" if label == "srw0" else "corrupt_document"}


def _floors():
    one, two = b"\xaa" * 16, b"\xbb" * 16
    was = _shown(_entry(1, "cards", one, 9, 2, 3, 700))
    unknown = {**was, "created": 0}
    now = lambda key_id=one, generation=12, root_number=2, latest=3, created_of=None: {
        "key_id": key_id.hex(), "generation": generation, "root_number": root_number, "latest": latest, "created_of": created_of or {"3": 700}}
    for label, witnessed, found, refused in (
        ("same", was, now(generation=9), None), ("resealed", was, now(generation=10, root_number=5), None),
        ("older-root", was, now(root_number=1), "older"), ("recreated", was, now(two, created_of={"3": 1}), None),
        ("recreated-with-fewer", was, now(two, latest=1, created_of={"1": 1}), None), ("other-key-id-lower", was, now(two, 8), "older"),
        ("created-forgotten", was, now(created_of={"1": 1}), "other history"), ("created-never-known", unknown, now(created_of={"1": 1}), None),
        ("created-known-later", unknown, now(), "other history"),
    ):
        outcome = {"error": "rolled_back", "reason": refused} if refused else {"expect": "ok"}
        yield {"id": f"witness/floor/{label}", "op": "floor", "witnessed": witnessed, "found": found, **outcome}


def _pins(keyring_id, root_key):
    line = formats.line(keyring_id, {3: root_key[::-1], 4: root_key})
    shown = [{**entry, "public": entry["public"].hex(), "signature": entry["signature"].hex()} for entry in line]
    text = formats.pin(keyring_id, line[0], 7)
    given = {"op": "pin", "keyring_id": keyring_id.hex(), "generation": 7, "line": shown}
    yield {"id": "pin/taken/older-entry", **given, "pin": text, "expect": "taken"}
    yield {"id": "pin/taken/later-generation", **given, "generation": 2**64 - 1, "pin": text, "expect": "taken"}
    yield {"id": "pin/refused/other-keyring", **given, "keyring_id": "00" * 16, "pin": text, "error": "keyring_mismatch"}
    yield {"id": "pin/refused/number-of-the-other", **given, "pin": text.replace(":3:", ":4:"), "error": "keyring_mismatch"}
    yield {"id": "pin/refused/generation", **given, "generation": 6, "pin": text, "error": "keyring_mismatch"}
    parts = text.split(":")
    change = lambda at, part: ":".join([*parts[:at], part, *parts[at + 1 :]])
    for label, wrong in (
        ("empty", ""), ("upper-case-srp", "SRP1" + text[4:]), ("newline", text + "\n"), ("generation-2-64", change(4, str(2**64))),
        ("generation-empty", change(4, "")), ("generation-leading-zero", change(4, "07")), ("generation-plus", change(4, "+7")),
        ("number-0", change(2, "0")), ("number-2-31", change(2, str(2**31))), ("number-plus", change(2, "+3")), ("number-hex", change(2, "0x3")),
        ("number-other-digits", change(2, "\u0663")), ("id-31", change(1, parts[1][:31])), ("id-33", change(1, parts[1] + "0")),
        ("public-65", change(3, parts[3] + "0")), ("public-upper", change(3, parts[3].upper())), ("public-plus", change(3, "+" + parts[3][1:])),
        ("four-parts", ":".join(parts[:4])),
    ):
        yield {"id": f"pin/malformed/{label}", "op": "parse_pin", "text": wrong, "error": "invalid_option"}
