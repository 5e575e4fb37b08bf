//! Public keys as others write them: `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7), or bare.

use super::document::{PRIVATE_LABELS, is_private};
use super::{another, refuse};
use crate::Error;
use crate::alg::sign::{RSA_PRIVATE_KEY, SignAlgorithm};
use crate::held::owned;
use crate::material::KeyType;
use crate::public_key::PublicKey;
use crate::wire::Malformed;
use crate::wire::der::{BIT_STRING, Elements, OBJECT_IDENTIFIER, SEQUENCE};
use crate::wire::pem::{self, Unread};

const PUBLIC_KEY: &str = "PUBLIC KEY";
/// `RSAPublicKey` by itself (RFC 8017 appendix A.1.1), which is how the key is kept.
const RSA_PUBLIC_KEY: &str = "RSA PUBLIC KEY";

const IS_PRIVATE: &str = "it is a private key; import it as one";
const NONE: &str = "it is no public key of the type, as PEM, DER or raw";

impl PublicKey {
    /// Reads a public key that somebody else wrote: `SubjectPublicKeyInfo` as DER, or as PEM with one block
    /// of the label `PUBLIC KEY`; of RSA also `RSA PUBLIC KEY`. Its type is the one that it says.
    ///
    /// ```
    /// use strongroom::{KeyType, Keyring, PublicKey};
    /// let key = Keyring::in_memory().create_key("releases", KeyType::EcdsaP384)?.public_key(None)?;
    /// assert_eq!(PublicKey::parse(key.to_pem())?, key);
    /// assert_eq!(PublicKey::parse(key.to_der())?, key);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidMaterial`] for whatever else it is, and for a type that this build does not have
    pub fn parse(document: impl AsRef<[u8]>) -> Result<Self, Error> {
        let document = owned(document.as_ref());
        let document = document.expose();
        if parts(document).is_err() && !pem::begins(document) {
            return refuse("it is no public key, as PEM or DER");
        }
        let types = KeyType::ALL.iter().filter_map(|key_type| Some((*key_type, key_type.signature()?)));
        let mut read = types.map(|(key_type, algorithm)| {
            read(algorithm, document).map(|bytes| Self::new(key_type, algorithm, &bytes))
        });
        match read.find(Result::is_ok) {
            Some(read) => read,
            None => refuse("it is no public key of a type that there is, as PEM or DER"),
        }
    }
}

/// The key as its algorithm writes it.
pub(super) fn read(algorithm: SignAlgorithm, document: &[u8]) -> Result<Box<[u8]>, Error> {
    if !pem::begins(document) {
        return read_der(algorithm, document);
    }
    match pem::decode_any(document, &[PUBLIC_KEY, RSA_PUBLIC_KEY]) {
        Ok((RSA_PUBLIC_KEY, der)) if algorithm.alone() == Some(RSA_PRIVATE_KEY) => {
            check(algorithm, der.expose())
        }
        Ok((RSA_PUBLIC_KEY, _)) => refuse(algorithm.other_identifier()),
        Ok((_, der)) => read_der(algorithm, der.expose()),
        Err(Unread::Absent) => match pem::decode_any(document, &PRIVATE_LABELS) {
            Err(Unread::Absent) => refuse("it has no PEM block with the label PUBLIC KEY, but others"),
            _ => refuse(IS_PRIVATE),
        },
        Err(Unread::Several) => refuse("it has more than one PEM block with the label PUBLIC KEY; give one"),
        Err(Unread::Damaged | Unread::Encrypted) => {
            refuse("its PEM block with the label PUBLIC KEY has no end, or something else than base64 in it")
        }
    }
}

fn read_der(algorithm: SignAlgorithm, der: &[u8]) -> Result<Box<[u8]>, Error> {
    let Ok((identifier, key)) = parts(der) else {
        // Bare keys of a type have other lengths than such documents of them.
        return match algorithm.is_public_len(der.len()) {
            true => check(algorithm, der),
            false if is_private(der) => refuse(IS_PRIVATE),
            false => refuse(NONE),
        };
    };
    if identifier != algorithm.identifier() {
        let is = another(algorithm, |other| other.identifier() == identifier && other.public(key).is_ok());
        return refuse(is.unwrap_or(algorithm.other_identifier()));
    }
    check(algorithm, key)
}

fn check(algorithm: SignAlgorithm, key: &[u8]) -> Result<Box<[u8]>, Error> {
    let is_one = |algorithm: SignAlgorithm| algorithm.public(key).is_ok();
    if is_one(algorithm) {
        return Ok(key.into());
    }
    // Of RSA, whose sizes have one identifier.
    let same = |other: SignAlgorithm| other.identifier() == algorithm.identifier() && is_one(other);
    refuse(another(algorithm, same).unwrap_or(NONE))
}

/// `SubjectPublicKeyInfo ::= SEQUENCE { algorithm, subjectPublicKey BIT STRING }`.
fn parts(der: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let mut document = Elements::of(der);
    let mut info = Elements::of(document.next(SEQUENCE)?);
    document.end()?;
    let identifier = info.next(SEQUENCE)?;
    Elements::of(identifier).next(OBJECT_IDENTIFIER)?;
    let bits = info.next(BIT_STRING)?;
    info.end()?;
    match bits {
        // A bit string begins with how many bits of it are unused.
        [0, key @ ..] => Ok((identifier, key)),
        _ => Err(Malformed),
    }
}
