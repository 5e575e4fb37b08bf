//! Signing.

use crate::Error;
use crate::alg::hash::HashAlgorithm;
use crate::key::item::{Input, Item, WRONG_ITEM};
use crate::key::record::Dialect;
use crate::key::state::{Host, KeyState};
use crate::key::terms::Terms;
use crate::material::KeyType;
use crate::version::Version;
use crate::wire::MAX_MESSAGE;
use crate::wire::text;

/// A signature, as text.
pub(crate) fn sign(state: &KeyState, host: &dyn Host, terms: Terms<'_>, item: &Item<'_>) -> Result<String, Error> {
    let Input::Message(message) = item.input else { return Err(WRONG_ITEM) };
    state.admit("sign", KeyType::signs)?;
    check_hash(state, terms, item)?;
    item.only(false, true, terms.manner.is_transit(), true)?;
    if message.len() > MAX_MESSAGE {
        return Err(Error::MessageTooLong);
    }
    let version = state.to_make(host, item.asked(terms.manner)?, terms.manner)?;
    let signature = state.with_subkey(version, terms.context(item, state.record.derived)?, host, |subkey| subkey.sign(message))?;
    let alphabet = item.form.unwrap_or_default().alphabet();
    Ok(text::of(state.template(), state.prefix(version), version, alphabet, &signature))
}

/// The public key of a version, of a derived key under a context.
pub(crate) fn public_key(state: &KeyState, host: &dyn Host, terms: Terms<'_>, version: Option<Version>) -> Result<[u8; 32], Error> {
    state.admit("public_key", KeyType::signs)?;
    let window = state.record.window();
    let version = version.unwrap_or(window.latest);
    window.for_decryption(version)?;
    state.with_subkey(version, terms.bound(state.record.derived)?, host, |subkey| subkey.public_key().ok_or(Error::NoSuchVersion))
}

/// Transit takes the name of a hash with every signature, and does without it for Ed25519. But Vault means another algorithm by this one name.
pub(crate) fn check_hash(state: &KeyState, terms: Terms<'_>, item: &Item<'_>) -> Result<(), Error> {
    let from_vault = state.record.transit.as_ref().is_some_and(|notes| notes.dialect == Some(Dialect::Vault));
    if terms.manner.is_transit() && from_vault && item.hash == Some(HashAlgorithm::Sha512) {
        return Err(Error::OperationNotSupported { operation: "Ed25519ph, which Vault means by sha2-512,", key_type: state.record.key_type().name() });
    }
    Ok(())
}
