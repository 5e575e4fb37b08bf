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

    #[cfg(target_os = "linux")]
    fn coarse_millis(&self) -> u64 {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::MonotonicCoarse);
        time.tv_sec.unsigned_abs() * 1000 + time.tv_nsec.unsigned_abs() / 1_000_000
    }

    #[cfg(not(target_os = "linux"))]
    fn coarse_millis(&self) -> u64 {
        static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        START.get_or_init(std::time::Instant::now).elapsed().as_millis() as u64
    }
}
