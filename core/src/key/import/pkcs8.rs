//! PKCS#8: `OneAsymmetricKey` (RFC 5958 section 2), which each algorithm fills in its own way.

use super::{another, is_whole, refuse};
use crate::Error;
use crate::alg::Rejected;
use crate::alg::sign::SignAlgorithm;
use crate::secret::SecretBytes;
use crate::wire::Malformed;
use crate::wire::der::{Elements, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET};

/// `attributes [0]`, a set.
const ATTRIBUTES: u8 = 0xa0;
/// `publicKey [1]`, a bit string whose tag is implicit.
const PUBLIC_KEY: u8 = 0x81;

/// What is wrong with what is no such document.
pub(super) const NONE: &str = "it is not a private key in PKCS#8";

/// Whether it is such a document, of whatever algorithm.
pub(super) fn is_pkcs8(der: &[u8]) -> bool {
    parts(der).is_ok()
}

/// What the algorithm makes its material of; whether everything in it belongs together is not yet checked.
pub(super) fn read(algorithm: SignAlgorithm, der: &[u8]) -> Result<SecretBytes, Error> {
    let Ok(Parts { version, identifier, private, public }) = parts(der) else { return refuse(NONE) };
    let also = algorithm.also().iter().find(|(also, _)| *also == identifier);
    if identifier != algorithm.identifier() && also.is_none() {
        let is = another(algorithm, |other| {
            let also = other.also().iter().find(|(also, _)| *also == identifier);
            let raw = match also {
                Some((_, read)) => read(private),
                None if other.identifier() == identifier => other.read_private(private, None),
                None => return false,
            };
            raw.is_ok_and(|raw| is_whole(other, &raw))
        });
        return refuse(is.unwrap_or(algorithm.other_identifier()));
    }
    let read = match (version, public, also) {
        ([0], None, None) => algorithm.read_private(private, None),
        ([0], None, Some((_, read))) => read(private),
        // A bit string begins with how many bits of it are unused.
        ([1], Some([0, public @ ..]), None) => algorithm.read_private(private, Some(public)),
        _ => return refuse(NONE),
    };
    match read {
        Ok(mut raw) => Ok(SecretBytes::new(std::mem::take(&mut *raw))),
        Err(Rejected) => refuse(NONE),
    }
}

/// The contents of what a document has, but for attributes.
struct Parts<'a> {
    version: &'a [u8],
    identifier: &'a [u8],
    private: &'a [u8],
    public: Option<&'a [u8]>,
}

/// `OneAsymmetricKey ::= SEQUENCE { version, algorithm, privateKey, [0] attributes OPTIONAL, [1] publicKey
/// OPTIONAL }`. Attributes say nothing about the key; they must be well formed.
fn parts(der: &[u8]) -> Result<Parts<'_>, Malformed> {
    let mut document = Elements::of(der);
    let mut key = Elements::of(document.next(SEQUENCE)?);
    document.end()?;
    let version = key.next(INTEGER)?;
    let identifier = key.next(SEQUENCE)?;
    Elements::of(identifier).next(OBJECT_IDENTIFIER)?;
    let private = key.next(OCTET_STRING)?;
    check_attributes(key.optional(ATTRIBUTES)?)?;
    let public = key.optional(PUBLIC_KEY)?;
    key.end()?;
    Ok(Parts { version, identifier, private, public })
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
