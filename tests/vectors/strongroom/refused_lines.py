"""Root documents whose line or bound is not as section 8 has it, and neighbours that every reader takes."""

import formats
from builder import Ring, hex_seal, shown
from cbor import Raw
from primitives import ED25519_SMALL, Stream

STALENESS = {"limit": 60_000, "since": 5, "before": 60_000}


def rooted():
    """A keyring with roots 7 and 8 listed, of eight that there were."""
    return Ring("lines", "Lines", [7, 8], [hex_seal("lines")], fallen=(1, 2, 4, 5), line=True)


def refused_lines(ring):
    for label, content, reason in (*_lines(ring, ring.more["line"]), *_other_lines(ring), *_bounds(ring)):
        yield _case(ring, f"refusals/root/{label}", content, error="corrupt_document", reason=reason)
    stranger = {**ring.content(), "line": formats.line(ring.keyring_id, {1: bytes(32), **ring.roots})[1:]}
    yield {**_case(ring, "refusals/root/line-and-seal", stranger, error="wrong_seal", reason="The seal is looked for first."), "seal": shown(hex_seal("stranger"))}
    data = formats.root_document(ring.keyring_id, 1, {**ring.content(), "line": ring.more["line"][1:]}, bytes(32))
    yield {**_case(ring, "refusals/root/line-and-mac", ring.content(), error="corrupt_document", reason="Neither mac nor line is right."),
           "documents": {"root.sr": data.hex()}}


def accepted_lines(ring):
    good, line = ring.content(), ring.more["line"]
    without = {name: value for name, value in good.items() if name != "line"}
    long = {n: Stream(f"line {n}").take(32) for n in range(1, 300)}
    renumbered = Ring("lines-long", "", [299, 300], [hex_seal("lines")])
    longest = formats.line(renumbered.keyring_id, {**{n: key for n, key in long.items() if n < 299}, **renumbered.roots})
    unsigned = [{**longest[0], "signature": bytes(64)}, *longest[1:]]
    newest_alone = formats.line(ring.keyring_id, ring.roots)
    for label, owner, content, reason in (
        ("no-line", ring, without, "A document from before there were lines."),
        ("line-of-listed", ring, {**good, "line": newest_alone}, "A line begins with the roots that were listed then."),
        ("line", ring, good, "Roots that are not listed any more stay in the line."),
        ("line-256", renumbered, {**renumbered.content(), "line": longest}, "256 entries; what came before them is gone."),
        ("line-256-first-not-signed", renumbered, {**renumbered.content(), "line": unsigned}, "The first of 256 is not verified."),
        ("line-and-staleness", ring, {**good, "staleness": STALENESS}, "Both."),
        ("staleness-largest", ring, {**without, "staleness": {name: 2**64 - 1 for name in STALENESS}}, "The largest numbers there are."),
        ("staleness-0", ring, {**without, "staleness": {name: 0 for name in STALENESS}}, "The least."),
    ):
        assert len(line) == 6
        made = _case(owner, f"accepted/root/{label}", content, reason=reason)
        yield {**made, "keyring_id": owner.keyring_id.hex(), "numbers": [one["number"] for one in content["roots"]]}


def _case(ring, case_id, content, **rest):
    data = formats.root_document(ring.keyring_id, 1, content, ring.roots[max(ring.roots)])
    return {"id": case_id, "keyring": ring.id, "documents": {"root.sr": data.hex()}, "seal": shown(ring.sealers[0]), **rest}


def _with(ring, line):
    return {**ring.content(), "line": line}


def _lines(ring, line):
    """The good line with one thing changed."""
    at = lambda n, **changed: [*line[:n], {**line[n], **changed}, *line[n + 1 :]]
    flip = lambda data, where=0: data[:where] + bytes([data[where] ^ 1]) + data[where + 1 :]
    for n in range(len(line)):
        yield f"line-signature-{n}", _with(ring, at(n, signature=flip(line[n]["signature"]))), f"The signature of entry {n} is flipped."
    order = int.from_bytes(line[2]["signature"][32:], "little") + 2**252 + 27742317777372353535851937790883648493
    raised = line[2]["signature"][:32] + order.to_bytes(32, "little")
    for label, changed, reason in (
        ("empty", [], "There are no entries."), ("dropped-first", line[1:], "The first is not signed by itself."),
        ("dropped-middle", line[:2] + line[3:], "The entry after the missing one was signed by it."),
        ("dropped-last", line[:-1], "The newest root is not in it."), ("dropped-listed", line[:-2] + line[-1:], "A listed root is not in it."),
        ("swapped", [line[1], line[0], *line[2:]], "Two entries are exchanged."), ("twice", [line[0], *line], "An entry is there twice."),
        ("public-flipped", at(2, public=flip(line[2]["public"])), "A public key is flipped."),
        ("number-changed", at(2, number=3), "A number is another."), ("number-0", at(0, number=0), "Numbers start at 1."),
        ("number-2-31", [*line, {**line[-1], "number": 2**31}], "Numbers are at most 2^31-1."),
        ("number-text", at(0, number="1"), "A number is a text."),
        ("public-31", at(0, public=line[0]["public"][:31]), "A public key has 31 bytes."), ("public-text", at(0, public="x" * 32), "A public key is a text."),
        ("signature-63", at(0, signature=line[0]["signature"][:63]), "A signature has 63 bytes."),
        ("signature-65", at(0, signature=line[0]["signature"] + b"\0"), "A signature has 65 bytes."),
        ("signature-s-raised", at(2, signature=raised), "S is not below the order of the group."),
        ("unknown-field", at(0, time=5), "An unknown field of an entry."), ("lacks-signature", [{n: v for n, v in line[0].items() if n != "signature"}, *line[1:]],
                                                                            "An entry has no signature."),
        ("map", {1: line[0]}, "The line is a map."), ("huge", Raw(b"\x9b" + b"\xff" * 8), "A line that claims 2^64-1 entries."),
    ):
        yield f"line-{label}", _with(ring, changed), reason


