"""Tokens that expire, and the keys of an API."""

import copy
import pickle
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import strongroom
from strongroom import ApiKey, Key, Keyring, errors


def test_a_token_says_what_it_was_issued_with(cards: Key) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    for payload in (b"", b"user-17", bytearray(b"user-17"), memoryview(b"user-17"), bytes(5000)):
        for ttl in (timedelta(minutes=5), 300, 300.0, timedelta(seconds=300)):
            text = cards.issue(payload, ttl)
            assert text.startswith("srt_") and text.isascii()
            token = cards.redeem(text)
            assert token.payload == bytes(payload) and isinstance(token, strongroom.Token)
            assert before <= token.issued <= datetime.now(UTC) and token.expires - token.issued == timedelta(minutes=5)
            assert token.issued.tzinfo is not None
    assert cards.redeem(cards.issue(b"m", ttl=1.5)).expires - cards.redeem(cards.issue(b"m", 1)).issued >= timedelta(seconds=1.4)


def test_a_token_is_bound_to_all_that_was_said(ring: Keyring, cards: Key) -> None:
    text = cards.issue(b"user-17", 60, aad="login", prefix="acme_")
    assert text.startswith("acme_") and cards.redeem(text, aad="login", prefix="acme_").payload == b"user-17"
    assert cards.redeem(text, aad=b"login", prefix="acme_", leeway=0).payload == b"user-17"
    for aad in (..., "logout", {"login": ""}):
        with pytest.raises(errors.DecryptFailed):
            cards.redeem(text, prefix="acme_", aad=aad)
    for prefix in (..., "acme2_", "srt_"):
        with pytest.raises(errors.Malformed):
            cards.redeem(text, aad="login", prefix=prefix)
    with pytest.raises(errors.InvalidAad):
        cards.issue(b"m", 60, aad="")
    tenants = ring.create_key("tenants", derived=True)
    acme = tenants.issue(b"m", 60, context="acme", aad={"for": "login"})
    assert tenants.context("acme").redeem(acme, aad={"for": "login"}).payload == b"m"
    with pytest.raises(errors.DecryptFailed):
        tenants.redeem(acme, aad={"for": "login"}, context="other")
    with pytest.raises(errors.ContextRequired):
        tenants.redeem(acme, aad={"for": "login"})
    cards.rotate()
    assert cards.redeem(text, aad="login", prefix="acme_").payload == b"user-17"
    cards.configure(min_decryption_version=2)
    with pytest.raises(errors.VersionTooOld):
        cards.redeem(text, aad="login", prefix="acme_")


def test_tokens_and_ciphertexts_are_not_each_other(ring: Keyring, cards: Key) -> None:
    text, ciphertext = cards.issue(b"m", 60), cards.encrypt(b"m")
    for call in (lambda: cards.decrypt(text), lambda: cards.rewrap(text), lambda: cards.redeem(ciphertext), lambda: cards.redeem(ciphertext, prefix="strongroom_")):
        with pytest.raises(errors.UntrustedInputError):
            call()
    with pytest.raises(errors.OperationNotSupported):
        ring.create_key("aes", "aes256-gcm96").issue(b"m", 60)


def test_a_token_expires(cards: Key) -> None:
    text = cards.issue(b"m", 1)
    assert cards.redeem(text).payload == b"m"
    time.sleep(1.01)
    for leeway in (..., 0, 3600, timedelta(days=1)):
        with pytest.raises(errors.TokenExpired):
            cards.redeem(text, leeway=leeway)


def test_periods_are_timedeltas_or_seconds(cards: Key) -> None:
    for ttl in (0, 0.5, timedelta(milliseconds=999), timedelta(days=400, milliseconds=1), 1e300, float("inf")):
        with pytest.raises(errors.InvalidOption):
            cards.issue(b"m", ttl)
    assert cards.issue(b"m", timedelta(days=400)) and cards.issue(b"m", 1.0)
    text = cards.issue(b"m", 60)
    for period in (-1, -0.5, float("nan"), timedelta(seconds=-1)):
        with pytest.raises(ValueError, match="negative"):
            cards.issue(b"m", period)
        with pytest.raises(ValueError, match="negative"):
            cards.redeem(text, leeway=period)
    key: Any = cards
    for wrong in (None, True, "60", b"60", [60], object()):
        with pytest.raises(TypeError):
            key.issue(b"m", wrong)
        with pytest.raises(TypeError, match="leeway"):
            key.redeem(text, leeway=wrong)
    with pytest.raises(TypeError, match="a period is a timedelta or a number of seconds, not str"):
        key.issue(b"m", "60")
    with pytest.raises(TypeError, match="ttl"):
        key.issue(b"m")


