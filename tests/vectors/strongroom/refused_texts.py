"""Texts and binaries that no reader takes, whatever the key (section 5)."""

import formats
from builder import Key
from formats import GCM256, XAES
from primitives import Stream


def refused_texts(rings):
    ring = next(ring for ring in rings if ring.id == "native")
    for name in ("xaes256-gcm", "aes256-gcm96"):
        yield from _texts(ring.key(name).body, name)
    yield from _binaries(ring.key("xaes256-gcm").body)
    lifecycle = next(ring for ring in rings if ring.id == "lifecycle")
    yield from _templates(lifecycle.key("template-0-1").body)
    yield from _prefixes(lifecycle.key("to-xaes").body)
    yield from _signatures(ring.key("ed25519").body)
    yield from _macs(ring)


def _case(keyring, body, op, name, error, reason, given, **fields):
    form = {"decrypt": "text", "decrypt_binary": "binary", "verify": "text", "verify_hmac": "text"}[op]
    fields = fields or {"context": None, "aad": None}
    return {"id": f"refusals/{op}/{body['name']}/{name}", "keyring": keyring, "key": body["name"], "op": op, **fields,
            form: given, "error": error, "reason": reason}


def _good(body, size, n=1):
    """A payload whose base64 has something of everything: '+' or '/' inside and padding at the end."""
    key = Key("texts", body)
    while True:
        payload = key.sealed(key.stream.take(size), None, None, n)
        if set(formats.b64(payload)) & set("+/"):
            return payload


