"""JSON Web Tokens: what is signed in the form of a JWS PyJWT verifies, and the other way round."""

import json
from base64 import urlsafe_b64encode
from typing import Any, NamedTuple, get_args

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import strongroom
from strongroom import Key, Keyring, StrongroomError, errors


class Algorithm(NamedTuple):
    name: str
    key_type: Any
    said: dict[str, Any]
    generate: Any


ALGORITHMS = [
    Algorithm("ES256", "ecdsa-p256", {}, lambda: ec.generate_private_key(ec.SECP256R1())),
    Algorithm("ES384", "ecdsa-p384", {}, lambda: ec.generate_private_key(ec.SECP384R1())),
    Algorithm("ES512", "ecdsa-p521", {}, lambda: ec.generate_private_key(ec.SECP521R1())),
    Algorithm("EdDSA", "ed25519", {}, lambda: ed25519.Ed25519PrivateKey.generate()),
    Algorithm("PS256", "rsa-2048", {}, lambda: rsa.generate_private_key(65537, 2048)),
    Algorithm("PS512", "rsa-2048", {"hash": "sha2-512"}, lambda: rsa.generate_private_key(65537, 2048)),
    Algorithm("RS256", "rsa-2048", {"padding": "pkcs1v15"}, lambda: rsa.generate_private_key(65537, 2048)),
]
CLAIMS = {"sub": "order-17", "admin": False}


@pytest.fixture(params=ALGORITHMS, ids=lambda algorithm: algorithm.name)
def algorithm(request: pytest.FixtureRequest) -> Algorithm:
    found: Algorithm = request.param
    if found.key_type not in get_args(strongroom.KeyType):
        pytest.skip(f"this package has no {found.key_type}")
    return found


def part(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def token_of(key: Key, algorithm: Algorithm, claims: object = CLAIMS) -> str:
    message = f"{part({'alg': algorithm.name, 'typ': 'JWT'})}.{part(claims)}"
    signature = key.sign(message.encode(), form="jws", **algorithm.said)
    return f"{message}.{signature.rpartition(':')[2]}"


def test_pyjwt_verifies_what_is_signed_here(ring: Keyring, algorithm: Algorithm) -> None:
    key = ring.create_key("tokens", algorithm.key_type)
    for _ in range(20):
        token = token_of(key, algorithm)
        assert jwt.decode(token, key.public_key(format="pem"), algorithms=[algorithm.name]) == CLAIMS
        jwk = jwt.PyJWK({**json.loads(key.public_key(format="jwk")), "alg": algorithm.name})
        assert jwt.decode(token, jwk, algorithms=[algorithm.name]) == CLAIMS
    other = token_of(key, algorithm, {**CLAIMS, "admin": True}).split(".")
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(".".join([*other[:2], token.split(".")[2]]), key.public_key(format="pem"), algorithms=[algorithm.name])
    key.rotate()
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, key.public_key(format="pem"), algorithms=[algorithm.name])


def test_what_pyjwt_signs_verifies_here(ring: Keyring, algorithm: Algorithm) -> None:
    private = algorithm.generate()
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    key = ring.import_key("tokens", der, algorithm.key_type, format="pkcs8")
    head = key.sign(b"").rpartition(":")[0]
    for _ in range(20):
        message, _, signature = jwt.encode(CLAIMS, private, algorithm=algorithm.name).rpartition(".")
        key.verify(message.encode(), f"{head}:{signature}", form="jws", **algorithm.said)
        with pytest.raises(errors.BadSignature):
            key.verify(message.encode() + b"x", f"{head}:{signature}", form="jws", **algorithm.said)
        # A signature in the other form is none of this one.
        with pytest.raises(StrongroomError):
            key.verify(message.encode(), key.sign(message.encode()), form="jws", hash="sha3-224")
