//! Redeeming tokens.

use super::View;
use crate::key::item::Item;
use crate::key::redeem;
use crate::key::token::{Token, TokenForm};
use crate::verb::Verb;
use crate::{Aad, Error};

impl View {
    /// Redeems a token that was [issued](Self::issue) with the same aad: what it holds, and when it is valid.
    /// It is not used up by that.
    ///
    /// The prefix is `srt_`. The clock of whoever issued it may be ahead of this one by 60 seconds; when it
    /// expires there is no leeway.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("sessions", KeySpec::default())?;
    /// let token = key.issue("user-17", Duration::from_secs(3600), Aad::from("login"))?;
    /// let redeemed = key.redeem(&token, Aad::from("login"))?;
    /// assert_eq!(redeemed.payload.expose(), b"user-17");
    /// assert!(redeemed.expires > std::time::SystemTime::now());
    /// assert_eq!(key.redeem(&token, Aad::from("reset")).unwrap_err(), Error::DecryptFailed);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::TokenExpired`], [`Error::TokenNotYetValid`], [`Error::DecryptFailed`], [`Error::Malformed`],
    /// also for one with another prefix, [`Error::VersionTooOld`], [`Error::VersionTooNew`],
    /// [`Error::OperationNotSupported`], [`Error::ContextRequired`], [`Error::KeyDisabled`]
    pub fn redeem(&self, token: impl AsRef<str>, aad: Aad<'_>) -> Result<Token, Error> {
        self.redeem_item(&Item::token(token.as_ref()).aad(&aad), &TokenForm::new())
    }

    /// [`redeem`](Self::redeem) with options: an [`Item::token`], and how it is to begin.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("sessions", KeySpec::default().derived(true))?;
    /// # let (form, hour) = (TokenForm::new().prefix("acme_"), Duration::from_secs(3600));
    /// # let token = key.issue_item(&Item::plaintext("user-17").context("tenant-1"), hour, &form)?;
    /// let form = TokenForm::new().prefix("acme_").leeway(Duration::ZERO);
    /// let redeemed = key.redeem_item(&Item::token(&token).context("tenant-1"), &form)?;
    /// assert_eq!(redeemed.payload.expose(), b"user-17");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`redeem`](Self::redeem), and [`Error::InvalidOption`] for a prefix that is none
    pub fn redeem_item(&self, item: &Item<'_>, form: &TokenForm) -> Result<Token, Error> {
        self.run(Verb::Redeem, item, |call| redeem::redeem(call, form))
    }
}
