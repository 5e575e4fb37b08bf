//! How long results will be, for callers who bring the memory. Nothing is encrypted, and no use of a nonce is
//! counted.

use crate::Error;
use crate::key::call::Call;
use crate::key::column::{Column, Extent};
use crate::key::decrypt::{self, Openable};
use crate::key::encrypt;
use crate::key::item::Input;
use crate::key::rewrap::{is_current, renew};
use crate::key::state::KeyState;
use crate::material::KeyType;
use crate::subkey::Subkey;
use crate::version::Version;
use crate::wire::{binary, text};

/// Of what [`encrypt`](encrypt::encrypt) would give.
pub(crate) fn encrypted(call: &Call<'_>) -> Result<usize, Error> {
    encrypt::with(call, |version, subkey, _, plaintext| of_text(call.state, version, subkey, plaintext.len()))
}

/// Of what [`encrypt_binary`](encrypt::encrypt_binary) would give.
pub(crate) fn encrypted_binary(call: &Call<'_>) -> Result<usize, Error> {
    encrypt::with(call, |_, subkey, _, plaintext| of_binary(subkey, plaintext.len()))
}

/// Of the plaintext, if the ciphertext opens.
pub(crate) fn decrypted(call: &Call<'_>) -> Result<usize, Error> {
    decrypt::with(call, |opened| plaintext_len(&opened))
}

/// Of what a rewrap would give, if the ciphertext opens.
pub(crate) fn rewrapped(call: &Call<'_>) -> Result<usize, Error> {
    let &Call { state, item, .. } = call;
    decrypt::with(call, |opened| {
        let len = plaintext_len(&opened)?;
        match item.input {
            Input::Ciphertext(same) if is_current(state, &opened) => Ok(same.len()),
            Input::Binary(same) if is_current(state, &opened) => Ok(same.len()),
            Input::Binary(_) => renew(call, &opened, |_, subkey| of_binary(subkey, len)),
            _ => renew(call, &opened, |version, subkey| of_text(state, version, subkey, len)),
        }
    })
}

/// Of an encrypted column, exactly.
pub(crate) fn encrypted_column(call: &Call<'_>, column: &Column<'_>) -> Result<Extent, Error> {
    let (key_type, head) = around(call)?;
    let text = |len: usize| head + key_type.payload_len(len).div_ceil(3).saturating_mul(4);
    let exact = column.values().sum(text);
    Ok(Extent { most: exact, least: exact })
}

/// Of a decrypted column: no plaintext is longer than the payload that it is in, which base64 makes longer by
/// a third.
pub(crate) fn decrypted_column(column: &Column<'_>) -> usize {
    let texts = column.values().bytes();
    texts - texts.div_ceil(4)
}

/// Of a column that is rewrapped: no text grows by more than what a new one has beside the plaintext.
pub(crate) fn rewrapped_column(call: &Call<'_>, column: &Column<'_>) -> Result<Extent, Error> {
    let (key_type, head) = around(call)?;
    // Of a block under a public key it is all that there is.
    let more = head + key_type.payload_len(0).div_ceil(3) * 4 + 4;
    let most = column.len().saturating_mul(more).saturating_add(column.values().bytes());
    Ok(Extent { most, least: 0 })
}

/// The type of the version that makes something new, and how long what stands before the base64 is.
fn around(call: &Call<'_>) -> Result<(KeyType, usize), Error> {
    let (state, version) = (call.state, call.version()?);
    let key_type = state.record.version(version).ok_or(Error::NoSuchVersion)?.key_type;
    Ok((key_type, text::length(state.template(), state.prefix(version), version, 0)))
}

fn plaintext_len(opened: &Openable<'_>) -> Result<usize, Error> {
    opened.subkey.plaintext_len(opened.payload())
}

fn of_text(state: &KeyState, version: Version, subkey: &Subkey, len: usize) -> Result<usize, Error> {
    Ok(text::length(state.template(), state.prefix(version), version, subkey.payload_len(len)?))
}

fn of_binary(subkey: &Subkey, len: usize) -> Result<usize, Error> {
    Ok(binary::HEAD_LEN + subkey.payload_len(len)?)
}
