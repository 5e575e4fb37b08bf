"""Keys from other programs, and keys for them: in every form that they write and read."""

import json
from base64 import b64decode
from typing import Any, Literal, get_args

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, PublicFormat

import strongroom
from strongroom import Key, Keyring, errors

HAS_RSA = "rsa-2048" in get_args(strongroom.KeyType)
needs_rsa = pytest.mark.skipif(not HAS_RSA, reason="this package has no rsa-2048")

P256: Any = "ecdsa-p256"
PAIRS: list[tuple[Any, Any]] = [
    ("ed25519", ed25519.Ed25519PrivateKey.generate),
    ("ecdsa-p256", lambda: ec.generate_private_key(ec.SECP256R1())),
    ("ecdsa-p384", lambda: ec.generate_private_key(ec.SECP384R1())),
    ("ecdsa-p521", lambda: ec.generate_private_key(ec.SECP521R1())),
    *([("rsa-2048", lambda: rsa.generate_private_key(65537, 2048))] if HAS_RSA else []),
]


@pytest.fixture(params=PAIRS, ids=lambda pair: pair[0])
def pair(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    key_type, generate = request.param
    return key_type, generate()


def spki(private: Any) -> bytes:
    written: bytes = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return written


def private_bytes(private: Any, encoding: Encoding, form: PrivateFormat, passphrase: bytes | None = None) -> bytes:
    encryption = NoEncryption() if passphrase is None else BestAvailableEncryption(passphrase)
    written: bytes = private.private_bytes(encoding, form, encryption)
    return written


def check_there(public: Any, signature: bytes, message: bytes) -> None:
    """What was signed here verifies with PyCA, which raises otherwise."""
    match public:
        case ed25519.Ed25519PublicKey():
            public.verify(signature, message)
        case ec.EllipticCurvePublicKey():
            public.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        case rsa.RSAPublicKey():
            pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.AUTO)
            public.verify(signature, message, pss, hashes.SHA256())
        case other:
            raise AssertionError(type(other))


def bytes_of(signature: str) -> bytes:
    return b64decode(signature.rpartition(":")[2], validate=True)


def test_private_keys_of_other_programs(pair: tuple[Any, Any]) -> None:
    key_type, private = pair
    forms = [PrivateFormat.PKCS8] + ([] if key_type == "ed25519" else [PrivateFormat.TraditionalOpenSSL])
    read = 0
    for form in forms:
        for encoding in (Encoding.PEM, Encoding.DER):
            document = private_bytes(private, encoding, form)
            key = Keyring.in_memory().import_key("releases", document, key_type, format="private-key")
            assert key.public_key(format="der") == spki(private) and key.info().imported
            check_there(private.public_key(), bytes_of(key.sign(b"v1.0")), b"v1.0")
            if form is PrivateFormat.TraditionalOpenSSL:
                with pytest.raises(errors.InvalidMaterial):
                    Keyring.in_memory().import_key("releases", document, key_type, format="pkcs8")
            read += 1
    assert read == 2 * len(forms)


def test_encrypted_private_keys(pair: tuple[Any, Any], ring: Keyring) -> None:
    key_type, private = pair
    document = private_bytes(private, Encoding.PEM, PrivateFormat.PKCS8, "geheim \u00fc".encode())
    passphrases: list[Any] = ["geheim \u00fc", "geheim \u00fc".encode(), bytearray("geheim \u00fc".encode())]
    formats: tuple[Literal["pkcs8"], Literal["private-key"]] = ("pkcs8", "private-key")
    for number, passphrase in enumerate(passphrases):
        for format in formats:
            key = ring.import_key(f"{format}-{number}", document, key_type, format=format, passphrase=passphrase)
            assert key.public_key(format="der") == spki(private)
    said = set()
    for wrong in ("geheim", b"", b"geheim \xfc"):
        with pytest.raises(errors.InvalidMaterial) as refused:
            ring.import_key("wrong", document, key_type, format="private-key", passphrase=wrong)
        said.add(str(refused.value))
    assert len(said) == 1 and "geheim" not in said.pop()
    with pytest.raises(errors.InvalidMaterial):
        ring.import_key("none", document, key_type, format="private-key")
    with pytest.raises(errors.InvalidOption) as surrogate:
        ring.import_key("none", document, key_type, format="private-key", passphrase="\udc80")
    assert surrogate.value.detail == "not_unicode"
    with pytest.raises(errors.InvalidOption) as raw:
        ring.import_key("none", bytes(range(32)), "ed25519", passphrase="geheim")
    assert raw.value.detail == "passphrase_not_supported"


