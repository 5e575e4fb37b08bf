//! Bringing ciphertexts under the latest version.

use crate::Error;
use crate::key::call::Call;
use crate::key::decrypt::{self, Openable, Zero};
use crate::key::encrypt::{check_version, to_binary, to_text};
use crate::key::item::{Input, WRONG_ITEM};
use crate::key::state::KeyState;
use crate::wire::base64::Alphabet;
use crate::wire::{binary, text};

/// Authenticates, then encrypts anew under the latest version (in Transit's manner, under the one that was
/// asked for); one that is already as a new one would be comes back byte for byte.
pub(crate) fn rewrap(call: &Call<'_>) -> Result<String, Error> {
    let &Call { state, item, .. } = call;
    decrypt::with(call, |opened| {
        let plaintext = opened.plaintext()?;
        match item.input {
            // Of the payload that was authenticated: a text has one spelling.
            Input::Ciphertext(_) if is_current(state, &opened) => {
                let (template, prefix) = (state.template(), state.prefix(opened.version));
                Ok(text::of(template, prefix, opened.version, Alphabet::Standard, opened.payload))
            }
            _ => renew(call, &opened, |version, subkey| {
                to_text(call, version, subkey, opened.aad, plaintext.expose())
            }),
        }
    })
}

/// Renews a ciphertext in the compact binary form.
pub(crate) fn rewrap_binary(call: &Call<'_>) -> Result<Vec<u8>, Error> {
    let &Call { state, item, .. } = call;
    decrypt::with(call, |opened| {
        let plaintext = opened.plaintext()?;
        match item.input {
            Input::Binary(_) if is_current(state, &opened) => {
                Ok([&binary::head(opened.version), opened.payload].concat())
            }
            _ => renew(call, &opened, |version, subkey| {
                to_binary(call, version, subkey, opened.aad, plaintext.expose())
            }),
        }
    })
}

pub(crate) fn is_current(state: &KeyState, opened: &Openable<'_>) -> bool {
    // Transit makes a new one each time.
    opened.canonical && opened.version == state.record.latest() && !opened.manner.is_transit()
}

pub(crate) fn renew<T>(
    call: &Call<'_>,
    opened: &Openable<'_>,
    work: impl FnOnce(crate::Version, &crate::subkey::Subkey) -> Result<T, Error>,
) -> Result<T, Error> {
    let &Call { state, host, .. } = call;
    let version = state.to_make(host, opened.asked, opened.manner)?;
    state.with_subkey(version, opened.context, host, |subkey| {
        check_version(state, version, subkey, opened.aad)?;
        work(version, subkey)
    })
}

/// Whether a rewrap would change a ciphertext. Looks at its outside only, so it says nothing about whether it
/// opens.
pub(crate) fn needs_rewrap(call: &Call<'_>) -> Result<bool, Error> {
    let &Call { state, terms, item, .. } = call;
    match item.input {
        Input::Ciphertext(ciphertext) => {
            let parsed = decrypt::parse_text(state, ciphertext, terms.manner, Zero::IsOne)?;
            Ok(parsed.version != state.record.latest()
                || parsed.prefix.is_none() != state.template().is_some())
        }
        Input::Binary(ciphertext) => {
            let (version, _) = binary::parse(ciphertext).map_err(|_| Error::Malformed)?;
            state.record.window().for_decryption(version)?;
            Ok(version != state.record.latest())
        }
        _ => Err(WRONG_ITEM),
    }
}
