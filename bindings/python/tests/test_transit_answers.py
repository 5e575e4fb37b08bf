"""The recorded answers of real servers of Vault's and OpenBao's Transit, through the view that is as lenient as they are."""

from base64 import b64encode
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from answers import OPTIONS, Case, answer, arguments, fixture, fixtures, is_same_reason, is_speakable, native, run, said, states

from strongroom import Keyring, StrongroomError, View, errors

# (same answers, refused by both), at least.
FLOORS = {
    "datakey": (198, 0),
    "decrypt": (1203, 613),
    "encrypt": (181, 123),
    "hmac": (1202, 139),
    "public_key": (9, 0),
    "rewrap": (101, 12),
    "sign": (284, 98),
    "verify": (882, 152),
    "verify_hmac": (512, 175),
}
FLOORS_OF_BATCHES = {"decrypt": 1587, "encrypt": 414, "hmac": 851, "sign": 133, "verify": 80, "verify_hmac": 357}
# What differs for a reason, at most: see `left_out` and `judge`.
CEILINGS = {"no words for it": 109, "a nonce of the caller's": 15, "refused on purpose": 43, "an aad of a convergent key's": 122, "an aad of an RSA key's": 3, "verified only": 3, "read where the server fails": 15}


def left_out(product: str, name: str, case: Case) -> str | None:
    """Why a case is not run. These are all the reasons that there are."""
    if not is_speakable(case):
        return "no words for it"
    if case["op"] == "encrypt" and "nonce" in case and not name.startswith("convergent-v1"):
        return "a nonce of the caller's"
    return None


def judge(product: str, view: View, case: Case) -> str:
    """What the case came to; anything but an agreement has a ceiling."""
    try:
        ours = run(view, case)
    except StrongroomError as error:
        assert not isinstance(error, errors.EnvironmentFailure), (case, error)
        if "error" in case:
            assert is_same_reason(case, error), (case, error.code, error.detail)
            return "both refuse"
        if isinstance(error, errors.VersionNotAllowed) and product == "vault" and case["op"] == "hmac":
            # Made around the server, below its own window of new macs.
            assert run(view, {**case, "op": "verify_hmac"}) is True
            return "verified only"
        if isinstance(error, errors.AadNotAllowed) and case["op"] == "encrypt" and case.get("associated_data"):
            return "an aad of a convergent key's"
        if isinstance(error, errors.AadNotAllowed) and case["op"] == "decrypt":
            return "an aad of an RSA key's"  # which nothing would authenticate
        # Convergent rules that new ciphertexts must not follow (one of which has the nonce from the caller), and keys that can neither sign nor verify (docs/moving.md).
        assert isinstance(error, errors.InvalidOption) and case["op"] == "encrypt" or isinstance(error, errors.TypeNotSupported) and case["valid"] is False, case
        return "refused on purpose"
    if ours is False and case.get("error", "").startswith("supplied signature"):
        return "both refuse"  # what is no signature is not one of the message either
    if "error" in case:
        assert ours == case.get("intended_plaintext", case.get("plaintext_if_fixed")), case
        return "read where the server fails"
    assert ours == answer(case), case
    return "agrees"


def test_every_answer_agrees() -> None:
    table: Counter[tuple[str, str]] = Counter()
    only_lenient = 0
    for product, fixture in fixtures():
        keys = states(Keyring.in_memory(), fixture)
        for case in fixture["cases"]:
            view = native(keys[case.get("state")], case)
            outcome = left_out(product, fixture["id"], case) or judge(product, view.transit(), case)
            table[case["op"], outcome] += 1
            if outcome == "agrees":
                # The native view may refuse more; it never gives another answer.
                try:
                    ours = run(view, case)
                    if case["op"] == "verify" and ours is False and answer(case) is True:
                        only_lenient += 1  # a JSON Web Signature is of the hash that goes with the curve, and of one length
                        continue
                    assert ours == answer(case) or case["op"] == "rewrap", case
                except (StrongroomError, AssertionError) as error:
                    assert isinstance(error, StrongroomError) or case["op"] == "rewrap", case
                    only_lenient += 1
    for (operation, outcome), count in sorted(table.items()):
        print(f"{operation:12} {outcome}: {count}")
    print(f"{only_lenient} answers that only the lenient view gives")
    for operation, (agree, refuse) in FLOORS.items():
        assert table[operation, "agrees"] >= agree and table[operation, "both refuse"] >= refuse, (operation, table)
    for outcome, most in CEILINGS.items():
        assert sum(count for (_, found), count in table.items() if found == outcome) <= most, (outcome, table)
    assert {outcome for _, outcome in table} == {"agrees", "both refuse", *CEILINGS}
    assert only_lenient >= 884


def outcome(view: View, case: Case) -> Any:
    try:
        return run(view, case)
    except StrongroomError as error:
        return error.code


@pytest.mark.parametrize("operation", list(FLOORS_OF_BATCHES))
def test_a_batch_equals_the_singles(operation: str) -> None:
    """All cases of a key in one call; each option is a column."""
    ran = 0
    for product, fixture in fixtures():
        cases = [case for case in fixture["cases"] if case["op"] == operation and "state" not in case and not left_out(product, fixture["id"], case)]
        if not cases:
            continue
        view = states(Keyring.in_memory(), fixture)[None].transit()
        rows = [said(case, operation) for case in cases]
        columns = {option: [row.get(option, ...) for row in rows] for option in OPTIONS[operation]}
        inputs = zip(*(arguments(case, operation) for case in cases))
        for case, result in zip(cases, getattr(view, f"{operation}_batch")(*inputs, **columns, errors="return"), strict=True):
            if operation.startswith("verify"):
                result = result is None or (False if isinstance(result, errors.BadSignature) else result)
            result = b64encode(result).decode() if isinstance(result, bytes) else getattr(result, "code", result)
            assert result == outcome(view, case), (fixture["id"], case)
            ran += 1
    print(f"{ran} of {operation}")
    assert ran >= FLOORS_OF_BATCHES[operation]


def test_a_batch_rewraps_as_the_server_did() -> None:
    ran = 0
    for _, fixture in fixtures():
        cases = [case for case in fixture["cases"] if case["op"] == "rewrap" and "error" not in case]
        if not cases:
            continue
        view = states(Keyring.in_memory(), fixture)[None].transit()
        contexts, versions = ([said(case, "rewrap").get(option, ...) for case in cases] for option in ("context", "version"))
        renewed = view.rewrap_batch([case["ciphertext"] for case in cases], context=contexts, version=versions)
        for case, text, opened in zip(cases, renewed, view.decrypt_batch(renewed, context=contexts), strict=True):
            assert text.rpartition(":")[0] == case["result"].rpartition(":")[0] and b64encode(opened).decode() == case["plaintext"]
            ran += 1
    assert ran >= 90, ran


def test_threads_share_a_view() -> None:
    key = fixture("openbao", "aes256-gcm96-convergent")
    view = states(Keyring.in_memory(), key)[None].transit()
    # An aad makes nothing new there.
    cases = [case for case in key["cases"] if "error" not in case and "state" not in case and not (case["op"] == "encrypt" and case.get("associated_data"))]
    assert len(cases) >= 30
    with ThreadPoolExecutor(8) as pool:
        for case, ours in zip(cases * 8, pool.map(lambda case: run(view, case), cases * 8), strict=True):
            assert ours == answer(case), case