def _spare_bit(encoded):
    """The same bytes with the lowest spare bit of the last character set."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    bare = encoded.rstrip("=")
    assert bare != encoded
    return bare[:-1] + alphabet[alphabet.index(bare[-1]) + 1] + encoded[len(bare):]


FEW = ("other-prefix", "leading-zero", "version-2-32-plus-1", "trailing-newline", "no-padding", "spare-bits-of-4",
       "url-alphabet", "empty-payload", "short-payload")


def _texts(body, name):
    overhead = {"xaes256-gcm": 72, "aes256-gcm96": 28}[name]
    one, two = (_good(body, 3 * 4 - overhead % 3 + pad) for pad in (1, 2))  # 2 and 1 characters of padding
    assert (len(one) % 3, len(two) % 3) == (1, 2)
    good, prefix, other = formats.b64(one), formats.default_prefix(body, 1), "vault:"
    if prefix == "vault:":
        other = "strongroom:"
    wrong = {
        "empty": ("", "Nothing there."),
        "prefix-alone": (f"{prefix}v1", "The text ends before the payload's colon."),
        "no-prefix": (good, "Base64 without a prefix."),
        "no-version": (f"{prefix}{good}", "The version is missing."),
        "other-prefix": (f"{other}v1:{good}", "The prefix does not fit the type of version 1."),
        "capital-prefix": (f"{prefix.capitalize()}v1:{good}", "The prefix has a capital."),
        "capital-v": (f"{prefix}V1:{good}", "A capital V."),
        "empty-version": (f"{prefix}v:{good}", "No digits."),
        "version-0": (f"{prefix}v0:{good}", "N is at least 1."),
        "version-00": (f"{prefix}v00:{good}", "N is at least 1."),
        "leading-zero": (f"{prefix}v01:{good}", "A leading zero."),
        "plus": (f"{prefix}v+1:{good}", "A sign."),
        "minus": (f"{prefix}v-1:{good}", "A sign."),
        "version-2-31": (f"{prefix}v2147483648:{good}", "N is at most 2^31-1."),
        "version-2-32-plus-1": (f"{prefix}v4294967297:{good}", "N is at most 2^31-1; as 32 bits it would be 1."),
        "version-2-64-plus-1": (f"{prefix}v18446744073709551617:{good}", "N is at most 2^31-1; as 64 bits it would be 1."),
        "hex-version": (f"{prefix}v0x1:{good}", "N is decimal."),
        "exponent": (f"{prefix}v1e0:{good}", "N is decimal."),
        "underscore": (f"{prefix}v1_:{good}", "N is digits alone."),
        "fullwidth-digit": (f"{prefix}v\uff11:{good}", "A digit that is not ASCII."),
        "space-before-version": (f"{prefix}v 1:{good}", "Whitespace."),
        "leading-space": (f" {prefix}v1:{good}", "Whitespace."),
        "trailing-space": (f"{prefix}v1:{good} ", "Whitespace."),
        "trailing-newline": (f"{prefix}v1:{good}\n", "Whitespace."),
        "trailing-crlf": (f"{prefix}v1:{good}\r\n", "Whitespace."),
        "inner-newline": (f"{prefix}v1:{good[:36]}\n{good[36:]}", "Whitespace, as MIME breaks lines."),
        "inner-tab": (f"{prefix}v1:{good[:8]}\t{good[8:]}", "Whitespace."),
        "trailing-nul": (f"{prefix}v1:{good}\0", "A character outside base64."),
        "no-padding": (f"{prefix}v1:{good.rstrip('=')}", "Both characters of padding are missing."),
        "half-padding": (f"{prefix}v1:{good[:-1]}", "One of two characters of padding is missing."),
        "no-padding-of-1": (f"{prefix}v1:{formats.b64(two).rstrip('=')}", "The character of padding is missing."),
        "extra-padding": (f"{prefix}v1:{formats.b64(two)}=", "A character of padding too many."),
        "four-extra-padding": (f"{prefix}v1:{good}====", "Four characters of padding too many."),
        "inner-padding": (f"{prefix}v1:{good[:4]}===={good[4:]}", "Padding inside."),
        "spare-bits-of-4": (f"{prefix}v1:{_spare_bit(good)}", "A spare bit of four is set."),
        "spare-bits-of-2": (f"{prefix}v1:{_spare_bit(formats.b64(two))}", "A spare bit of two is set."),
        "url-alphabet": (f"{prefix}v1:{good.replace('+', '-').replace('/', '_')}", "The URL-safe alphabet."),
        "text-after": (f"{prefix}v1:{good}{prefix}v1:{good}", "Two texts in one."),
        "empty-payload": (f"{prefix}v1:", "No payload."),
        "short-payload": (f"{prefix}v1:{formats.b64(one[: overhead - 1])}", "The payload is a byte shorter than the overhead."),
    }
    for label, (given, reason) in wrong.items():
        if name == "xaes256-gcm" and label not in FEW:
            continue
        yield _case("native", body, "decrypt", label, "malformed", reason, given)
    for n in (2, 2147483647):
        reason = "The key has one version."
        yield _case("native", body, "decrypt", f"version-{n}", "version_too_new", reason, f"{prefix}v{n}:{good}")
    for label, payload, reason in _damaged(one):
        yield _case("native", body, "decrypt", label, "decrypt_failed", reason, f"{prefix}v1:{formats.b64(payload)}")


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] if at >= 0 else flipped(data, len(data) + at)


def _damaged(payload):
    yield "first-byte-flipped", flipped(payload, 0), "A bit of the first byte is flipped."
    yield "last-byte-flipped", flipped(payload, -1), "A bit of the last byte is flipped."
    yield "middle-byte-flipped", flipped(payload, len(payload) // 2), "A bit in the middle is flipped."
    yield "byte-removed", payload[:-1], "The last byte is missing."
    yield "byte-added", payload + b"\0", "A byte is added."


def _binaries(body):
    payload = _good(body, 20)
    good = formats.binary(1, payload)
    for label, data, error, reason in (
        ("empty", b"", "malformed", "Nothing there."),
        ("marker-alone", b"\xfe", "malformed", "No version."),
        ("half-version", good[:4], "malformed", "Three bytes of the version."),
        ("no-marker", good[1:], "malformed", "The first byte is not 0xFE."),
        ("marker-ff", b"\xff" + good[1:], "malformed", "The first byte is not 0xFE."),
        ("version-0", b"\xfe" + formats.u32(0) + payload, "malformed", "N is at least 1."),
        ("version-2-31", b"\xfe" + formats.u32(2**31) + payload, "malformed", "N is at most 2^31-1."),
        ("version-2-32-minus-1", b"\xfe" + b"\xff" * 4 + payload, "malformed", "N is at most 2^31-1."),
        ("little-endian", b"\xfe\1\0\0\0" + payload, "version_too_new", "N is big-endian; this is 2^24."),
        ("version-2", formats.binary(2, payload), "version_too_new", "The key has one version."),
        ("text", formats.text(body, 1, payload).encode(), "malformed", "A text where a binary is due."),
        ("no-payload", good[:5], "malformed", "No payload."),
        ("short-payload", good[:76], "malformed", "The payload is a byte shorter than the overhead."),
        ("byte-added", good + b"\0", "decrypt_failed", "A byte is added."),
        ("last-byte-flipped", flipped(good, -1), "decrypt_failed", "A bit of the tag is flipped."),
    ):
        yield _case("native", body, "decrypt_binary", label, error, reason, data.hex())
    yield _case("native", body, "decrypt", "binary-as-base64", "malformed", "A binary in base64.", formats.b64(good))


def _templates(body):
    assert body["template"] == "app-{{version}}-"
    good = formats.b64(_good(body, 21))
    for label, given, error, reason in (
        ("head-alone", "app-", "malformed", "Neither N nor tail."),
        ("no-tail", f"app-1{good}", "malformed", "The tail is missing."),
        ("other-head", f"App-1-{good}", "malformed", "The head has a capital."),
        ("leading-zero", f"app-01-{good}", "malformed", "A leading zero."),
        ("version-0", f"app-0-{good}", "malformed", "N is at least 1."),
        ("version-2-31", f"app-2147483648-{good}", "malformed", "N is at most 2^31-1."),
        ("plus", f"app-+1-{good}", "malformed", "A sign."),
        ("placeholder", "app-{{version}}-" + good, "malformed", "The placeholder itself."),
        ("double-tail", f"app-1--{good}", "malformed", "The tail twice: the second is not base64."),
        ("space", f"app-1- {good}", "malformed", "Whitespace."),
        ("leading-space", f" app-1-{good}", "malformed", "Whitespace."),
        ("url-alphabet", f"app-1-{good.replace('+', '-').replace('/', '_')}", "malformed", "The URL-safe alphabet."),
        ("both-forms", f"app-1-strongroom:v1:{good}", "malformed", "The default prefix after the template."),
        ("default-form-other-prefix", f"vault:v1:{good}", "malformed", "The default form with the prefix of another type."),
        ("default-form-leading-zero", f"strongroom:v01:{good}", "malformed", "The default form with a leading zero."),
        ("version-12", f"app-12-{good}", "version_too_new", "The key has eleven versions."),
        ("default-form-version-12", f"strongroom:v12:{good}", "version_too_new", "The key has eleven versions."),
        ("relabelled", f"app-2-{good}", "decrypt_failed", "Written under version 1."),
        ("default-form-relabelled", f"strongroom:v2:{good}", "decrypt_failed", "Written under version 1."),
    ):
        yield _case("lifecycle", body, "decrypt", label, error, reason, given)


def _prefixes(body):
    """Version 1 is a Transit type, version 2 is not: each text has its own version's prefix."""
    assert [v["type"] for v in body["versions"]] == [GCM256, XAES]
    first, second = (formats.b64(_good(body, 90, n)) for n in (1, 2))
    for label, given, error, reason in (
        ("strongroom-v1", f"strongroom:v1:{first}", "malformed", "Version 1 is aes256-gcm96."),
        ("vault-v2", f"vault:v2:{second}", "malformed", "Version 2 is xaes256-gcm."),
        ("v1-as-v2", f"strongroom:v2:{first}", "decrypt_failed", "Written under version 1."),
        ("v2-as-v1", f"vault:v1:{second}", "decrypt_failed", "Written under version 2."),
    ):
        yield _case("lifecycle", body, "decrypt", label, error, reason, given)


