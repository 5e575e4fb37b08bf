"""refusals.json: what must be refused, and beside it the neighbours that must be taken."""

import cbor
import formats
from backups import Backup
from builder import TIME, hex_seal, key_body, shown, version
from formats import ED25519, GCM256
from primitives import Stream
import reader
import refused_optional
from refused_documents import refused_documents
from refused_lines import accepted_lines, refused_lines, rooted
from refused_operations import accepted_operations, refused_operations
from refused_roots import accepted_roots, refused_roots
from refused_texts import flipped, refused_texts


def refusals(rings, backups):
    named = {ring.id: ring for ring in rings}
    small, lines = named["small"], rooted()
    key = Stream("root key texts").take(32)
    return {
        "operations": [*refused_texts(rings), *refused_operations(rings), *refused_optional.refused_operations(named["optional"]),
                       *refused_optional.refused_streams(named["lifecycle"])],
        "documents": [*refused_documents(small), *refused_optional.refused_optional(small)],
        "roots": [*refused_roots(small), *refused_lines(lines)],
        "backups": list(_backups(backups)),
        "root_keys": [{"id": f"refusals/root-key/{label}", "text": text, "error": "invalid_root_key", "reason": reason}
                      for label, text, reason in _root_keys(key)],
        "key_names": [{"id": f"refusals/key-name/{label}", "name": name, "error": "invalid_key_name", "reason": reason}
                      for label, name, reason in NAMES],
        "accepted": {
            "operations": list(accepted_operations(rings)),
            "documents": list(refused_optional.accepted_documents(small)),
            "roots": [*accepted_roots(small), *accepted_lines(lines)],
            "backups": list(_good_backups(backups)),
            "root_keys": [{"id": f"accepted/root-key/{label}", "text": text, "key": key.hex()}
                          for label, text in _good_root_keys(key)],
            "key_names": [{"id": f"accepted/key-name/{name[:20]}", "name": name, "file": formats.file_name(name)}
                          for name in GOOD_NAMES],
        },
    }


def _good_root_keys(key):
    digits, spelled = key.hex(), formats.b64(key)
    mixed = "".join(c.upper() if at % 2 else c for at, c in enumerate(digits))
    for label, text in (("hex", digits), ("hex-capitals", digits.upper()), ("hex-mixed", mixed), ("base64", spelled),
                        ("prefixed-hex", f"hex:{digits}"), ("prefixed-base64", f"base64:{spelled}")):
        yield label, text
        yield f"{label}-newline", text + "\n"
        yield f"{label}-crlf", text + "\r\n"


def _root_keys(key):
    digits, spelled = key.hex(), formats.b64(key)
    spare = spelled[:42] + chr(ord(spelled[42]) + 1) + "="
    for label, text, reason in (
        ("empty", "", "Nothing there."), ("newline-alone", "\n", "Nothing there."),
        ("63-digits", digits[:63], "A digit is missing."), ("65-digits", digits + "0", "A digit too many."),
        ("not-hex", digits[:63] + "g", "A character that is no digit."), ("0x", "0x" + digits, "A prefix that is none."),
        ("spaces", " ".join(digits[at : at + 16] for at in (0, 16, 32, 48)), "Spaces inside."),
        ("leading-space", " " + digits, "A space before."), ("trailing-space", digits + " ", "A space after."),
        ("two-newlines", digits + "\n\n", "One newline is ignored, not two."), ("cr-alone", digits + "\r", "A carriage return is no newline."),
        ("lf-cr", digits + "\n\r", "Not a newline."), ("newline-before", "\n" + digits, "A newline before."),
        ("base64-unpadded", spelled[:-1], "The padding is missing."), ("base64-spare-bits", spare, "A spare bit is set."),
        ("base64-of-33-bytes", formats.b64(key + b"x"), "33 bytes in 44 characters."),
        ("base64-of-31-bytes", formats.b64(key[:31]), "31 bytes in 44 characters."),
        ("base64-url", formats.b64(b"\xfb\xff" + key[2:]).replace("+", "-").replace("/", "_"), "The URL-safe alphabet."),
        ("hex-as-base64", f"base64:{digits}", "The prefix says base64."), ("base64-as-hex", f"hex:{spelled}", "The prefix says hexadecimal."),
        ("prefix-alone", "hex:", "Nothing after the prefix."), ("prefix-capitals", f"HEX:{digits}", "The prefix is in lower case."),
        ("prefix-space", f"hex: {digits}", "A space after the prefix."), ("prefix-twice", f"hex:hex:{digits}", "The prefix twice."),
        ("other-prefix", f"key:{digits}", "An unknown prefix."), ("colon", f":{digits}", "An empty prefix."),
        ("zeros", "00" * 32, "32 equal bytes."), ("ones", "ff" * 32, "32 equal bytes."), ("equal-prefixed", "hex:" + "41" * 32, "32 equal bytes."),
        ("equal-base64", formats.b64(b"\x55" * 32), "32 equal bytes."), ("fullwidth", "\uff10" + digits[1:], "A digit that is not ASCII."),
    ):
        yield label, text, reason


