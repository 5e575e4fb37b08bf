//! What time it is: a trait, so that tests can say.

use std::time::{SystemTime, UNIX_EPOCH};

/// The time. Give your own to a keyring with [`KeyringBuilder::clock`](crate::KeyringBuilder::clock).
///
/// ```
/// use std::sync::{Arc, atomic::{AtomicU64, Ordering}};
/// use std::time::Duration;
/// use strongroom::{Clock, KeySpec, Keyring, Memory, Seal, SecretArray, SystemClock};
///
/// /// Goes on when a test says so.
/// struct TestClock(AtomicU64);
///
/// impl Clock for TestClock {
///     fn now(&self) -> u64 {
///         self.0.load(Ordering::Relaxed)
///     }
///     fn coarse_millis(&self) -> u64 {
///         self.now() / 1_000_000
///     }
/// }
///
/// let clock = Arc::new(TestClock(AtomicU64::new(SystemClock.now())));
/// let seal = Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
/// let ring = Keyring::builder().clock(clock.clone()).create(Memory::new(), seal)?;
/// let month = Duration::from_secs(30 * 24 * 3600);
/// ring.create_key("cards", KeySpec::default().auto_rotate_period(month))?;
/// assert!(ring.rotate_due()?.is_empty());
/// clock.0.fetch_add(month.as_nanos() as u64, Ordering::Relaxed);
/// assert_eq!(ring.rotate_due()?.len(), 1);
/// # Ok::<(), strongroom::Error>(())
/// ```
pub trait Clock: Send + Sync {
    /// Nanoseconds since 1970, for the dates of versions.
    fn now(&self) -> u64;

    /// Milliseconds since some fixed moment, never going back; a resolution of 10 ms is enough. It is read on
    /// every call. Time in which the machine was suspended should count, since others went on meanwhile.
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
