//! The pool of one thread: bytes drawn ahead of time, handed out once, wiped as they are handed out.

use std::time::Duration;

use zeroize::Zeroize;

use crate::Error;
use crate::clock::Moment;

/// Bytes in the pool: whole nonces of both 12 and 24 bytes, so that none of the usual sizes leaves a rest.
/// Eight times as many cost each nonce half as much.
const SIZE: usize = 4032;

/// Bytes older than this are dropped rather than handed out.
const AGE: Duration = Duration::from_secs(1);

/// Random bytes that nobody has seen yet.
///
/// Everything in front of `next` is wiped. What lies behind it may be handed out in the process and in the
/// second in which it was drawn.
pub(crate) struct Pool {
    bytes: [u8; SIZE],
    next: usize,
    generation: u64,
    filled: Option<Moment>,
}

impl Pool {
    /// A pool with nothing in it.
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; SIZE], next: SIZE, generation: 0, filled: None }
    }

    /// Takes `N` bytes out of the pool, which is filled by `refill` first when it is used up, filled in
    /// another process, or too old. Nothing, when `refill` says that this process must do without a pool.
    #[inline]
    pub(crate) fn draw<const N: usize>(
        &mut self,
        generation: u64,
        now: Option<Moment>,
        refill: impl FnOnce(&mut [u8]) -> Result<bool, Error>,
    ) -> Result<Option<[u8; N]>, Error> {
        const { assert!(N <= SIZE) };
        if SIZE - self.next < N || self.generation != generation || !self.is_fresh(now) {
            self.empty();
            if !refill(&mut self.bytes)? {
                return Ok(None);
            }
            // Only now, so that a refill that fails or panics leaves a pool from which nothing can be taken.
            self.next = 0;
            self.generation = generation;
            self.filled = now;
        }
        Ok(Some(self.take()))
    }

    #[inline]
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let start = self.next;
        // The position moves before a byte is read, so that no interruption can make these bytes available
        // again.
        self.next = start + N;
        let taken = &mut self.bytes[start..start + N];
        let mut nonce = [0; N];
        nonce.copy_from_slice(taken);
        taken.zeroize();
        nonce
    }

    /// Without a clock nothing is fresh, and every draw is a refill.
    #[inline]
    fn is_fresh(&self, now: Option<Moment>) -> bool {
        match (now, self.filled) {
            (Some(now), Some(filled)) => now.since(filled).is_some_and(|age| age <= AGE),
            _ => false,
        }
    }

    #[cold]
    fn empty(&mut self) {
        self.next = SIZE;
        // As a slice it is filled at once; of an array `zeroize` writes each byte.
        self.bytes.as_mut_slice().zeroize();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.empty();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    /// Fills with 1, 2, 3, … on from where it stopped, and never with a zero.
    struct Source {
        fills: usize,
        next: u8,
    }

    impl Source {
        fn new() -> Self {
            Self { fills: 0, next: 1 }
        }

        fn fill(&mut self, pool: &mut [u8]) -> Result<bool, Error> {
            self.fills += 1;
            for byte in pool {
                *byte = self.next;
                self.next = self.next.checked_add(1).unwrap_or(1);
            }
            Ok(true)
        }
    }

    fn now() -> Moment {
        Moment::now().unwrap()
    }

    fn draw<const N: usize>(pool: &mut Pool, source: &mut Source, generation: u64, now: Moment) -> [u8; N] {
        pool.draw(generation, Some(now), |bytes| source.fill(bytes)).unwrap().unwrap()
    }

    /// Draws nonces of `N` bytes from three pools full, and checks that they come in order and without a gap,
    /// except for the rest that is too short.
    fn bytes_come_once_and_in_order<const N: usize>() {
        let (mut pool, mut source, now) = (Pool::new(), Source::new(), now());
        let mut expected = Source::new();
        for _ in 0..3 {
            let mut full = [0; SIZE];
            expected.fill(&mut full).unwrap();
            for chunk in full.chunks_exact(N) {
                assert_eq!(draw::<N>(&mut pool, &mut source, 1, now), chunk);
                let (gone, left) = pool.bytes.split_at(pool.next);
                assert!(
                    gone.iter().all(|byte| *byte == 0),
                    "bytes that were handed out are still in the pool"
                );
                assert!(left.iter().all(|byte| *byte != 0), "bytes were wiped that nobody had");
            }
        }
        assert_eq!(source.fills, 3);
    }

    #[test]
    fn bytes_come_once_and_in_order_and_are_wiped_as_they_go() {
        bytes_come_once_and_in_order::<1>();
        bytes_come_once_and_in_order::<7>();
        bytes_come_once_and_in_order::<12>();
        bytes_come_once_and_in_order::<16>();
        bytes_come_once_and_in_order::<24>();
        bytes_come_once_and_in_order::<63>();
        bytes_come_once_and_in_order::<64>();
    }

    #[test]
    fn sizes_can_be_mixed() {
        let (mut pool, mut source, now) = (Pool::new(), Source::new(), now());
        assert_eq!(draw::<3>(&mut pool, &mut source, 1, now), [1, 2, 3]);
        assert_eq!(draw::<0>(&mut pool, &mut source, 1, now), []);
        assert_eq!(draw::<1>(&mut pool, &mut source, 1, now), [4]);
        assert_eq!(draw::<2>(&mut pool, &mut source, 1, now), [5, 6]);
    }

    #[test]
    fn a_pool_of_another_generation_is_dropped() {
        let (mut pool, mut source, now) = (Pool::new(), Source::new(), now());
        draw::<12>(&mut pool, &mut source, 1, now);
        draw::<12>(&mut pool, &mut source, 1, now);
        assert_eq!(source.fills, 1);
        draw::<12>(&mut pool, &mut source, 2, now);
        assert_eq!((source.fills, pool.next), (2, 12));
        draw::<12>(&mut pool, &mut source, 2, now);
        assert_eq!((source.fills, pool.next), (2, 24));
    }

    #[test]
    fn a_pool_older_than_a_second_is_dropped() {
        let (mut pool, mut source, start) = (Pool::new(), Source::new(), now());
        draw::<12>(&mut pool, &mut source, 1, start);
        draw::<12>(&mut pool, &mut source, 1, start.after(AGE));
        assert_eq!((source.fills, pool.next), (1, 24));
        let later = start.after(AGE + MILLISECOND);
        draw::<12>(&mut pool, &mut source, 1, later);
        assert_eq!((source.fills, pool.next), (2, 12));
        // The age counts from the last filling, not from the first.
        draw::<12>(&mut pool, &mut source, 1, later.after(AGE));
        assert_eq!((source.fills, pool.next), (2, 24));
    }

    #[test]
    fn a_clock_that_goes_back_or_is_missing_makes_the_pool_old() {
        let (mut pool, mut source, start) = (Pool::new(), Source::new(), now());
        draw::<12>(&mut pool, &mut source, 1, start.after(MILLISECOND));
        draw::<12>(&mut pool, &mut source, 1, start);
        assert_eq!(source.fills, 2);
        for fills in 3..6 {
            pool.draw::<12>(1, None, |bytes| source.fill(bytes)).unwrap().unwrap();
            assert_eq!(source.fills, fills);
        }
    }

    #[test]
    fn a_refill_that_fails_leaves_nothing_to_hand_out() {
        let (mut pool, mut source, now) = (Pool::new(), Source::new(), now());
        draw::<12>(&mut pool, &mut source, 1, now);
        let failed = pool.draw::<12>(2, Some(now), |bytes| {
            bytes[..100].fill(9);
            Err(Error::new())
        });
        assert!(failed.is_err());
        assert_eq!(pool.next, SIZE);
        // Neither the old generation nor the failed one finds anything.
        draw::<12>(&mut pool, &mut source, 1, now);
        assert_eq!(source.fills, 2);
    }

    #[test]
    fn a_refill_that_panics_leaves_nothing_to_hand_out() {
        let (mut pool, mut source, now) = (Pool::new(), Source::new(), now());
        draw::<12>(&mut pool, &mut source, 1, now);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            pool.draw::<12>(2, Some(now), |_| panic!("expected"))
        }));
        assert!(panicked.is_err());
        assert_eq!(pool.next, SIZE);
        assert_eq!(pool.bytes, [0; SIZE]);
    }

    #[test]
    fn a_process_that_must_do_without_a_pool_gets_nothing_and_keeps_nothing() {
        let (mut pool, now) = (Pool::new(), now());
        for _ in 0..3 {
            assert!(pool.draw::<12>(1, Some(now), |_| Ok(false)).unwrap().is_none());
            assert_eq!((pool.next, pool.bytes), (SIZE, [0; SIZE]));
        }
    }

    #[test]
    fn the_pool_is_wiped_when_the_thread_ends() {
        let mut pool = std::mem::ManuallyDrop::new(Pool::new());
        draw::<12>(&mut pool, &mut Source::new(), 1, now());
        assert_ne!(pool.bytes, [0; SIZE]);
        // SAFETY: dropped once, here. Nothing in the pool owns memory, so its bytes can still be looked at.
        unsafe { std::mem::ManuallyDrop::drop(&mut pool) };
        assert_eq!((pool.next, pool.bytes), (SIZE, [0; SIZE]));
    }
}