GOOD_NAMES = ("a", "A", "_", "0", "a-b", "a.b", "a..b", "a--b", "_x_", "Card", "card", "CARD", "a" * 120, "Z" * 120, "root", "key-a", "a_-.-_9")
NAMES = (
    ("empty", "", "Empty."), ("121", "a" * 121, "121 characters."), ("leading-dash", "-a", "It begins with a dash."),
    ("leading-dot", ".a", "It begins with a dot."), ("trailing-dash", "a-", "It ends with a dash."), ("trailing-dot", "a.", "It ends with a dot."),
    ("dot", ".", "A dot alone."), ("dots", "..", "Two dots alone."), ("dash", "-", "A dash alone."), ("space", "a b", "A space."),
    ("leading-space", " a", "A space."), ("trailing-space", "a ", "A space."), ("newline", "a\n", "A newline at the end."),
    ("nul", "a\0b", "A NUL."), ("trailing-nul", "a\0", "A NUL at the end."), ("slash", "a/b", "A slash."), ("backslash", "a\\b", "A backslash."),
    ("parent", "../a", "A path."), ("plus", "+a", "A plus."), ("inner-plus", "a+b", "A plus."), ("umlaut", "ä", "Not ASCII."),
    ("inner-umlaut", "aäb", "Not ASCII."), ("arabic-digit", "\u0661", "A digit that is not ASCII."), ("long-s", "\u017f", "Not ASCII, though it folds to s."),
    ("kelvin", "\u212a", "Not ASCII, though it folds to k."), ("colon", "a:b", "A colon."), ("percent", "a%41", "A percent sign."), ("at", "a@b", "An at sign."),
    ("wrapping", "-wrapping", "That of the wrapping key, which no key of a user's can have."),
)


