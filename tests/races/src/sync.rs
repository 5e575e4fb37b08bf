//! The scheduler's types, under the names of `core/src/sync.rs`.

pub(crate) use shuttle::sync::atomic;
pub(crate) use shuttle::thread::{sleep, yield_now};

use shuttle::sync::Mutex;
use std::sync::Arc;

/// Threads of a model take turns by their number.
pub(crate) fn stripe(count: usize) -> usize {
    usize::from(shuttle::thread::current().id()) % count
}

/// `arc_swap::ArcSwapOption`, as what it promises: each of its operations happens at once.
pub(crate) struct ArcSwapOption<T>(Mutex<Option<Arc<T>>>);

/// What was there when it was looked at.
pub(crate) struct Guard<T>(Option<Arc<T>>);

impl<T> std::ops::Deref for Guard<T> {
    type Target = Option<Arc<T>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T> ArcSwapOption<T> {
    pub(crate) fn empty() -> Self {
        Self(Mutex::new(None))
    }

    pub(crate) fn load(&self) -> Guard<T> {
        Guard(self.0.lock().unwrap().clone())
    }

    pub(crate) fn store(&self, new: Option<Arc<T>>) {
        *self.0.lock().unwrap() = new;
    }

    /// Gives what was there before, whether it was `current` and so replaced, or not.
    pub(crate) fn compare_and_swap(&self, current: &Option<Arc<T>>, new: Option<Arc<T>>) -> Guard<T> {
        let mut place = self.0.lock().unwrap();
        let before = place.clone();
        let same = match (&before, current) {
            (None, None) => true,
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        };
        if same {
            *place = new;
        }
        Guard(before)
    }
}
