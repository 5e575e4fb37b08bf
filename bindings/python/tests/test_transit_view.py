"""What the view for Transit takes and the native view refuses, each by its name: docs/moving.md."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from answers import fixture

from strongroom import Key, Keyring, StrongroomError, View, errors

LONG = b"x" * 65536


def test_the_view_is_like_any_other(ring: Keyring) -> None:
    key = ring.create_key("tenants", "aes256-gcm96", derived=True)
    acme = key.context("acme-corporation")
    for view in (key.transit(), acme.transit(), acme.transit().transit()):
        assert type(view) is View and repr(view) == str(view) == "<strongroom.Key(tenants)>"
        with pytest.raises(TypeError, match="cannot be pickled or copied"):
            pickle.dumps(view)
        with pytest.raises(TypeError, match="cannot be pickled or copied"):
            copy.copy(view)
        assert not hasattr(view, "rotate") and not hasattr(view, "context")
    with pytest.raises(TypeError):
        key.transit(True)  # type: ignore[call-arg]
    # The context stays, and the other view of the key is as it was.
    text = acme.transit().transit().encrypt(b"4111")
    assert acme.decrypt(text) == key.transit().decrypt(text, context="acme-corporation") == b"4111"
    for refuse in (key.transit(), key):
        with pytest.raises(errors.ContextRequired):
            refuse.decrypt(text)
    with pytest.raises(errors.DecryptFailed):
        key.transit().decrypt(text, context="other")
    # It follows rotations, and ends with the keyring.
    view = acme.transit()
    key.rotate()
    assert view.encrypt(b"4111").startswith("vault:v2:") and view.encrypt(b"4111", version=1).startswith("vault:v1:")
    ring.close()
    with pytest.raises(errors.Closed):
        view.encrypt(b"4111")
    with pytest.raises(errors.Closed):
        view.transit().hmac(b"4111")


def refused(error: type[StrongroomError], view: Any, name: str, *arguments: Any, **options: Any) -> None:
    """By the single call and by the batch alike."""
    with pytest.raises(error):
        getattr(view, name)(*arguments, **options)
    if hasattr(view, f"{name}_batch"):
        (result,) = getattr(view, f"{name}_batch")(*([argument] for argument in arguments), **options, errors="return")
        assert type(result) is error


def taken(view: Any, name: str, *arguments: Any, **options: Any) -> Any:
    """What a call gives, which its batch has to give too where a result is the same each time."""
    result = getattr(view, name)(*arguments, **options)
    if hasattr(view, f"{name}_batch"):
        columns = {option: [value] for option, value in options.items()}
        (other,) = getattr(view, f"{name}_batch")(*([argument] for argument in arguments), **columns)
        assert other == result or name in ("encrypt", "rewrap"), name
    return result


def only_transit(error: type[StrongroomError], view: View, name: str, *arguments: Any, **options: Any) -> Any:
    refused(error, view, name, *arguments, **options)
    return taken(view.transit(), name, *arguments, **options)


@pytest.fixture
def aes(ring: Keyring) -> Key:
    return ring.create_key("aes", "aes256-gcm96")


@pytest.fixture
def signing(ring: Keyring) -> Key:
    return ring.create_key("signing", "ed25519")


def test_spellings(aes: Key) -> None:
    text, head = aes.encrypt(b"a"), "vault:v1:"
    for odd in (text + "\n", text[:20] + "\r\n" + text[20:], *(text.replace("v1:", f"v{number}:") for number in ("+1", "01", "0001", "0"))):
        assert only_transit(errors.Malformed, aes, "decrypt", odd) == b"a"
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    assert text.endswith("=") and text[-2] != "="  # 29 bytes leave two spare bits
    spare = text[:-2] + alphabet[alphabet.index(text[-2]) ^ 1] + "="
    assert only_transit(errors.Malformed, aes, "decrypt", spare) == b"a"
    refused(errors.Malformed, aes.transit(), "decrypt", text.replace(head, head + " "))


def test_older_versions(aes: Key, signing: Key) -> None:
    aes.rotate()
    signing.rotate()
    refuse = errors.VersionNotAllowed
    assert aes.decrypt(only_transit(refuse, aes, "encrypt", b"m", version=1)) == b"m"
    assert aes.decrypt_binary(aes.transit().encrypt_binary(b"m", version=1)) == b"m"
    out = bytearray(100)
    refused(refuse, aes, "encrypt_into", b"m", out, version=1)
    assert aes.decrypt_binary(out[: aes.transit().encrypt_into(b"m", out, version=1)]) == b"m" and out[:5] == b"\xfe\0\0\0\1"
    aes.verify_hmac(b"m", only_transit(refuse, aes, "hmac", b"m", version=1))
    signing.verify(b"m", only_transit(refuse, signing, "sign", b"m", version=1))
    refused(refuse, aes, "data_key", 16, version=1)
    made = aes.transit().data_key(16, version=1)
    assert made.ciphertext.startswith("vault:v1:") and aes.decrypt(made.ciphertext) == made.plaintext
    aes.configure(min_encryption_version=2)
    refused(refuse, aes.transit(), "encrypt", b"m", version=1)


def test_a_context_that_is_not_needed(ring: Keyring, aes: Key, signing: Key) -> None:
    text = only_transit(errors.ContextNotAllowed, aes, "encrypt", b"m", context="c")
    assert only_transit(errors.ContextNotAllowed, aes, "decrypt", text, context="other") == b"m"
    assert only_transit(errors.ContextNotAllowed, signing, "sign", b"m", context={"a": "b"}) == signing.sign(b"m")
    assert only_transit(errors.ContextNotAllowed, signing, "verify", b"m", signing.sign(b"m"), context=b"c") is None
    derived = ring.create_key("derived", "aes256-gcm96", derived=True)
    for key in (aes, derived):
        mac = only_transit(errors.InvalidContext, key, "hmac", b"m", context="c")
        assert mac == key.hmac(b"m")
        assert only_transit(errors.InvalidContext, key, "verify_hmac", b"m", mac, context="other") is None
    for view in (aes, aes.transit()):
        with pytest.raises(TypeError, match="dict of str"):
            view.hmac(b"m", context=5)  # type: ignore[arg-type]


def test_long_contexts_and_aads(ring: Keyring, aes: Key) -> None:
    derived = ring.create_key("derived", "aes256-gcm96", derived=True)
    for long in (LONG, LONG.decode(), bytearray(LONG)):
        text = only_transit(errors.InvalidContext, derived, "encrypt", b"m", context=long)
        assert only_transit(errors.InvalidContext, derived, "decrypt", text, context=long) == b"m"
        assert derived.context(long).transit().decrypt(text) == b"m"
        refused(errors.InvalidContext, derived.context(long), "decrypt", text)
        text = only_transit(errors.InvalidAad, aes, "encrypt", b"m", aad=long)
        assert only_transit(errors.InvalidAad, aes, "decrypt", text, aad=LONG) == b"m"
        refused(errors.DecryptFailed, aes.transit(), "decrypt", text, aad=LONG[1:])
        binary = aes.transit().encrypt_binary(b"m", aad=long)
        assert aes.transit().decrypt_binary(binary, aad=long) == b"m"


def test_an_aad_on_a_convergent_key(ring: Keyring) -> None:
    """Neither view makes such a ciphertext; what a server made is in the recorded answers."""
    key = ring.create_key("convergent", "aes256-gcm96", derived=True, convergent=True)
    for view in key.context("c"), key.context("c").transit():
        refused(errors.AadNotAllowed, view, "encrypt", b"m", aad="a")
        refused(errors.AadNotAllowed, view, "encrypt_binary", b"m", aad="a")
        refused(errors.AadNotAllowed, view, "data_key", 32, aad="a")


def test_a_version_to_rewrap_to(aes: Key) -> None:
    text, binary = aes.encrypt(b"m"), aes.encrypt_binary(b"m")
    assert aes.rewrap(text) == text and aes.transit().rewrap(text) != text
    aes.rotate()
    again = only_transit(errors.InvalidOption, aes, "rewrap", text, version=1)
    assert again.startswith("vault:v1:") and again != text and aes.decrypt(again) == b"m"
    refused(errors.InvalidOption, aes, "rewrap_binary", binary, version=1)
    other = aes.transit().rewrap_binary(binary, version=1)
    assert other[:5] == binary[:5] and other != binary and aes.decrypt_binary(other) == b"m"
    assert aes.transit().rewrap(text, version=2).startswith("vault:v2:") and aes.transit().rewrap(text).startswith("vault:v2:")
    refused(errors.VersionTooNew, aes.transit(), "rewrap", text, version=3)
    # There 0 is the latest, as the servers take it.
    refused(errors.InvalidOption, aes, "rewrap", text, version=0)
    assert aes.transit().rewrap(text, version=0).startswith("vault:v2:")
    texts = aes.transit().rewrap_batch([text] * 3 + ["vault:v9:AAAA"], version=[1, ..., 2, 1], errors="return")
    assert [text[:9] for text in texts[:3] if isinstance(text, str)] == ["vault:v1:", "vault:v2:", "vault:v2:"]
    assert isinstance(texts[3], errors.VersionTooNew)


def test_a_hash_with_a_signature(ring: Keyring, signing: Key) -> None:
    signature = signing.sign(b"m")
    assert only_transit(errors.InvalidOption, signing, "sign", b"m", hash="sha3-384") == signature
    assert only_transit(errors.InvalidOption, signing, "verify", b"m", signature, hash="sha2-512") is None
    refused(errors.BadSignature, signing.transit(), "verify", b"n", signature, hash="sha2-512")
    # With keys from Vault this name means another algorithm, which nothing here has.
    vaults = ring.restore_transit(fixture("vault", "ed25519-plain")["backup"]).transit()
    assert vaults.sign(b"m", hash="sha2-256") == vaults.sign(b"m")
    refused(errors.OperationNotSupported, vaults, "sign", b"m", hash="sha2-512")
    refused(errors.OperationNotSupported, vaults, "verify", b"m", vaults.sign(b"m"), hash="sha2-512")


def test_sha_1(ring: Keyring, aes: Key) -> None:
    for key in (aes, ring.create_key("macs", "hmac")):
        mac = only_transit(errors.InvalidOption, key, "hmac", b"m", hash="sha1")
        assert only_transit(errors.InvalidOption, key, "verify_hmac", b"m", mac, hash="sha1") is None
        refused(errors.BadSignature, key.transit(), "verify_hmac", b"n", mac, hash="sha1")
    with pytest.raises(ValueError, match="'sha1'"):
        aes.transit().hmac(b"m", hash="sha-1")  # type: ignore[arg-type]


def test_templates_and_nonces(ring: Keyring) -> None:
    key = ring.create_key("template", "aes256-gcm96", version_template="app-{{version}}-")
    text = key.encrypt(b"m").replace("app-1-", "vault:v1:")
    assert key.decrypt(text) == b"m"
    refused(errors.Malformed, key.transit(), "decrypt", text)
    # The same material with and without the convergent option: what the second encrypts has a random nonce.
    material = bytes(range(32))
    converging = ring.import_key("convergent", material, "aes256-gcm96", derived=True, convergent=True)
    random = ring.import_key("random", material, "aes256-gcm96", derived=True)
    assert only_transit(errors.DecryptFailed, converging, "decrypt", random.encrypt(b"m", context="c"), context="c") == b"m"


def test_what_is_not_for_an_operation_is_no_argument_of_it(aes: Key) -> None:
    calls: list[Callable[[View], object]] = [
        lambda view: view.decrypt("text", version=1),  # type: ignore[call-arg]
        lambda view: view.hmac(b"m", aad="a"),  # type: ignore[call-arg]
        lambda view: view.encrypt(b"m", nonce=bytes(12)),  # type: ignore[call-arg]
        lambda view: view.verify(b"m", "text", version=1),  # type: ignore[call-arg]
    ]
    for call in calls:
        for view in (aes, aes.transit()):
            with pytest.raises(TypeError, match="unexpected keyword"):
                call(view)
