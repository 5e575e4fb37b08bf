//! MACs: HMACs under the version's HMAC key, and CMACs under the material of the types that are for it.
//! Neither key is derived, so a context would be ignored and is refused.

use crate::Error;
use crate::alg::hash::HashAlgorithm;
use crate::error::invalid;
use crate::key::call::Call;
use crate::key::decrypt::{Zero, decode, parse_with};
use crate::key::item::{Input, WRONG_ITEM};
use crate::wire::MAX_MESSAGE;
use crate::wire::base64::Alphabet;
use crate::wire::text::{self, Decoded};

/// A mac, as text. The hash is not named in it.
pub(crate) fn hmac(call: &Call<'_>) -> Result<String, Error> {
    let &Call { state, item, .. } = call;
    let Input::Message(message) = item.input else { return Err(WRONG_ITEM) };
    check(call)?;
    if message.len() > MAX_MESSAGE {
        return Err(Error::MessageTooLong);
    }
    let version = call.version()?;
    let tag = state.with_mac(version, item.hash.unwrap_or_default(), |key| key.mac(message))?;
    Ok(text::of(None, state.prefix(version), version, Alphabet::Standard, tag.as_bytes()))
}

/// `Ok` if the mac is one of the message under the hash.
pub(crate) fn verify_hmac(call: &Call<'_>) -> Result<(), Error> {
    let &Call { state, terms, item, .. } = call;
    let Input::Signed(message, mac) = item.input else { return Err(WRONG_ITEM) };
    check(call)?;
    // Macs never use a template.
    let parsed = parse_with(state, mac, None, terms.manner, Zero::IsTooOld)?;
    let mut decoded = Decoded::nothing();
    let tag = decode(&mut decoded, parsed.base64, Alphabet::Standard, terms.manner)?;
    let verified =
        state.with_mac(parsed.version, item.hash.unwrap_or_default(), |key| key.verify(message, tag))?;
    verified.map_err(|_| Error::BadSignature)
}

fn check(call: &Call<'_>) -> Result<(), Error> {
    if call.item.hash.is_some() && call.state.record.key_type().has_cmac() {
        return Err(Error::InvalidOption { reason: invalid::HASH_NOT_SUPPORTED });
    }
    if call.terms.manner.is_transit() {
        return Ok(());
    }
    if call.context()?.is_some() {
        return Err(Error::InvalidContext {
            reason: "macs are made with the version's hmac key and take no context, also on a derived key",
        });
    }
    if call.item.hash == Some(HashAlgorithm::Sha1) {
        return Err(Error::InvalidOption { reason: invalid::SHA1_NOT_ALLOWED });
    }
    Ok(())
}
