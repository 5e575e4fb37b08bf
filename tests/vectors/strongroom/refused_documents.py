"""Key documents that are refused (section 7): each has one fault and is otherwise sealed as it should be."""

from builder import TIME, key_body, trimmed, version
from formats import CMAC256, ED25519, GCM256, HMAC, MLDSA44, P256, RSA2048, SIV, TYPES, XAES
from primitives import Stream, ed25519_public
from refused_spellings import FILE, NAME, body, headers, sealed, spellings, with_version


def refused_documents(ring):
    stream = Stream("refused documents")
    for part in (headers, sealed, spellings, _fields, _numbers, _optional, _versions, _families, _events):
        for label, data, reason in part(ring, stream):
            yield {"id": f"refusals/document/{label}", "keyring": ring.id, "key": NAME, "documents": {FILE: data.hex()},
                   "error": LATER.get(label, "corrupt_document"), "reason": reason}


# The only ones that are not damaged: a later format says so in its magic.
LATER = {"magic-srk2": "unsupported_format"}


def _made(ring, stream, cases):
    for label, item, reason in cases:
        yield label, ring.document(NAME, item, stream=stream), reason


def without(item, field):
    return {name: value for name, value in item.items() if name != field}


def _fields(ring, stream):
    good = body(stream)
    cases = [(f"lacks-{field}", without(good, field), f"The field {field} is missing.") for field in ("disabled", "labels", "versions")]
    cases += [
        ("unknown-field", {**good, "colour": "red"}, "A field of the key is unknown."),
        ("unknown-field-of-version", with_version(good, "colour", "red"), "A field of a version is unknown."),
        ("unknown-field-of-transit", {**good, "transit": {"colour": "red"}}, "A field of transit is unknown."),
        ("lacks-type", {**good, "versions": [without(good["versions"][0], "type")]}, "A version has no type."),
        ("bool-as-number", {**good, "disabled": 0}, "A bool is a number."),
        ("number-as-bool", {**good, "auto_rotate_period": False}, "A number is a bool."),
        ("negative", {**good, "auto_rotate_period": -1}, "A negative number."),
        ("name-as-bytes", {**good, "name": NAME.encode()}, "The name is bytes."),
        ("label-number", {**good, "labels": {"a": 1}}, "A label's value is a number."),
        ("tombstone-unknown-field", {"name": NAME, "deleted": TIME, "why": "x"}, "A tombstone has an unknown field."),
        ("tombstone-other-name", {"name": "j", "deleted": TIME}, "A tombstone has another name."),
        ("tombstone-and-key", {**good, "deleted": TIME}, "A key and a tombstone in one."),
    ]
    return _made(ring, stream, cases)


def _numbers(ring, stream):
    good = body(stream, (GCM256, GCM256, GCM256))
    cut = trimmed(GCM256)
    cases = [
        (label, {**good, **changed}, reason) for label, changed, reason in (
            ("min-decryption-0", {"min_decryption_version": 0}, "min_decryption_version is at least 1."),
            ("min-decryption-4", {"min_decryption_version": 4}, "min_decryption_version is at most L."),
            ("min-encryption-1", {"min_decryption_version": 2, "min_encryption_version": 1}, "min_encryption_version is below min_decryption_version."),
            ("min-encryption-4", {"min_encryption_version": 4}, "min_encryption_version is above L."),
            ("min-available-2", {"min_available_version": 2, "versions": [cut, *good["versions"][1:]]}, "min_available_version is above min_decryption_version."),
            ("no-versions", {"versions": []}, "There are no versions."),
            ("labels-65", {"labels": {f"{n}": "" for n in range(65)}}, "There are 65 labels."),
            ("label-name-256-utf-8", {"labels": {"ü" * 128: ""}}, "A label's name has 256 bytes in 128 characters."),
        )
    ]
    return _made(ring, stream, cases)


