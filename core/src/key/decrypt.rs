//! Decrypting.

use crate::context::Context;
use crate::key::item::{Input, Item, WRONG_ITEM};
use crate::key::state::{Host, KeyState};
use crate::material::KeyType;
use crate::subkey::Subkey;
use crate::version::Version;
use crate::wire::text::{Alphabet, Decoded};
use crate::wire::{binary, text};
use crate::{Error, SecretBytes};

/// The plaintext, in memory that is wiped.
pub(crate) fn decrypt(state: &KeyState, host: &dyn Host, bound: Option<&Context>, item: &Item<'_>) -> Result<SecretBytes, Error> {
    with(state, host, bound, item, "decrypt", |opened| opened.plaintext())
}

/// The plaintext, in a buffer of the caller's. Gives the length. After a failure the buffer holds nothing of it.
pub(crate) fn decrypt_into(state: &KeyState, host: &dyn Host, bound: Option<&Context>, item: &Item<'_>, out: &mut [u8]) -> Result<usize, Error> {
    with(state, host, bound, item, "decrypt", |opened| {
        let needed = opened.subkey.plaintext_len(opened.payload)?;
        let out = out.get_mut(..needed).ok_or(Error::BufferTooSmall { needed })?;
        opened.subkey.decrypt(opened.aad, opened.payload, out)?;
        Ok(needed)
    })
}

/// A ciphertext whose version may be decrypted, with the subkey for it.
pub(crate) struct Openable<'a> {
    pub(crate) version: Version,
    pub(crate) subkey: &'a Subkey,
    pub(crate) aad: &'a [u8],
    pub(crate) payload: &'a [u8],
    pub(crate) context: Option<&'a Context>,
    /// Whether the text is in the form that a new one of its version would have.
    pub(crate) canonical: bool,
}

impl Openable<'_> {
    pub(crate) fn plaintext(&self) -> Result<SecretBytes, Error> {
        let mut out = SecretBytes::zeroed(self.subkey.plaintext_len(self.payload)?);
        self.subkey.decrypt(self.aad, self.payload, out.expose_mut())?;
        Ok(out)
    }
}

/// Takes the item apart, checks all that is public about it, and calls with what is needed to open it.
pub(crate) fn with<T>(
    state: &KeyState,
    host: &dyn Host,
    bound: Option<&Context>,
    item: &Item<'_>,
    operation: &'static str,
    call: impl FnOnce(Openable<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    state.admit(operation, KeyType::encrypts)?;
    item.only(true, false, false, false)?;
    let aad = item.aad.encoded()?;
    let context = item.context_or(bound)?;
    match item.input {
        Input::Ciphertext(ciphertext) => {
            let parsed = parse_text(state, ciphertext)?;
            let payload = Decoded::new(parsed.base64, Alphabet::Standard).map_err(|_| Error::Malformed)?;
            let canonical = parsed.prefix.is_none() == state.template().is_some();
            state.with_subkey(parsed.version, context, host, |subkey| {
                call(Openable { version: parsed.version, subkey, aad, payload: payload.bytes(), context, canonical })
            })
        }
        Input::Binary(ciphertext) => {
            let (version, payload) = binary::parse(ciphertext).map_err(|_| Error::Malformed)?;
            state.record.window().for_decryption(version)?;
            state.with_subkey(version, context, host, |subkey| call(Openable { version, subkey, aad, payload, context, canonical: true }))
        }
        _ => Err(WRONG_ITEM),
    }
}

/// The outside of a ciphertext or signature: its version may be read, and its prefix is the one of that version's type.
pub(crate) fn parse_text<'a>(state: &KeyState, text: &'a str) -> Result<text::Parsed<'a>, Error> {
    let parsed = text::parse(text, state.template()).map_err(|_| Error::Malformed)?;
    state.record.window().for_decryption(parsed.version)?;
    if parsed.prefix.is_some_and(|prefix| prefix != state.prefix(parsed.version)) {
        return Err(Error::Malformed);
    }
    Ok(parsed)
}
