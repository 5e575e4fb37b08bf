"""Strongroom beside what a reader of Python has in mind, in one process and in turns, as `bench.py` prints it.

What cannot be imported, and the server without BAO_ADDR and BAO_TOKEN, is named as missing; the others are measured all the same.
The server is OpenBao's on the loopback, over one connection that is kept.
"""

import base64
import http.client
import json
import os
from collections.abc import Callable
from typing import Any, TypeVar

from bench import Bench, ours

Item = TypeVar("Item")


def texts(bench: Bench, who: str, encrypt: Callable[[bytes], bytes], decrypt: Callable[[bytes], bytes]) -> None:
    """Binary as it is, text by way of `base64`, and a loop over many, as there is no batch."""
    bench.pair("binary", who, encrypt, decrypt)

    def encrypt_text(message: bytes) -> str:
        return base64.b64encode(encrypt(message)).decode("ascii")

    def decrypt_text(text: str) -> bytes:
        return decrypt(base64.b64decode(text))

    bench.pair("text", f"{who} and base64", encrypt_text, decrypt_text)
    bench.batch(
        f"{who} and base64",
        lambda messages: [encrypt_text(message) for message in messages],
        lambda texts: [decrypt_text(text) for text in texts],
    )


def pyca(bench: Bench) -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher = AESGCM(AESGCM.generate_key(256))

    def encrypt(message: bytes) -> bytes:
        nonce = os.urandom(12)
        return nonce + cipher.encrypt(nonce, message, None)

    texts(bench, "pyca AESGCM", encrypt, lambda made: cipher.decrypt(made[:12], made[12:], None))
    bench.package("cryptography")


def pyca_signatures(bench: Bench) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

    edwards = ed25519.Ed25519PrivateKey.generate()
    bench.signature("pyca", "ed25519", edwards.sign, lambda message, made, public=edwards.public_key(): public.verify(made, message))  # type: ignore[misc]
    for algorithm, curve, digest in (
        ("ecdsa-p256", ec.SECP256R1(), hashes.SHA256()),
        ("ecdsa-p384", ec.SECP384R1(), hashes.SHA384()),
        ("ecdsa-p521", ec.SECP521R1(), hashes.SHA512()),
    ):
        elliptic, how = ec.generate_private_key(curve), ec.ECDSA(digest)
        bench.signature(
            "pyca",
            algorithm,
            lambda message, key=elliptic, how=how: key.sign(message, how),  # type: ignore[misc]
            lambda message, made, public=elliptic.public_key(), how=how: public.verify(made, message, how),  # type: ignore[misc]
        )
    digest = hashes.SHA256()
    pss, pkcs1v15 = padding.PSS(padding.MGF1(digest), padding.PSS.DIGEST_LENGTH), padding.PKCS1v15()
    for algorithm, size, padded in (
        ("rsa-2048 pss", 2048, pss),
        ("rsa-2048 pkcs1v15", 2048, pkcs1v15),
        ("rsa-3072 pss", 3072, pss),
        ("rsa-4096 pss", 4096, pss),
    ):
        key = rsa.generate_private_key(65537, size)
        bench.signature(
            "pyca",
            algorithm,
            lambda message, key=key, padded=padded: key.sign(message, padded, digest),  # type: ignore[misc]
            lambda message, made, public=key.public_key(), padded=padded: public.verify(made, message, padded, digest),  # type: ignore[misc]
        )


def pyca_ml_dsa(bench: Bench) -> None:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey

    key = MLDSA65PrivateKey.generate()
    public = key.public_key()
    bench.signature("pyca", "ml-dsa-65", key.sign, lambda message, made: public.verify(made, message))


def fernet(bench: Bench) -> None:
    from cryptography.fernet import Fernet

    key = Fernet(Fernet.generate_key())
    bench.pair("text", "Fernet", key.encrypt, key.decrypt)
    bench.batch(
        "Fernet",
        lambda messages: [key.encrypt(message) for message in messages],
        lambda tokens: [key.decrypt(token) for token in tokens],
    )


def secret_box(bench: Bench) -> None:
    from nacl.secret import SecretBox
    from nacl.utils import random

    box = SecretBox(random(SecretBox.KEY_SIZE))
    texts(bench, "PyNaCl SecretBox", box.encrypt, box.decrypt)
    bench.package("PyNaCl")


def tink(bench: Bench) -> None:
    import tink
    from tink import aead

    aead.register()
    primitive = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM).primitive(aead.Aead)
    texts(bench, "Tink AES-256-GCM", lambda message: primitive.encrypt(message, b""), lambda made: primitive.decrypt(made, b""))
    bench.package("tink")


