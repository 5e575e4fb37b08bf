//! A store that lets something else happen between two steps of whoever uses it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use strongroom::{
    DocName, Epoch, Expected, Fence, Fencing, Looks, Memory, PutError, Revision, Sealed, Store, StoreError,
};

/// Where a call of the store stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A document was read, and is about to be handed over.
    Loaded,
    /// A document is about to be written.
    Putting,
}

type Hook = Box<dyn FnMut(Step, &DocName) -> bool + Send>;

/// Documents in memory, behind a hook that is called at each [`Step`] until it says that it has done its
/// work.
#[derive(Clone)]
pub struct Hooked {
    documents: Memory,
    hook: Arc<Mutex<Option<Hook>>>,
    fencing: Fencing,
    unplugged: Arc<AtomicBool>,
}

impl Hooked {
    /// The same documents, seen by somebody whom the hook goes before.
    pub fn new(documents: Memory) -> Self {
        Self { documents, hook: Arc::default(), fencing: Fencing::Atomic, unplugged: Arc::default() }
    }

    /// One that does not look at the fence.
    pub fn without_fence(mut self, fencing: Fencing) -> Self {
        self.fencing = fencing;
        self
    }

    /// Calls `hook` from now on, until it returns true.
    ///
    /// # Panics
    /// If a hook panicked before
    pub fn set(&self, hook: impl FnMut(Step, &DocName) -> bool + Send + 'static) {
        *self.hook.lock().unwrap() = Some(Box::new(hook));
    }

    /// Whether it fails from now on, whatever it is asked.
    pub fn unplug(&self, unplugged: bool) {
        self.unplugged.store(unplugged, Ordering::SeqCst);
    }

    fn reach(&self) -> Result<(), StoreError> {
        if self.unplugged.load(Ordering::SeqCst) {
            Err(StoreError { reason: "unplugged".into() })
        } else {
            Ok(())
        }
    }

    fn at(&self, step: Step, name: &DocName) {
        // Taken out, so that what the hook does may come here as well.
        let hook = self.hook.lock().unwrap().take();
        if let Some(mut hook) = hook
            && !hook(step, name)
        {
            self.hook.lock().unwrap().get_or_insert(hook);
        }
    }
}

impl Store for Hooked {
    fn load(&self, name: &DocName) -> Result<Option<(Sealed, Revision)>, StoreError> {
        self.reach()?;
        let loaded = self.documents.load(name);
        self.at(Step::Loaded, name);
        loaded
    }

    fn put_if(
        &self,
        name: &DocName,
        document: &Sealed,
        expected: Expected,
        fence: Fence,
    ) -> Result<Revision, PutError> {
        let reach = || self.reach().map_err(|error| PutError::Failed(error.reason));
        reach()?;
        self.at(Step::Putting, name);
        reach()?;
        let there = self
            .documents
            .load(&DocName::Root)
            .map_err(|error| PutError::Failed(error.reason))?
            .map_or(Expected::Absent, |(_, revision)| Expected::Revision(revision));
        let fence = if self.fencing == Fencing::Atomic { fence } else { Fence::new(there) };
        self.documents.put_if(name, document, expected, fence)
    }

    fn list(&self, after: Option<&DocName>, limit: usize) -> Result<Vec<DocName>, StoreError> {
        self.reach()?;
        self.documents.list(after, limit)
    }

    fn load_all(&self) -> Result<Vec<(DocName, Sealed)>, StoreError> {
        self.reach()?;
        let loaded = self.documents.load_all();
        self.at(Step::Loaded, &DocName::Root);
        loaded
    }

    fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
        self.reach()?;
        self.documents.epoch()
    }

    fn looks(&self) -> Looks {
        self.documents.looks()
    }

    fn fencing(&self) -> Fencing {
        self.fencing
    }
}
