//! Certificates of a key, and requests for them.

use crate::choice;
use crate::failure::Status;
use crate::handles;
use crate::memory::{In, Len, Out};
use crate::object::KeyHandle;
use crate::output::Output;
use std::ffi::{c_char, c_void};

/// By how many characters a request may be longer than another with the same contents: a signature of ECDSA
/// is two numbers, each of which may be some bytes shorter than it can be.
const LONGER: usize = 24;

/// A certificate request (PKCS#10, RFC 2986) of a version, or of the latest if `version` is 0, as PEM.
/// Subject and attributes, among which are the extensions, are those of `request_template`, a request as PEM
/// or DER that any key may have signed; NULL is for none. One that is no request is
/// STRONGROOM_INVALID_CERTIFICATE. A request of an ECDSA key may be shorter than the capacity says that is
/// needed: the next one may be longer.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_certificate_request(
    key: KeyHandle,
    request_template: In<'_, c_void>,
    template_len: Len,
    version: u32,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        let version = choice::version(version)?;
        let bytes = request_template.bytes(template_len)?;
        let template = Some(bytes).filter(|_| !request_template.is_null());
        let made = handles::with(key, |object| Ok(object.key()?.certificate_request(template, version)?))?;
        if out.capacity() <= made.len() {
            // The next one, for which room is made by this number, has another signature.
            return out.fits(made.len() + 1 + LONGER).map(drop);
        }
        out.text(&made)
    })
}

/// Keeps certificates with the version whose they are, or with the latest if `version` is 0, in the place of
/// those that it has. PEM, at most 100 certificates of at most 64 KiB: first the key's own, then those of
/// authorities; other blocks and text are passed over. What is no such chain, and of another key than the
/// version, is STRONGROOM_INVALID_CERTIFICATE.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_set_certificate_chain(
    key: KeyHandle,
    chain: In<'_, c_void>,
    chain_len: Len,
    version: u32,
) -> Status {
    boundary!({
        let (chain, version) = (chain.bytes(chain_len)?, choice::version(version)?);
        handles::with(key, |object| Ok(object.key()?.set_certificate_chain(chain, version)?))
    })
}

/// The certificates that are kept with a version, or with the latest if `version` is 0, as PEM, the key's own
/// first; an empty text where there are none.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_certificate_chain(
    key: KeyHandle,
    version: u32,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        let version = choice::version(version)?;
        let chain = handles::with(key, |object| Ok(object.key()?.certificate_chain(version)?))?;
        out.text(&chain.unwrap_or_default())
    })
}