def test_a_public_key_alone_verifies_until_it_is_completed(pair: tuple[Any, Any]) -> None:
    key_type, private = pair
    here = Keyring.in_memory().import_key("releases", private_bytes(private, Encoding.DER, PrivateFormat.PKCS8), key_type, format="pkcs8")
    for encoding in (Encoding.DER, Encoding.PEM):
        ring = Keyring.in_memory()
        public = private.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
        key = ring.import_key("releases", public, key_type, format="public-key")
        key.verify(b"v1.0", here.sign(b"v1.0"))
        with pytest.raises(errors.BadSignature):
            key.verify(b"v1.1", here.sign(b"v1.0"))
        with pytest.raises(errors.NoSuchVersion):
            key.sign(b"v1.0")
        other = private_bytes(dict(PAIRS)[key_type](), Encoding.PEM, PrivateFormat.PKCS8)
        with pytest.raises(errors.InvalidMaterial):
            key.import_version(other, format="private-key", version=1)
        with pytest.raises(errors.NoSuchVersion):
            key.import_version(other, format="private-key", version=2)
        document = private_bytes(private, Encoding.PEM, PrivateFormat.PKCS8, b"1234")
        assert key.import_version(document, format="private-key", passphrase="1234", version=1) == 1
        check_there(private.public_key(), bytes_of(key.sign(b"v1.0")), b"v1.0")
        with pytest.raises(errors.InvalidOption) as whole:
            key.import_version(document, format="private-key", passphrase="1234", version=1)
        assert whole.value.detail == "version_is_whole"
        with pytest.raises(errors.InvalidOption) as none:
            key.import_version(document, format="private-key", version=0)
        assert none.value.detail == "version_out_of_range"


def test_the_latest_version_is_completed_without_its_number(ring: Keyring) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    key = ring.import_key("releases", spki(private), P256, format="public-key")
    assert key.import_version(private_bytes(private, Encoding.DER, PrivateFormat.PKCS8), format="pkcs8") == 1
    second = private_bytes(ec.generate_private_key(ec.SECP256R1()), Encoding.DER, PrivateFormat.TraditionalOpenSSL)
    assert key.import_version(second, format="private-key") == 2


@needs_rsa
def test_an_rsa_public_key_alone_encrypts(ring: Keyring) -> None:
    private = rsa.generate_private_key(65537, 2048)
    key = ring.import_key("cards", spki(private), "rsa-2048", format="public-key")
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    assert private.decrypt(bytes_of(key.encrypt(b"4111")), oaep) == b"4111"
    with pytest.raises(errors.NoSuchVersion):
        key.decrypt(key.encrypt(b"4111"))


@pytest.fixture(scope="module")
def there() -> Keyring:
    """A keyring that others wrap keys for, which makes its wrapping key once."""
    return Keyring.in_memory()


@needs_rsa
def test_the_wrapping_key_in_every_form(there: Keyring) -> None:
    pem = there.wrapping_key()
    assert pem == there.wrapping_key(format="pem") and there.keys() == []
    public = serialization.load_pem_public_key(pem.encode())
    assert isinstance(public, rsa.RSAPublicKey) and public.key_size == 4096
    assert there.wrapping_key(format="der") == public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert there.wrapping_key(format="raw") == public.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    assert jwt.PyJWK({**json.loads(there.wrapping_key(format="jwk")), "alg": "RS256"}).key == public
    with pytest.raises(ValueError, match="'raw', 'der', 'pem', 'jwk'"):
        there.wrapping_key(format="text")  # type: ignore[call-overload]


@needs_rsa
def test_keys_are_wrapped_from_one_keyring_for_another(there: Keyring, ring: Keyring) -> None:
    cards = ring.create_key("cards", "aes256-gcm96", exportable=True)
    cards.rotate()
    for number, (to, hash) in enumerate([(there.wrapping_key(), ...), (there.wrapping_key(format="der"), "sha3-512"), (there.wrapping_key().encode(), "sha1")]):
        with pytest.raises(errors.ExposureNotConfirmed):
            cards.export_wrapped(to, hash=hash)  # type: ignore[arg-type]
        wrapped = cards.export_wrapped(to, hash=hash, expose_secret_material=True)  # type: ignore[arg-type]
        assert list(wrapped) == [1, 2] and all(type(text) is str for text in wrapped.values())
        same = there.import_key(f"cards{number}", wrapped[1].encode(), "aes256-gcm96", format="wrapped", hash=hash, exportable=True)  # type: ignore[arg-type]
        assert same.import_version(b64decode(wrapped[2]), format="wrapped", hash=hash) == 2  # type: ignore[arg-type]
        assert same.decrypt(cards.encrypt(b"4111")) == b"4111"
        with pytest.raises(errors.InvalidMaterial, match="does not unwrap"):
            there.import_key("other", wrapped[1].encode(), "aes256-gcm96", format="wrapped", hash="sha2-384")
    releases = ring.create_key("releases", "ed25519", exportable=True)
    wrapped = releases.export_wrapped(there.wrapping_key(), expose_secret_material=True)
    there.import_key("releases", wrapped[1].encode(), "ed25519", format="wrapped").verify(b"v1.0", releases.sign(b"v1.0"))
    with pytest.raises(errors.OperationNotSupported):
        releases.export_wrapped(releases.public_key(format="pem"), expose_secret_material=True)
    for no_key in ("", "\udc80", b"\x30\x00", ring.create_key("closed").encrypt(b"m")):
        with pytest.raises(errors.InvalidMaterial):
            releases.export_wrapped(no_key, expose_secret_material=True)
    with pytest.raises(errors.NotExportable):
        ring.key("closed").export_wrapped(there.wrapping_key(), expose_secret_material=True)
    with pytest.raises(errors.InvalidOption) as unknown:
        Keyring.in_memory().import_key("cards", wrapped[1].encode(), "ed25519", format="wrapped")
    assert unknown.value.detail == "no_wrapping_key"


