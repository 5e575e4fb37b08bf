//! Certificates of a key, kept with the version that they are of.

use super::certificate_request::{check_not_derived, text};
use crate::Error;
use crate::held::owned;
use crate::key::record::Record;
use crate::public_key::PublicKey;
use crate::stack::{DEEP, scrubbed};
use crate::verb::Verb;
use crate::version::Version;
use crate::wire::der::{SEQUENCE, element};
use crate::wire::pem::{self, Unread};
use crate::wire::x509::Certificate;
use std::sync::Arc;

const LABEL: &str = "CERTIFICATE";
/// As old programs write it (RFC 7468 section 5.1).
const OLD_LABEL: &str = "X509 CERTIFICATE";

/// As many certificates as a chain has, and as Transit's backups are read with.
const MOST: usize = 100;
/// So many certificates of 64 KiB each, with what PEM adds to them, and text around them.
const MAX_TEXT: usize = 16 << 20;

/// Certificates that were looked into, as DER: the key's own first, and those of authorities behind it.
pub(crate) struct Chain {
    certificates: Arc<Vec<Vec<u8>>>,
    /// `SubjectPublicKeyInfo` of the first.
    public_key: Vec<u8>,
}

impl Chain {
    /// Reads PEM, in which other blocks and text are passed over. As in OpenBao the first certificate is of
    /// no authority, and all behind it are; whether each has signed the one before it is asked by whoever
    /// trusts the last.
    pub(crate) fn parse(chain: &[u8]) -> Result<Self, Error> {
        if chain.len() > MAX_TEXT {
            return refuse("the chain has more than 100 certificates, or longer ones than 64 KiB");
        }
        let chain = owned(chain);
        let certificates =
            pem::decode_every(chain.expose(), &[LABEL, OLD_LABEL], MOST).or_else(|why| match why {
                Unread::Absent => refuse("the chain has no PEM block with the label CERTIFICATE"),
                Unread::Several => refuse("the chain has more than 100 certificates"),
                Unread::Damaged | Unread::Encrypted => refuse(
                    "a PEM block with the label CERTIFICATE has no end, or something else than base64 in it",
                ),
            })?;
        let parsed: Vec<Certificate<'_>> =
            certificates.iter().map(|der| Certificate::parse(der)).collect::<Result<_, _>>().or_else(
                |_| refuse("the chain has a certificate that is not X.509 as DER, or longer than 64 KiB"),
            )?;
        let Some((own, others)) = parsed.split_first() else {
            return refuse("the chain has no PEM block with the label CERTIFICATE");
        };
        if own.is_authority {
            return refuse("the first certificate is one of an authority; put the key's own first");
        }
        if !others.iter().all(|other| other.is_authority) {
            return refuse(
                "a certificate behind the first is not one of an authority; put the key's own first, and \
                 only those behind it that lead to a root",
            );
        }
        let public_key = element(SEQUENCE, &[own.public_key]);
        Ok(Self { certificates: certificates.into(), public_key })
    }
}

/// What can be refused before a chain is looked into.
pub(crate) fn check_chain(record: &Record, version: Option<Version>) -> Result<(), Error> {
    record.check_enabled()?;
    record.check_own()?;
    check(record, Verb::SetCertificateChain, version).map(drop)
}

/// Puts a chain in the place of the one that a version has, if any. What the archive had of the version is
/// of before, and would come back without it.
pub(crate) fn set_certificate_chain(
    record: &mut Record,
    chain: &Chain,
    version: Option<Version>,
) -> Result<(), Error> {
    check_chain(record, version)?;
    let at = version.unwrap_or(record.latest());
    let version = record.versions.get_mut(at.index()).ok_or(Error::NoSuchVersion)?;
    let algorithm = version.key_type.signature().ok_or(Error::NoSuchVersion)?;
    let public = scrubbed::<DEEP, _>(|| version.public_key()).ok_or(Error::NoSuchVersion)?;
    if PublicKey::new(version.key_type, algorithm, &public).to_der() != chain.public_key {
        return refuse(
            "the first certificate is of another key than the version; name the version that it is of",
        );
    }
    version.chain = Some(chain.certificates.clone());
    record.archive.remove(at);
    Ok(())
}

/// The chain of a version as PEM, if it has one.
pub(crate) fn certificate_chain(record: &Record, version: Option<Version>) -> Result<Option<String>, Error> {
    record.check_enabled()?;
    let version = check(record, Verb::CertificateChain, version)?;
    let chain = record.version(version).and_then(|version| version.chain.as_ref());
    Ok(chain.map(|chain| chain.iter().map(|certificate| text(LABEL, certificate)).collect()))
}

/// The version that is meant, of a key that can have certificates.
fn check(record: &Record, verb: Verb, version: Option<Version>) -> Result<Version, Error> {
    let key_type = record.key_type();
    if !key_type.is_supported() {
        return Err(Error::TypeNotSupported { key_type: key_type.name() });
    }
    if !key_type.does(verb) {
        return Err(Error::OperationNotSupported { operation: verb.name(), key_type: key_type.name() });
    }
    check_not_derived(record)?;
    let window = record.window();
    let version = version.unwrap_or(window.latest);
    window.for_decryption(version)?;
    Ok(version)
}

fn refuse<T>(reason: &'static str) -> Result<T, Error> {
    Err(Error::InvalidCertificate { reason })
}
