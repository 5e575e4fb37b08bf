"""Certificate requests, certificates that are kept with a key, and keys that two sides agree on: with PyCA as authority and as other side."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any, get_args

import pytest
from authority import ROOT, SUBJECT, issued
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import strongroom
from strongroom import Key, Keyring, errors

HAS_RSA = "rsa-2048" in get_args(strongroom.KeyType)
SIGNING: list[Any] = ["ed25519", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521", *(["rsa-2048"] if HAS_RSA else [])]
NAMES = x509.SubjectAlternativeName([x509.DNSName("tls.example")])


@pytest.fixture(params=SIGNING)
def key(request: pytest.FixtureRequest) -> Key:
    return Keyring.in_memory().create_key("tls", request.param)


def template(encoding: Encoding) -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(SUBJECT).add_extension(NAMES, critical=False)
    return builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(encoding)


def spki(key: Key) -> bytes:
    return key.public_key(format="der")


def test_a_request_has_what_the_template_asks_for(key: Key) -> None:
    for given in (template(Encoding.PEM), template(Encoding.DER), template(Encoding.PEM).decode(), bytearray(template(Encoding.DER))):
        request = x509.load_pem_x509_csr(key.certificate_request(given).encode())
        assert request.is_signature_valid
        assert request.subject == SUBJECT
        assert request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value == NAMES
        assert request.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == spki(key)
    bare = x509.load_pem_x509_csr(key.certificate_request(...).encode())
    assert bare.is_signature_valid and len(bare.subject.rdns) == len(bare.extensions) == 0
    for wrong in (b"", "", "no request", template(Encoding.DER)[:-1], template(Encoding.DER) + b"\0", "\udc80", ROOT):
        with pytest.raises(errors.InvalidCertificate):
            key.certificate_request(wrong)
    key.rotate()
    with pytest.raises(errors.VersionNotAllowed):
        key.certificate_request(version=1)
    assert x509.load_pem_x509_csr(key.certificate_request(version=2).encode()).is_signature_valid
    wrong_options: list[dict[str, Any]] = [{"template": None}, {"version": None}, {"version": "1"}, {"versoin": 1}]
    for missing in wrong_options:
        with pytest.raises(TypeError):
            key.certificate_request(**missing)


def test_certificates_are_kept_with_a_version(key: Key) -> None:
    request = x509.load_pem_x509_csr(key.certificate_request(template(Encoding.PEM)).encode())
    chain = issued(request.subject, request.public_key(), False) + ROOT
    assert key.certificate_chain() is None
    key.set_certificate_chain(chain)
    assert key.certificate_chain() == chain.decode()
    key.set_certificate_chain(chain.decode(), version=1)
    key.rotate()
    assert key.certificate_chain() is None
    assert key.certificate_chain(1) == key.certificate_chain(version=1) == chain.decode()
    for wrong, version in ((chain, 2), (ROOT, 1), (chain[:-60], 1), (b"", 1), ("\udc80", 1), (ROOT + chain, 1)):
        with pytest.raises(errors.InvalidCertificate):
            key.set_certificate_chain(wrong, version=version)
    with pytest.raises(errors.VersionTooNew):
        key.certificate_chain(3)
    with pytest.raises(errors.VersionTooNew):
        key.set_certificate_chain(chain, version=3)
    with pytest.raises(TypeError):
        key.certificate_chain(None)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        key.set_certificate_chain(None)  # type: ignore[arg-type]


def test_keys_without_certificates_say_so() -> None:
    ring = Keyring.in_memory()
    cards, derived = ring.create_key("cards"), ring.create_key("derived", "ed25519", derived=True)
    for call in (cards.certificate_request, cards.certificate_chain, lambda: cards.set_certificate_chain(ROOT)):
        with pytest.raises(errors.OperationNotSupported):
            call()
    for call in (derived.certificate_request, derived.certificate_chain, lambda: derived.set_certificate_chain(ROOT)):
        with pytest.raises(errors.InvalidOption) as raised:
            call()
        assert raised.value.detail == "derived_has_no_certificate"


@pytest.mark.parametrize(("key_type", "curve"), [("ecdsa-p256", ec.SECP256R1()), ("ecdsa-p384", ec.SECP384R1()), ("ecdsa-p521", ec.SECP521R1())])
def test_a_key_is_agreed_on_with_pyca(key_type: Any, curve: ec.EllipticCurve) -> None:
    ring = Keyring.in_memory()
    base, theirs = ring.create_key("base", key_type), ec.generate_private_key(curve)
    public: Any = ec.EllipticCurvePublicKey.from_encoded_point(curve, base.public_key())
    secret = theirs.exchange(ec.ECDH(), public)
    sizes: list[tuple[Any, int]] = [("aes128-gcm96", 16), ("aes256-gcm96", 32)]
    der, pem = (theirs.public_key().public_bytes(form, PublicFormat.SubjectPublicKeyInfo) for form in (Encoding.DER, Encoding.PEM))
    for agreed, size in sizes:
        for form, given in (("der", der), ("pem", pem), ("text", pem.decode())):
            shared = ring.derive_key(f"{agreed}-{form}", base, given, agreed, version=1)
            material = HKDF(hashes.SHA256(), size, None, b"").derive(secret)
            nonce = bytes(12)
            blob = nonce + AESGCM(material).encrypt(nonce, b"4111", None)
            assert shared.decrypt("vault:v1:" + b64encode(blob).decode()) == b"4111"
    assert base.info().key_type == key_type


def test_two_sides_agree_and_what_does_not_fit_is_refused() -> None:
    here, there = Keyring.in_memory(), Keyring.in_memory()
    alice, bob = here.create_key("alice", "ecdsa-p256"), there.create_key("bob", "ecdsa-p256")
    ours = here.derive_key("shared", alice, bob.public_key(format="pem"), "xchacha20-poly1305", derived=True)
    theirs = there.derive_key("shared", bob, alice.public_key(format="der"), "xchacha20-poly1305", derived=True)
    assert theirs.decrypt(ours.encrypt(b"4111", context="c"), context="c") == b"4111"
    assert ours.info().imported and not ours.info().allow_rotation
    peer = bob.public_key(format="pem")
    with pytest.raises(errors.DuplicateMaterial):
        here.derive_key("shared", alice, peer, "xchacha20-poly1305", derived=True)
    with pytest.raises(errors.KeyMismatch):
        here.derive_key("shared", alice, peer, "xchacha20-poly1305")
    bob.rotate()
    further = here.derive_key("shared", alice, bob.public_key(format="pem"), "xchacha20-poly1305", derived=True)
    assert further.info().latest_version == 2
    with pytest.raises(errors.InvalidOption) as raised:
        here.derive_key("new", alice, peer, "xaes256-gcm")
    assert raised.value.detail == "agreed_type_not_supported"
    other = here.create_key("other", "ecdsa-p384")
    for wrong in (other.public_key(format="pem"), bob.public_key(), b"", "pem"):
        with pytest.raises(errors.InvalidMaterial):
            here.derive_key("new", alice, wrong, "aes256-gcm96")
    with pytest.raises(errors.OperationNotSupported):
        here.derive_key("new", ours, peer, "aes256-gcm96")
    with pytest.raises(errors.VersionTooNew):
        here.derive_key("new", alice, peer, "aes256-gcm96", version=2)
    misuse: list[Callable[[], object]] = [
        lambda: here.derive_key("new", ours.context("c"), peer, "aes256-gcm96"),  # type: ignore[arg-type]
        lambda: here.derive_key("new", alice, None, "aes256-gcm96"),  # type: ignore[arg-type]
        lambda: here.derive_key("new", alice, peer, None),  # type: ignore[arg-type]
        lambda: here.derive_key("new", alice, peer, "aes256-gcm96", version=None),  # type: ignore[arg-type]
        lambda: here.derive_key("new", alice, peer),  # type: ignore[call-arg]
    ]
    for call in misuse:
        with pytest.raises(TypeError):
            call()
    with pytest.raises(TypeError, match="exportable"):
        here.derive_key("new", alice, peer, "aes256-gcm96", exportible=True)  # type: ignore[call-arg]
    assert [name for name in here.keys() if name == "new"] == []
