//! Certificates (RFC 5280) and requests for them (RFC 2986) in DER, as far as something is made of what is in
//! them: names, dates and extensions are whoever's who reads them with a certificate's issuer in mind.

mod certificate;
mod request;

pub(crate) use certificate::Certificate;
pub(crate) use request::{Request, signed};

use super::Malformed;
use super::der::{BIT_STRING, Elements, OBJECT_IDENTIFIER, SEQUENCE, SET};

/// The contents of an `AlgorithmIdentifier` (RFC 5280 section 4.1.1.2).
fn identifier<'a>(elements: &mut Elements<'a>) -> Result<&'a [u8], Malformed> {
    let identifier = elements.next(SEQUENCE)?;
    let mut parts = Elements::of(identifier);
    parts.next(OBJECT_IDENTIFIER)?;
    if !parts.is_empty() {
        parts.any()?;
    }
    parts.end()?;
    Ok(identifier)
}

/// A bit string of whole bytes (X.690 section 8.6.2).
fn bits<'a>(elements: &mut Elements<'a>) -> Result<&'a [u8], Malformed> {
    match elements.next(BIT_STRING)? {
        [0, bits @ ..] => Ok(bits),
        _ => Err(Malformed),
    }
}

/// The contents of `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7).
fn public_key<'a>(elements: &mut Elements<'a>) -> Result<&'a [u8], Malformed> {
    let info = elements.next(SEQUENCE)?;
    let mut parts = Elements::of(info);
    identifier(&mut parts)?;
    bits(&mut parts)?;
    parts.end()?;
    Ok(info)
}

/// The contents of a `Name` (RFC 5280 section 4.1.2.4), which may be empty.
fn name<'a>(elements: &mut Elements<'a>) -> Result<&'a [u8], Malformed> {
    let name = elements.next(SEQUENCE)?;
    let mut relative = Elements::of(name);
    while !relative.is_empty() {
        let mut pairs = Elements::of(relative.next(SET)?);
        loop {
            let mut pair = Elements::of(pairs.next(SEQUENCE)?);
            pair.next(OBJECT_IDENTIFIER)?;
            pair.any()?;
            pair.end()?;
            if pairs.is_empty() {
                break;
            }
        }
    }
    Ok(name)
}