def test_what_cannot_be_a_token_is_refused(cards: Key) -> None:
    key: Any = cards
    for prefix in ("", "srt", "Srt_", "s_", "s_t_", "abcdefghij0123456_", "srt_\n", "\udc80"):
        with pytest.raises(errors.InvalidOption):
            cards.issue(b"m", 60, prefix=prefix)
    for wrong in (None, 1, b"srt_"):
        with pytest.raises(TypeError, match="prefix"):
            key.issue(b"m", 60, prefix=wrong)
    for text in ("", "srt_", "nonsense", "\udc80", cards.issue(b"m", 60) + "\n", "strongroom:v1:AAAA"):
        with pytest.raises(errors.Malformed):
            cards.redeem(text)
    for not_text in (None, b"srt_", 1):
        with pytest.raises(TypeError):
            key.redeem(not_text)
    for not_bytes in (None, "m", 1):
        with pytest.raises(TypeError):
            key.issue(not_bytes, 60)
    for option in ("associated_data", "add"):
        with pytest.raises(TypeError, match="Did you mean 'aad'"):
            key.issue(b"m", 60, **{option: "a"})
    with pytest.raises(TypeError, match="Did you mean 'leeway'"):
        key.redeem("srt_", leway=1)
    with pytest.raises(TypeError, match="by its name, aad"):
        key.redeem("srt_", "login")


def test_what_a_token_said_is_not_shown(cards: Key) -> None:
    token = cards.redeem(cards.issue(b"user-17", 60))
    for shown in (repr(token), str(token), f"{token}"):
        assert shown == "<strongroom.Token>"
    for call in (lambda: pickle.dumps(token), lambda: copy.copy(token), lambda: copy.deepcopy(token)):
        with pytest.raises(TypeError, match="in the clear"):
            call()
    kind: Any = strongroom.Token
    with pytest.raises(TypeError):
        kind()


def test_the_keys_of_an_api_are_found_by_their_index(ring: Keyring) -> None:
    clients = ring.create_key("clients")
    with sqlite3.connect(":memory:") as table:
        table.execute("CREATE TABLE clients (name TEXT, api_key BLOB)")
        texts = {name: ApiKey.generate("acme") for name in ("ann", "bob")}
        for name, text in texts.items():
            ApiKey.check(text)
            table.execute("INSERT INTO clients VALUES (?, ?)", (name, clients.index_binary(text, **ApiKey.INDEX)))
        clients.rotate()
        for name, text in texts.items():
            places = clients.indexes_binary(text, **ApiKey.INDEX)
            assert table.execute("SELECT name FROM clients WHERE api_key IN (?, ?)", places).fetchall() == [(name,)]
            assert [len(place) for place in places] == [32, 32]
    assert texts["ann"].startswith("acme_") and len(texts["ann"]) == len("acme_") + 49 and texts["ann"] != texts["bob"]
    assert dict(ApiKey.INDEX) == {"name": "strongroom.api-key", "bits": 256}
    index: Any = ApiKey.INDEX
    with pytest.raises(TypeError):
        index["bits"] = 8


def test_a_key_that_was_mistyped_is_refused() -> None:
    text = ApiKey.generate("acme")
    for at, letter in enumerate(text):
        for other in ("a", "0", "-", "\n", "é"):
            if letter != other:
                with pytest.raises(errors.Malformed):
                    ApiKey.check(text[:at] + other + text[at + 1 :])
    for wrong in ("", text[:-1], text + "0", text + "\n", " " + text, "\udc80", text.upper(), text.partition("_")[2]):
        with pytest.raises(errors.Malformed):
            ApiKey.check(wrong)
    for prefix in ("", "a", "Acme", "acme_", "abcdefghij0123456", "é", "\udc80"):
        with pytest.raises(errors.InvalidOption):
            ApiKey.generate(prefix)
    kind: Any = ApiKey
    wrong_types: list[Callable[[], object]] = [
        lambda: kind.generate(None), lambda: kind.generate(b"acme"), lambda: kind.generate(), lambda: kind.check(None), lambda: kind.check(text.encode()), lambda: kind(),
    ]  # fmt: skip
    for call in wrong_types:
        with pytest.raises(TypeError):
            call()
