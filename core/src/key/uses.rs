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
/// How many uses a batch takes at once. More would save nothing that could be measured, and leave other
/// threads short of what was leased for them too.
const MANY: u32 = 64;

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

/// Uses that were taken at once, with the fork generation that they belong to.
pub(crate) struct Taking {
    pub(crate) generation: u32,
    pub(crate) number: u32,
    /// Whether it is time for the next lease.
    pub(crate) of_few: bool,
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
pub(crate) fn generation() -> u32 {
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

    /// Takes some of the uses that a batch of so many items wants, at least one unless none is left.
    pub(crate) fn take_many(&self, wanted: usize) -> Taking {
        let generation = generation();
        let wanted = u32::try_from(wanted).unwrap_or(MANY).clamp(1, MANY);
        let own = self.stripes.get(stripe(STRIPES)).map_or(0, |mine| mine.take(generation, wanted));
        let number = own + self.common.take(generation, wanted - own);
        if number == 0 {
            let mut others = self.stripes.iter().map(|other| other.take(generation, wanted));
            let number = others.find(|taken| *taken > 0).unwrap_or(0);
            return Taking { generation, number, of_few: number > 0 };
        }
        let of_few = own < wanted && self.common.get(generation) < self.last.get(generation) / 4;
        Taking { generation, number, of_few }
    }

    /// Takes back what was taken and not spent, unless it belongs to a parent of this process.
    pub(crate) fn give_back(&self, of: u32, number: u32) {
        if of == generation() && number > 0 {
            self.stripes.get(stripe(STRIPES)).unwrap_or(&self.common).add(of, number);
        }
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
    fn many_are_taken_at_once_and_what_is_not_spent_comes_back() {
        let uses = Uses::default();
        assert_eq!(uses.take_many(10).number, 0);
        uses.add(100);
        let first = uses.take_many(10);
        assert_eq!((first.number, first.of_few), (10, false));
        uses.give_back(first.generation, 7);
        assert_eq!(uses.take_many(usize::MAX).number, MANY, "no batch takes all");
        let last = uses.take_many(1000);
        assert_eq!((last.number, last.of_few), (100 - 3 - MANY, true));
        assert_eq!(uses.take(), Taken::None);
        // What a parent took is not its child's.
        uses.give_back(last.generation.wrapping_sub(1), 5);
        assert_eq!(uses.drain(), 0);
        uses.give_back(last.generation, 5);
        assert_eq!(uses.drain(), 5);
    }

    #[test]
    fn the_next_lease_is_asked_for_in_time() {
        let uses = Uses::default();
        uses.add(SMALLEST);
        let first = (0..SMALLEST).position(|_| uses.take() == Taken::OneOfFew).unwrap();
        assert!((100..250).contains(&first), "{first}");
    }
}
