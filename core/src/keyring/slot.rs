//! The keys that are open, each in a slot that its handles share.

use super::flight::Flight;
use super::publish::Generation;
use crate::Error;
use crate::document::header::Header;
use crate::key::state::KeyState;
use crate::name::KeyName;
use crate::store::Revision;
use arc_swap::{ArcSwap, ArcSwapOption};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// One key, as last read.
pub(crate) struct Slot {
    pub(crate) name: KeyName,
    pub(crate) opened: ArcSwapOption<Opened>,
    /// The store's epoch when it was last read.
    pub(crate) epoch: AtomicU64,
    /// Since when its document is known to have changed and could not be read, in coarse milliseconds; 0 if that is not so.
    pub(super) behind: AtomicU64,
    /// The highest generation of its usage document that was seen.
    pub(super) usage_seen: AtomicU64,
    pub(super) flight: Flight,
    /// Why the last look of the flight failed, if it did.
    pub(super) look_failed: ArcSwapOption<Error>,
}

impl Slot {
    /// The generation of the document that was opened last. To be asked before the store is: what is loaded after that must not be older, while
    /// between the two another thread may open a newer one.
    pub(super) fn seen(&self) -> Option<u64> {
        self.opened.load().as_deref().map(|opened| opened.header.generation)
    }
}

/// A document that was opened.
pub(crate) struct Opened {
    pub(crate) header: Header,
    pub(crate) revision: Revision,
    /// `None` for a deleted key.
    pub(crate) state: Option<KeyState>,
}

impl Generation for Opened {
    fn compare(&self, other: &Self) -> Option<Ordering> {
        let same = self.revision == other.revision;
        Some(self.header.generation.cmp(&other.header.generation)).filter(|order| same == order.is_eq())
    }
}

/// All slots, in many small maps: reading takes no lock, and adding a slot copies one map of a few.
pub(super) struct Slots {
    shards: Vec<ArcSwap<HashMap<KeyName, Arc<Slot>>>>,
    hasher: RandomState,
}

const SHARDS: usize = 64;

impl Slots {
    pub(super) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| ArcSwap::default()).collect(), hasher: RandomState::new() }
    }

    /// The slot of a name, made if there is none.
    pub(super) fn slot(&self, name: &KeyName) -> Arc<Slot> {
        let shard = &self.shards[self.hasher.hash_one(name) as usize % SHARDS];
        if let Some(slot) = shard.load().get(name) {
            return slot.clone();
        }
        let new = Arc::new(Slot {
            name: name.clone(),
            opened: ArcSwapOption::empty(),
            epoch: AtomicU64::new(u64::MAX),
            behind: AtomicU64::new(0),
            usage_seen: AtomicU64::new(0),
            flight: Flight::default(),
            look_failed: ArcSwapOption::empty(),
        });
        shard.rcu(|map| {
            let mut map = HashMap::clone(map);
            map.entry(name.clone()).or_insert_with(|| new.clone());
            map
        });
        shard.load().get(name).cloned().unwrap_or(new)
    }

    /// Every slot there is.
    pub(super) fn all(&self) -> Vec<Arc<Slot>> {
        self.shards.iter().flat_map(|shard| shard.load().values().cloned().collect::<Vec<_>>()).collect()
    }

    pub(super) fn clear(&self) {
        for shard in &self.shards {
            shard.load().values().for_each(|slot| slot.opened.store(None));
            shard.store(Arc::default());
        }
    }
}
