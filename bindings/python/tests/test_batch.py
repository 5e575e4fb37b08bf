"""A batch equals the singles, results and errors alike."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from strongroom import Key, Keyring, StrongroomError, errors

CHOICES: dict[str, list[Any]] = {
    "aad": [..., ..., "a", b"a", bytearray(b"b"), {"k": "v"}, {}, "\udc80"],
    "context": [..., "acme", b"acme", {"tenant": "acme"}, "", {}],
    "version": [..., ..., 1, 2, 3, 0, -5],
    "form": [..., "asn1", "jws"],
    "hash": [..., "sha2-256", "sha3-512", "sha1"],
    "prehashed": [..., ..., False, True],
    "padding": [..., ..., ..., "pss", "pkcs1v15"],
    "salt_length": [..., ..., ..., "auto", "hash", 0, 20, -1, 65_536],
}


def outcome(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except StrongroomError as error:
        return error


def same(one: Any, other: Any) -> bool:
    if isinstance(one, StrongroomError):
        return type(one) is type(other) and str(one) == str(other)
    return bool(one == other)


# Verbs whose results are the same each time, with the key that they run on. Batches of the others are opened instead.
STEADY = [
    ("siv", "encrypt", ["aad", "version"]),
    ("siv-derived", "encrypt", ["aad", "context", "version"]),
    ("cards", "decrypt", ["aad"]),
    ("tenants", "decrypt", ["aad", "context"]),
    ("siv", "rewrap", ["aad", "version"]),
    ("releases", "sign", ["version", "form", "hash"]),
    ("releases-derived", "sign", ["context", "version", "form", "hash"]),
    ("releases", "sign", ["form", "prehashed", "padding", "salt_length"]),
    ("releases", "verify", ["context", "form", "hash"]),
    ("tokens", "verify", ["form", "hash", "prehashed", "padding", "salt_length"]),
    ("cards", "hmac", ["context", "version", "hash"]),
    ("cards", "verify_hmac", ["context", "hash"]),
    ("siv", "encrypt_binary", ["aad", "version"]),
    ("siv-derived", "encrypt_binary", ["aad", "context", "version"]),
    ("tenants", "decrypt_binary", ["aad", "context"]),
    ("siv", "rewrap_binary", ["aad", "version"]),
    ("cards", "needs_rewrap", []),
    ("cards", "needs_rewrap_binary", []),
]


def keys(ring: Keyring) -> None:
    ring.create_key("cards")
    ring.create_key("tenants", derived=True)
    ring.create_key("siv", "aes256-siv")
    ring.create_key("siv-derived", "aes256-siv", derived=True)
    ring.create_key("releases", "ed25519")
    ring.create_key("releases-derived", "ed25519", derived=True)
    ring.create_key("tokens", "ecdsa-p256")
    for name in ring.keys():
        ring.key(name).rotate()
        ring.key(name).configure(min_encryption_version=1)


@pytest.mark.parametrize("manner", ["native", "transit"])
@pytest.mark.parametrize(("name", "verb", "options"), STEADY, ids=lambda value: str(value) if isinstance(value, str) else "")
def test_a_batch_equals_the_singles(ring: Keyring, name: str, verb: str, options: list[str], manner: str) -> None:
    keys(ring)
    key: Any = ring.key(name) if manner == "native" else ring.key(name).transit()
    dice = random.Random(f"{name} {verb}")
    kinds = set()
    for _ in range(60):
        length = dice.randrange(0, 12)
        given = {option: dice.choice(CHOICES[option]) for option in options}
        columns = {option: [dice.choice(CHOICES[option]) for _ in range(length)] if dice.random() < 0.5 else given[option] for option in options}
        rows = [{option: value[i] if isinstance(value, list) else value for option, value in columns.items()} for i in range(length)]
        messages = [dice.randbytes(dice.choice([0, 1, 64, 5000])) for _ in range(length)]
        inputs: list[list[Any]] = [messages]
        if verb.endswith("_binary") and verb != "encrypt_binary":
            made = [outcome(lambda: key.encrypt_binary(message, **row)) for message, row in zip(messages, rows)]
            inputs = [[data if isinstance(data, bytes) and dice.random() < 0.8 else dice.choice([b"", b"nonsense"]) for data in made]]
        if verb in ("decrypt", "rewrap", "needs_rewrap"):
            made = [outcome(lambda: key.encrypt(message, **row)) for message, row in zip(messages, rows)]
            inputs = [[text if isinstance(text, str) and dice.random() < 0.8 else dice.choice(["", "\udc80", "strongroom:v1:AAAA"]) for text in made]]
        if verb.startswith("verify"):
            make = getattr(key, {"verify": "sign", "verify_hmac": "hmac"}[verb])
            made = [outcome(lambda: make(message, **row)) for message, row in zip(messages, rows)]
            inputs = [messages, [text if isinstance(text, str) and dice.random() < 0.8 else "vault:v1:AAAA" for text in made]]
        singles = [outcome(lambda: getattr(key, verb)(*arguments, **row)) for *arguments, row in zip(*inputs, rows)]
        batch = getattr(key, f"{verb}_batch")
        results = batch(*(tuple(column) for column in inputs), **columns, errors="return")
        assert len(results) == length and all(map(same, results, singles))
        first = next((index for index, single in enumerate(singles) if isinstance(single, StrongroomError)), None)
        raised = outcome(lambda: batch(*inputs, **columns))
        if first is None:
            assert raised == singles
        else:
            assert same(raised, singles[first]) and raised.index == first
        kinds |= {getattr(result, "code", "ok") for result in singles}
    assert "ok" in kinds and len(kinds) >= 2, kinds


def test_batches_of_random_results_open(ring: Keyring) -> None:
    cards = ring.create_key("cards")
    messages = [str(number).encode() * 20 for number in range(200)]
    ids = [f"order-{number}" for number in range(200)]
    ciphertexts = cards.encrypt_batch(messages, aad=ids)
    assert len(set(ciphertexts)) == 200 and cards.decrypt_batch(ciphertexts, aad=ids) == messages
    cards.rotate()
    ciphertexts[7] = ciphertexts[8]
    renewed = cards.rewrap_batch(ciphertexts, aad=ids, errors="return")
    assert isinstance(renewed.pop(7), errors.DecryptFailed)
    assert all(isinstance(text, str) and text.startswith("strongroom:v2:") for text in renewed)
    sizes = [16, 32, 64, 17]
    made = cards.data_key_batch(sizes, aad="files", errors="return")
    assert isinstance(made.pop(), errors.InvalidSize)
    for size, data_key in zip(sizes, made):
        assert not isinstance(data_key, StrongroomError)
        assert len(data_key.plaintext) == size and cards.decrypt(data_key.ciphertext, aad="files") == data_key.plaintext


def test_batches_of_binary_ciphertexts_open(ring: Keyring) -> None:
    cards = ring.create_key("cards")
    messages = [str(number).encode() * 20 for number in range(200)]
    ids = [f"order-{number}" for number in range(200)]
    ciphertexts = cards.encrypt_binary_batch(messages, aad=ids)
    assert len(set(ciphertexts)) == 200 and cards.decrypt_binary_batch(ciphertexts, aad=ids) == messages
    assert cards.needs_rewrap_binary_batch(ciphertexts) == [False] * 200
    cards.rotate()
    assert cards.needs_rewrap_binary_batch([*ciphertexts, cards.encrypt_binary(b"new")]) == [True] * 200 + [False]
    ciphertexts[7] = ciphertexts[8]
    renewed = cards.rewrap_binary_batch(ciphertexts, aad=ids, errors="return")
    assert isinstance(renewed.pop(7), errors.DecryptFailed)
    assert all(isinstance(data, bytes) and data[4] == 2 for data in renewed)
    texts = [cards.encrypt(b"new"), "nonsense"]
    told = cards.needs_rewrap_batch(texts, errors="return")
    assert told[0] is False and isinstance(told[1], errors.Malformed)
    with pytest.raises(errors.Malformed) as caught:
        cards.needs_rewrap_batch(texts)
    assert caught.value.index == 1
    with pytest.raises(TypeError, match="aad"):
        cards.needs_rewrap_batch(texts, aad="a")  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        cards.decrypt_binary_batch(texts)  # type: ignore[arg-type]


def test_lengths_are_told_before(ring: Keyring) -> None:
    cards, tenants = ring.create_key("cards"), ring.create_key("tenants", derived=True)
    for message in (b"", b"4111", bytearray(5000), bytes(70_000)):
        assert cards.encrypted_len(message, aad="a") == len(cards.encrypt(message, aad="a"))
        binary = tenants.encrypt_binary(message, context="acme")
        assert tenants.encrypted_binary_len(message, context="acme") == len(binary)
        assert tenants.decrypted_binary_len(binary, context="acme") == len(message)
    with pytest.raises(errors.ContextRequired):
        tenants.encrypted_len(b"4111")
    with pytest.raises(errors.VersionTooNew):
        cards.encrypted_binary_len(b"4111", version=2)
    with pytest.raises(errors.Malformed):
        cards.decrypted_binary_len(b"nonsense")


def test_columns_are_checked_before_anything_is_done(ring: Keyring) -> None:
    cards = ring.create_key("cards")
    with pytest.raises(errors.InvalidOption, match="column"):
        cards.encrypt_batch([b"1", b"2"], aad=["a"], errors="return")
    with pytest.raises(errors.InvalidOption, match="column"):
        cards.verify_hmac_batch([b"1", b"2"], [cards.hmac(b"1")])
    with pytest.raises(TypeError, match="encode") as caught:
        cards.encrypt_batch([b"1", "2"], errors="return")  # type: ignore[call-overload]
    assert caught.value.__notes__ == ["in element 1"]
    for single in (b"12", "12", bytearray(b"12"), {"1": "2"}, 12):
        with pytest.raises(TypeError, match="list"):
            cards.encrypt_batch(single)  # type: ignore[arg-type]
    assert cards.encrypt_batch([]) == [] and cards.decrypt_batch(()) == []


def test_an_item_that_is_missing_is_an_error_of_its_own(cards: Key) -> None:
    made = cards.encrypt_batch([b"a", None, b"c"], aad=["1", "2", "3"], errors="return")
    missing = made[1]
    assert isinstance(missing, errors.InvalidOption) and (missing.detail, missing.index) == ("item_missing", 1)
    assert isinstance(made[0], str) and isinstance(made[2], str)
    assert cards.decrypt_batch([made[0], made[2]], aad=["1", "3"]) == [b"a", b"c"]
    opened = cards.decrypt_batch([None, made[2], None], aad=["1", "3", "2"], errors="return")
    assert [getattr(one, "detail", one) for one in opened] == ["item_missing", b"c", "item_missing"]
    macs = cards.hmac_batch([b"a", b"b"])
    checked = cards.verify_hmac_batch([b"a", None, b"a"], [None, macs[1], macs[0]], errors="return")
    assert [getattr(one, "index", one) for one in checked] == [0, 1, None]
    assert getattr(cards.data_key_batch([16, None], errors="return")[1], "detail", "") == "item_missing"
    # Where errors are raised, and where something else than an item is missing, the program is wrong.
    calls: list[tuple[list[Any], dict[str, Any], int]] = [
        ([b"a", None], {}, 1),
        ([b"a", b"b", b"c"], {"aad": ["1", "2", None], "errors": "return"}, 2),
        ([b"a", b"b", 3], {"errors": "return"}, 2),
    ]
    for items, options, index in calls:
        with pytest.raises(TypeError) as caught:
            cards.encrypt_batch(items, **options)
        assert getattr(caught.value, "index", None) == index and f"in element {index}" in caught.value.__notes__


def test_an_error_that_is_raised_says_which_item_it_was(cards: Key) -> None:
    with pytest.raises(errors.DecryptFailed) as caught:
        cards.decrypt_batch([cards.encrypt(b"a"), cards.encrypt(b"b", aad="1")])
    assert getattr(caught.value, "index", None) == 1 and "in element 1" in caught.value.__notes__
