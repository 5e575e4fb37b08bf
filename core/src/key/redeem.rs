//! Redeeming tokens.

use crate::committing::OVERHEAD;
use crate::key::call::Call;
use crate::key::item::{Input, WRONG_ITEM};
use crate::key::token::{LIFE, TIMES, Token, TokenForm, bound, cannot, has_tokens, now};
use crate::manner::Manner;
use crate::subkey::Subkey;
use crate::wire::binary::HEAD_LEN;
use crate::wire::text::{Block, Decoded};
use crate::wire::token::parse;
use crate::{Error, SecretBytes};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a token holds, if it is one and its time is now.
pub(crate) fn redeem(call: &Call<'_>, form: &TokenForm) -> Result<Token, Error> {
    let &Call { state, host, item, .. } = call;
    let Input::Token(text) = item.input else { return Err(WRONG_ITEM) };
    if !state.record.versions.iter().any(|version| version.key_type.has_streams()) {
        return Err(cannot(call, state.record.key_type()));
    }
    let prefix = form.checked_prefix()?;
    let (mut place, mut decoded) = (None, Decoded::nothing());
    let bound = bound(call, prefix, &mut place)?;
    let context = call.context()?;
    let (version, len) = parse(text, prefix, &mut decoded).map_err(|_| Error::Malformed)?;
    state.record.window().for_decryption(version)?;
    if !has_tokens(call, version) {
        return Err(Error::Malformed);
    }
    state.with_token_key(version, context, host, |subkey| {
        if len < OVERHEAD + TIMES {
            return Err(Error::Malformed);
        }
        let plaintext = open(subkey, bound, &mut decoded)?;
        let (issued, expires) = times(plaintext.expose()).ok_or_else(|| Error::DecryptFailed)?;
        let now = now(call);
        if issued > now.saturating_add(form.leeway_millis()) {
            return Err(Error::TokenNotYetValid);
        }
        if now >= expires {
            return Err(Error::TokenExpired);
        }
        let len = plaintext.len();
        Ok(Token {
            payload: plaintext.narrowed(TIMES..len),
            // Where a system has no such time, it is later than any now.
            issued: time(issued).ok_or_else(|| Error::TokenNotYetValid)?,
            expires: time(expires).ok_or_else(|| Error::TokenNotYetValid)?,
        })
    })
}

/// What is inside. A large payload is opened where it is.
fn open(subkey: &Subkey, bound: &[u8], decoded: &mut Decoded) -> Result<SecretBytes, Error> {
    if let Some(Block { memory, at }) = decoded.take_block() {
        let payload = at + HEAD_LEN..memory.len();
        let mut ours = SecretBytes::new(memory).narrowed(payload);
        let plaintext = subkey.decrypt_in_place(bound, ours.expose_mut(), Manner::Strict)?;
        return Ok(ours.narrowed(plaintext));
    }
    let payload = decoded.bytes().get(HEAD_LEN..).unwrap_or_default();
    let mut plaintext = SecretBytes::zeroed(subkey.plaintext_len(payload)?);
    subkey.decrypt(bound, payload, plaintext.expose_mut(), Manner::Strict)?;
    Ok(plaintext)
}

/// Both times, in milliseconds, if they are as far apart as those of a token can be.
fn times(plaintext: &[u8]) -> Option<(u64, u64)> {
    let (issued, rest) = plaintext.split_first_chunk()?;
    let (issued, expires) = (u64::from_be_bytes(*issued), u64::from_be_bytes(*rest.first_chunk()?));
    LIFE.contains(&expires.checked_sub(issued)?).then_some((issued, expires))
}

fn time(millis: u64) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_millis(millis))
}
