//! Issuing tokens.

use super::View;
use crate::key::issue;
use crate::key::item::Item;
use crate::key::token::TokenForm;
use crate::verb::Verb;
use crate::{Aad, Error};
use std::time::Duration;

impl View {
    /// Issues a token: a text for a header, a link or a cookie, which whoever holds it brings back until it
    /// expires, from now on for `ttl`, a second to 400 days. What it holds cannot be read or changed
    /// without the key, and it [redeems](Self::redeem) with the same aad only. For keys of type
    /// `xaes256-gcm`.
    ///
    /// Whoever has a token can use it, as often as they like. One key can encrypt and issue tokens: neither
    /// can be taken for the other (`docs/formats.md`, section 18).
    ///
    /// ```
    /// use std::time::Duration;
    /// use strongroom::{Aad, KeySpec, Keyring};
    /// let key = Keyring::in_memory().create_key("sessions", KeySpec::default())?;
    /// let token = key.issue("user-17", Duration::from_secs(15 * 60), Aad::from("password-reset"))?;
    /// assert!(token.starts_with("srt_"));
    /// let redeemed = key.redeem(&token, Aad::from("password-reset"))?;
    /// assert_eq!(redeemed.payload.expose(), b"user-17");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::OperationNotSupported`], [`Error::InvalidOption`] for another `ttl`,
    /// [`Error::ContextRequired`], [`Error::MessageTooLong`], [`Error::InvalidAad`], [`Error::KeyDisabled`],
    /// [`Error::Stale`]
    pub fn issue(&self, payload: impl AsRef<[u8]>, ttl: Duration, aad: Aad<'_>) -> Result<String, Error> {
        self.issue_item(&Item::plaintext(payload.as_ref()).aad(&aad), ttl, &TokenForm::new())
    }

    /// [`issue`](Self::issue) with options: an [`Item::plaintext`], and how the token is to begin.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("sessions", KeySpec::default().derived(true))?;
    /// let (form, hour) = (TokenForm::new().prefix("acme_"), Duration::from_secs(3600));
    /// let token = key.issue_item(&Item::plaintext("user-17").context("tenant-1"), hour, &form)?;
    /// assert!(token.starts_with("acme_"));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`issue`](Self::issue), [`Error::InvalidOption`] also for a prefix that is none, and
    /// [`Error::VersionNotAllowed`], [`Error::VersionTooNew`]
    pub fn issue_item(&self, item: &Item<'_>, ttl: Duration, form: &TokenForm) -> Result<String, Error> {
        self.run(Verb::Issue, item, |call| issue::issue(call, ttl, form))
    }
}
