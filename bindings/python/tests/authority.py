"""An authority that certifies keys, by PyCA."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding

SUBJECT = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tls.example")])
CA_KEY = ed25519.Ed25519PrivateKey.generate()
CA_NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Root")])


def issued(subject: x509.Name, public: Any, is_ca: bool) -> bytes:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(CA_NAME).public_key(public).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1)).add_extension(x509.BasicConstraints(is_ca, None), critical=True)
    return builder.sign(CA_KEY, None).public_bytes(Encoding.PEM)


ROOT = issued(CA_NAME, CA_KEY.public_key(), True)
