//! The generation of this process: where it is kept, and how a child comes by a new one.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use super::{at_fork, page};

/// The one of this process.
pub(super) static WATCH: Watch = Watch::new();

/// The generation, which is forgotten (zero) in a new child and drawn anew by whoever asks first.
///
/// No lock anywhere: a thread of the parent that held one would not exist in the child to release it.
/// `Relaxed` is enough for the numbers, since nothing else is published through them.
pub(super) struct Watch {
    /// Which word holds the generation; null until somebody asks. It never changes afterwards.
    place: AtomicPtr<AtomicU64>,
    /// The highest number drawn so far, here or in any process further up: copied by a fork, never forgotten,
    /// so that no number comes back in a line of descent.
    drawn: AtomicU64,
    /// The word when only the at-fork handler forgets it.
    handled: AtomicU64,
    /// The word when nothing would forget it: always zero, so that every question draws a new number.
    blind: AtomicU64,
}

impl Watch {
    const fn new() -> Self {
        Self {
            place: AtomicPtr::new(ptr::null_mut()),
            drawn: AtomicU64::new(0),
            handled: AtomicU64::new(0),
            blind: AtomicU64::new(0),
        }
    }

    #[inline]
    pub(super) fn generation(&'static self) -> u64 {
        match self.place().map_or(0, |word| word.load(Ordering::Relaxed)) {
            0 => self.renew(),
            generation => generation,
        }
    }

    /// Whether the generation is forgotten in every child however it was made.
    ///
    /// On Linux this takes the page: `_Fork` and a bare `clone` go past the handler, and a system without
    /// such pages (before Linux 4.14, some emulators) is rare enough to do without a pool there. Elsewhere
    /// `fork` is the only way that the C library offers.
    pub(super) fn sees_every_child(&'static self) -> bool {
        let only_forks = cfg!(not(any(target_os = "linux", target_os = "android")));
        self.place().is_some_and(|word| {
            let handler_only = ptr::eq(word, &self.handled);
            !ptr::eq(word, &self.blind) && (!handler_only || only_forks)
        })
    }

    /// Forgets the generation: this is a new child.
    pub(super) fn forget(&'static self) {
        if let Some(word) = self.place() {
            word.store(0, Ordering::Relaxed);
        }
    }

    #[inline]
    fn place(&'static self) -> Option<&'static AtomicU64> {
        let place = self.place.load(Ordering::Acquire);
        // SAFETY: `place` is null or was made by `start` out of a `&'static AtomicU64`.
        unsafe { place.as_ref() }
    }

    #[cold]
    fn renew(&'static self) -> u64 {
        let word = self.place().unwrap_or_else(|| {
            // SAFETY: `in_child` only stores to an atomic in memory that is never given back.
            let handler = unsafe { at_fork::register(in_child) };
            self.start(page::map(), handler)
        });
        let fresh = self.drawn.fetch_add(1, Ordering::Relaxed) + 1;
        if ptr::eq(word, &self.blind) {
            return fresh;
        }
        // When two threads of a child come at once, both must leave with the number of the first.
        match word.compare_exchange(0, fresh, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => fresh,
            Err(current) => current,
        }
    }

    /// Settles where the generation is kept. When several threads come at once, the first decides for all;
    /// each of them has registered the handler by then, so that no fork can come between.
    fn start(&'static self, page: Option<&'static AtomicU64>, handler: bool) -> &'static AtomicU64 {
        let word = page.unwrap_or(if handler { &self.handled } else { &self.blind });
        let settled = self.place.compare_exchange(
            ptr::null_mut(),
            ptr::from_ref(word).cast_mut(),
            Ordering::AcqRel,
            Ordering::Acquire,
        );
        match settled {
            Ok(_) => word,
            Err(_) => self.place().unwrap_or(word),
        }
    }
}

/// `extern "C"` and without a panic in it, so that nothing unwinds into the C library. Run twice, it forgets
/// twice, which is harmless.
extern "C" fn in_child() {
    WATCH.forget();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch() -> &'static Watch {
        Box::leak(Box::new(Watch::new()))
    }

    fn word() -> &'static AtomicU64 {
        Box::leak(Box::new(AtomicU64::new(0)))
    }

    #[test]
    fn the_generation_stays_until_it_is_forgotten_and_never_comes_back() {
        for (page, handler) in [(Some(word()), true), (Some(word()), false), (None, true)] {
            let watch = watch();
            watch.start(page, handler);
            let mut last = 0;
            for _ in 0..5 {
                let generation = watch.generation();
                assert!(generation > last);
                assert_eq!(watch.generation(), generation);
                last = generation;
                watch.forget();
            }
        }
    }

    #[test]
    fn where_forks_cannot_be_noticed_no_generation_is_ever_current() {
        let watch = watch();
        watch.start(None, false);
        assert!(!watch.sees_every_child());
        let generations: Vec<_> = (0..5).map(|_| watch.generation()).collect();
        assert_eq!(generations, [1, 2, 3, 4, 5]);
    }

    #[test]
    fn only_a_wiped_page_shows_every_child_on_linux() {
        let unstarted = watch();
        assert!(!unstarted.sees_every_child());
        let by_page = watch();
        by_page.start(Some(word()), false);
        assert!(by_page.sees_every_child());
        let by_handler = watch();
        by_handler.start(None, true);
        assert_eq!(by_handler.sees_every_child(), cfg!(not(any(target_os = "linux", target_os = "android"))));
    }

    #[test]
    fn the_first_thread_decides_where_the_generation_is_kept() {
        let (watch, first, second) = (watch(), word(), word());
        assert!(ptr::eq(watch.start(Some(first), true), first));
        assert!(ptr::eq(watch.start(Some(second), true), first));
        assert!(ptr::eq(watch.start(None, false), first));
    }

    #[test]
    fn threads_that_come_at_once_leave_with_the_same_generation() {
        for _ in 0..200 {
            let watch = watch();
            watch.start(Some(word()), true);
            let barrier = std::sync::Barrier::new(4);
            let seen: Vec<u64> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..4)
                    .map(|_| {
                        scope.spawn(|| {
                            barrier.wait();
                            watch.generation()
                        })
                    })
                    .collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert!(seen.iter().all(|generation| *generation == seen[0]), "{seen:?}");
        }
    }
}
