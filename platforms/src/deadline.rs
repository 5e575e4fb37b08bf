//! How long all of a call may take.

use std::time::{Duration, Instant};

/// For everything that one wrap or unwrap asks: logins, tries and waits between them.
const WHOLE_CALL: Duration = Duration::from_secs(10);

#[derive(Clone, Copy)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    pub(crate) fn start() -> Self {
        Self(Instant::now() + WHOLE_CALL)
    }

    /// What is left, if anything.
    pub(crate) fn left(self) -> Option<Duration> {
        self.0.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }

    /// Half of what is left.
    pub(crate) fn half(self) -> Self {
        Self(Instant::now() + self.left().unwrap_or_default() / 2)
    }

    /// This, or sooner.
    #[allow(dead_code, reason = "not every platform has what may not answer at all")]
    pub(crate) fn within(self, limit: Duration) -> Self {
        Self(self.0.min(Instant::now() + limit))
    }
}
