//! A store that counts what it is asked, and can fail, be slow, or have no epoch.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::Duration;
use strongroom::{DocName, Epoch, Expected, Fence, Looks, PutError, Revision, Sealed, Store, StoreError};

pub(crate) struct Watched {
    store: Box<dyn Store>,
    has_epoch: bool,
    /// How long every answer takes.
    delay: Duration,
    pub(crate) fails: AtomicBool,
    /// Only documents cannot be read; the epoch can.
    pub(crate) loads_fail: AtomicBool,
    loads: AtomicU64,
    epochs: AtomicU64,
    loading: AtomicU64,
    most_loading: AtomicU64,
}

impl Watched {
    pub(crate) fn new(store: impl Store + 'static) -> Self {
        Self {
            store: Box::new(store),
            has_epoch: true,
            delay: Duration::ZERO,
            fails: AtomicBool::new(false),
            loads_fail: AtomicBool::new(false),
            loads: AtomicU64::new(0),
            epochs: AtomicU64::new(0),
            loading: AtomicU64::new(0),
            most_loading: AtomicU64::new(0),
        }
    }

    pub(crate) fn without_epoch(mut self) -> Self {
        self.has_epoch = false;
        self
    }

    pub(crate) fn slow(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    pub(crate) fn shared(self) -> Arc<Self> {
        Arc::new(self)
    }

    /// How many documents were loaded.
    pub(crate) fn loads(&self) -> u64 {
        self.loads.load(SeqCst)
    }

    /// How often anything was asked.
    pub(crate) fn calls(&self) -> u64 {
        self.loads() + self.epochs.load(SeqCst)
    }

    /// How many loads there were at the same time, at most.
    pub(crate) fn most_at_once(&self) -> u64 {
        self.most_loading.load(SeqCst)
    }

    fn answer(&self) -> Result<(), StoreError> {
        if !self.delay.is_zero() {
            std::thread::sleep(self.delay);
        }
        if self.fails.load(SeqCst) { Err(StoreError { reason: "unplugged".into() }) } else { Ok(()) }
    }
}

impl Store for Watched {
    fn create(&self) -> Result<(), StoreError> {
        self.store.create()
    }

    fn load(&self, name: &DocName) -> Result<Option<(Sealed, Revision)>, StoreError> {
        self.loads.fetch_add(1, SeqCst);
        self.most_loading.fetch_max(self.loading.fetch_add(1, SeqCst) + 1, SeqCst);
        let answer = self.answer();
        self.loading.fetch_sub(1, SeqCst);
        answer?;
        if self.loads_fail.load(SeqCst) {
            Err(StoreError { reason: "unreadable".into() })
        } else {
            self.store.load(name)
        }
    }

    fn put_if(
        &self,
        name: &DocName,
        document: &Sealed,
        expected: Expected,
        fence: Fence,
    ) -> Result<Revision, PutError> {
        self.answer().map_err(|error| PutError::Failed(error.reason))?;
        self.store.put_if(name, document, expected, fence)
    }

    fn list(&self, after: Option<&DocName>, limit: usize) -> Result<Vec<DocName>, StoreError> {
        self.answer()?;
        self.store.list(after, limit)
    }

    fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
        self.epochs.fetch_add(1, SeqCst);
        self.answer()?;
        if self.has_epoch { self.store.epoch() } else { Ok(None) }
    }

    fn looks(&self) -> Looks {
        Looks::Inline
    }
}
