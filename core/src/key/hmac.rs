//! MACs. The key is the version's HMAC key, not derived, so a context would be ignored and is refused.

use crate::Error;
use crate::context::Context;
use crate::key::item::{Input, Item, WRONG_ITEM};
use crate::key::state::KeyState;
use crate::material::KeyType;
use crate::wire::MAX_MESSAGE;
use crate::wire::text::{self, Alphabet, Decoded};

/// A mac, as text. The hash is not named in it.
pub(crate) fn hmac(state: &KeyState, bound: Option<&Context>, item: &Item<'_>) -> Result<String, Error> {
    let Input::Message(message) = item.input else { return Err(WRONG_ITEM) };
    admit(state, bound, item, true)?;
    if message.len() > MAX_MESSAGE {
        return Err(Error::MessageTooLong);
    }
    let version = state.record.window().for_encryption(item.version)?;
    let tag = state.with_mac(version, item.hash.unwrap_or_default(), |key| key.mac(&[message]))?;
    Ok(text::of(None, state.prefix(version), version, Alphabet::Standard, tag.as_bytes()))
}

/// `Ok` if the mac is one of the message under the hash.
pub(crate) fn verify_hmac(state: &KeyState, bound: Option<&Context>, item: &Item<'_>) -> Result<(), Error> {
    let Input::Signed(message, mac) = item.input else { return Err(WRONG_ITEM) };
    admit(state, bound, item, false)?;
    let parsed = text::parse(mac, None).map_err(|_| Error::Malformed)?;
    state.record.window().for_decryption(parsed.version)?;
    if parsed.prefix != Some(state.prefix(parsed.version)) {
        return Err(Error::Malformed);
    }
    let tag = Decoded::new(parsed.base64, Alphabet::Standard).map_err(|_| Error::Malformed)?;
    let verified = state.with_mac(parsed.version, item.hash.unwrap_or_default(), |key| key.verify(&[message], tag.bytes()))?;
    verified.map_err(|_| Error::BadSignature)
}

fn admit(state: &KeyState, bound: Option<&Context>, item: &Item<'_>, version: bool) -> Result<(), Error> {
    state.admit("hmac", KeyType::is_supported)?;
    item.only(false, version, true, false)?;
    if item.context_or(bound)?.is_some() {
        return Err(Error::InvalidContext { reason: "macs are made with the version's hmac key and take no context, also on a derived key" });
    }
    Ok(())
}
