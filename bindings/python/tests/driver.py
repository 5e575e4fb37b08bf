"""The library behind lines of JSON on standard input, for tests that pair languages. One answer for each line."""

import json
import sys
from typing import Any

from strongroom import Keyring, Seal, StrongroomError

Request = dict[str, Any]


def optional(request: Request, *names: str) -> dict[str, Any]:
    return {name: bytes.fromhex(request[name]) for name in names if request.get(name) is not None}


SIGNING = ("hash", "form", "prehashed", "padding", "salt_length")


def signing(request: Request) -> dict[str, Any]:
    return {**optional(request, "context"), **{name: request[name] for name in SIGNING if name in request}}


class Driver:
    ring: Keyring | None = None

    def answer(self, request: Request) -> object:
        if request["op"] == "open":
            seal = Seal.url(request["seal_url"]) if "seal_url" in request else Seal.root_key(bytes.fromhex(request["root_key"]))
            self.ring = Keyring.open(request["folder"], seal)
            return True
        assert self.ring is not None, "open first"
        key = self.ring.key(request["key"])
        said = optional(request, "aad", "context")
        message = bytes.fromhex(request.get("message") or request.get("plaintext") or "")
        match request["op"]:
            case "encrypt":
                return key.encrypt(message, **said)
            case "decrypt":
                return key.decrypt(request["ciphertext"], **said).hex()
            case "rewrap":
                return key.rewrap(request["ciphertext"], **said)
            case "sign":
                return key.sign(message, **signing(request))
            case "verify":
                key.verify(message, request["signature"], **signing(request))
                return True
            case "hmac":
                return key.hmac(message)
            case "verify_hmac":
                key.verify_hmac(message, request["mac"] if "mac" in request else request["signature"])
                return True
            case "rotate":
                return key.rotate()
        raise ValueError(f"unknown operation {request['op']}")


def main() -> None:
    driver = Driver()
    for line in sys.stdin:
        try:
            answer: dict[str, object] = {"ok": driver.answer(json.loads(line))}
        except StrongroomError as error:
            answer = {"error": error.code}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
