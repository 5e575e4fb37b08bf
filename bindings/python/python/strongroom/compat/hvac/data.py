"""The operations on data: one item or many, each read, done and answered in the same way."""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from strongroom import DataKey, Key, StrongroomError, errors
from strongroom.compat.hvac.answers import Answer, Refused
from strongroom.compat.hvac.fields import decode, number, text
from strongroom.compat.hvac.refusals import refusal

Item: TypeAlias = Mapping[str, Any]


class Operation(NamedTuple):
    """How an item is read and answered."""

    verb: str
    """Of the library's batch."""
    works_on: tuple[str, ...]
    missing: str
    """What the server says where that is not there."""
    told: tuple[str, ...]
    """What an item may say beside it."""
    gives: str
    beside_error: Answer = {}
    fails_whole: bool = False
    """A batch fails with any of its items."""


_CIPHERTEXT = "missing ciphertext to decrypt"
_TOLD = ("context", "associated_data", "key_version")
OPERATIONS = {
    "encrypt": Operation("encrypt", ("plaintext",), "missing plaintext to encrypt", _TOLD, "ciphertext", {}, True),
    "decrypt": Operation("decrypt", ("ciphertext",), _CIPHERTEXT, _TOLD[:2], "plaintext", {"plaintext": ""}, True),
    "rewrap": Operation("rewrap", ("ciphertext",), _CIPHERTEXT, _TOLD, "ciphertext"),
    "datakey": Operation("data_key", ("bits",), "invalid bit length", ("context",), "ciphertext"),
    "hmac": Operation("hmac", ("input",), "missing input for HMAC", ("key_version",), "hmac"),
    "sign": Operation("sign", ("input",), "missing input", ("context",), "signature", {"key_version": 0}),
    "verify": Operation("verify", ("input", "signature"), "missing input", ("context",), "valid"),
    "verify_hmac": Operation("verify_hmac", ("input", "hmac"), "missing input", (), "valid"),
}
_AAD = "unable to get associated_data/additional_data from factory[0]: {}"
_CONTEXT = "failed to base64-decode context"
# How the library takes a member of an item: under which name, and read by what.
_READ: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "associated_data": ("aad", lambda value: decode(value, _AAD, 500)),
    "bits": ("bits", lambda value: number("bits", value) // 8),
    "ciphertext": ("ciphertext", text),
    "context": ("context", lambda value: decode(value, _CONTEXT)),
    "hmac": ("hmac", text),
    "input": ("input", lambda value: decode(value, "unable to decode input as base64: {}")),
    "key_version": ("version", lambda value: number("key_version", value)),
    "plaintext": ("plaintext", decode),
    "signature": ("signature", text),
}


def one(key: Key, operation: str, items: Sequence[Item], options: Item) -> Answer:
    """The result of the only item."""
    (result,) = _run(key, operation, items, options)
    if isinstance(result, Refused):
        raise result
    return result


def many(key: Key, operation: str, items: Sequence[Item], options: Item) -> Answer:
    """The results of a batch, with an ``error`` in the place of each item that is refused."""
    does = OPERATIONS[operation]
    results = []
    statuses = []
    for item, result in zip(items, _run(key, operation, items, options), strict=True):
        if isinstance(result, Refused):
            if operation == "rewrap" and result.status == 500:
                raise result
            statuses.append(result.status)
            result = {**does.beside_error, "error": result.text}
        elif "public_key" in result:
            result["publickey"] = result.pop("public_key")
        results.append({**result, "reference": item.get("reference", "")})
    answer = {"batch_results": results}
    if does.fails_whole and statuses:
        refused = f"{len(statuses)} of {len(items)} items were refused; each says why in `json`"
        raise Refused(min(statuses), refused, data=answer)
    return answer


def parsed(operation: str, batch: object) -> Sequence[Item]:
    """The items of a batch, if they are some."""
    does = OPERATIONS[operation]
    if not isinstance(batch, (list, tuple)):
        raise Refused(500, "failed to parse batch input: source data must be an array or slice")
    if not batch:
        raise Refused(400, "missing batch input to process")
    for index, item in enumerate(batch):
        if not isinstance(item, Mapping):
            raise Refused(500, f"failed to parse batch input: [{index}] expected a map")
        if does.fails_whole and does.works_on[0] not in item:
            raise Refused(500, f"failed to parse batch input: '[{index}].{does.works_on[0]}' {does.missing}")
    if operation != "sign" and len({bool(item.get("context")) for item in batch}) > 1:
        raise Refused(400, "context should be set either in all the request blocks or in none")
    return batch


def check(operation: str, items: Sequence[Item]) -> None:
    """Refuses what has an item that cannot be read."""
    for item in items:
        if isinstance(row := _row(operation, item), Refused):
            raise row


def _run(key: Key, operation: str, items: Sequence[Item], options: Item) -> list[Answer | Refused]:
    does = OPERATIONS[operation]
    rows = [_row(operation, item) for item in items]

    def column(name: str, absent: object) -> list[Any]:
        return [absent if isinstance(row, Refused) else row.get(name, absent) for row in rows]

    inputs = (column(_READ[name][0], None) for name in does.works_on)
    told = {option: column(option, ...) for option in (_READ[name][0] for name in does.told)}
    results = getattr(key.transit(), f"{does.verb}_batch")(*inputs, **told, **options, errors="return")
    return [
        row if isinstance(row, Refused) else _answer(key, operation, result, {**options, **row, "index": index})
        for index, (row, result) in enumerate(zip(rows, results, strict=True))
    ]


def _row(operation: str, item: Item) -> dict[str, Any] | Refused:
    """The values of an item as the library takes them."""
    does, row = OPERATIONS[operation], dict[str, Any]()
    if item.get("nonce"):
        return Refused(400, "nonce provided when not allowed: every nonce is made here")
    try:
        for name in does.works_on + does.told:
            value, (option, read) = item.get(name), _READ[name]
            is_absent = value is None or value == "" and (name in does.told or name == "ciphertext")
            if is_absent and name in does.works_on:
                raise Refused(400, does.missing)
            if not is_absent:
                row[option] = read(value)
    except Refused as refused:
        # Where there are ciphertexts, the server has no words of its own for a context.
        return Refused(400, "illegal base64 data") if refused.text == _CONTEXT and "associated_data" in does.told else refused
    return row


def _answer(key: Key, operation: str, result: object, said: dict[str, Any]) -> Answer | Refused:
    does = OPERATIONS[operation]
    match result:
        case None:
            return {"valid": True}
        case errors.BadSignature():
            return {"valid": False}
        case StrongroomError():
            return refusal(operation, result, key, {**said, "text": said.get(does.works_on[-1])})
        case bytes():
            return {does.gives: b64encode(result).decode()}
        case DataKey():
            plaintext = b64encode(result.plaintext).decode()
            return {does.gives: result.ciphertext, "key_version": _version(key, result.ciphertext), "plaintext": plaintext}
    answer: Answer = {does.gives: result}
    if operation != "hmac":
        answer["key_version"] = _version(key, str(result))
    if operation == "sign" and "context" in said and key.info().derived:
        public_key = key.context(said["context"]).public_key(answer["key_version"])
        answer["public_key"] = b64encode(public_key).decode()
    return answer


def _version(key: Key, made: str) -> int:
    """The version in what was just made."""
    if found := re.match(r"(?:vault|strongroom):v([0-9]+):", made):
        return int(found[1])
    before, _, after = (key.info().version_template or "").partition("{{version}}")
    return int(made.removeprefix(before).partition(after)[0])