ORDER = 2**252 + 27742317777372353535851937790883648493


def _signatures(body):
    message, other = b"signed", b"Signed"
    stream = Stream("signatures")
    while True:
        signature = formats.sign(body, 1, None, message)
        asn1, jws = (formats.b64(signature, form) for form in (False, True))
        if set(asn1) & set("+/"):
            break
        message += stream.take(1)
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    malleable = signature[:32] + scalar.to_bytes(32, "little")
    spared = _spare_bit(asn1)
    for label, form, given, error, reason in (
        ("jws-as-asn1", "asn1", jws, "malformed", "The jws form where asn1 was said."),
        ("asn1-as-jws", "jws", asn1, "malformed", "The asn1 form where jws was said."),
        ("jws-padded", "jws", jws + "==", "malformed", "The jws form has no padding."),
        ("jws-spare-bits", "jws", spared.rstrip("=").replace("+", "-").replace("/", "_"), "malformed", "A spare bit is set."),
        ("asn1-spare-bits", "asn1", spared, "malformed", "A spare bit is set."),
        ("jws-standard-alphabet", "jws", asn1.rstrip("="), "malformed", "The standard alphabet, unpadded."),
        ("asn1-url-alphabet", "asn1", jws + "==", "malformed", "The URL-safe alphabet, padded."),
        ("empty", "asn1", "", "bad_signature", "No signature."),
        ("63-bytes", "asn1", formats.b64(signature[:63]), "bad_signature", "A byte is missing."),
        ("65-bytes", "asn1", formats.b64(signature + b"\0"), "bad_signature", "A byte too many."),
        ("flipped", "asn1", formats.b64(flipped(signature, 0)), "bad_signature", "A bit is flipped."),
        ("scalar-not-reduced", "asn1", formats.b64(malleable), "bad_signature", "S is not below the group order (RFC 8032 section 5.1.7)."),
        ("zeros", "asn1", formats.b64(bytes(64)), "bad_signature", "All zeros."),
    ):
        yield _case("native", body, "verify", label, error, reason, f"vault:v1:{given}", context=None, form=form, message=message.hex())
    good = f"vault:v1:{asn1}"
    rest = {"context": None, "form": "asn1"}
    yield _case("native", body, "verify", "other-message", "bad_signature", "Another message.", good, **rest, message=other.hex())
    for label, given in (("strongroom-prefix", f"strongroom:v1:{asn1}"), ("no-prefix", asn1)):
        reason = "The prefix does not fit the type."
        yield _case("native", body, "verify", label, "malformed", reason, given, **rest, message=message.hex())
    yield _case("native", body, "verify", "version-2", "version_too_new", "The key has one version.", f"vault:v2:{asn1}", **rest, message=message.hex())


