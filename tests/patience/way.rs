//! A way to documents that can be blocked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use strongroom::{
    DocName, Epoch, Expected, Fence, Looks, Memory, PutError, Revision, Sealed, Store, StoreError,
};

/// Documents that others have too, behind a way that can be blocked, and that perhaps has no epoch.
pub(crate) struct Way {
    pub(crate) documents: Memory,
    looks: Looks,
    has_epoch: bool,
    is_blocked: AtomicBool,
    pub(crate) waiting: AtomicU64,
}

impl Way {
    pub(crate) fn to(documents: &Memory, looks: Looks, has_epoch: bool) -> Arc<Self> {
        Arc::new(Self {
            documents: documents.clone(),
            looks,
            has_epoch,
            is_blocked: AtomicBool::new(false),
            waiting: AtomicU64::new(0),
        })
    }

    pub(crate) fn block(&self, blocked: bool) {
        self.is_blocked.store(blocked, Ordering::SeqCst);
    }

    fn pass(&self) {
        if self.is_blocked.load(Ordering::SeqCst) {
            self.waiting.fetch_add(1, Ordering::SeqCst);
            while self.is_blocked.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }
}

impl Store for Way {
    fn load(&self, name: &DocName) -> Result<Option<(Sealed, Revision)>, StoreError> {
        self.pass();
        self.documents.load(name)
    }
    fn put_if(
        &self,
        name: &DocName,
        document: &Sealed,
        expected: Expected,
        fence: Fence,
    ) -> Result<Revision, PutError> {
        self.pass();
        self.documents.put_if(name, document, expected, fence)
    }
    fn list(&self, after: Option<&DocName>, limit: usize) -> Result<Vec<DocName>, StoreError> {
        self.pass();
        self.documents.list(after, limit)
    }
    fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
        if self.looks == Looks::Watched {
            self.pass();
        }
        if self.has_epoch { self.documents.epoch() } else { Ok(None) }
    }
    fn looks(&self) -> Looks {
        self.looks
    }
}
