//! Signing.

use crate::Error;
use crate::context::Context;
use crate::key::item::{Input, Item, WRONG_ITEM};
use crate::key::state::{Host, KeyState};
use crate::material::KeyType;
use crate::version::Version;
use crate::wire::MAX_MESSAGE;
use crate::wire::text;

/// A signature, as text.
pub(crate) fn sign(state: &KeyState, host: &dyn Host, bound: Option<&Context>, item: &Item<'_>) -> Result<String, Error> {
    let Input::Message(message) = item.input else { return Err(WRONG_ITEM) };
    state.admit("sign", KeyType::signs)?;
    item.only(false, true, false, true)?;
    if message.len() > MAX_MESSAGE {
        return Err(Error::MessageTooLong);
    }
    let version = state.record.window().for_encryption(item.version)?;
    let signature = state.with_subkey(version, item.context_or(bound)?, host, |subkey| subkey.sign(message))?;
    let alphabet = item.form.unwrap_or_default().alphabet();
    Ok(text::of(state.template(), state.prefix(version), version, alphabet, &signature))
}

/// The public key of a version, of a derived key under a context.
pub(crate) fn public_key(state: &KeyState, host: &dyn Host, context: Option<&Context>, version: Option<Version>) -> Result<[u8; 32], Error> {
    state.admit("public_key", KeyType::signs)?;
    let window = state.record.window();
    let version = version.unwrap_or(window.latest);
    window.for_decryption(version)?;
    state.with_subkey(version, context, host, |subkey| subkey.public_key().ok_or(Error::NoSuchVersion))
}