def encryption_sdk(bench: Bench) -> None:
    """With a key of the caller's, committing, and without the signature that is its default; of a batch nothing, as a loop takes what its calls take."""
    import aws_encryption_sdk
    from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
    from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
    from aws_cryptographic_material_providers.mpl.models import AesWrappingAlg, CreateRawAesKeyringInput
    from aws_encryption_sdk.identifiers import AlgorithmSuite

    client = aws_encryption_sdk.EncryptionSDKClient()
    wanted = CreateRawAesKeyringInput(key_namespace="bench", key_name="cards", wrapping_key=os.urandom(32), wrapping_alg=AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16)
    ring = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig()).create_raw_aes_keyring(input=wanted)

    def encrypt(message: bytes) -> bytes:
        return bytes(client.encrypt(source=message, keyring=ring, algorithm=AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY)[0])

    def decrypt(made: bytes) -> bytes:
        return bytes(client.decrypt(source=made, keyring=ring)[0])

    who = "AWS Encryption SDK, raw keyring"
    bench.pair("binary", who, encrypt, decrypt)
    bench.pair("text", f"{who} and base64", lambda message: base64.b64encode(encrypt(message)).decode("ascii"), lambda text: decrypt(base64.b64decode(text)))
    bench.package("aws-encryption-sdk")
    bench.package("aws-cryptographic-material-providers")


def batched(items: list[Item]) -> list[list[Item]]:
    """As few requests as the server takes: it refuses JSON with too many strings."""
    few = 400
    return [items[start : start + few] for start in range(0, len(items), few)]


def server(bench: Bench) -> None:
    address, token = os.environ.get("BAO_ADDR"), os.environ.get("BAO_TOKEN")
    if not address or not token:
        raise LookupError("there is no server: BAO_ADDR and BAO_TOKEN name one")
    mount = f"bench-{os.getpid()}"
    connection = http.client.HTTPConnection(address.removeprefix("http://"))

    def ask(path: str, fields: dict[str, object] | None) -> Any:
        body = None if fields is None else json.dumps(fields)
        connection.request("GET" if body is None else "POST", f"/v1/{path}", body, {"X-Vault-Token": token})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status < 300, text
        return json.loads(text) if text else {}

    def transit(verb: str, fields: dict[str, object]) -> Any:
        return ask(f"{mount}/{verb}/cards", fields)["data"]

    def encoded(message: bytes) -> str:
        return base64.b64encode(message).decode("ascii")

    def encrypt_all(messages: list[bytes]) -> list[str]:
        made: list[str] = []
        for few in batched(messages):
            answers = transit("encrypt", {"batch_input": [{"plaintext": encoded(message)} for message in few]})
            made += [answer["ciphertext"] for answer in answers["batch_results"]]
        return made

    def decrypt_all(texts: list[str]) -> list[bytes]:
        made: list[bytes] = []
        for few in batched(texts):
            answers = transit("decrypt", {"batch_input": [{"ciphertext": text} for text in few]})
            made += [base64.b64decode(answer["plaintext"]) for answer in answers["batch_results"]]
        return made

    # A mount of its own: the server may have been asked before.
    ask(f"sys/mounts/{mount}", {"type": "transit"})
    ask(f"{mount}/keys/cards", {})
    who = "OpenBao's Transit over HTTP"
    bench.pair(
        "text",
        who,
        lambda message: str(transit("encrypt", {"plaintext": encoded(message)})["ciphertext"]),
        lambda text: base64.b64decode(str(transit("decrypt", {"ciphertext": text})["plaintext"])),
    )
    bench.batch(who, encrypt_all, decrypt_all)
    bench.notes.append({"package": "OpenBao", "version": str(ask("sys/health", None)["version"])})


PEERS = {
    "pyca AESGCM": pyca,
    "signatures of pyca": pyca_signatures,
    "ML-DSA of pyca": pyca_ml_dsa,
    "Fernet": fernet,
    "PyNaCl SecretBox": secret_box,
    "Tink": tink,
    "AWS Encryption SDK": encryption_sdk,
    "OpenBao over HTTP": server,
}


def main() -> None:
    bench = Bench("what a call costs from Python, beside other libraries and a server")
    ours(bench)
    for who, peer in PEERS.items():
        before = len(bench.measures)
        try:
            peer(bench)
        except Exception as error:
            # Half a peer would be a line without its other.
            del bench.measures[before:]
            bench.missing(who, error)
    bench.run()


if __name__ == "__main__":
    main()
