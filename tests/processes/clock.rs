//! A clock that stands still until it is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use strongroom::Clock;

/// Milliseconds.
pub(crate) struct Stopped(AtomicU64);

impl Stopped {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(1_000_000)))
    }

    pub(crate) fn advance(&self, milliseconds: u64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for Stopped {
    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst) * 1_000_000
    }
    fn coarse_millis(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}
