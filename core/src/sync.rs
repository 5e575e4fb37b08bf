//! What threads meet at, in one place: the models in `tests/races` compile the files that use it with a
//! scheduler's types in its stead.

pub(crate) use arc_swap::ArcSwapOption;
pub(crate) use std::sync::atomic;
pub(crate) use std::thread::{sleep, yield_now};

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A number below `count` that is this thread's, as evenly as threads come.
pub(crate) fn stripe(count: usize) -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static MINE: Cell<usize> = const { Cell::new(usize::MAX) });
    // A thread that is ending shares the first one.
    let mine = MINE.try_with(|mine| {
        if mine.get() == usize::MAX {
            mine.set(NEXT.fetch_add(1, Ordering::Relaxed));
        }
        mine.get()
    });
    mine.unwrap_or(0) % count
}
