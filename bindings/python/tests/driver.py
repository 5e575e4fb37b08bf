"""The library behind lines of JSON on standard input, for tests that pair languages. One answer for each line."""

import io
import json
import sys
from typing import Any

from strongroom import Key, Keyring, Seal, StrongroomError

Request = dict[str, Any]


def optional(request: Request, *names: str) -> dict[str, Any]:
    return {name: bytes.fromhex(request[name]) for name in names if request.get(name) is not None}


SIGNING = ("hash", "form", "prehashed", "padding", "salt_length")


def signing(request: Request) -> dict[str, Any]:
    return {**optional(request, "context"), **{name: request[name] for name in SIGNING if name in request}}


def column(request: Request) -> dict[str, Any]:
    steps = request.get("normalize")
    return {"name": bytes.fromhex(request["name"]).decode(), **({"normalize": steps.split(",")} if steps else {}), **({"bits": request["bits"]} if "bits" in request else {})}


def milliseconds(request: Request, name: str, called: str) -> dict[str, Any]:
    return {called: request[name] / 1000} if name in request else {}


def threads(request: Request) -> dict[str, Any]:
    return {"threads": request["threads"]} if "threads" in request else {}


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
            case "index":
                return key.index(bytes.fromhex(request["value"]), **column(request))
            case "indexes":
                return ",".join(key.indexes(bytes.fromhex(request["value"]), **column(request)))
            case "issue":
                return key.issue(bytes.fromhex(request["payload"]), **milliseconds(request, "ttl_ms", "ttl"), **said)
            case "redeem":
                token = key.redeem(request["token"], **milliseconds(request, "leeway_ms", "leeway"), **said)
                return " ".join([token.payload.hex(), *(str(round(time.timestamp() * 1000)) for time in (token.issued, token.expires))])
            case op:
                return self.of_stream(op, key, request, said)

    def of_stream(self, op: str, key: Key, request: Request, said: dict[str, Any]) -> str:
        sink, source = io.BytesIO(), io.BytesIO(bytes.fromhex(request.get("stream", "")))
        match op:
            case "encrypt_stream":
                with key.encrypt_writer(sink, **said, **threads(request)) as writer:
                    writer.write(bytes.fromhex(request["plaintext"]))
                return sink.getvalue().hex()
            case "decrypt_stream":
                return key.decrypt_reader(source, **said, **threads(request)).read().hex()
            case "decrypt_range":
                return key.decrypt_range(source, request["start"], request["end"], **said).hex()
            case "rewrap_stream":
                key.rewrap_stream(source, sink, **said)
                return sink.getvalue().hex()
        raise ValueError(f"unknown operation {op}")


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
