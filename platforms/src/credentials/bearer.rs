//! Bearer tokens: one is held for as long as it is good, and renewed once where it is refused.

use crate::answer::Answer;
use crate::wiped::Wiped;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use strongroom::{SealError, SecretBytes};

/// A token, as a header says it, and until when it is used.
pub(crate) struct Bearer {
    header: SecretBytes,
    until: Option<Instant>,
}

impl Bearer {
    /// Until two thirds of its time have passed; without a time, until it is refused.
    pub(crate) fn new(token: &SecretBytes, seconds: Option<u64>) -> Self {
        let mut header = Wiped::default();
        header.push(b"Bearer ");
        header.push(token.expose());
        // A day is more than any token lasts.
        let seconds = seconds.filter(|seconds| *seconds > 0).map(|seconds| seconds.min(86_400));
        let until = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds) * 2 / 3);
        Self { header: header.into_secret(), until }
    }

    /// What an answer gives under these names.
    #[cfg(any(feature = "google", feature = "infisical"))]
    pub(crate) fn of(
        answer: &Answer,
        token: &str,
        seconds: &str,
        failure: &crate::failure::Failure<'_>,
    ) -> Result<Self, SealError> {
        let found = answer.secret(&[token]).filter(|token| !token.is_empty());
        Ok(Self::new(&found.ok_or_else(|| failure.unreadable())?, answer.number(&[seconds])))
    }

    /// The value of the header `authorization`.
    pub(crate) const fn header(&self) -> &SecretBytes {
        &self.header
    }

    fn is_good(&self) -> bool {
        self.until.is_none_or(|until| Instant::now() < until)
    }
}

/// The token of one seal.
pub(crate) struct Held(Mutex<Option<Arc<Bearer>>>);

impl Held {
    pub(crate) const fn none() -> Self {
        Self(Mutex::new(None))
    }

    /// Asks with the token that there is, and once more with a new one where that is refused. One that is new
    /// and refused would be refused again.
    pub(crate) fn ask(
        &self,
        new: impl Fn() -> Result<Bearer, SealError>,
        ask: impl Fn(&Bearer) -> Result<Answer, SealError>,
    ) -> Result<Answer, SealError> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(bearer) = held.filter(|bearer| bearer.is_good()) {
            let answer = ask(&bearer)?;
            if answer.status != 401 {
                return Ok(answer);
            }
        }
        let bearer = Arc::new(new()?);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(bearer.clone());
        ask(&bearer)
    }
}
