//! Issuing tokens.

use crate::Error;
use crate::committing::OVERHEAD;
use crate::error::invalid;
use crate::held::Held;
use crate::key::call::Call;
use crate::key::item::{Input, WRONG_ITEM};
use crate::key::token::{LIFE, TIMES, TokenForm, bound, cannot, has_tokens, millis, now};
use crate::wire::{MAX_MESSAGE, token};
use std::time::Duration;

/// A token of the item's plaintext that is valid from now on for so long.
pub(crate) fn issue(call: &Call<'_>, ttl: Duration, form: &TokenForm) -> Result<String, Error> {
    let &Call { state, host, item, .. } = call;
    let Input::Plaintext(payload) = item.input else { return Err(WRONG_ITEM) };
    let prefix = form.checked_prefix()?;
    let life = millis(ttl);
    // What is rounded down is asked for in full: 400 days and a part of a millisecond are more than 400 days.
    if !LIFE.contains(&life) || ttl > Duration::from_millis(*LIFE.end()) {
        return Err(Error::InvalidOption { reason: invalid::TOKEN_TTL_OUT_OF_RANGE });
    }
    if payload.len() > MAX_MESSAGE {
        return Err(Error::MessageTooLong);
    }
    let (mut place, mut kept) = (None, None);
    let bound = bound(call, prefix, &mut place)?;
    let version = call.version()?;
    if !has_tokens(call, version) {
        let key_type = state.record.version(version).map(|version| version.key_type);
        return Err(cannot(call, key_type.unwrap_or(state.record.key_type())));
    }
    state.with_token_key(version, call.context()?, host, |subkey| {
        let issued = now(call);
        let mut times = [0; TIMES];
        let (first, last) = times.split_at_mut(TIMES / 2);
        first.copy_from_slice(&issued.to_be_bytes());
        last.copy_from_slice(&issued.saturating_add(life).to_be_bytes());
        let plaintext = Held::behind(&mut kept, &times, payload);
        call.spend(version)?;
        token::write(prefix, version, plaintext.len() + OVERHEAD, |out| {
            subkey.encrypt(state.nonces, bound, plaintext, out)
        })
    })
}
