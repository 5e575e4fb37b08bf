//! The one door: every call of a public method that does something with a keyring or a key goes through here.

use super::Engine;
use crate::Error;
use crate::name::KeyName;
use crate::verb::{Need, Verb};

impl Engine {
    /// Decides whether a call may be, sees whether the keyring is open and what is known fresh enough, works,
    /// and records what came of it.
    #[inline]
    pub(crate) fn pass<T>(
        &self,
        verb: Verb,
        key: Option<&KeyName>,
        work: impl FnOnce() -> Result<T, Error>,
    ) -> Result<T, Error> {
        decide(verb, key)?;
        self.admit(verb.need())?;
        let result = work();
        record(verb, key, &result);
        result
    }

    /// Whether such a call may be, for what an error says beside itself.
    pub(crate) fn may(&self, verb: Verb) -> bool {
        decide(verb, None).is_ok()
    }

    /// Refuses a keyring that was closed, and to make something new where it has not been seen for too long.
    pub(crate) fn admit(&self, need: Need) -> Result<(), Error> {
        if self.is_closed() {
            return Err(Error::Closed);
        }
        let now = self.clock.coarse_millis();
        self.look_for_changes(now);
        if need == Need::Protect && self.is_stale(now) && self.is_still_stale() {
            Err(Error::Stale)
        } else {
            Ok(())
        }
    }
}

/// Everything may be done by whoever has the keyring.
#[inline]
fn decide(_verb: Verb, _key: Option<&KeyName>) -> Result<(), Error> {
    Ok(())
}

/// Nobody asks.
#[inline]
fn record<T>(_verb: Verb, _key: Option<&KeyName>, _result: &Result<T, Error>) {}
