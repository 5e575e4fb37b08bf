//! Encrypting.

use crate::Error;
use crate::derive::ConvergentRule;
use crate::error::invalid;
use crate::held::Held;
use crate::key::call::Call;
use crate::key::decrypt::check_aad;
use crate::key::item::{Input, WRONG_ITEM};
use crate::key::state::KeyState;
use crate::key::unusable::Unusable;
use crate::subkey::Subkey;
use crate::version::Version;
use crate::wire::base64::Alphabet;
use crate::wire::{MAX_MESSAGE, binary, text};

/// To text.
pub(crate) fn encrypt(call: &Call<'_>) -> Result<String, Error> {
    with(call, |version, subkey, aad, plaintext| to_text(call, version, subkey, aad, plaintext))
}

/// To text, into a buffer of the caller's. Gives the length.
pub(crate) fn encrypt_text_into(call: &Call<'_>, out: &mut [u8]) -> Result<usize, Error> {
    encrypt_text_onto(call, |needed| out.get_mut(..needed).ok_or_else(|| Error::BufferTooSmall { needed }))
}

/// To text, into memory that is asked for when its length is known. Gives the length.
pub(crate) fn encrypt_text_onto<'o>(
    call: &Call<'_>,
    room: impl FnOnce(usize) -> Result<&'o mut [u8], Error>,
) -> Result<usize, Error> {
    with(call, |version, subkey, aad, plaintext| text_onto(call, version, subkey, aad, plaintext, room))
}

/// To the binary form.
pub(crate) fn encrypt_binary(call: &Call<'_>) -> Result<Vec<u8>, Error> {
    with(call, |version, subkey, aad, plaintext| to_binary(call, version, subkey, aad, plaintext))
}

/// To the binary form, in a buffer of the caller's. Gives the length.
pub(crate) fn encrypt_into(call: &Call<'_>, out: &mut [u8]) -> Result<usize, Error> {
    with(call, |version, subkey, aad, plaintext| {
        let needed = binary::HEAD_LEN + subkey.payload_len(plaintext.len())?;
        let out = out.get_mut(..needed).ok_or_else(|| Error::BufferTooSmall { needed })?;
        write_binary(call, version, subkey, aad, plaintext, out)?;
        Ok(needed)
    })
}

/// Checks all that is public about the item, and calls with what is needed to encrypt it.
pub(crate) fn with<T>(
    call: &Call<'_>,
    work: impl FnOnce(Version, &Subkey, &[u8], &[u8]) -> Result<T, Error>,
) -> Result<T, Error> {
    let &Call { state, terms, item, .. } = call;
    let Input::Plaintext(plaintext) = item.input else { return Err(WRONG_ITEM) };
    if plaintext.len() > MAX_MESSAGE {
        return Err(Error::MessageTooLong);
    }
    // It is authenticated, and bound by the commitment.
    let mut place = None;
    let aad: &[u8] = Held::copy(&mut place, terms.aad(item)?);
    let version = call.version()?;
    state.with_subkey(version, call.context()?, call.host, |subkey| {
        check_version(state, version, subkey, aad)?;
        work(version, subkey, aad, plaintext)
    })
}

/// Refuses what a version must not make.
pub(crate) fn check_version(
    state: &KeyState,
    version: Version,
    subkey: &Subkey,
    aad: &[u8],
) -> Result<(), Error> {
    check_aad(subkey, aad)?;
    if !subkey.is_convergent() {
        // Neither Vault nor OpenBao opens what it encrypts, so it would be lost on the way back.
        let unusable = state.record.derived
            && state.record.version(version).and_then(|v| Unusable::of(&state.record, v))
                == Some(Unusable::KdfOfAes128);
        return if unusable {
            Err(Error::InvalidOption { reason: invalid::KDF_MAKES_NOTHING_NEW })
        } else {
            Ok(())
        };
    }
    // Transit's rule leaves the aad out of the nonce, so two aads for one plaintext share key and nonce:
    // whoever sees both ciphertexts computes the key of the tags from them, and forges (SP 800-38D appendix
    // A, RFC 8439 section 4). Hence not in the view that is as lenient either.
    if !aad.is_empty() {
        return Err(Error::AadNotAllowed);
    }
    // Whoever knows the context can test guesses at what was encrypted by the second rule.
    let old = state
        .record
        .version(version)
        .is_some_and(|record| state.record.rules(record).convergent != Some(ConvergentRule::Three));
    if old { Err(Error::InvalidOption { reason: invalid::RULE_MAKES_NOTHING_NEW }) } else { Ok(()) }
}

pub(crate) fn to_text(
    call: &Call<'_>,
    version: Version,
    subkey: &Subkey,
    aad: &[u8],
    plaintext: &[u8],
) -> Result<String, Error> {
    let state = call.state;
    let len = subkey.payload_len(plaintext.len())?;
    call.spend(version)?;
    text::write(state.template(), state.prefix(version), version, Alphabet::Standard, len, |payload| {
        subkey.encrypt(state.nonces, aad, plaintext, payload)
    })
}

pub(crate) fn text_onto<'o>(
    call: &Call<'_>,
    version: Version,
    subkey: &Subkey,
    aad: &[u8],
    plaintext: &[u8],
    room: impl FnOnce(usize) -> Result<&'o mut [u8], Error>,
) -> Result<usize, Error> {
    let state = call.state;
    let len = subkey.payload_len(plaintext.len())?;
    let (template, prefix) = (state.template(), state.prefix(version));
    let out = room(text::length(template, prefix, version, len))?;
    call.spend(version)?;
    text::write_into(template, prefix, version, Alphabet::Standard, len, out, |payload| {
        subkey.encrypt(state.nonces, aad, plaintext, payload)
    })
}

pub(crate) fn to_binary(
    call: &Call<'_>,
    version: Version,
    subkey: &Subkey,
    aad: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, Error> {
    let mut out = vec![0; binary::HEAD_LEN + subkey.payload_len(plaintext.len())?];
    write_binary(call, version, subkey, aad, plaintext, &mut out)?;
    Ok(out)
}

fn write_binary(
    call: &Call<'_>,
    version: Version,
    subkey: &Subkey,
    aad: &[u8],
    plaintext: &[u8],
    out: &mut [u8],
) -> Result<(), Error> {
    call.spend(version)?;
    let (head, payload) = out.split_first_chunk_mut().ok_or_else(|| Error::MessageTooLong)?;
    *head = binary::head(version);
    subkey.encrypt(call.state.nonces, aad, plaintext, payload)
}
