//! A store that is gone with the process: for tests.

use super::{Epoch, Expected, Fence, Looks, PutError, Revision, Sealed, Store, StoreError};
use crate::name::DocName;
use arc_swap::ArcSwap;
use rpds::RedBlackTreeMapSync;
use std::ops::Bound;
use std::sync::Arc;

/// Documents in memory. Clones share them. It takes no lock, so it works in a forked child, which goes on
/// with its own copy.
///
/// ```
/// use strongroom::{DocName, Expected, Fence, Memory, Sealed, Store};
/// let (store, same) = (Memory::new(), Memory::default());
/// let (document, fence) = (Sealed::from_stored(vec![1, 2, 3]), Fence::new(Expected::Absent));
/// store.put_if(&DocName::Root, &document, Expected::Absent, fence).unwrap();
/// assert!(store.clone().load(&DocName::Root).unwrap().is_some());
/// assert!(same.load(&DocName::Root).unwrap().is_none());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Memory(Arc<ArcSwap<Documents>>);

#[derive(Debug, Clone, Default)]
struct Documents {
    epoch: u64,
    /// One that shares with its copies what they have in common, so that one more document costs the same
    /// whatever there is.
    by_name: RedBlackTreeMapSync<DocName, Sealed>,
}

impl Memory {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Store for Memory {
    fn load(&self, name: &DocName) -> Result<Option<(Sealed, Revision)>, StoreError> {
        Ok(self.0.load().by_name.get(name).map(|doc| (doc.clone(), Revision::of(doc.as_bytes()))))
    }

    fn load_all(&self) -> Result<Vec<(DocName, Sealed)>, StoreError> {
        Ok(self.0.load().by_name.iter().map(|(name, document)| (name.clone(), document.clone())).collect())
    }

    fn put_if(
        &self,
        name: &DocName,
        document: &Sealed,
        expected: Expected,
        fence: Fence,
    ) -> Result<Revision, PutError> {
        loop {
            let current = self.0.load_full();
            let there = |name| current.by_name.get(name).map(|doc| Revision::of(doc.as_bytes()));
            if !expected.is(there(name)) || !fence.expected().is(there(&DocName::Root)) {
                return Err(PutError::Conflict);
            }
            let mut next = Documents::clone(&current);
            // Usage documents are looked at by those who write them only.
            next.epoch += u64::from(!matches!(name, DocName::Usage(_)));
            next.by_name.insert_mut(name.clone(), document.clone());
            if Arc::ptr_eq(&self.0.compare_and_swap(&current, Arc::new(next)), &current) {
                return Ok(Revision::of(document.as_bytes()));
            }
        }
    }

    fn list(&self, after: Option<&DocName>, limit: usize) -> Result<Vec<DocName>, StoreError> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        Ok(self
            .0
            .load()
            .by_name
            .range((from, Bound::Unbounded))
            .take(limit)
            .map(|(name, _)| name.clone())
            .collect())
    }

    fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
        Ok(Some(Epoch::new(self.0.load().epoch)))
    }

    fn looks(&self) -> Looks {
        Looks::Inline
    }
}