def _backups(backups):
    source = next(one for one in backups if one.id.endswith("/plain"))
    phrase = next(one for one in backups if one.id.endswith("/convergent"))
    stream, good, sealer = Stream("refused backups"), source.data, source.sealer
    n = int.from_bytes(good[20:24], "big")
    entry = cbor.decode(good[24 : 24 + n])
    kind, copy_id, blob = entry
    case = lambda label, data, error, reason, seal=sealer: {
        "id": f"refusals/backup/{label}", "seal": shown(seal), "backup": data.hex(), "error": error, "reason": reason}
    with_head = lambda listed, magic=b"SRB1", size=None: (
        magic + source.backup_id + formats.u32(len(listed) if size is None else size) + listed)

    def resealed(listed, **parts):
        head = with_head(listed, **parts)
        return head + formats.payload(formats.BACKUP, source.backup_key, 1, 0, b"", head, cbor.encode(source.body), stream.take(24))

    flip = lambda at: flipped(good, at)
    for label, data, reason in (
        ("magic-alone", good[:4], "The file ends after the magic."),
        ("magic", resealed(cbor.encode(entry), magic=b"SRB2"), "The magic is SRB2."),
        ("cut-in-the-head", good[: 24 + n - 1], "The file ends in the head."), ("no-payload", good[: 24 + n], "There is no payload."),
        ("cut", good[:-1], "The last byte is missing."), ("longer", good + b"\0", "A byte is added."),
        ("flipped-commitment", flip(24 + n + 24), "A bit of the commitment is flipped."),
        ("flipped-ciphertext", flip(24 + n + 60), "A bit of the ciphertext is flipped."), ("flipped-tag", flip(-1), "A bit of the tag is flipped."),
        ("n-0", resealed(cbor.encode(entry), size=0), "n is 0."),
        ("n-too-large", resealed(cbor.encode(entry), size=n + 1), "n is one too large."),
        ("entry-trailing-byte", resealed(cbor.encode(entry) + b"\0"), "A byte after the CBOR."),
        ("entry-long-head", resealed(bytes(cbor.long_head(4, 3, 1)) + cbor.encode(entry)[1:]), "The array's length in two bytes."),
        ("entry-indefinite", resealed(b"\x9f" + cbor.encode(entry)[1:] + b"\xff"), "The array has no definite length."),
        ("entry-2-items", resealed(cbor.encode(entry[:2])), "Two items where three are due."),
        ("entry-kind-as-bytes", resealed(cbor.encode([kind.encode(), copy_id, blob])), "The kind is bytes."),
    ):
        yield case(label, data, "corrupt_backup", reason)
    for label, item, reason in _bodies(source.body, stream):
        yield case(f"body-{label}", formats.backup_file(source.backup_id, source.backup_key, entry, item, stream), "corrupt_backup", reason)
    for label, data, reason in (
        ("flipped-backup-id", flip(4), "A bit of the backup id is flipped, which the blob is bound to."),
        ("flipped-blob", flip(24 + n - 1), "A bit of the blob is flipped."),
        ("blob-of-another-backup", _foreign(source, stream), "The blob is another backup's."),
    ):
        yield case(label, data, "wrong_seal", reason)
    yield case("stranger", good, "wrong_seal", "Another sealing key.", hex_seal("stranger"))
    yield case("other-kind", good, "wrong_seal", "A passphrase for a backup under a sealing key.", phrase.sealer)
    yield case("wrong-passphrase", phrase.data, "wrong_seal", "Another passphrase.", {**phrase.sealer, "passphrase": "Sicherung 2026"})
    yield case("sealing-key-for-passphrase", phrase.data, "wrong_seal", "A sealing key for a backup under a passphrase.", sealer)
    wrapping = {**source.body, "name": reader.WRAPPING.decode()}
    sealed = formats.backup_file(source.backup_id, source.backup_key, entry, wrapping, Stream("wrapping key in a backup"))
    yield case("wrapping-key", sealed, "corrupt_backup", "The wrapping key is in no backup.")


def _good_backups(backups):
    phrase = next(one for one in backups if one.id.endswith("/convergent"))
    yield {"id": "accepted/backup/passphrase-of-another-id", "seal": {**shown(phrase.sealer), "id": "another"}, "backup": phrase.data.hex(),
           "reason": "A backup has one copy, so its id is not compared."}


def _foreign(source, stream):
    other = Backup("foreign", source.sealer, source.body)
    entry = formats.copy(other.backup_id, 1, source.sealer, source.backup_key, stream)
    return formats.backup_file(source.backup_id, source.backup_key, [entry["kind"], entry["id"], entry["blob"]], source.body, stream)


def _bodies(good, stream):
    mixed = key_body("mixed", [version(stream, GCM256), version(stream, ED25519)])
    yield "tombstone", {"name": good["name"], "deleted": TIME}, "The body is a tombstone."
    yield "min-decryption-0", {**good, "min_decryption_version": 0}, "min_decryption_version is at least 1."
    yield "two-families", mixed, "The versions are of two families."
    yield "unknown-field", {**good, "colour": "red"}, "An unknown field."
    yield "bad-name", {**good, "name": "../a"}, "The name is none."
    yield "empty", cbor.Raw(b""), "The body is empty."
    yield "lent", {**good, "lent": {"until": 2**64 - 1}}, "A key that was lent."
    yield "tombstone-with-uses", {"name": good["name"], "deleted": TIME, "uses": {1: 5}}, "A tombstone with uses."
    for label, uses, reason in (
        ("array", [5], "The uses are an array."), ("version-0", {0: 5}, "Version numbers start at 1."), ("version-2-31", {2**31: 5}, "A version above 2^31-1."),
        ("negative", {1: -1}, "A negative count."), ("text", {1: "5"}, "A count is a text."), ("version-text", {"1": 5}, "A version is a text."),
        ("unsorted", cbor.Pairs([(2, 5), (1, 5)]), "The uses are not sorted."), ("twice", cbor.Pairs([(1, 5), (1, 5)]), "A version is there twice."),
    ):
        yield f"uses-{label}", {**good, "uses": uses}, reason
