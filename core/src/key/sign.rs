//! Signing.

use crate::Error;
use crate::key::call::Call;
use crate::key::item::{Input, WRONG_ITEM};
use crate::key::record::Dialect;
use crate::public_key::PublicKey;
use crate::wire::MAX_MESSAGE;
use crate::wire::text;

/// A signature, as text.
pub(crate) fn sign(call: &Call<'_>) -> Result<String, Error> {
    let &Call { state, item, .. } = call;
    let Input::Message(message) = item.input else { return Err(WRONG_ITEM) };
    check_hash(call)?;
    if message.len() > MAX_MESSAGE {
        return Err(Error::MessageTooLong);
    }
    let version = call.version()?;
    let signature = state.with_subkey(version, call.context()?, call.host, |subkey| subkey.sign(message))?;
    let alphabet = item.form.unwrap_or_default().alphabet();
    Ok(text::of(state.template(), state.prefix(version), version, alphabet, &signature))
}

/// The public key of a version, of a derived key under a context.
pub(crate) fn public_key(call: &Call<'_>) -> Result<PublicKey, Error> {
    let &Call { state, terms, item, .. } = call;
    let window = state.record.window();
    let version = item.asked(terms.manner)?.unwrap_or(window.latest);
    window.for_decryption(version)?;
    state.with_subkey(version, call.context()?, call.host, |subkey| {
        let key_type = state.record.version(version).ok_or_else(|| Error::NoSuchVersion)?.key_type;
        let bytes = subkey.public_key().ok_or_else(|| Error::NoSuchVersion)?;
        let algorithm = key_type.signature().ok_or_else(|| Error::NoSuchVersion)?;
        Ok(PublicKey::new(key_type, algorithm, bytes))
    })
}

/// Transit takes the name of a hash with every signature. By some of them Vault means another algorithm.
pub(crate) fn check_hash(call: &Call<'_>) -> Result<(), Error> {
    let &Call { state, terms, item, .. } = call;
    let Some(hash) = item.hash.filter(|_| terms.manner.is_transit()) else { return Ok(()) };
    let from_vault = state.record.transit.as_ref().is_some_and(|notes| notes.dialect == Some(Dialect::Vault));
    let key_type = state.record.key_type();
    match key_type.signature().and_then(|algorithm| algorithm.other_in_vault(hash)) {
        Some(operation) if from_vault => {
            Err(Error::OperationNotSupported { operation, key_type: key_type.name() })
        }
        _ => Ok(()),
    }
}
