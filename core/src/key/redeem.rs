//! Redeeming tokens.

use crate::committing::OVERHEAD;
use crate::key::call::Call;
use crate::key::item::{Input, WRONG_ITEM};
use crate::key::token::{LIFE, TIMES, Token, TokenForm, bound, cannot, has_tokens, now};
use crate::manner::Manner;
use crate::wire::text::Decoded;
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
    let (version, payload) = parse(text, prefix, &mut decoded).map_err(|_| Error::Malformed)?;
    state.record.window().for_decryption(version)?;
    if !has_tokens(call, version) {
        return Err(Error::Malformed);
    }
    state.with_token_key(version, context, host, |subkey| {
        let len = payload.len().checked_sub(OVERHEAD).filter(|len| *len >= TIMES);
        let mut plaintext = SecretBytes::zeroed(len.ok_or_else(|| Error::Malformed)?);
        subkey.decrypt(bound, payload, plaintext.expose_mut(), Manner::Strict)?;
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

/// Both times, in milliseconds, if they are as far apart as those of a token can be.
fn times(plaintext: &[u8]) -> Option<(u64, u64)> {
    let (issued, rest) = plaintext.split_first_chunk()?;
    let (issued, expires) = (u64::from_be_bytes(*issued), u64::from_be_bytes(*rest.first_chunk()?));
    LIFE.contains(&expires.checked_sub(issued)?).then_some((issued, expires))
}

fn time(millis: u64) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_millis(millis))
}