def _other_lines(ring):
    """Lines that somebody else could make."""
    line, owner = ring.more["line"], ring.keyring_id
    everyone = dict(sorted({**ring.fallen, **ring.roots}.items()))
    other = Stream("another root").take(32)
    signed = lambda seed, before, number, public, whose=owner: formats.ed25519_sign(seed, formats.statement(whose, before, number, public))
    yield "line-of-another-keyring", _with(ring, formats.line(bytes(16), everyone)), "The keyring id is in what is signed."
    yield "line-other-key-of-8", _with(ring, formats.line(owner, {**everyone, 8: other})), "The line goes on to another root 8 than the one that opens."
    yield "line-other-key-of-7", _with(ring, formats.line(owner, {**everyone, 7: other})), "Another root 7 than the one that opens."
    selves = [{**entry, "signature": signed(formats.root_seed(everyone[entry["number"]]), before, entry["number"], entry["public"])}
              for entry, before in zip(line, [0, *(one["number"] for one in line)])]
    yield "line-signed-by-themselves", _with(ring, selves), "Each entry is signed by itself."
    last = line[-1]
    for label, before, reason in (("number-before-0", 0, "The number before is said to be 0."), ("number-before-5", 5, "The number before is another."),
                                  ("number-itself", 8, "The number before is the entry's own.")):
        forged = {**last, "signature": signed(formats.root_seed(ring.roots[7]), before, 8, last["public"])}
        yield f"line-{label}", _with(ring, [*line[:-1], forged]), reason
    yield "line-signed-by-5", _with(ring, [*line[:-1], {**last, "signature": signed(formats.root_seed(ring.fallen[5]), 7, 8, last["public"])}]), \
        "Signed by a root that is not the one before."
    unlabelled = formats.ed25519_sign(formats.root_seed(ring.roots[7]), formats.statement(owner, 7, 8, last["public"])[23:])
    yield "line-without-label", _with(ring, [*line[:-1], {**last, "signature": unlabelled}]), "What was signed lacks its label."
    for at, small in enumerate(ED25519_SMALL):
        forged = {"number": 1, "public": small, "signature": small + bytes(32)}
        rest = [forged, {**line[1], "signature": small + bytes(32)}, *line[2:]]
        yield f"line-small-order-{at}", _with(ring, rest), "A public key of small order, under which one signature fits nearly everything."
    many = {n: Stream(f"line {n}").take(32) for n in range(1, 251)}
    renumbered = {n + 1000: key for n, key in many.items()}
    far = {**{n: renumbered[n] for n in sorted(renumbered)}}
    chain = formats.line(owner, {**far, **{2000 + n: ring.roots[7] if n == 5 else ring.roots[8] if n == 6 else other for n in range(7)}})
    content = ring.content()
    moved = [{**root, "number": number, "copies": [formats.copy(owner, number, ring.sealers[0], key, Stream("moved"))]}
             for root, (number, key) in zip(content["roots"], ((2005, ring.roots[7]), (2006, ring.roots[8])))]
    extra = formats.line(owner, {1: other, **far})[:1]
    assert len(chain) == 256
    yield "line-257", {**content, "roots": moved, "line": [*extra, *chain]}, "257 entries."
    yield "line-255-of-256", {**content, "roots": moved, "line": chain[1:]}, "The first of fewer than 256 entries is not signed by itself."


def _bounds(ring):
    good = {name: value for name, value in ring.content().items() if name != "line"}
    make = lambda bound: {**good, "staleness": bound}
    for label, bound, reason in (
        ("number", 60_000, "The bound is a number."), ("empty", {}, "Nothing in it."), ("unknown", {**STALENESS, "after": 1}, "An unknown field."),
        ("negative", {**STALENESS, "limit": -1}, "A negative number."), ("text", {**STALENESS, "since": "1"}, "A date is a text."),
        ("bool", {**STALENESS, "before": True}, "A number is a bool."),
        *((f"lacks-{field}", {name: value for name, value in STALENESS.items() if name != field}, f"{field} is missing.") for field in STALENESS),
    ):
        yield f"staleness-{label}", make(bound), reason
