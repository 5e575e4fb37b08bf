//! PKCS#8 of an Ed25519 key: `OneAsymmetricKey` (RFC 5958 section 2) as RFC 8410 section 7 fills it in.

use crate::Error;
use crate::secret::SecretBytes;
use crate::wire::der::{Elements, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET};
use crate::wire::{Malformed, pem};

/// id-Ed25519, 1.3.101.112 (RFC 8410 section 3).
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
/// `attributes [0]`, a set.
const ATTRIBUTES: u8 = 0xa0;
/// `publicKey [1]`, a bit string whose tag is implicit.
const PUBLIC_KEY: u8 = 0x81;

/// The seed, and behind it the public key if there is one; whether the two belong together is not yet
/// checked.
pub(super) fn read(document: &SecretBytes) -> Result<SecretBytes, Error> {
    let bytes = document.expose();
    if bytes.starts_with(b"-----BEGIN ENCRYPTED PRIVATE KEY-----") {
        return refuse("it is encrypted; decrypt it first");
    }
    if !bytes.starts_with(b"-----BEGIN ") {
        return read_der(bytes);
    }
    match pem::decode(bytes, "PRIVATE KEY") {
        Ok(der) => read_der(der.expose()),
        Err(Malformed) => refuse("it is not one PEM text with the label PRIVATE KEY"),
    }
}

fn read_der(der: &[u8]) -> Result<SecretBytes, Error> {
    match parts(der) {
        Err(Malformed) => refuse("it is not a private key in PKCS#8"),
        Ok(parts) if parts.algorithm != ED25519 || parts.has_parameters => {
            refuse("its algorithm is not Ed25519")
        }
        Ok(Parts { seed, public, .. }) => {
            let mut material = SecretBytes::copy_of(seed);
            material.append(public.unwrap_or_default());
            Ok(material)
        }
    }
}

fn refuse<T>(reason: &'static str) -> Result<T, Error> {
    Err(Error::InvalidMaterial { reason })
}

/// What a document says.
struct Parts<'a> {
    algorithm: &'a [u8],
    has_parameters: bool,
    seed: &'a [u8],
    public: Option<&'a [u8]>,
}

/// `OneAsymmetricKey ::= SEQUENCE { version, algorithm, privateKey, [0] attributes OPTIONAL, [1] publicKey
/// OPTIONAL }`. Attributes say nothing about the key; they must be well formed.
fn parts(der: &[u8]) -> Result<Parts<'_>, Malformed> {
    let mut document = Elements::of(der);
    let mut key = Elements::of(document.next(SEQUENCE)?);
    document.end()?;
    let version = key.next(INTEGER)?;
    let mut identifier = Elements::of(key.next(SEQUENCE)?);
    let algorithm = identifier.next(OBJECT_IDENTIFIER)?;
    let has_parameters = !identifier.is_empty();
    let private = key.next(OCTET_STRING)?;
    check_attributes(key.optional(ATTRIBUTES)?)?;
    let public = key.optional(PUBLIC_KEY)?;
    key.end()?;
    if algorithm != ED25519 {
        return Ok(Parts { algorithm, has_parameters, seed: &[], public: None });
    }
    // CurvePrivateKey is an octet string inside the octet string.
    let mut inner = Elements::of(private);
    let seed = inner.next(OCTET_STRING)?;
    inner.end()?;
    let public = match (version, public) {
        ([0], None) => None,
        // A bit string begins with how many bits of it are unused.
        ([1], Some([0, public @ ..])) if public.len() == 32 => Some(public),
        _ => return Err(Malformed),
    };
    if seed.len() != 32 {
        return Err(Malformed);
    }
    Ok(Parts { algorithm, has_parameters, seed, public })
}

/// `Attributes ::= SET OF SEQUENCE { attrType OBJECT IDENTIFIER, attrValues SET }`.
fn check_attributes(attributes: Option<&[u8]>) -> Result<(), Malformed> {
    let mut attributes = Elements::of(attributes.unwrap_or_default());
    while !attributes.is_empty() {
        let mut attribute = Elements::of(attributes.next(SEQUENCE)?);
        attribute.next(OBJECT_IDENTIFIER)?;
        attribute.next(SET)?;
        attribute.end()?;
    }
    Ok(())
}
