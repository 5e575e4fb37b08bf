//! Private keys as others write them: which form it is, and what the algorithm makes its material of.

use super::encrypted;
use super::pkcs8;
use super::{another, is_whole, refuse};
use crate::Error;
use crate::alg::Rejected;
use crate::alg::sign::{EC_PRIVATE_KEY, RSA_PRIVATE_KEY, SignAlgorithm};
use crate::secret::SecretBytes;
use crate::wire::der::{Elements, INTEGER, OCTET_STRING, SEQUENCE};
use crate::wire::pem::{self, Unread};

const PRIVATE_KEY: &str = "PRIVATE KEY";
const ENCRYPTED_PRIVATE_KEY: &str = "ENCRYPTED PRIVATE KEY";

const OLD_ENCRYPTION: &str =
    "it is encrypted as before PKCS#8; write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc";
const NO_PASSPHRASE: &str = "it is encrypted; give its passphrase";
const NOT_ENCRYPTED: &str = "it is not encrypted; leave out the passphrase";
const NO_PRIVATE_KEY: &str = "it is no private key in PKCS#8, SEC 1 or PKCS#1, as DER or PEM";

/// Which documents are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Forms {
    /// PKCS#8 alone.
    Pkcs8,
    /// Also `ECPrivateKey` and `RSAPrivateKey` by themselves.
    Every,
}

/// What stands in a document, by its PEM label or the label that it would have.
type Labelled<'a> = (&'static str, &'a [u8]);

/// What the algorithm makes its material of; whether everything in it belongs together is not yet checked.
pub(super) fn read(
    algorithm: SignAlgorithm,
    forms: Forms,
    document: &SecretBytes,
    passphrase: Option<&SecretBytes>,
) -> Result<SecretBytes, Error> {
    let bytes = document.expose();
    // Attributes may hold any bytes, also those of a line of PEM.
    if is_one_element(bytes) || !pem::begins(bytes) {
        return open(algorithm, (label_of(forms, bytes), bytes), passphrase);
    }
    let decoded = match forms {
        Forms::Pkcs8 => pem::decode(bytes, PRIVATE_KEY).map(|der| (PRIVATE_KEY, der)).or_else(|why| {
            let encrypted = pem::decode(bytes, ENCRYPTED_PRIVATE_KEY);
            match why {
                Unread::Absent if encrypted.as_ref().err() != Some(&Unread::Absent) => {
                    encrypted.map(|der| (ENCRYPTED_PRIVATE_KEY, der))
                }
                why => Err(why),
            }
        }),
        Forms::Every => {
            pem::decode_any(bytes, &[PRIVATE_KEY, ENCRYPTED_PRIVATE_KEY, EC_PRIVATE_KEY, RSA_PRIVATE_KEY])
        }
    };
    match (decoded, forms) {
        (Ok((label, der)), _) => open(algorithm, (label, der.expose()), passphrase),
        (Err(Unread::Encrypted), _) => refuse(OLD_ENCRYPTION),
        (Err(Unread::Absent), Forms::Pkcs8) => {
            refuse("it has no PEM block with the label PRIVATE KEY, but others")
        }
        (Err(Unread::Several), Forms::Pkcs8) => {
            refuse("it has more than one PEM block with the label PRIVATE KEY; give one")
        }
        (Err(Unread::Damaged), Forms::Pkcs8) => {
            refuse("its PEM block with the label PRIVATE KEY has no end, or something else than base64 in it")
        }
        (Err(Unread::Absent), Forms::Every) => refuse("it has no PEM block with a private key, but others"),
        (Err(Unread::Several), Forms::Every) => {
            refuse("it has more than one PEM block with a private key; give one")
        }
        (Err(Unread::Damaged), Forms::Every) => {
            refuse("its PEM block has no end, or something else than base64 in it")
        }
    }
}

fn open(
    algorithm: SignAlgorithm,
    (label, der): Labelled<'_>,
    passphrase: Option<&SecretBytes>,
) -> Result<SecretBytes, Error> {
    match (label, passphrase) {
        (ENCRYPTED_PRIVATE_KEY, None) => refuse(NO_PASSPHRASE),
        (ENCRYPTED_PRIVATE_KEY, Some(passphrase)) => encrypted::read(algorithm, der, passphrase),
        (_, Some(_)) => refuse(NOT_ENCRYPTED),
        (PRIVATE_KEY, None) => pkcs8::read(algorithm, der),
        ("", None) => refuse(NO_PRIVATE_KEY),
        (label, None) => alone(algorithm, label, der),
    }
}

/// A private key that stands in no PKCS#8.
fn alone(algorithm: SignAlgorithm, label: &str, der: &[u8]) -> Result<SecretBytes, Error> {
    let read = |algorithm: SignAlgorithm| {
        if algorithm.alone() == Some(label) { algorithm.read_private(der, None) } else { Err(Rejected) }
    };
    if let Ok(mut raw) = read(algorithm) {
        return Ok(SecretBytes::new(std::mem::take(&mut *raw)));
    }
    let is = another(algorithm, |other| read(other).is_ok_and(|raw| is_whole(other, &raw)));
    refuse(match is {
        Some(is) => is,
        None if algorithm.alone() == Some(label) => NO_PRIVATE_KEY,
        None => algorithm.other_identifier(),
    })
}

pub(super) fn is_one_element(bytes: &[u8]) -> bool {
    let mut elements = Elements::of(bytes);
    elements.next(SEQUENCE).is_ok() && elements.end().is_ok()
}

/// The label that DER would have in PEM, by what it begins with: a version and the number or the octets of a
/// key, or the algorithm that it is encrypted with.
fn label_of(forms: Forms, der: &[u8]) -> &'static str {
    let mut elements = Elements::of(der);
    let Ok(contents) = elements.next(SEQUENCE) else {
        return if forms == Forms::Pkcs8 { PRIVATE_KEY } else { "" };
    };
    let begins_with = |tags: &[u8]| {
        let mut contents = Elements::of(contents);
        tags.iter().all(|tag| contents.next(*tag).is_ok())
    };
    if begins_with(&[SEQUENCE, OCTET_STRING]) {
        ENCRYPTED_PRIVATE_KEY
    } else if forms == Forms::Every && begins_with(&[INTEGER, OCTET_STRING]) {
        EC_PRIVATE_KEY
    } else if forms == Forms::Every && begins_with(&[INTEGER, INTEGER]) {
        RSA_PRIVATE_KEY
    } else {
        PRIVATE_KEY
    }
}

/// Whether DER is a private key, of any algorithm and in any form.
pub(super) fn is_private(der: &[u8]) -> bool {
    match label_of(Forms::Every, der) {
        "" => false,
        PRIVATE_KEY => pkcs8::is_pkcs8(der),
        _ => is_one_element(der),
    }
}

/// The PEM labels of private keys.
pub(super) const PRIVATE_LABELS: [&str; 4] =
    [PRIVATE_KEY, ENCRYPTED_PRIVATE_KEY, EC_PRIVATE_KEY, RSA_PRIVATE_KEY];
