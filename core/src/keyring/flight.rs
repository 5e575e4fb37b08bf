//! One look at the store for all who wait for one.

use crate::entropy::fork_generation;
use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{sleep, yield_now};
use std::time::Duration;

/// Joins callers that need a look at the store which began after they came.
///
/// However many ask, one looks at a time, and nobody waits for more than two looks: the one that was under way, which may have begun
/// too early, and the next. So ciphertexts that name versions which do not exist cost the store one look at a time, and keep
/// nobody from being answered.
///
/// There is no lock: whoever looks says so with the fork generation, so that in a forked child, where the one who looked does
/// not exist, the next caller looks.
#[derive(Default)]
pub(super) struct Flight {
    begun: AtomicU64,
    ended: AtomicU64,
    /// The fork generation of whoever is looking, 0 for nobody.
    looking: AtomicU64,
}

struct Landing<'a>(&'a Flight, u64);

impl Drop for Landing<'_> {
    /// Also when a store panics: then the look has not ended, and the next caller looks.
    fn drop(&mut self) {
        self.0.looking.store(0, Ordering::Release);
    }
}

impl Flight {
    /// Calls `look`, or waits for another's. `None` if another looked.
    pub(super) fn join<T>(&self, mut look: impl FnMut() -> T) -> Option<T> {
        let needed = self.begun.load(Ordering::Acquire) + 1;
        let mut waited = 0u32;
        loop {
            if self.ended.load(Ordering::Acquire) >= needed {
                return None;
            }
            let generation = fork_generation();
            let looking = self.looking.load(Ordering::Relaxed);
            if looking != generation && self.looking.compare_exchange(looking, generation, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
                let landing = Landing(self, self.begun.fetch_add(1, Ordering::AcqRel) + 1);
                let result = look();
                self.ended.fetch_max(landing.1, Ordering::AcqRel);
                return Some(result);
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
                    flight.join(|| {
                        looks.fetch_add(1, Ordering::Relaxed);
                        std::thread::sleep(Duration::from_millis(100));
                    })
                });
            }
        });
        // The first, and one more for those who came while it was under way; threads that started late may add one or two.
        assert!((1..=4).contains(&looks.into_inner()));
    }

    #[test]
    fn a_look_that_panics_is_not_waited_for() {
        let flight = Flight::default();
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| flight.join(|| panic!("store"))));
        assert!(panicked.is_err());
        assert_eq!(flight.join(|| 7), Some(7));
    }
}
