"""Root documents that are refused (section 8); unless a reason says otherwise the mac is right."""

import cbor
import formats
from builder import hex_seal, passphrase_seal, shown
from cbor import Pairs, Raw
from primitives import Stream, argon2id


def refused_roots(ring):
    stream = Stream("refused roots")
    first, phrase = ring.sealers[0], ring.sealers[2]
    case = lambda label, data, error, reason, sealer=first: {
        "id": f"refusals/root/{label}", "keyring": ring.id, "documents": {"root.sr": data.hex()},
        "seal": shown(sealer), "error": error, "reason": reason,
    }
    for label, data, reason in (*_files(ring), *_contents(ring, stream)):
        yield case(label, data, LATER.get(label, "corrupt_document"), reason)
    good = _document(ring, _shown(ring))
    phrased = _document(ring, _shown(ring, 2))
    wrong = passphrase_seal("open sesamE", phrase["id"], 19456, 1, 1)
    renamed = {**phrase, "id": "passphrase"}
    yield case("seal-unknown", good, "wrong_seal", "No copy for this sealing key.", hex_seal("stranger"))
    yield case("passphrase-wrong", phrased, "wrong_seal", "Another passphrase.", wrong)
    yield case("passphrase-newline", phrased, "wrong_seal", "The passphrase's bytes are taken as they are.",
               {**phrase, "passphrase": phrase["passphrase"] + "\n"})
    yield case("passphrase-id", _document(ring, _two_passphrases(ring)), "wrong_seal", "No copy under this id, and two of this kind.", renamed)
    yield case("root-key-id", _document(ring, _shown(ring, 0, 2)), "wrong_seal", "No copy under this id; that of another sealing key is not tried.",
               hex_seal("stranger"))
    for label, content, reason in _copies(ring, stream):
        sealer = phrase if "passphrase" in label else first
        yield case(label, _document(ring, content), "wrong_seal", reason, sealer)
    yield case("other-keyring", _document(ring, _shown(ring), keyring_id=stream.take(16)), "wrong_seal",
               "The copies were wrapped for another keyring id.")
    for m, t, p in COSTLY:
        yield case(f"passphrase-costly-{m}-{t}-{p}", _costly(ring, m, t, p, stream), "seal_too_costly",
                   f"m = {m}, t = {t}, p = {p}: it would open, at a cost that nobody allowed.", phrase)


# Just over what is stretched without a word of the caller, in memory and in work.
COSTLY = ((131073, 1, 1), (65536, 13, 4))

# The only ones that are not damaged: a later format says so in its magic.
LATER = {"magic": "unsupported_format", "magic-srr0": "unsupported_format"}


def accepted_roots(ring):
    """Contents close to those refused, which every reader takes."""
    stream = Stream("accepted roots")
    good = _shown(ring)
    lower, upper = good["roots"]
    other = {"id": "i" * 255, "blob": b"\0", "kind": "ü" * 127 + "k"}
    ring_16 = [formats.copy(ring.keyring_id, n, ring.sealers[0], ring.roots[2], stream) for n in range(1, 17)]
    copies_64 = [{"id": f"{n}", "blob": b"b", "kind": "o"} for n in range(63)]
    for label, content, reason in (
        ("unknown-kind", {**good, "roots": [{**one, "copies": [*one["copies"], other]} for one in good["roots"]]},
         "A kind that the reader does not know, a kind and an id of 255 bytes."),
        ("copy-of-root-1-alone", {**good, "roots": [{**lower, "copies": [*lower["copies"], other]}, upper]},
         "A seal that has no copy of the highest root may have one of another."),
        ("same-id-other-kind", {**good, "roots": [{**one, "copies": [*one["copies"], {**one["copies"][0], "kind": "other"}]} for one in good["roots"]]},
         "Kind and id are unique as a pair."),
        ("copies-in-other-order", _shown(ring, 1, 0),
         "Copies have no order."),
        ("16-roots", {**good, "roots": [{"copies": [one], "number": n} for n, one in enumerate(ring_16, 1)]}, "Sixteen roots."),
        ("64-copies", {**good, "roots": [{**lower, "copies": [*lower["copies"], *copies_64]}, upper]}, "64 copies of a root."),
    ):
        yield _accepted(ring, label, content, reason)
    noted = lambda *roots: {**good, "roots": [{**root, "copies": [{**root["copies"][0], **notes}]} for root, notes in zip((lower, upper), roots)]}
    for label, content, reason in (
        ("label", noted({"label": "office"}, {"label": "office"}), "A label alone."),
        ("added", noted({"added": 0}, {"added": 0}), "A date alone, the earliest."),
        ("label-and-added", noted(*[{"label": "ü" * 127 + "k", "added": 2**64 - 1}] * 2), "Both, as long and as late as they can be."),
        ("label-of-newest", noted({"label": "old", "added": 5}, {"label": "new", "added": 6}), "The notes of the newest root are shown."),
        ("label-of-older-alone", noted({"label": "old", "added": 5}, {}), "Notes that only an older root has are not shown."),
    ):
        newest = content["roots"][-1]["copies"]
        shown_copies = [{field: one.get(field) for field in ("kind", "id", "label", "added")} for one in newest]
        yield {**_accepted(ring, label, content, reason), "seals": shown_copies}
    renamed = shown({**ring.sealers[2], "id": "passphrase"})
    for label, content, reason in (
        ("passphrase-of-another-id", _shown(ring, 0, 2), "No copy under this id, and one of this kind."),
        ("passphrase-of-another-id-on-newest", _only_on_newest(ring), "The one copy is chosen on the newest root; an older one may have others."),
    ):
        yield {"id": f"accepted/root/{label}", "keyring": ring.id, "documents": {"root.sr": _document(ring, content).hex()},
               "seal": renamed, "numbers": [1, 2], "reason": reason}
    for label, m, allowed, reason in (("costly-allowed", 131073, {"allow_costly": True}, "More memory than usual, and the caller allows it."),
                                      ("most-memory", 131072, {}, "The most memory that is taken without a word of the caller.")):
        yield {"id": f"accepted/root/passphrase-{label}", "keyring": ring.id, "documents": {"root.sr": _costly(ring, m, 1, 1, stream).hex()},
               "seal": shown({**ring.sealers[2], **allowed}), "numbers": [1, 2], "reason": reason}


