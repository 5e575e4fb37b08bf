//! How long results will be, for callers who bring the memory. Nothing is encrypted, and no use of a nonce is counted.

use crate::Error;
use crate::key::decrypt::{self, Openable};
use crate::key::encrypt;
use crate::key::item::{Input, Item};
use crate::key::rewrap::{is_current, renew};
use crate::key::state::{Host, KeyState};
use crate::key::terms::Terms;
use crate::subkey::Subkey;
use crate::version::Version;
use crate::wire::{binary, text};

/// Of what [`encrypt`](encrypt::encrypt) would give.
pub(crate) fn encrypted(state: &KeyState, host: &dyn Host, terms: Terms<'_>, item: &Item<'_>) -> Result<usize, Error> {
    encrypt::with(state, host, terms, item, |version, subkey, _, plaintext| Ok(of_text(state, version, subkey, plaintext.len())))
}

/// Of what [`encrypt_binary`](encrypt::encrypt_binary) would give.
pub(crate) fn encrypted_binary(state: &KeyState, host: &dyn Host, terms: Terms<'_>, item: &Item<'_>) -> Result<usize, Error> {
    encrypt::with(state, host, terms, item, |_, subkey, _, plaintext| Ok(of_binary(subkey, plaintext.len())))
}

/// Of the plaintext, if the ciphertext opens.
pub(crate) fn decrypted(state: &KeyState, host: &dyn Host, terms: Terms<'_>, item: &Item<'_>) -> Result<usize, Error> {
    decrypt::with(state, host, terms, item, "decrypt", |opened| plaintext_len(&opened))
}

/// Of what a rewrap would give, if the ciphertext opens.
pub(crate) fn rewrapped(state: &KeyState, host: &dyn Host, terms: Terms<'_>, item: &Item<'_>) -> Result<usize, Error> {
    decrypt::with(state, host, terms, item, "rewrap", |opened| {
        let len = plaintext_len(&opened)?;
        match item.input {
            Input::Ciphertext(same) if is_current(state, &opened) => Ok(same.len()),
            Input::Binary(same) if is_current(state, &opened) => Ok(same.len()),
            Input::Binary(_) => renew(state, host, &opened, |_, subkey| Ok(of_binary(subkey, len))),
            _ => renew(state, host, &opened, |version, subkey| Ok(of_text(state, version, subkey, len))),
        }
    })
}

fn plaintext_len(opened: &Openable<'_>) -> Result<usize, Error> {
    opened.subkey.plaintext_len(opened.payload)
}

fn of_text(state: &KeyState, version: Version, subkey: &Subkey, len: usize) -> usize {
    text::length(state.template(), state.prefix(version), version, len + subkey.overhead())
}

fn of_binary(subkey: &Subkey, len: usize) -> usize {
    binary::HEAD_LEN + subkey.overhead() + len
}
