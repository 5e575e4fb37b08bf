"""Runs what real servers of Transit answered (tests/vectors/transit) through the package."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any

from repository import TRANSIT

from strongroom import Key, Keyring, StrongroomError, View, errors

Case = dict[str, Any]
Fixture = dict[str, Any]

PRODUCTS = ("vault", "openbao")
HASHES = ["sha1", *(f"sha{family}-{bits}" for family in (2, 3) for bits in (224, 256, 384, 512))]
# What a call of each operation says beside the message, and the field of a case that holds it.
FIELDS = {"aad": "associated_data", "context": "context", "version": "version", "hash": "hash_algorithm", "form": "marshaling_algorithm", "prehashed": "prehashed", "padding": "signature_algorithm", "salt_length": "salt_length"}
OPTIONS = {
    "encrypt": ("aad", "context", "version"),
    "decrypt": ("aad", "context"),
    "rewrap": ("aad", "context", "version"),
    "sign": ("context", "version", "hash", "form", "prehashed", "padding", "salt_length"),
    "verify": ("context", "hash", "form", "prehashed", "padding", "salt_length"),
    "hmac": ("context", "version", "hash"),
    "verify_hmac": ("context", "hash"),
}
# Requests that no call has words for, by what the server says of them.
UNSPEAKABLE = (
    "is negative",
    "invalid marshaling type",
    "salt length is invalid",
    "salt length neither",
    "salt length -2",
    "signature context",
    "invalid hash algorithm",
    "hash_algorithm=none requires",
    "unsupported rsa signature algorithm",
    "unsupported RSA padding scheme",
)


def is_speakable(case: Case) -> bool:
    # Without OAEP an answer to a ciphertext of somebody else's says too much about it.
    return case.get("padding_scheme") != "pkcs1v15" and not any(words in case.get("error", "") for words in UNSPEAKABLE)


def load(name: str) -> Any:
    return json.loads((TRANSIT / name).read_text("utf-8"))


REASONS = load("reasons.json")["reasons"]


def fixtures() -> Iterator[tuple[str, Fixture]]:
    for product in PRODUCTS:
        for fixture in load(f"{product}.json")["keys"]:
            yield product, fixture


def is_same_reason(case: Case, error: StrongroomError) -> bool:
    """Whether an error says what the server's text says: by the first row of reasons.json that fits the text."""
    # Of two reasons to refuse, each side names the one that it comes to first.
    if case.get("state") == "soft-deleted" and error.code == "key_disabled":
        return True
    name = error.code if error.detail is None else f"{error.code}/{error.detail}"
    return name in next(row["errors"] for row in REASONS if row["says"] in case["error"])


def fixture(product: str, name: str) -> Fixture:
    return next(fixture for fixture in load(f"{product}.json")["keys"] if fixture["id"] == name)


def backups() -> Iterator[tuple[str, str, str]]:
    """Every backup of a server, with its product and the key's name in the file."""
    for product, key in fixtures():
        yield product, str(key["id"]), str(key["backup"])
        for state in key.get("states", ()):
            if state.get("backup"):
                yield product, f"{key['id']}, {state['id']}", str(state["backup"])


def states(ring: Keyring, fixture: Fixture) -> dict[str | None, Key]:
    """The key of a fixture as it was in each of the states that cases speak of."""
    backup = fixture["backup"]
    keys: dict[str | None, Key] = {None: ring.restore_transit(backup, name="now")}
    for number, state in enumerate(fixture.get("states", ())):
        backup = state.get("backup") or backup
        keys[state["id"]] = ring.restore_transit(backup, name=f"state{number}")
        if not state.get("backup"):
            keys[state["id"]].disable()  # the server takes no backup of a key that is soft-deleted
    return keys


def said(case: Case, operation: str) -> dict[str, Any]:
    """The options of a case as a user would write them."""
    given: dict[str, Any] = {}
    for option in OPTIONS[operation]:
        value = case.get("algorithm" if operation.endswith("hmac") and option == "hash" else FIELDS[option])
        if option in ("aad", "context") and value:
            given[option] = b64decode(value)
        elif option == "version" and value:
            given[option] = value
        elif option == "hash" and (value in HASHES or value == "none" and case.get("prehashed") is True) or option == "form" and value == "jws":
            given[option] = value
        elif option == "prehashed" and value is not None or option == "padding" and value in ("pss", "pkcs1v15"):
            given[option] = value
        elif option == "salt_length" and value:
            given[option] = int(value) if value.isdecimal() else "hash" if value == "-1" else value.lower()
    return given


def arguments(case: Case, operation: str) -> tuple[Any, ...]:
    """What the operation works on."""
    match operation:
        case "encrypt":
            return (b64decode(case["plaintext"]),)
        case "decrypt" | "rewrap":
            return (case["ciphertext"],)
        case "verify":
            return (b64decode(case["input"]), case["signature"])
        case "verify_hmac":
            return (b64decode(case["input"]), case["hmac"])
    return (b64decode(case["input"]),)


def run(view: Any, case: Case) -> str | bool:
    """What the view answers, in the form in which the case holds the answer."""
    # What a server made a data key of opens as any other ciphertext.
    operation = "decrypt" if case["op"] == "datakey" else str(case["op"])
    if operation == "public_key":
        return b64encode(view.public_key(case["version"])).decode()
    call = getattr(view, operation)
    given = arguments(case, operation)
    if operation.startswith("verify"):
        try:
            call(*given, **said(case, operation))
        except errors.BadSignature:
            return False
        return True
    result = call(*given, **said(case, operation))
    if operation == "rewrap":
        assert result.rpartition(":")[0] == case["result"].rpartition(":")[0], case["id"]
        assert run(view, {**case, "op": "decrypt", "ciphertext": case["result"]}) == case["plaintext"], case["id"]
        return run(view, {**case, "op": "decrypt", "ciphertext": result})
    return b64encode(result).decode() if isinstance(result, bytes) else str(result)


def answer(case: Case) -> str | bool:
    """What the server answered."""
    field = {"encrypt": "ciphertext", "sign": "signature", "verify": "valid", "verify_hmac": "valid", "hmac": "hmac", "public_key": "public_key"}
    value: str | bool = case[field.get(case["op"], "plaintext")]
    return value


def native(key: Key, case: Case) -> View:
    """A public key has no options, so its context is that of the view."""
    return key.context(b64decode(case["context"])) if case["op"] == "public_key" else key