def _macs(ring):
    body, xaes = ring.key("hmac-64").body, ring.key("xaes256-gcm").body
    message = b"authenticated"
    made = formats.mac(body, 1, message)
    good, rest = formats.b64(made), {"hash": "sha2-256", "message": message.hex()}
    for label, given, error, reason in (
        ("flipped", formats.b64(flipped(made, -1)), "bad_signature", "A bit is flipped."),
        ("truncated", formats.b64(made[:31]), "bad_signature", "A byte is missing; a mac is compared in full."),
        ("longer", formats.b64(made + b"\0"), "bad_signature", "A byte too many."),
        ("other-hash", formats.b64(formats.mac(body, 1, message, "sha3-256")), "bad_signature", "Made under SHA3-256, read as SHA-256."),
        ("no-padding", good.rstrip("="), "malformed", "The padding is missing."),
        ("empty", "", "bad_signature", "No mac."),
    ):
        yield _case("native", body, "verify_hmac", label, error, reason, f"vault:v1:{given}", **rest)
    other = {**rest, "message": b"Authenticated".hex()}
    yield _case("native", body, "verify_hmac", "other-message", "bad_signature", "Another message.", f"vault:v1:{good}", **other)
    yield _case("native", body, "verify_hmac", "other-prefix", "malformed", "The prefix does not fit the type.", f"strongroom:v1:{good}", **rest)
    made = formats.b64(formats.mac(xaes, 1, message))
    yield _case("native", xaes, "verify_hmac", "other-prefix", "malformed", "A mac has its version's prefix too.", f"vault:v1:{made}", **rest)