def _optional(ring, stream):
    """Fields that are there exactly if, and their ranges."""
    good, derived = body(stream), body(stream, derived=True)
    convergent = body(stream, derived=True, convergent=True)
    mac = body(stream, (HMAC,))
    cases = [
        ("kdf-missing", without(derived, "kdf"), "A derived key has a kdf."),
        ("kdf-present", {**good, "kdf": 1}, "A key that is not derived has no kdf."),
        ("kdf-2", {**derived, "kdf": 2}, "A kdf is 0 or 1."),
        ("convergent-not-derived", {**good, "convergent": True, "convergent_version": 3}, "Convergent keys are derived."),
        ("convergent-version-missing", without(convergent, "convergent_version"), "A convergent key has a rule."),
        ("convergent-version-present", {**derived, "convergent_version": 3}, "A key that is not convergent has no rule."),
        ("convergent-version-0", {**convergent, "convergent_version": 0}, "A rule is 1, 2 or 3."),
        ("convergent-version-4", {**convergent, "convergent_version": 4}, "A rule is 1, 2 or 3."),
        ("key-size-missing", without(mac, "key_size"), "A hmac key has a size."),
        ("key-size-present", {**good, "key_size": 32}, "Only a hmac key has a size."),
        ("key-size-31", {**mac, "key_size": 31}, "A size is at least 32."),
        ("key-size-513", {**mac, "key_size": 513}, "A size is at most 512."),
        ("archive-empty", {**good, "archive": {}}, "An archive has at least one version."),
        ("archive-0", {**good, "archive": {0: good["versions"][0]}}, "Version numbers start at 1."),
        ("archive-2-31", {**good, "archive": {2**31: good["versions"][0]}}, "Version numbers are at most 2^31-1."),
        ("archive-unknown-field", {**good, "archive": {1: {**good["versions"][0], "colour": "red"}}}, "A field of an archived version is unknown."),
        ("archive-above", {**good, "archive": {2: good["versions"][0]}}, "The archive has a version that the key has not."),
        ("archive-empty-version", {**good, "archive": {1: {"type": GCM256}}}, "An archived version has nothing."),
        ("archive-material-31", {**good, "archive": {1: {"type": GCM256, "material": bytes(31)}}}, "An archived version's material is too short."),
        ("archive-trimmed-with-material", {**good, "archive": {1: {**good["versions"][0], "trimmed": TIME}}}, "A trimmed version in the archive has material."),
        ("key-size-64-of-32", {**mac, "key_size": 64}, "The material has 32 bytes."),
        ("archive-key-size", {**mac, "archive": {1: {"type": HMAC, "material": bytes(range(64))}}}, "An archived version's material has not the key's size."),
        ("transit-dialect", {**good, "transit": {"dialect": "Vault"}}, "The dialect is unknown."),
        ("transit-hybrid-2-63", {**good, "transit": {"hybrid": [2**63, 0]}}, "A number beyond 64 bits with sign."),
        ("transit-hybrid-1", {**good, "transit": {"hybrid": [1]}}, "One number where two are due."),
    ]
    for label, template, reason in (
        ("11-characters", "{{version}}", "Eleven characters, no tail."),
        ("no-tail", "app-{{version}}", "No tail."),
        ("two-placeholders", "{{version}}-{{version}}-", "Two placeholders."),
        ("digit-after", "app-{{version}}0-", "The tail begins with a digit."),
        ("space", "app {{version}}-", "A space."),
        ("beyond-ascii", "äpp-{{version}}-", "Not ASCII."),
        ("129-characters", "{{version}}" + "-" * 118, "129 characters."),
    ):
        cases.append((f"template-{label}", {**good, "template": template}, reason))
    return _made(ring, stream, cases)


