"""Indexes, tokens and keys of APIs as an independent program made them from docs/formats.md, and what must be refused as such.

No keyring here has another clock than the machine's: cases of tokens hold as they are until 2030, and for good by what is said of their times.
"""

import json
import time
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable
from typing import Any

from cases import Case, load

from strongroom import ApiKey, Key, Keyring, StrongroomError, View


def vectors(*names: str) -> list[Case]:
    return [case for name in names for case in load(name)["vectors"]]


def outcome(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except StrongroomError as error:
        return error.code


def spoken(kind: int, encoded: str) -> Any:
    """A context or aad as a user would write it."""
    data = bytes.fromhex(encoded)
    if kind < 2:
        return data if kind else ...
    at, parts = 2, []
    for _ in range(2 * int.from_bytes(data[:2], "big")):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        parts.append(data[at + 2 : end].decode())
        at = end
    return dict(zip(parts[::2], parts[1::2]))


def keyed(ring: Keyring, secret: str, version: int) -> Key:
    """A key of which this version has the secret as its HMAC key."""
    secrets = [bytes([number, 0]) * (len(secret) // 4) for number in range(1, version)] + [bytes.fromhex(secret)]
    options: Any = {} if len(secret) == 64 else {"key_size": len(secret) // 2}
    key = ring.import_key(f"k{len(ring.keys())}", secrets[0], "hmac", **options)
    for later in secrets[1:]:
        key.import_version(later)
    return key


def tenants(ring: Keyring, secret: str, version: int) -> Key:
    """A derived key of which this version has the secret as its HMAC key, which a backup of Transit says."""
    made = ring.create_key(f"t{len(ring.keys())}", "aes256-gcm96", derived=True, exportable=True, allow_plaintext_backup=True)
    for _ in range(1, version):
        made.rotate()
    backup = json.loads(b64decode(made.backup_transit("vault", expose_secret_material=True)))
    for stored in (backup["policy"]["keys"][str(version)], backup["archived_keys"]["keys"][version]):
        stored["hmac_key"] = b64encode(bytes.fromhex(secret)).decode()
    return Keyring.in_memory().restore_transit(b64encode(json.dumps(backup).encode()), name="restored")


def index(key: View, case: Case) -> Any:
    """Everything that is made of a value, in the shape of what the case expects."""
    value, said = bytes.fromhex(case["value"]), {field: case[field] for field in ("name", "bits", "normalize", "version")}
    match case["form"]:
        case "whole":
            made = key.index(value, **said), key.index_binary(value, **said).hex()
            batch = key.index_batch([value, value.decode()], **said), key.index_binary_batch([value], **said)
            assert batch == ([made[0]] * 2, [bytes.fromhex(made[1])])
            assert made[0] in key.indexes(value, **said) and bytes.fromhex(made[1]) in key.indexes_binary(value, **said)
            assert made[0] in key.indexes_batch([value], **said)[0] and bytes.fromhex(made[1]) in key.indexes_binary_batch([value], **said)[0]
            return made
        case "prefix":
            lengths = case["lengths"]
            return key.index_prefixes(value, lengths, **said), [bits.hex() for bits in key.index_prefixes_binary(value, lengths, **said)]
        case "ngram":
            texts = key.index_ngrams(value, case["n"], **said)
            assert texts in key.indexes_ngrams(value, case["n"], **said)
            return texts, [bits.hex() for bits in key.index_ngrams_binary(value, case["n"], **said)]
    raise AssertionError(case["form"])


def test_indexes_are_those_of_the_independent_program(ring: Keyring) -> None:
    keys: dict[Any, View] = {}
    ran: Counter[str] = Counter()
    some = keyed(ring, "0701" * 16, 1)
    for case in vectors("index.json", "second/index.json"):
        if case["op"] == "parse":
            told = outcome(lambda: some.needs_reindex(case["text"]))
            assert told == case.get("error", told) and (told == "malformed") is ("error" in case), case["id"]
            ran["parse"] += 1
        # A key with so many versions cannot be made here, nor another clock, nor is what was normalised shown.
        if case["op"] != "index" or case["version"] > 5:
            continue
        which = case["index_key_ikm"], case["version"], case["kind"] > 0
        if which not in keys:
            keys[which] = tenants(ring, which[0], which[1]) if which[2] else keyed(ring, which[0], which[1])
        key = keys[which]
        if isinstance(key, Key) and case["kind"]:
            key = key.context(spoken(case["kind"], case["context"]))
        made = outcome(lambda: index(key, case))
        assert made == (case["error"] if "error" in case else (case["expect"]["text"], case["expect"]["binary"])), case["id"]
        ran["error" if "error" in case else case["form"]] += 1
    assert ran["whole"] >= 122 and ran["prefix"] >= 13 and ran["ngram"] >= 13 and ran["error"] >= 33 and ran["parse"] >= 39, ran


def in_time(issued: int, expires: int, leeway: int) -> str | None:
    """What is said of a token now, by its times in milliseconds."""
    now = time.time_ns() // 1_000_000
    if issued > now + leeway:
        return "token_not_yet_valid"
    return "token_expired" if now >= expires else None


def test_tokens_are_those_of_the_independent_program() -> None:
    cases = vectors("tokens.json", "second/token.json")
    rings: dict[tuple[str, bool, int], Key] = {}
    ran: Counter[str] = Counter()
    known = {case["text"]: case["expect"] for case in cases if case["op"] == "redeem" and "expect" in case}
    some = Keyring.in_memory().create_key("some")
    for case in cases:
        if case["op"] == "issue" and "error" in case:
            assert outcome(lambda: some.issue(b"m", case.get("ttl_ms", 60_000) / 1000, prefix=case.get("prefix", ...))) == case["error"], case["id"]
            ran["not issued"] += 1
        if case["op"] != "redeem":
            continue
        for version in (1, 2):
            # The secret is that of the version of which the token is. No two versions have one secret.
            which = case["material"], case["kind"] > 0, version
            if which not in rings:
                others = [bytes([3, 0]) * 16]
                others.insert(version - 1, bytes.fromhex(case["material"]))
                key = rings[which] = Keyring.in_memory().import_key("k", others[0], derived=which[1])
                key.import_version(others[1])
            key = rings[which]
            key.configure(min_decryption_version=case["minimum"])
            said = {"aad": spoken(case["aad_kind"], case["aad"]), "context": spoken(case["kind"], case["context"]), "prefix": case["prefix"]}
            for leeway in (case["leeway_ms"], 1 << 53):
                told = outcome(lambda: key.redeem(case["text"], leeway=leeway / 1000, **said))
                times = known.get(case["text"])
                if times and case.get("error", "token_").startswith("token_"):
                    if version != case_version(case["text"], case["prefix"]):
                        assert told == "decrypt_failed", case["id"]
                        continue
                    expected = in_time(times["issued_ms"], times["expires_ms"], leeway)
                    if expected is None:
                        assert told.payload.hex() == times["payload"], case["id"]
                        assert [round(when.timestamp() * 1000) for when in (told.issued, told.expires)] == [times["issued_ms"], times["expires_ms"]]
                        ran["redeemed"] += 1
                    else:
                        assert told == expected, case["id"]
                        ran["refused for its time"] += 1
                else:
                    assert told == case["error"], case["id"]
                    ran["refused"] += 1
    assert ran["not issued"] >= 20 and ran["refused"] >= 268 and ran["redeemed"] + ran["refused for its time"] >= 56, ran


def case_version(text: str, prefix: str) -> int:
    """The version that a token names."""
    return int.from_bytes(b64decode(text.removeprefix(prefix)[:8], altchars=b"-_")[1:5], "big")


def test_keys_of_apis_are_those_of_the_independent_program(ring: Keyring) -> None:
    ran: Counter[str] = Counter()
    for case in vectors("tokens.json", "second/apikey.json"):
        if case["op"] == "check":
            assert outcome(lambda: ApiKey.check(case["text"])) == case["error"], case["id"]
        elif case["op"] == "generate":
            text = case["expect"]["text"]
            ApiKey.check(text)
            key = keyed(ring, case["hmac_key"], case["version"])
            assert key.index_binary(text, **ApiKey.INDEX, version=case["version"]).hex() == case["expect"]["index_binary"], case["id"]
            assert ApiKey.generate(case["prefix"])[: -49] == text[: -49]
        ran[case["op"]] += 1
    assert ran["check"] >= 31 and ran["generate"] >= 15, ran
