//! Tokens: what is handed out for a while, and taken back with what it carries.

use crate::failure::{Failure, Status};
use crate::handles;
use crate::memory::{In, Len, Out, utf8};
use crate::object::KeyHandle;
use crate::options::{self, Options};
use crate::output::Output;
use crate::structure::{self, Structure};
use std::ffi::{c_char, c_void};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use strongroom::{Item, TokenForm};

/// For strongroom_token_form.leeway_ms: none.
pub const NO_LEEWAY: u64 = u64::MAX;

/// How tokens are written and taken. NULL stands for one in which nothing is set.
#[repr(C)]
pub struct TokenOptions<'a> {
    pub(crate) size: usize,
    /// What they begin with, so that they are found where they should not be: 2 to 16 of a to z and 0 to 9,
    /// and "_". NULL for "srt_". A token of another prefix is STRONGROOM_MALFORMED.
    pub(crate) prefix: In<'a, c_char>,
    /// To redeem: by how many milliseconds the clock of whoever issued may be ahead; 0 for 60,000,
    /// STRONGROOM_NO_LEEWAY for none.
    pub(crate) leeway_ms: u64,
}

// SAFETY: a size first, then integers and pointers only.
unsafe impl Structure for TokenOptions<'_> {
    const FIRST_SIZE: usize = size_of::<Self>();
}

/// What was said, and whether there was a leeway.
fn form(options: In<'_, TokenOptions<'_>>) -> Result<(TokenForm, bool), Failure> {
    let TokenOptions { prefix, leeway_ms, .. } = structure::read(options)?;
    let mut form = TokenForm::new();
    if let Some(prefix) = prefix.optional_string()? {
        form = form.prefix(prefix);
    }
    form = match leeway_ms {
        0 => form,
        NO_LEEWAY => form.leeway(Duration::ZERO),
        milliseconds => form.leeway(Duration::from_millis(milliseconds)),
    };
    Ok((form, leeway_ms != 0))
}

/// Milliseconds since 1970.
fn milliseconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// A token that carries a payload and expires: a text for a URL, a header or a mail. The options hold an aad
/// or a context, with which it is redeemed, or a version. `ttl_ms` is for how many milliseconds it is good:
/// 1,000 (a second) to 34,560,000,000 (400 days). For keys of type xaes256-gcm. Whoever has a token can
/// redeem it, any number of times.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_issue(
    key: KeyHandle,
    payload: In<'_, c_void>,
    payload_len: Len,
    ttl_ms: u64,
    options: In<'_, Options<'_>>,
    form: In<'_, TokenOptions<'_>>,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        let (form, has_leeway) = self::form(form)?;
        if has_leeway {
            return Err(Failure::Argument("a leeway is for redeeming, where it is said"));
        }
        let payload = payload.bytes(payload_len)?;
        let ttl = Duration::from_millis(ttl_ms);
        let token = handles::with(key, |object| {
            let view = object.view()?;
            options::with(options, Item::plaintext(payload), |item, _| Ok(view.issue_item(item, ttl, &form)?))
        })?;
        out.text(&token)
    })
}

/// What a token carries, if it is good now. `*issued_ms` and `*expires_ms` become when it was issued and when
/// it expires, in milliseconds since 1970, unless they are NULL. One that has expired is
/// STRONGROOM_TOKEN_EXPIRED, one that is not good yet STRONGROOM_TOKEN_NOT_YET_VALID, and any that was not
/// issued with this key, aad, context and prefix STRONGROOM_DECRYPT_FAILED or STRONGROOM_MALFORMED.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_redeem(
    key: KeyHandle,
    token: In<'_, c_char>,
    token_len: Len,
    options: In<'_, Options<'_>>,
    form: In<'_, TokenOptions<'_>>,
    out: Out<'_, c_void>,
    capacity: Len,
    len: Out<'_, usize>,
    issued_ms: Out<'_, u64>,
    expires_ms: Out<'_, u64>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        let (form, _) = self::form(form)?;
        let text = token.secret(token_len)?;
        let text = utf8(&text)?;
        let token = handles::with(key, |object| {
            let view = object.view()?;
            options::with(options, Item::token(text), |item, _| Ok(view.redeem_item(item, &form)?))
        });
        let token = token.map_err(|failure| failure.because(|| form.why_malformed(text)))?;
        out.bytes(token.payload.expose())?;
        for (place, time) in [(issued_ms, token.issued), (expires_ms, token.expires)] {
            if !place.is_null() {
                place.place()?.put(milliseconds(time));
            }
        }
        Ok(())
    })
}