def _accepted(ring, label, content, reason):
    data = _document(ring, content)
    return {"id": f"accepted/root/{label}", "keyring": ring.id, "documents": {"root.sr": data.hex()}, "seal": shown(ring.sealers[0]),
            "numbers": [one["number"] for one in content["roots"]], "reason": reason}


def _document(ring, content, **parts):
    given = {"keyring_id": ring.keyring_id, "generation": 1, "content": content, "root_key": ring.roots[2], **parts}
    return formats.root_document(**given)


def _flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _shown(ring, *seals):
    """The root document's content with the copies of these seals alone, the first unless others are named."""
    content = cbor.decode(ring.documents["root.sr"][28:-32])
    return {**content, "roots": [{**root, "copies": [root["copies"][at] for at in seals or (0,)]} for root in content["roots"]]}


def _twin(copies):
    """Copies with one more of the last one's kind, whose blob opens under no id."""
    return [*copies, {**copies[-1], "id": "twin"}]


def _two_passphrases(ring):
    content = _shown(ring, 2)
    return {**content, "roots": [{**root, "copies": _twin(root["copies"])} for root in content["roots"]]}


def _only_on_newest(ring):
    content = _shown(ring, 2)
    lower, upper = content["roots"]
    return {**content, "roots": [{**lower, "copies": _twin(lower["copies"])}, upper]}


def _files(ring):
    content = _shown(ring)
    good = _document(ring, content)
    yield "empty", b"", "The file is empty."
    yield "magic", _document(ring, content, magic=b"SRR2"), "The magic is SRR2."
    yield "magic-srr0", _document(ring, content, magic=b"SRR0"), "The magic is SRR0."
    yield "magic-srk1", _document(ring, content, magic=b"SRK1"), "The magic is that of a key document."
    yield "magic-cut", b"SRR", "Three bytes of the magic."
    yield "generation-0", _document(ring, content, generation=0), "Generations start at 1."
    yield "mac-flipped", _flipped(good, len(good) - 1), "A bit of the mac is flipped."
    yield "mac-missing", good[:-32], "There is no mac."
    yield "mac-of-root-1", _document(ring, content, root_key=ring.roots[1]), "The mac is made with root 1's key."
    yield "generation-changed", _flipped(good, 26), "The generation is not what the mac covers."
    label = good.index(b"Small")
    yield "label-changed", _flipped(good, label), "The label is not what the mac covers."
    signed = good[:-32]
    direct = formats.hmac(ring.roots[2], signed)
    yield "mac-without-hkdf", signed + direct, "The mac is made with the root key itself."
    headless = formats.root_mac(ring.roots[2], signed[28:])
    yield "mac-without-head", signed + headless, "The mac leaves the head out."
    yield "copy-of-another-seal-removed", _unmaced(ring), "A copy was removed and the mac left as it was."


