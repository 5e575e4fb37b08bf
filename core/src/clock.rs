//! What time it is: a trait, so that tests can say.

use std::time::{SystemTime, UNIX_EPOCH};

/// The time. Give your own to a keyring with [`KeyringBuilder::clock`](crate::KeyringBuilder::clock).
pub trait Clock: Send + Sync {
    /// Nanoseconds since 1970, for the dates of versions.
    fn now(&self) -> u64;

    /// Milliseconds since some fixed moment, never going back; a resolution of 10 ms is enough. It is read on every call.
    fn coarse_millis(&self) -> u64;
}

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    }

    fn coarse_millis(&self) -> u64 {
        strongroom_entropy::coarse_millis()
    }
}
