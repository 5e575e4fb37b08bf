//! PKCS#8: `OneAsymmetricKey` (RFC 5958 section 2), which each algorithm fills in its own way.

use crate::Error;
use crate::alg::Rejected;
use crate::alg::sign::SignAlgorithm;
use crate::secret::SecretBytes;
use crate::wire::Malformed;
use crate::wire::der::{Elements, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET};
use crate::wire::pem::{self, Unread};

/// `attributes [0]`, a set.
const ATTRIBUTES: u8 = 0xa0;
/// `publicKey [1]`, a bit string whose tag is implicit.
const PUBLIC_KEY: u8 = 0x81;

/// What the algorithm makes its material of; whether everything in it belongs together is not yet checked.
pub(super) fn read(algorithm: SignAlgorithm, document: &SecretBytes) -> Result<SecretBytes, Error> {
    let bytes = document.expose();
    // Attributes may hold any bytes, also those of a line of PEM.
    if is_one_element(bytes) || !pem::begins(bytes) {
        return read_der(algorithm, bytes);
    }
    match pem::decode(bytes, "PRIVATE KEY") {
        Ok(der) => read_der(algorithm, der.expose()),
        Err(Unread::Absent) if pem::decode(bytes, "ENCRYPTED PRIVATE KEY").err() != Some(Unread::Absent) => {
            refuse("it is encrypted; decrypt it first")
        }
        Err(Unread::Absent) => refuse("it has no PEM block with the label PRIVATE KEY, but others"),
        Err(Unread::Several) => refuse("it has more than one PEM block with the label PRIVATE KEY; give one"),
        Err(Unread::Damaged) => {
            refuse("its PEM block with the label PRIVATE KEY has no end, or something else than base64 in it")
        }
    }
}

fn is_one_element(bytes: &[u8]) -> bool {
    let mut elements = Elements::of(bytes);
    elements.next(SEQUENCE).is_ok() && elements.end().is_ok()
}

fn read_der(algorithm: SignAlgorithm, der: &[u8]) -> Result<SecretBytes, Error> {
    const NONE: &str = "it is not a private key in PKCS#8";
    let Ok(Parts { version, identifier, private, public }) = parts(der) else { return refuse(NONE) };
    if identifier != algorithm.identifier() {
        return refuse(algorithm.other_identifier());
    }
    let public = match (version, public) {
        ([0], None) => None,
        // A bit string begins with how many bits of it are unused.
        ([1], Some([0, public @ ..])) => Some(public),
        _ => return refuse(NONE),
    };
    match algorithm.read_private(private, public) {
        Ok(mut raw) => Ok(SecretBytes::new(std::mem::take(&mut *raw))),
        Err(Rejected) => refuse(NONE),
    }
}

fn refuse<T>(reason: &'static str) -> Result<T, Error> {
    Err(Error::InvalidMaterial { reason })
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