def _unmaced(ring):
    good = ring.documents["root.sr"]
    return good[:28] + cbor.encode(_shown(ring, 0, 1)) + good[-32:]


def _contents(ring, stream):
    """Contents that break a rule under a mac that is right."""
    for label, content, reason in _rules(ring, stream):
        yield label, _document(ring, content), reason


def _rules(ring, stream):
    good = _shown(ring)
    lower, upper = good["roots"]
    with_roots = lambda *roots: {**good, "roots": list(roots)}
    with_copies = lambda copies: with_roots({**lower, "copies": [first_of(lower), *copies]}, upper)
    first_of = lambda root: root["copies"][0]
    extra = lambda **fields: with_copies([{"id": "x", "blob": b"blob", "kind": "other", **fields}])
    sorted_pairs = lambda item: sorted(item.items(), key=lambda pair: cbor.encode(pair[0]))
    yield "out-of-order", with_roots(upper, lower), "The roots are in descending order."
    yield "number-twice", with_roots(lower, lower, upper), "Root 1 is there twice."
    yield "no-roots", {**good, "roots": []}, "There are no roots."
    many = [formats.copy(ring.keyring_id, n, ring.sealers[0], ring.roots[2], stream) for n in range(1, 18)]
    yield "17-roots", with_roots(*({"copies": [one], "number": n} for n, one in enumerate(many, 1))), "There are 17 roots."
    others = [{"id": f"{n}", "blob": b"b", "kind": "o"} for n in range(64)]
    yield "65-copies", with_copies(others), "There are 65 copies of a root."
    yield "no-copies", with_roots({**lower, "copies": []}, upper), "A root has no copies."
    yield "kind-and-id-twice", with_copies([others[0], {**others[0], "blob": b"another"}]), "Two copies have the same kind and id."
    zero = formats.copy(ring.keyring_id, 0, ring.sealers[0], ring.roots[1], stream)
    yield "number-0", with_roots({"copies": [zero], "number": 0}, upper), "Root numbers start at 1."
    number = 2**31
    beyond = formats.copy(ring.keyring_id, number, ring.sealers[0], ring.roots[2], stream)
    yield "number-2-31", with_roots(lower, {"copies": [beyond], "number": number}), "Root numbers are at most 2^31-1."
    yield "empty-kind", extra(kind=""), "A kind is empty."
    yield "empty-id", extra(id=""), "An id is empty."
    yield "kind-256", extra(kind="k" * 256), "A kind has 256 bytes."
    yield "empty-blob", extra(blob=b""), "A blob is empty."
    yield "blob-as-text", extra(blob="blob"), "A blob is a text."
    yield "label-256", {**good, "label": "l" * 256}, "The label has 256 bytes."
    yield "unknown-field", {**good, "colour": "red"}, "An unknown field."
    yield "unknown-field-of-copy", extra(colour="red"), "An unknown field of a copy."
    yield "copy-label-empty", extra(label=""), "A label of a copy is empty."
    yield "copy-label-256", extra(label="l" * 256), "A label of a copy has 256 bytes."
    yield "copy-label-as-bytes", extra(label=b"office"), "A label of a copy is bytes."
    yield "copy-added-negative", extra(added=-1), "A date of a copy is negative."
    yield "copy-added-text", extra(added="1"), "A date of a copy is a text."
    yield "copy-added-bool", extra(added=True), "A date of a copy is a bool."
    yield "copy-of-root-1-missing", with_roots(lower, _shown(ring, 0, 1)["roots"][1]), \
        "A seal that has a copy of root 2 has none of root 1."
    yield "trailing-byte", Raw(cbor.encode(good) + b"\0"), "A byte after the CBOR."
    yield "unsorted", Pairs(sorted_pairs(good)[::-1]), "The fields are not sorted."
    backwards = {**lower, "copies": [Pairs(sorted_pairs(one)[::-1]) for one in lower["copies"]]}
    yield "copy-unsorted", with_roots(backwards, upper), "The fields of a copy are not sorted."
    yield "duplicate", Pairs(sorted_pairs(good)[:1] + sorted_pairs(good)), "A field is there twice."
    yield "long-head", with_roots({**lower, "number": cbor.long_head(0, 1, 1)}, upper), "1 in two bytes."
    yield "indefinite", Raw(b"\xbf" + cbor.encode(good)[1:] + b"\xff"), "The map has no definite length."


