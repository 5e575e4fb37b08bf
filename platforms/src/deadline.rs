//! How long all of a call may take.

use std::time::{Duration, Instant};

/// For everything that one wrap or unwrap asks: logins, tries and waits between them.
const WHOLE_CALL: Duration = Duration::from_secs(10);

#[derive(Clone, Copy)]
pub(crate) struct Deadline {
    end: Instant,
    /// How long all of it may take.
    whole: Duration,
}

impl Deadline {
    pub(crate) fn start() -> Self {
        Self::of(WHOLE_CALL)
    }

    pub(crate) fn of(whole: Duration) -> Self {
        Self { end: Instant::now() + whole, whole }
    }

    pub(crate) const fn whole(self) -> Duration {
        self.whole
    }

    /// What is left, if anything.
    pub(crate) fn left(self) -> Option<Duration> {
        self.end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }

    /// Half of what is left.
    #[cfg(feature = "vault")]
    pub(crate) fn half(self) -> Self {
        Self { end: Instant::now() + self.left().unwrap_or_default() / 2, ..self }
    }

    /// This, or sooner.
    #[allow(dead_code, reason = "not every platform has what may not answer at all")]
    pub(crate) fn within(self, limit: Duration) -> Self {
        Self { end: self.end.min(Instant::now() + limit), ..self }
    }
}
