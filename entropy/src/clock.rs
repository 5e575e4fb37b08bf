//! A cheap clock, good enough to tell whether a second has passed.

#[cfg(any(target_os = "linux", target_os = "android"))]
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A point on a clock that never goes back.
#[derive(Clone, Copy)]
pub(crate) struct Moment(Inner);

/// Time since the machine was started: the coarse clock costs 6 ns where `Instant::now` costs 28 ns.
#[cfg(any(target_os = "linux", target_os = "android"))]
type Inner = Duration;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
type Inner = std::time::Instant;

impl Moment {
    /// The time now, or nothing when there is no such clock.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[inline]
    pub(crate) fn now() -> Option<Self> {
        read(libc::CLOCK_MONOTONIC_COARSE).map(Self)
    }

    /// The time now.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    #[inline]
    pub(crate) fn now() -> Option<Self> {
        Some(Self(std::time::Instant::now()))
    }

    /// How long ago `earlier` was, or nothing when it lies in the future.
    #[inline]
    pub(crate) fn since(self, earlier: Self) -> Option<Duration> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        return self.0.checked_sub(earlier.0);
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        return self.0.checked_duration_since(earlier.0);
    }

    /// The moment `later` after this one.
    #[cfg(test)]
    pub(crate) fn after(self, later: Duration) -> Self {
        Self(self.0 + later)
    }
}

/// Milliseconds since some fixed moment, never going back, at a resolution of some 4 ms; 0 where there is no
/// such clock. The time that the machine was suspended counts, on Linux and Apple's systems: what nobody has
/// looked at for so long is as old as it is for others.
///
/// It stands here because it is made of the clock by which nonces grow old, and reading it takes the C
/// library: going to the kernel's page of calls directly, as `rustix` does, ends under valgrind.
#[inline]
#[must_use]
pub fn coarse_millis() -> u64 {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        static AWAKE_AND_ASLEEP: Ticks = Ticks::new();
        let tick = Moment::now().map_or(0, |Moment(since)| milliseconds(since));
        AWAKE_AND_ASLEEP.at(tick, || read(libc::CLOCK_BOOTTIME).map(milliseconds))
    }
    #[cfg(target_vendor = "apple")]
    // Here the clock of this name goes on while the machine sleeps, and that of `Instant` does not.
    return read(libc::CLOCK_MONOTONIC).map_or(0, milliseconds);
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    {
        static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        u64::try_from(START.get_or_init(std::time::Instant::now).elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn milliseconds(since: Duration) -> u64 {
    since.as_secs() * 1000 + u64::from(since.subsec_millis())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
#[inline]
fn read(clock: libc::clockid_t) -> Option<Duration> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place for one `timespec`, which is all that the call writes to.
    let outcome = unsafe { libc::clock_gettime(clock, &raw mut time) };
    if outcome != 0 {
        return None;
    }
    Some(Duration::new(u64::try_from(time.tv_sec).ok()?, u32::try_from(time.tv_nsec).ok()?))
}

/// A dear clock that is read once for each tick of a cheap one, which stands still while the machine is
/// suspended.
///
/// A suspend between two reads of one tick is seen at the next tick, some 4 ms after the machine has come
/// back.
#[cfg(any(target_os = "linux", target_os = "android"))]
struct Ticks {
    /// For which tick the dear clock was read last.
    tick: AtomicU64,
    /// What it said, or the highest that it ever did.
    said: AtomicU64,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Ticks {
    const fn new() -> Self {
        Self { tick: AtomicU64::new(u64::MAX), said: AtomicU64::new(0) }
    }

    #[inline]
    fn at(&self, tick: u64, dear: impl FnOnce() -> Option<u64>) -> u64 {
        if self.tick.load(Ordering::Acquire) == tick {
            self.said.load(Ordering::Relaxed)
        } else {
            self.look(tick, dear)
        }
    }

    #[cold]
    fn look(&self, tick: u64, dear: impl FnOnce() -> Option<u64>) -> u64 {
        // Without the dear clock, the cheap one: it may be behind and is never ahead.
        let now = dear().unwrap_or(tick);
        let now = self.said.fetch_max(now, Ordering::Relaxed).max(now);
        // After what was said, so that nobody finds this tick and an older word. A slow thread may put an
        // older tick here, which costs one look.
        self.tick.store(tick, Ordering::Release);
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_goes_forward() {
        let before = Moment::now().unwrap();
        std::thread::sleep(Duration::from_millis(20));
        let passed = Moment::now().unwrap().since(before).unwrap();
        assert!(passed >= Duration::from_millis(5), "{passed:?}");
    }

    #[test]
    fn the_future_is_not_ago() {
        let now = Moment::now().unwrap();
        assert!(now.since(now.after(Duration::from_nanos(1))).is_none());
        assert_eq!(now.after(Duration::from_secs(2)).since(now), Some(Duration::from_secs(2)));
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[test]
    fn time_in_suspend_has_passed() {
        let ticks = Ticks::new();
        assert_eq!(ticks.at(1000, || Some(1000)), 1000);
        // Once a tick, whatever the dear clock would say.
        assert_eq!(ticks.at(1000, || panic!("it was read for this tick")), 1000);
        // An hour of sleep, in which the cheap clock goes on by a tick.
        assert_eq!(ticks.at(1004, || Some(3_601_004)), 3_601_004);
        assert_eq!(ticks.at(1004, || panic!("it was read for this tick")), 3_601_004);
        // A thread that was slow, and a clock that is gone: never back.
        assert_eq!(ticks.at(1000, || Some(3_601_000)), 3_601_004);
        assert_eq!(ticks.at(1008, || None), 3_601_004);
        assert_eq!(ticks.at(1012, || Some(3_601_012)), 3_601_012);
    }
}