@needs_rsa
def test_pyca_wraps_for_a_keyring_and_unwraps_what_it_wraps(there: Keyring, ring: Keyring) -> None:
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    material, ephemeral = bytes(range(32)), bytes(range(32, 64))
    public = serialization.load_pem_public_key(there.wrapping_key().encode())
    assert isinstance(public, rsa.RSAPublicKey)
    blob = public.encrypt(ephemeral, oaep) + keywrap.aes_key_wrap_with_padding(ephemeral, material)
    key = there.import_key("from-pyca", blob, "aes256-gcm96", format="wrapped", exportable=True)
    assert key.export("encryption-key", expose_secret_material=True) == {1: material}
    private = rsa.generate_private_key(65537, 2048)
    wrapped = b64decode(key.export_wrapped(spki(private), expose_secret_material=True)[1])
    assert keywrap.aes_key_unwrap_with_padding(private.decrypt(wrapped[:256], oaep), wrapped[256:]) == material


def test_a_hash_is_for_wrapped_material(ring: Keyring) -> None:
    imported = ring.import_key("imported", bytes(range(32)), "aes256-gcm96")
    formats = ("raw", "pkcs8", "private-key", "public-key")
    for format in formats:
        for call in (
            lambda **o: ring.import_key("k", bytes(range(32)), "ed25519", **o),
            lambda **o: imported.import_version(bytes(range(32)), **o),
        ):
            with pytest.raises(errors.InvalidOption) as refused:
                call(format=format, hash="sha2-256")
            assert refused.value.detail == "hash_needs_wrapped"
    with pytest.raises(ValueError, match="'raw', 'pkcs8', 'private-key', 'public-key', 'wrapped'"):
        ring.import_key("k", bytes(range(32)), "ed25519", format="jwk")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="unexpected keyword argument 'version'"):
        ring.import_key("k", bytes(range(32)), "ed25519", version=1)  # type: ignore[call-arg]


def test_pyjwt_reads_the_set(pair: tuple[Any, Any], ring: Keyring) -> None:
    key_type, _ = pair
    key = ring.create_key("tokens", key_type)
    key.rotate()
    key.configure(min_encryption_version=1)
    keys = jwt.PyJWKSet.from_json(key.jwks())
    assert [one.key_id for one in keys.keys] == ["tokens:1", "tokens:2"]
    for version in (1, 2):
        check_there(keys[f"tokens:{version}"].key, bytes_of(key.sign(b"m", version=version)), b"m")
    key.configure(min_encryption_version=2, min_decryption_version=2)
    assert [one["kid"] for one in json.loads(key.jwks())["keys"]] == ["tokens:2"]
    with pytest.raises(errors.OperationNotSupported):
        ring.create_key("cards").jwks()


def test_private_json_web_keys(pair: tuple[Any, Any], ring: Keyring) -> None:
    key_type, private = pair
    key = ring.import_key("releases", private_bytes(private, Encoding.PEM, PrivateFormat.PKCS8), key_type, format="private-key", exportable=True)
    exported = key.export_transit("signing-key", "jwk", expose_secret_material=True)
    algorithm = {"ed25519": "EdDSA", "ecdsa-p256": "ES256", "ecdsa-p384": "ES384", "ecdsa-p521": "ES512", "rsa-2048": "RS256"}[key_type]
    again = jwt.PyJWK({**json.loads(exported[1]), "alg": algorithm}).key
    assert private_bytes(again, Encoding.DER, PrivateFormat.PKCS8) == private_bytes(private, Encoding.DER, PrivateFormat.PKCS8)
    assert "d" not in json.loads(key.public_keys_transit("jwk")[1])


def test_the_key_of_a_cmac_is_exported(ring: Keyring) -> None:
    key: Key = ring.import_key("macs", bytes(range(32)), "aes256-cmac", exportable=True)
    assert key.export("hmac-key", expose_secret_material=True) == {1: bytes(range(32))}
    with pytest.raises(errors.OperationNotSupported):
        key.export("encryption-key", expose_secret_material=True)
    with pytest.raises(ValueError, match="'encryption-key', 'signing-key', 'hmac-key'"):
        key.export("mac-key", expose_secret_material=True)  # type: ignore[arg-type]
