//! Clocks that stand still until a test tells them what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use strongroom::Clock;

/// Both the dates and the time that passes go by it.
#[derive(Debug)]
pub struct Told(AtomicU64);

impl Told {
    /// So many milliseconds after 1970.
    pub fn at(milliseconds: u64) -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(milliseconds)))
    }

    /// Time passes.
    pub fn pass(&self, time: Duration) {
        self.0.fetch_add(milliseconds(time), Ordering::SeqCst);
    }

    /// Somebody sets it back.
    pub fn set_back(&self, time: Duration) {
        self.0.fetch_sub(milliseconds(time), Ordering::SeqCst);
    }
}

impl Clock for Told {
    fn now(&self) -> u64 {
        self.coarse_millis() * 1_000_000
    }

    fn coarse_millis(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

fn milliseconds(time: Duration) -> u64 {
    time.as_millis() as u64
}

/// The dates go by it, while no time passes: nobody looks at the store unless told to.
#[derive(Debug)]
pub struct Dates(AtomicU64);

impl Dates {
    /// So many nanoseconds after 1970.
    pub fn at(nanoseconds: u64) -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(nanoseconds)))
    }

    /// It is so many nanoseconds after 1970.
    pub fn set(&self, nanoseconds: u64) {
        self.0.store(nanoseconds, Ordering::SeqCst);
    }

    /// Later by so much.
    pub fn pass(&self, time: Duration) {
        self.0.fetch_add(time.as_nanos() as u64, Ordering::SeqCst);
    }
}

impl Clock for Dates {
    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    fn coarse_millis(&self) -> u64 {
        1000
    }
}
