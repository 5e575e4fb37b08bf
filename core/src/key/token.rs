//! Tokens: what is handed out and taken back for a while (`docs/formats.md`, section 18).

use crate::error::invalid;
use crate::held::Held;
use crate::key::call::Call;
use crate::key::mistaken::mistaken_token;
use crate::material::KeyType;
use crate::version::Version;
use crate::wire::prefix::{OF_TOKENS, is_prefix};
use crate::{Error, SecretBytes};
use std::fmt;
use std::time::{Duration, SystemTime};

/// What a token held, and when it is valid.
///
/// ```
/// use std::time::Duration;
/// use strongroom::{Aad, KeySpec, Keyring, Token};
/// let key = Keyring::in_memory().create_key("sessions", KeySpec::default())?;
/// let text = key.issue("user-17", Duration::from_secs(3600), Aad::NONE)?;
/// let Token { payload, issued, expires, .. } = key.redeem(&text, Aad::NONE)?;
/// assert_eq!(payload.expose(), b"user-17");
/// assert_eq!(expires.duration_since(issued).unwrap().as_secs(), 3600);
/// # Ok::<(), strongroom::Error>(())
/// ```
#[non_exhaustive]
pub struct Token {
    /// What it was issued with.
    pub payload: SecretBytes,
    /// When it was issued, by the clock of whoever did, to the millisecond.
    pub issued: SystemTime,
    /// From when on it is refused.
    pub expires: SystemTime,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { payload: _, issued, expires } = self;
        f.debug_struct("Token").field("issued", issued).field("expires", expires).finish_non_exhaustive()
    }
}

/// How the tokens of a program begin, and how far the clocks may differ of who issues and who redeems them.
///
/// ```
/// use std::time::Duration;
/// use strongroom::{Item, KeySpec, Keyring, TokenForm};
/// let key = Keyring::in_memory().create_key("invitations", KeySpec::default())?;
/// let form = TokenForm::new().prefix("acme_").leeway(Duration::from_secs(5));
/// let text = key.issue_item(&Item::plaintext("user-17"), Duration::from_secs(3600), &form)?;
/// assert!(text.starts_with("acme_"));
/// assert_eq!(key.redeem_item(&Item::token(&text), &form)?.payload.expose(), b"user-17");
/// # Ok::<(), strongroom::Error>(())
/// ```
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenForm {
    /// `None` is the usual one.
    prefix: Option<Box<str>>,
    leeway: Duration,
}

impl TokenForm {
    /// With the prefix `srt_`, and a leeway of 60 seconds.
    pub const fn new() -> Self {
        Self { prefix: None, leeway: Duration::from_secs(60) }
    }

    /// How a token begins: 2 to 16 of a to z and 0 to 9, and an underscore behind them. It is bound to it,
    /// and whoever redeems it names the same. What is no prefix is reported by the operation.
    pub fn prefix(mut self, prefix: impl Into<Box<str>>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }

    /// How much later than now a token may have been issued, by a clock that is ahead, in whole milliseconds.
    /// When a token expires there is none. Whoever issues needs none.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// For bindings: why a text is malformed as a token of this form, where that can be seen from outside. It
    /// is said behind the message of [`Error::Malformed`].
    ///
    /// ```
    /// # use strongroom::TokenForm;
    /// assert_eq!(TokenForm::new().why_malformed(""), Some("it is empty"));
    /// ```
    #[doc(hidden)]
    pub fn why_malformed(&self, text: &str) -> Option<&'static str> {
        mistaken_token(text, self.checked_prefix().ok()?)
    }

    pub(super) fn checked_prefix(&self) -> Result<&str, Error> {
        let prefix = self.prefix.as_deref().unwrap_or(OF_TOKENS);
        if is_prefix(prefix) {
            Ok(prefix)
        } else {
            Err(Error::InvalidOption { reason: invalid::TOKEN_PREFIX_MALFORMED })
        }
    }

    pub(super) fn leeway_millis(&self) -> u64 {
        millis(self.leeway)
    }
}

impl Default for TokenForm {
    fn default() -> Self {
        Self::new()
    }
}

/// What stands in a token before its payload: two times.
pub(super) const TIMES: usize = 16;

/// Between them: a second to 400 days, in milliseconds.
pub(super) const LIFE: std::ops::RangeInclusive<u64> = 1000..=400 * 24 * 3600 * 1000;

/// Rounded down, as all times in tokens are.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The time of a call, in milliseconds since 1970.
pub(super) fn now(call: &Call<'_>) -> u64 {
    call.host.now() / 1_000_000
}

/// `u8 length of the prefix ‖ prefix ‖ u8 kind of aad ‖ aad`: what is authenticated with a token. A copy,
/// which lies in `place`.
pub(super) fn bound<'a>(
    call: &Call<'_>,
    prefix: &str,
    place: &'a mut Option<Held>,
) -> Result<&'a [u8], Error> {
    let (kind, aad) = call.terms.aad_with_kind(call.item)?;
    let mut front = [0; 1 + 17 + 1];
    let len = prefix.len();
    let parts = [u8::try_from(len).unwrap_or_default()].into_iter().chain(prefix.bytes()).chain([kind]);
    front.iter_mut().zip(parts).for_each(|(byte, part)| *byte = part);
    Ok(Held::behind(place, front.get(..len + 2).unwrap_or_default(), aad))
}

/// Whether tokens are sealed under a version.
pub(super) fn has_tokens(call: &Call<'_>, version: Version) -> bool {
    call.state.record.version(version).is_some_and(|version| version.key_type.has_streams())
}

#[cold]
pub(super) fn cannot(call: &Call<'_>, key_type: KeyType) -> Error {
    Error::OperationNotSupported { operation: call.verb.name(), key_type: key_type.name() }
}
