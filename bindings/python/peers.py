"""One message of 64 bytes, encrypted to text and decrypted, beside what a reader has in mind: Fernet, Tink, and a server of Transit.

Ratios of one run; every figure is the least of many rounds. The server is OpenBao's on the loopback, over one connection that is kept.
"""

import base64
import http.client
import json
import os
from collections.abc import Callable

import tink
from bench import MESSAGE, minimum
from cryptography.fernet import Fernet
from tink import aead

from strongroom import Keyring


def with_tink() -> tuple[Callable[[], object], Callable[[], object]]:
    aead.register()
    handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    primitive = handle.primitive(aead.Aead)
    made = base64.b64encode(primitive.encrypt(MESSAGE, b""))
    return lambda: base64.b64encode(primitive.encrypt(MESSAGE, b"")).decode("ascii"), lambda: primitive.decrypt(base64.b64decode(made), b"")


def with_server(address: str, token: str) -> tuple[Callable[[], object], Callable[[], object]]:
    connection = http.client.HTTPConnection(address.removeprefix("http://"))

    def ask(path: str, **fields: str) -> dict[str, str]:
        connection.request("POST", f"/v1/{path}", json.dumps(fields), {"X-Vault-Token": token})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status < 300, body
        return dict(json.loads(body)["data"]) if body else {}

    ask("sys/mounts/transit", type="transit")
    ask("transit/keys/cards")

    def encrypt() -> str:
        return ask("transit/encrypt/cards", plaintext=base64.b64encode(MESSAGE).decode("ascii"))["ciphertext"]

    made = encrypt()
    return encrypt, lambda: base64.b64decode(ask("transit/decrypt/cards", ciphertext=made)["plaintext"])


def main() -> None:
    key = Keyring.in_memory().create_key("cards", "aes256-gcm96")
    text, fernet = key.encrypt(MESSAGE), Fernet(Fernet.generate_key())
    token = fernet.encrypt(MESSAGE)
    peers = {
        "Strongroom": (lambda: key.encrypt(MESSAGE), lambda: key.decrypt(text)),
        "Fernet (pyca)": (lambda: fernet.encrypt(MESSAGE), lambda: fernet.decrypt(token)),
        "Tink and base64": with_tink(),
    }
    if address := os.environ.get("BAO_ADDR"):
        peers["Transit over HTTP"] = with_server(address, os.environ["BAO_TOKEN"])
    else:
        print("skipped: Transit over HTTP, there is no server (BAO_ADDR)")
    ours: tuple[float, float] | None = None
    print(f"{'64 bytes':20}{'encrypt':>12}{'decrypt':>12}{'times ours':>20}")
    for name, calls in peers.items():
        few = (10, 100) if "HTTP" in name else (50, 1000)
        taken = minimum(calls[0], *few), minimum(calls[1], *few)
        ours = ours or taken
        ratios = f"{taken[0] / ours[0]:.1f}, {taken[1] / ours[1]:.1f}"
        print(f"{name:20}{taken[0]:10.0f} ns{taken[1]:10.0f} ns{ratios:>18}")


if __name__ == "__main__":
    main()
