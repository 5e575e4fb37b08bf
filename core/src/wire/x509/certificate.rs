//! A certificate (RFC 5280 section 4.1), as far as Transit looks into one.

use super::{bits, identifier, name, public_key};
use crate::wire::Malformed;
use crate::wire::der::{Elements, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE};

const BOOLEAN: u8 = 0x01;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// `version [0]`, explicit.
const VERSION: u8 = 0xa0;
/// `issuerUniqueID [1]` and `subjectUniqueID [2]`, whose tags are implicit.
const UNIQUE: [u8; 2] = [0x81, 0x82];
/// `extensions [3]`, explicit.
const EXTENSIONS: u8 = 0xa3;
/// Version 3, which alone has extensions.
const V3: &[u8] = &[2];
/// `id-ce-basicConstraints`, 2.5.29.19.
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];

/// What is asked of a certificate. Whether its signature verifies, and until when it is valid, is asked by
/// whoever trusts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Certificate<'a> {
    /// The contents of its `SubjectPublicKeyInfo`.
    pub(crate) public_key: &'a [u8],
    /// Whether it says that it is one of an authority (RFC 5280 section 4.2.1.9).
    pub(crate) is_authority: bool,
}

impl<'a> Certificate<'a> {
    /// `Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING }`.
    pub(crate) fn parse(der: &'a [u8]) -> Result<Self, Malformed> {
        let mut document = Elements::of(der);
        let mut certificate = Elements::of(document.next(SEQUENCE)?);
        document.end()?;
        let mut signed = Elements::of(certificate.next(SEQUENCE)?);
        let algorithm = identifier(&mut certificate)?;
        bits(&mut certificate)?;
        certificate.end()?;
        let version = match signed.optional(VERSION)? {
            Some(version) => {
                let mut inner = Elements::of(version);
                let version = inner.next(INTEGER)?;
                inner.end()?;
                version
            }
            None => &[0],
        };
        if signed.next(INTEGER)?.is_empty() || identifier(&mut signed)? != algorithm {
            return Err(Malformed);
        }
        name(&mut signed)?;
        validity(signed.next(SEQUENCE)?)?;
        name(&mut signed)?;
        let public_key = public_key(&mut signed)?;
        for unique in UNIQUE {
            signed.optional(unique)?;
        }
        let is_authority = match signed.optional(EXTENSIONS)? {
            Some(extensions) if version == V3 => is_authority(extensions)?,
            Some(_) => return Err(Malformed),
            None => false,
        };
        signed.end()?;
        Ok(Self { public_key, is_authority })
    }
}

/// `Validity ::= SEQUENCE { notBefore Time, notAfter Time }`.
fn validity(validity: &[u8]) -> Result<(), Malformed> {
    let mut times = Elements::of(validity);
    for _ in 0..2 {
        if !matches!(times.any()?, (UTC_TIME | GENERALIZED_TIME, _)) {
            return Err(Malformed);
        }
    }
    times.end()
}

/// What the one extension says that is looked into. `Extension ::= SEQUENCE { extnID, critical BOOLEAN
/// DEFAULT FALSE, extnValue OCTET STRING }`, each at most once.
fn is_authority(extensions: &[u8]) -> Result<bool, Malformed> {
    let mut inner = Elements::of(extensions);
    let mut extensions = Elements::of(inner.next(SEQUENCE)?);
    inner.end()?;
    let mut said = None;
    while !extensions.is_empty() {
        let mut extension = Elements::of(extensions.next(SEQUENCE)?);
        let id = extension.next(OBJECT_IDENTIFIER)?;
        extension.optional(BOOLEAN)?;
        let value = extension.next(OCTET_STRING)?;
        extension.end()?;
        if id == BASIC_CONSTRAINTS && said.replace(basic_constraints(value)?).is_some() {
            return Err(Malformed);
        }
    }
    Ok(said.unwrap_or_default())
}

/// `BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL }`.
fn basic_constraints(value: &[u8]) -> Result<bool, Malformed> {
    let mut inner = Elements::of(value);
    let mut constraints = Elements::of(inner.next(SEQUENCE)?);
    inner.end()?;
    let is_authority = match constraints.optional(BOOLEAN)? {
        Some([0xff]) => true,
        Some([0]) | None => false,
        Some(_) => return Err(Malformed),
    };
    constraints.optional(INTEGER)?;
    constraints.end()?;
    Ok(is_authority)
}
