//! Bringing ciphertexts under the latest version.

use crate::Error;
use crate::key::decrypt::{self, Openable, Zero};
use crate::key::encrypt::{check_version, to_binary, to_text};
use crate::key::item::{Input, Item};
use crate::key::state::{Host, KeyState};
use crate::key::terms::Terms;
use crate::wire::text::Alphabet;
use crate::wire::{binary, text};

/// Authenticates, then encrypts anew under the latest version (in Transit's manner, under the one that was asked for); one that is already as a new one would be comes back byte for byte.
pub(crate) fn rewrap(state: &KeyState, host: &dyn Host, terms: Terms<'_>, item: &Item<'_>) -> Result<String, Error> {
    decrypt::with(state, host, terms, item, "rewrap", |opened| {
        let plaintext = opened.plaintext()?;
        match item.input {
            // Of the payload that was authenticated: a text has one spelling.
            Input::Ciphertext(_) if is_current(state, &opened) => {
                let (template, prefix) = (state.template(), state.prefix(opened.version));
                Ok(text::of(template, prefix, opened.version, Alphabet::Standard, opened.payload))
            }
            _ => renew(state, host, &opened, |version, subkey| to_text(state, host, version, subkey, opened.aad, plaintext.expose())),
        }
    })
}

/// The same for the binary form.
pub(crate) fn rewrap_binary(state: &KeyState, host: &dyn Host, terms: Terms<'_>, item: &Item<'_>) -> Result<Vec<u8>, Error> {
    decrypt::with(state, host, terms, item, "rewrap", |opened| {
        let plaintext = opened.plaintext()?;
        match item.input {
            Input::Binary(_) if is_current(state, &opened) => Ok([&binary::head(opened.version), opened.payload].concat()),
            _ => renew(state, host, &opened, |version, subkey| to_binary(state, host, version, subkey, opened.aad, plaintext.expose())),
        }
    })
}

pub(crate) fn is_current(state: &KeyState, opened: &Openable<'_>) -> bool {
    // Transit makes a new one each time.
    opened.canonical && opened.version == state.record.latest() && !opened.manner.is_transit()
}

pub(crate) fn renew<T>(
    state: &KeyState,
    host: &dyn Host,
    opened: &Openable<'_>,
    call: impl FnOnce(crate::Version, &crate::subkey::Subkey) -> Result<T, Error>,
) -> Result<T, Error> {
    let version = state.to_make(host, opened.asked, opened.manner)?;
    state.with_subkey(version, opened.context, host, |subkey| {
        check_version(state, version, subkey, opened.aad)?;
        call(version, subkey)
    })
}

/// Whether a rewrap would change a ciphertext. Looks at its outside only, so it says nothing about whether it opens.
pub(crate) fn needs_rewrap(state: &KeyState, terms: Terms<'_>, ciphertext: &str) -> Result<bool, Error> {
    state.admit("rewrap", crate::KeyType::encrypts)?;
    let parsed = decrypt::parse_text(state, ciphertext, terms.manner, Zero::IsOne)?;
    Ok(parsed.version != state.record.latest() || parsed.prefix.is_none() != state.template().is_some())
}

/// The same for the binary form.
pub(crate) fn needs_rewrap_binary(state: &KeyState, ciphertext: &[u8]) -> Result<bool, Error> {
    state.admit("rewrap", crate::KeyType::encrypts)?;
    let (version, _) = binary::parse(ciphertext).map_err(|_| Error::Malformed)?;
    state.record.window().for_decryption(version)?;
    Ok(version != state.record.latest())
}
