//! One look at the store for all who wait for one.

use crate::entropy::fork_generation;
use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{sleep, yield_now};
use std::sync::Arc;
use std::time::Duration;

/// Joins callers that need a look at the store which began after they came.
///
/// However many ask, one looks at a time, and nobody waits for more than two looks: the one that was under
/// way, which may have begun too early, and the next. So ciphertexts that name versions which do not exist
/// cost the store one look at a time, and keep nobody from being answered.
///
/// There is no lock: whoever looks says so with the fork generation, so that in a forked child, where the one
/// who looked does not exist, the next caller looks.
#[derive(Clone, Default)]
pub(super) struct Flight(Arc<Looks>);

#[derive(Default)]
struct Looks {
    begun: AtomicU64,
    ended: AtomicU64,
    /// The fork generation of whoever is looking, 0 for nobody.
    looking: AtomicU64,
}

/// The right to look, which ends when this is dropped: also when a store panics. Then the look has not ended,
/// and the next caller looks.
pub(super) struct Landing(Arc<Looks>, u64);

impl Landing {
    /// The look has ended.
    pub(super) fn land(self) {
        self.0.ended.fetch_max(self.1, Ordering::AcqRel);
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.0.looking.store(0, Ordering::Release);
    }
}

/// What became of a caller.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Joined<T> {
    /// It looked itself.
    Looked(T),
    /// Another's look began after it came, and has ended.
    Another,
    /// The look that it waited for takes too long.
    TooLong,
}

impl Flight {
    /// The right to look, unless somebody is looking.
    pub(super) fn begin(&self) -> Option<Landing> {
        let Self(looks) = self;
        let (generation, looking) = (fork_generation(), looks.looking.load(Ordering::Relaxed));
        let begins = looking != generation
            && looks
                .looking
                .compare_exchange(looking, generation, Ordering::AcqRel, Ordering::Relaxed)
                .is_ok();
        begins.then(|| Landing(looks.clone(), looks.begun.fetch_add(1, Ordering::AcqRel) + 1))
    }

    /// Calls `look`, which lands when it has looked, perhaps on another thread and later; or waits for
    /// another's, until that is `too_long`.
    pub(super) fn join<T>(
        &self,
        mut too_long: impl FnMut() -> bool,
        look: impl FnOnce(Landing) -> T,
    ) -> Joined<T> {
        let needed = self.0.begun.load(Ordering::Acquire) + 1;
        let mut waited = 0u32;
        loop {
            if self.0.ended.load(Ordering::Acquire) >= needed {
                return Joined::Another;
            }
            if let Some(landing) = self.begin() {
                return Joined::Looked(look(landing));
            }
            if too_long() {
                return Joined::TooLong;
            }
            waited += 1;
            if waited < 20 { yield_now() } else { sleep(Duration::from_micros(50)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU32;

    #[test]
    fn many_share_few_looks() {
        let (flight, looks) = (Flight::default(), AtomicU32::new(0));
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    flight.join(
                        || false,
                        |landing| {
                            looks.fetch_add(1, Ordering::Relaxed);
                            std::thread::sleep(Duration::from_millis(100));
                            landing.land();
                        },
                    )
                });
            }
        });
        // The first, and one more for those who came while it was under way; threads that started late may
        // add one or two.
        assert!((1..=4).contains(&looks.into_inner()));
    }

    #[test]
    fn a_look_that_panics_is_not_waited_for() {
        let flight = Flight::default();
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            flight.join(|| false, |_landing| panic!("store"))
        }));
        assert!(panicked.is_err());
        let land = |landing: Landing| {
            landing.land();
            7
        };
        assert_eq!(flight.join(|| false, land), Joined::Looked(7));
    }

    #[test]
    fn nobody_waits_longer_than_they_will() {
        let flight = Flight::default();
        let landing = flight.begin().unwrap();
        assert!(flight.begin().is_none());
        let mut asked = 0;
        let joined = flight.join(
            || {
                asked += 1;
                asked > 30
            },
            |_| (),
        );
        assert_eq!(joined, Joined::TooLong);
        landing.land();
        assert!(flight.begin().is_some());
    }
}
