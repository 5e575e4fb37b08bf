//! One call at a time.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What one call at a time works with. Other threads wait, without the GIL; the thread that has it is told so
/// when it asks again, from a file object that the stream has called.
pub(crate) struct Exclusive<T> {
    /// The process and the thread of the call that has it, or 0. A lock would not say whose it is, and one
    /// that was held by another thread during a fork stays so in the child.
    owner: AtomicU64,
    /// Locked by the owner alone.
    value: Mutex<T>,
}

/// How long a thread waits until it looks again, and hears of signals.
const WAIT: Duration = Duration::from_micros(100);

impl<T> Exclusive<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { owner: AtomicU64::new(0), value: Mutex::new(value) }
    }

    pub(crate) fn with<R>(&self, py: Python<'_>, work: impl FnOnce(&mut T) -> PyResult<R>) -> PyResult<R> {
        let here = here();
        while let Err(owner) = self.owner.compare_exchange(0, here, Ordering::Acquire, Ordering::Relaxed) {
            if owner == here {
                return Err(PyRuntimeError::new_err(
                    "the stream is in the middle of a call on this thread; its file object cannot use it",
                ));
            }
            if owner >> 32 != here >> 32 {
                return Err(PyRuntimeError::new_err(
                    "the process was forked in the middle of a call of the stream; begin another one",
                ));
            }
            py.check_signals()?;
            py.detach(|| std::thread::sleep(WAIT));
        }
        let _owned = Owned(&self.owner);
        work(&mut self.value.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Owned<'a>(&'a AtomicU64);

impl Drop for Owned<'_> {
    fn drop(&mut self) {
        self.0.store(0, Ordering::Release);
    }
}

/// This process and this thread of it. It is not 0, since no process is.
fn here() -> u64 {
    static THREADS: AtomicU32 = AtomicU32::new(0);
    thread_local!(static THREAD: u32 = THREADS.fetch_add(1, Ordering::Relaxed));
    u64::from(std::process::id()) << 32 | u64::from(THREAD.with(|thread| *thread))
}
