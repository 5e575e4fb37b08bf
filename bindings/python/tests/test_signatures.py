"""What is said of a signature: hash, form, prehashed, padding and the length of a salt."""

import hashlib
import itertools
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest

import strongroom
from strongroom import Key, Keyring, errors

HASHES = [f"sha{family}-{bits}" for family in (2, 3) for bits in (224, 256, 384, 512)]
RSA: dict[str, Any] = {"prehashed": True, "padding": "pkcs1v15", "salt_length": "hash"}


def digest(name: str, message: bytes) -> bytes:
    known = {"sha1": "sha1", **{f"sha2-{bits}": f"sha{bits}" for bits in (224, 256, 384, 512)}}
    return hashlib.new(known.get(name) or name.replace("-", "_"), message).digest()


@pytest.fixture(params=["ecdsa-p256", "ecdsa-p384", "ecdsa-p521"])
def ecdsa(request: pytest.FixtureRequest, ring: Keyring) -> Key:
    return ring.create_key("tokens", request.param)


def refused(detail: str, call: Callable[..., object], *arguments: object, **options: object) -> None:
    with pytest.raises(errors.InvalidOption) as caught:
        call(*arguments, **options)
    assert str(caught.value.detail) == detail


def rsa(ring: Keyring) -> Key:
    if "rsa-2048" not in get_args(strongroom.KeyType):
        pytest.skip("this package has no RSA")
    return ring.create_key("rsa", "rsa-2048")


def test_ecdsa_signs_with_every_hash_in_both_forms(ecdsa: Key) -> None:
    for hash, form in itertools.product(HASHES, ("asn1", "jws")):
        said: dict[str, Any] = {"hash": hash, "form": form}
        signature = ecdsa.sign(b"m", **said)
        ecdsa.verify(b"m", signature, **said)
        ecdsa.verify(digest(hash, b"m"), signature, prehashed=True, **said)
        ecdsa.verify(b"m", ecdsa.sign(digest(hash, b"m"), prehashed=True, **said), prehashed=False, **said)
        with pytest.raises(errors.BadSignature):
            ecdsa.verify(b"n", signature, **said)
        with pytest.raises(errors.BadSignature):
            ecdsa.verify(digest(hash, b"n"), signature, prehashed=True, **said)
        refused("digest_of_another_length", ecdsa.sign, b"m", prehashed=True, **said)
        refused("digest_of_another_length", ecdsa.verify, b"m", signature, prehashed=True, **said)
    with pytest.raises((errors.Malformed, errors.BadSignature)):
        ecdsa.verify(b"m", ecdsa.sign(b"m", form="jws"))


def test_the_hash_of_a_json_web_signature_is_that_of_the_curve(ecdsa: Key) -> None:
    bits = {"ecdsa-p256": 256, "ecdsa-p384": 384, "ecdsa-p521": 512}[ecdsa.info().key_type]
    jws: dict[str, Any] = {"form": "jws", "hash": f"sha2-{bits}"}
    ecdsa.verify(b"m", ecdsa.sign(b"m", form="jws"), **jws)
    ecdsa.verify(b"m", ecdsa.sign(b"m"), hash="sha2-256")


def test_ml_dsa_and_cmac(ring: Keyring) -> None:
    for bits in ("44", "65", "87"):
        key: Any = ring.create_key(f"ml-dsa-{bits}", f"ml-dsa-{bits}")  # type: ignore[arg-type]
        key.verify(b"m", key.sign(b"m", form="jws", prehashed=False), form="jws")
        refused("hash_not_supported", key.sign, b"m", hash="sha2-256")
    macs: list[Any] = ["aes128-cmac", "aes256-cmac"]
    for name in macs:
        key = ring.create_key(name, name)
        assert key.verify_hmac_batch([b"a", b"b"], key.hmac_batch([b"a", b"b"])) == [None, None]
        refused("hash_not_supported", key.hmac, b"m", hash="sha2-256")
        with pytest.raises(errors.OperationNotSupported):
            key.sign(b"m")


def test_sha1_verifies_and_signs_in_the_view_for_transit_only(ecdsa: Key) -> None:
    refused("sha1_signs_nothing_new", ecdsa.sign, b"m", hash="sha1")
    ecdsa.verify(b"m", ecdsa.transit().sign(b"m", hash="sha1"), hash="sha1")


def test_what_a_type_does_not_have_is_refused(ecdsa: Key, ring: Keyring) -> None:
    signature = ecdsa.sign(b"m")
    for name, value in {**RSA, "hash": "none"}.items():
        if name != "prehashed":
            refused("padding_not_supported", ecdsa.sign, b"m", **{name: value})
            refused("padding_not_supported", ecdsa.verify, b"m", signature, **{name: value})
        key = ring.key_or_create("releases", "ed25519")
        with pytest.raises(errors.InvalidOption):
            key.sign(b"m", **{name: value})
    # As Transit has it: what a type does not have is ignored, but for a hash that is none.
    lenient = ecdsa.transit()
    lenient.verify(b"m", lenient.sign(b"m", padding="pss", salt_length="auto"), padding="pkcs1v15", salt_length=20)
    refused("unhashed_needs_pkcs1v15", lenient.sign, b"m", hash="none", prehashed=True)