def _copies(ring, stream):
    """Copies that their own seal cannot open."""
    first, second, phrase = ring.sealers

    def changed(at, change):
        """The content with the copies of one seal alone, changed: change(root number, copy)."""
        content = _shown(ring, at)
        return {**content, "roots": [
            {**root, "copies": [{**one, **change(root["number"], one)} for one in root["copies"]]} for root in content["roots"]
        ]}

    def wrapped(sealer, number, kind=None, copy_id=None, owner=ring.keyring_id, told=None):
        aad = formats.wrap_aad(owner, told or number, kind or sealer["kind"], copy_id or sealer["id"])
        return {"blob": formats.wrap(sealer, aad, ring.roots[number], stream)}

    yield "blob-flipped", changed(0, lambda n, c: {"blob": _flipped(c["blob"], 100)}), "A bit of the blob is flipped."
    yield "blob-cut", changed(0, lambda n, c: {"blob": c["blob"][:-1]}), "The blob has 103 bytes."
    yield "blob-of-1-byte", changed(0, lambda n, c: {"blob": b"\0"}), "The blob has one byte."
    yield "blob-of-root-1-flipped", changed(0, lambda n, c: {"blob": _flipped(c["blob"], 100)} if n == 1 else {}), \
        "A bit of root 1's blob is flipped."
    yield "blob-for-other-number", changed(0, lambda n, c: wrapped(first, n, told=3 - n)), "The blobs are wrapped for the other root."
    yield "blob-for-other-kind", changed(0, lambda n, c: wrapped(first, n, kind="passphrase")), "The blob is wrapped for another kind."
    yield "blob-for-other-id", changed(0, lambda n, c: wrapped(first, n, copy_id=second["id"])), "The blob is wrapped for another id."
    yield "id-not-of-the-key", changed(0, lambda n, c: {"id": "00" * 8, **wrapped(first, n, copy_id="00" * 8)}), "The id does not belong to the sealing key."
    for label, m, t, p in (("m-too-small", 19455, 1, 1), ("m-too-large", 1048577, 1, 1), ("m-largest", 2**32 - 1, 1, 1),
                           ("t-0", 19456, 0, 1), ("t-17", 19456, 17, 1),
                           ("p-0", 19456, 1, 0), ("p-17", 19456, 1, 17)):
        blobs = {n: _phrase_blob(ring, n, phrase, m, t, p, stream) for n in (1, 2)}
        yield f"passphrase-{label}", changed(2, lambda n, c: {"blob": blobs[n]}), f"m = {m}, t = {t}, p = {p}: refused before any memory is taken."
    params = lambda blob: formats.u32(19457) + blob[4:]
    yield "passphrase-m-changed", changed(2, lambda n, c: {"blob": params(c["blob"])}), "m was raised by one afterwards."
    yield "passphrase-salt-flipped", changed(2, lambda n, c: {"blob": _flipped(c["blob"], 12)}), "A bit of the salt is flipped."
    yield "passphrase-cut", changed(2, lambda n, c: {"blob": c["blob"][:27]}), "The blob ends in the salt."
    yield "passphrase-params-not-bound", changed(2, lambda n, c: {"blob": _unbound(ring, n, phrase, stream)}), "The aad of the wrap lacks params."


def _costly(ring, m, t, p, stream):
    """A root document whose passphrase is stretched under other parameters."""
    content, phrase = _shown(ring, 2), ring.sealers[2]
    changed = lambda root: {**root, "copies": [{**one, "blob": _phrase_blob(ring, root["number"], phrase, m, t, p, stream)} for one in root["copies"]]}
    return _document(ring, {**content, "roots": [changed(root) for root in content["roots"]]})


def _phrase_blob(ring, number, sealer, m, t, p, stream):
    """A blob with parameters that no reader takes, made as if it could be where the parameters are small enough."""
    salt = stream.take(16)
    possible = 8 <= m <= 2**20 + 1 and 1 <= t <= 17 and 1 <= p <= 17
    key = argon2id(sealer["passphrase"].encode(), m, t, p, salt) if possible else stream.take(32)
    params = formats.u32(m) + formats.u32(t) + formats.u32(p) + salt
    aad = formats.wrap_aad(ring.keyring_id, number, sealer["kind"], sealer["id"]) + params
    return params + formats.payload(formats.SEAL, key, 1, 0, b"", aad, ring.roots[number], stream.take(24))


def _unbound(ring, number, sealer, stream):
    salt = stream.take(16)
    key = argon2id(sealer["passphrase"].encode(), 19456, 1, 1, salt)
    aad = formats.wrap_aad(ring.keyring_id, number, sealer["kind"], sealer["id"])
    params = formats.u32(19456) + formats.u32(1) + formats.u32(1) + salt
    return params + formats.payload(formats.SEAL, key, 1, 0, b"", aad, ring.roots[number], stream.take(24))