def _versions(ring, stream):
    secret, public = stream.take(32), ed25519_public(stream.take(32))
    with_versions = lambda *versions, **options: key_body(NAME, list(versions), **options)
    make = lambda number, **fields: version(stream, number, **{"created": None, "hmac_key": None, **fields})
    window = {"min_available_version": 2, "min_decryption_version": 2}
    half, own = stream.take(32), make(ED25519)
    cases = [
        ("type-22", with_versions({**make(GCM256), "type": 22}), "Type 22 is not assigned."),
        ("trimmed-with-material", with_versions(trimmed(GCM256, material=secret), make(GCM256), **window), "A trimmed version has material."),
        ("trimmed-with-hmac-key", with_versions(trimmed(GCM256, hmac_key=secret), make(GCM256), **window), "A trimmed version has an HMAC key."),
        ("trimmed-with-public", with_versions(trimmed(ED25519, public=public), make(ED25519), **window), "A trimmed version has a public key."),
        ("trimmed-with-chain", with_versions(trimmed(ED25519, chain=[b"0"]), make(ED25519), **window), "A trimmed version has a chain."),
        ("not-marked-trimmed", with_versions({"type": GCM256}, make(GCM256), **window), "A version below min_available_version is not marked."),
        ("not-trimmed", with_versions(make(GCM256), make(GCM256), **window), "A version below min_available_version is whole."),
        ("trimmed-above", with_versions(make(GCM256, trimmed=TIME)), "A version that is available is marked."),
        ("neither-material-nor-public", with_versions({"type": GCM256}), "A version has nothing."),
        ("both-material-and-public", with_versions({**own, "public": own["material"][32:]}), "A version has both halves."),
        ("hmac-key-31", with_versions(make(GCM256, hmac_key=secret[:31])), "An HMAC key has 31 bytes."),
        ("hmac-key-of-hmac", with_versions({**make(HMAC), "hmac_key": secret}), "A version of type hmac has an HMAC key."),
        ("hmac-key-of-cmac", with_versions({**make(CMAC256), "hmac_key": secret}), "A version of type aes256-cmac has an HMAC key."),
        ("imported-false", with_versions(make(GCM256, imported=False)), "A version's imported is true or absent."),
        ("chain-empty", with_versions(make(ED25519, chain=[])), "A chain has at least one certificate."),
        ("ed25519-halves", with_versions(make(ED25519, material=secret + public)), "The public half does not belong to the seed."),
        ("siv-halves", with_versions(make(SIV, material=half * 2)), "The halves are equal."),
    ]
    for number in (GCM256, HMAC):
        options = {"key_size": 32} if number == HMAC else {}
        cases.append((f"public-of-{TYPES[number].name}", with_versions({"type": number, "public": public}, **options), "This type has no public key."))
    for size in (0, 31, 33):
        cases.append((f"public-{size}", with_versions({"type": ED25519, "public": public[:size].ljust(size, b"x")}), "An Ed25519 public key has 32 bytes."))
    for number, sizes in ((XAES, (0, 33)), (SIV, (32,)), (4, (32,)), (6, (31,)),
                          (ED25519, (32,)), (P256, (31,)), (10, (65,)), (MLDSA44, (64,)),
                          (18, (32,)), (HMAC, (31, 513)), (RSA2048, (0,))):
        for size in sizes:
            options = {"key_size": 32} if number == HMAC else {}
            item = with_versions(make(number, material=stream.take(size)), **options)
            cases.append((f"material-{TYPES[number].name}-{size}", item, f"The material has {size} bytes."))
    return _made(ring, stream, cases)


def _families(ring, stream):
    cases = [(f"families-{TYPES[a].name}-{TYPES[b].name}", body(stream, (a, b)), "The versions are of two families.")
             for a, b in ((GCM256, ED25519), (ED25519, P256), (P256, MLDSA44))]
    cases.append(("families-aes256-gcm96-hmac", without(body(stream, (GCM256, HMAC)), "key_size"), "The versions are of two families."))
    for number in (P256, CMAC256, HMAC):
        cases.append((f"derived-{TYPES[number].name}", body(stream, (number,), derived=True), "This type is never derived."))
    for numbers in ((XAES,), (ED25519,), (GCM256, XAES)):
        name = "-".join(TYPES[number].name for number in numbers)
        cases.append((f"convergent-{name}", body(stream, numbers, derived=True, convergent=True), "Convergent versions are of types 3 to 6."))
    return _made(ring, stream, cases)


def _events(ring, stream):
    good = body(stream)
    cases = []
    for field in ("backup_info", "restore_info"):
        for label, event, reason in (
            ("1-item", [TIME], "An event has two items."), ("3-items", [TIME, 1, 1], "An event has two items."),
            ("version-0", [TIME, 0], "A version number is at least 1."),
            ("number", TIME, "An event is an array."),
        )[:: 1 if field == "backup_info" else 2]:
            cases.append((f"{field.replace('_', '-')}-{label}", {**good, field: event}, reason))
    return _made(ring, stream, cases)