OPTIONS = ("hash", "form", "prehashed", "padding", "salt_length")
NO_WORDS: tuple[Any, ...] = (1, b"pss", ["pss"], True)
NO_FLAGS: tuple[Any, ...] = (1, 0, "true", b"", [])
NO_LENGTHS: tuple[Any, ...] = (True, False, 1.0, b"auto", [20], object())
WRONG: list[tuple[str, Any, type[Exception]]] = [
    *((name, None, TypeError) for name in OPTIONS),
    *((name, value, TypeError) for name in ("hash", "form", "padding") for value in NO_WORDS),
    *((name, value, ValueError) for name in ("hash", "form", "padding", "salt_length") for value in ("", "PSS", "sha256", "pkcs1v15\0", "\udc80", "Auto")),
    *(("prehashed", value, TypeError) for value in NO_FLAGS),
    *(("salt_length", value, TypeError) for value in NO_LENGTHS),
    *(("salt_length", value, errors.InvalidOption) for value in (-1, 65_536, 2**64, -(2**70))),
]


@pytest.mark.parametrize(("name", "value", "error"), WRONG, ids=repr)
def test_what_is_missing_or_odd_is_refused(ring: Keyring, name: str, value: Any, error: type[Exception]) -> None:
    key: Any = ring.create_key("tokens", "ecdsa-p256")
    text = key.sign(b"m")
    given = {name: value}
    one = {name: [..., value] if not isinstance(value, list) else [..., tuple(value)]}
    for view in (key, key.transit()):
        calls: list[Callable[[], object]] = [
            lambda: view.sign(b"m", **given),
            lambda: view.verify(b"m", text, **given),
            lambda: view.sign_batch([b"m", b"n"], **one),
            lambda: view.verify_batch([b"m", b"m"], [text, text], **one),
        ]
        for call in calls:
            with pytest.raises(error) as caught:
                call()
            if error is errors.InvalidOption:
                assert isinstance(caught.value, errors.InvalidOption) and str(caught.value.detail) == "unknown_salt_length"
    made = key.sign_batch([b"m", b"n"], salt_length=[..., 65_536], errors="return")
    assert isinstance(made[0], str) and (made[1].detail, made[1].index) == ("unknown_salt_length", 1)


def test_nothing_said_is_told_from_every_value(ecdsa: Key) -> None:
    ecdsa.verify(b"m", ecdsa.sign(b"m", form=..., hash=..., prehashed=..., padding=..., salt_length=...))
    lengths: list[Any] = ["auto", "hash", 0, 20, 65_535]
    for value in lengths:
        refused("padding_not_supported", ecdsa.sign, b"m", salt_length=value)
    for padding in ("pss", "pkcs1v15"):
        refused("padding_not_supported", ecdsa.sign, b"m", padding=padding)


def test_a_batch_has_one_value_for_all_or_one_for_each(ecdsa: Key) -> None:
    messages = [b"a", b"b", b"c"]
    hashed = [digest("sha2-512", message) for message in messages]
    ecdsa.verify_batch(messages, ecdsa.sign_batch(hashed, hash="sha2-512", prehashed=True), hash="sha2-512")
    forms: Any = ["asn1", "jws", ...]
    texts = ecdsa.sign_batch([hashed[0], messages[1], hashed[2]], hash="sha2-512", form=forms, prehashed=[True, ..., True])
    assert ecdsa.verify_batch(messages, texts, hash="sha2-512", form=forms) == [None] * 3
    checked = ecdsa.verify_batch(messages, texts, hash="sha2-512", form="asn1", padding=[..., ..., "pss"], errors="return")
    assert checked[0] is None and isinstance(checked[1], strongroom.StrongroomError)
    assert getattr(checked[2], "detail", None) == "padding_not_supported"


def paddings() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What is signed with, and another way to verify it."""
    yield {}, {"padding": "pss", "salt_length": "auto"}
    yield {"padding": "pkcs1v15"}, {"padding": "pkcs1v15", "hash": "sha2-256"}
    yield {"form": "jws"}, {"form": "jws", "salt_length": "hash"}
    yield {"salt_length": 20}, {"salt_length": "auto"}
    yield {"salt_length": 0}, {"salt_length": 0}
    yield {"salt_length": "hash", "hash": "sha2-384"}, {"salt_length": 48, "hash": "sha2-384"}


def test_rsa_pads_as_it_is_told(ring: Keyring) -> None:
    key = rsa(ring)
    for made, read in paddings():
        key.verify(b"m", key.sign(b"m", **made), **read)
        hash = made.get("hash", "sha2-256")
        key.verify(b"m", key.sign(digest(hash, b"m"), prehashed=True, **made), **read)
    raw = key.sign(b"as it is", hash="none", padding="pkcs1v15")
    key.verify(b"as it is", raw, hash="none", padding="pkcs1v15", prehashed=True)
    with pytest.raises(errors.BadSignature):
        key.verify(b"m", key.sign(b"m"), padding="pkcs1v15")
    with pytest.raises(errors.BadSignature):
        key.verify(b"m", key.sign(b"m", salt_length=20), salt_length="hash")
    refused("salt_not_supported", key.sign, b"m", padding="pkcs1v15", salt_length="auto")
    refused("unhashed_needs_pkcs1v15", key.sign, b"m", hash="none")
