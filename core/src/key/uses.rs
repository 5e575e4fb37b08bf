//! How many more encryptions under a version this process may do before it has to ask again.
//!
//! Random 96-bit nonces must not be drawn more than 2^32 times under one key (SP 800-38D section 8.3). The
//! count is kept in the store for all processes together; each takes leases of it, so that nearly every
//! encryption costs one addition in memory.

use crate::entropy::fork_generation;
use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::stripe;
use std::sync::Arc;

/// The first lease. Each further one is twice as large, up to [`LARGEST`].
pub(crate) const SMALLEST: u32 = 1 << 8;
/// What a process that dies can lose.
pub(crate) const LARGEST: u32 = 1 << 20;

const STRIPES: usize = 4;
/// How many uses a thread takes from the common ones at once.
const HANDFUL: u32 = 32;

/// The uses that are left of what was leased. Nothing of it is inherited by a forked child.
#[derive(Default)]
pub(crate) struct Uses {
    /// Each on a cache line of its own, and each thread with its own as far as they go.
    stripes: [Left; STRIPES],
    common: Left,
    /// The size of the last lease.
    last: Left,
    renewing: AtomicU64,
}

/// What [`Uses::take`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    One,
    /// One, and it is time for the next lease.
    OneOfFew,
    None,
}

/// A number of uses, with the fork generation that it belongs to: `u32 generation ‖ u32 left`.
#[derive(Default)]
#[repr(align(64))]
struct Left(AtomicU64);

impl Left {
    fn get(&self, generation: u32) -> u32 {
        left(self.0.load(Ordering::Relaxed), generation)
    }

    /// Takes up to `wanted`.
    fn take(&self, generation: u32, wanted: u32) -> u32 {
        let mut now = self.0.load(Ordering::Relaxed);
        loop {
            let taken = wanted.min(left(now, generation));
            if taken == 0 {
                return 0;
            }
            match self.0.compare_exchange_weak(
                now,
                now - u64::from(taken),
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return taken,
                Err(other) => now = other,
            }
        }
    }

    fn add(&self, generation: u32, more: u32) {
        let mut now = self.0.load(Ordering::Relaxed);
        loop {
            let sum = tagged(generation, left(now, generation).saturating_add(more));
            match self.0.compare_exchange_weak(now, sum, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return,
                Err(other) => now = other,
            }
        }
    }
}

fn tagged(generation: u32, number: u32) -> u64 {
    u64::from(generation) << 32 | u64::from(number)
}

fn left(now: u64, generation: u32) -> u32 {
    if now >> 32 == u64::from(generation) { (now & 0xFFFF_FFFF) as u32 } else { 0 }
}

/// The low half: numbers only grow along a line of descent, and nobody forks four billion times deep.
fn generation() -> u32 {
    (fork_generation() & 0xFFFF_FFFF) as u32
}

impl Uses {
    /// Spends one use.
    pub(crate) fn take(&self) -> Taken {
        let generation = generation();
        let Some(mine) = self.stripes.get(stripe(STRIPES)) else { return Taken::None };
        if mine.take(generation, 1) == 1 {
            return Taken::One;
        }
        let handful = self.common.take(generation, HANDFUL);
        if handful == 0 {
            let found = self.stripes.iter().any(|other| other.take(generation, 1) == 1);
            return if found { Taken::OneOfFew } else { Taken::None };
        }
        mine.add(generation, handful - 1);
        let few = self.common.get(generation) < self.last.get(generation) / 4;
        if few { Taken::OneOfFew } else { Taken::One }
    }

    /// How many to ask for next.
    pub(crate) fn next_lease(&self) -> u32 {
        self.last.get(generation()).saturating_mul(2).clamp(SMALLEST, LARGEST)
    }

    /// Adds a lease.
    pub(crate) fn add(&self, leased: u32) {
        let generation = generation();
        self.last.0.store(tagged(generation, leased), Ordering::Relaxed);
        self.common.add(generation, leased);
    }

    /// Takes back all that is left.
    pub(crate) fn drain(&self) -> u64 {
        let generation = generation();
        self.stripes.iter().chain([&self.common]).map(|left| u64::from(left.take(generation, u32::MAX))).sum()
    }

    /// The right to renew, unless somebody of this process has it.
    pub(crate) fn begin_renewal(self: &Arc<Self>) -> Option<Renewal> {
        let generation = u64::from(generation());
        let other = self.renewing.load(Ordering::Relaxed);
        let begins = other != generation
            && self
                .renewing
                .compare_exchange(other, generation, Ordering::Acquire, Ordering::Relaxed)
                .is_ok();
        begins.then(|| Renewal(self.clone()))
    }
}

/// The right to renew, which ends when this is dropped.
pub(crate) struct Renewal(Arc<Uses>);

impl Drop for Renewal {
    fn drop(&mut self) {
        self.0.renewing.store(0, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU64;

    #[test]
    fn threads_together_spend_what_was_leased_and_no_more() {
        let uses = Uses::default();
        uses.add(10_000);
        let spent = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    while uses.take() != Taken::None {
                        spent.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(spent.into_inner(), 10_000);
        assert_eq!(uses.take(), Taken::None);
    }

    #[test]
    fn leases_double_and_what_is_left_comes_back() {
        let uses = Uses::default();
        assert_eq!(uses.take(), Taken::None);
        assert_eq!(uses.next_lease(), SMALLEST);
        uses.add(SMALLEST);
        assert_eq!(uses.next_lease(), 2 * SMALLEST);
        assert_eq!(uses.take(), Taken::One);
        assert_eq!(uses.drain(), u64::from(SMALLEST) - 1);
        assert_eq!(uses.take(), Taken::None);
        uses.add(LARGEST);
        assert_eq!(uses.next_lease(), LARGEST);
    }

    #[test]
    fn the_next_lease_is_asked_for_in_time() {
        let uses = Uses::default();
        uses.add(SMALLEST);
        let first = (0..SMALLEST).position(|_| uses.take() == Taken::OneOfFew).unwrap();
        assert!((100..250).contains(&first), "{first}");
    }
}
