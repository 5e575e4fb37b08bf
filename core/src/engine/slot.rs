//! The keys that are open, each in a slot that its handles share.

use super::Engine;
use super::flight::Flight;
use super::publish::{Differs, Generation, publish};
use crate::Error;
use crate::document::header::Header;
use crate::document::key::Body;
use crate::key::state::KeyState;
use crate::name::{DocName, KeyName};
use crate::store::Revision;
use arc_swap::{ArcSwap, ArcSwapOption};
use rpds::HashTrieMapSync;
use std::cmp::Ordering;
use std::hash::RandomState;
use std::sync::Arc;
use std::sync::atomic::{self, AtomicBool, AtomicU64};

/// One key, as last read.
pub(crate) struct Slot {
    pub(crate) name: KeyName,
    pub(crate) opened: ArcSwapOption<Opened>,
    /// The store's epoch when it was last read.
    pub(crate) epoch: AtomicU64,
    /// While its document is known to have changed and was not read yet: when what is known of it was last
    /// what the store had, in coarse milliseconds; else 0.
    pub(super) behind: AtomicU64,
    /// When its document was last read or written, in coarse milliseconds.
    pub(super) read: AtomicU64,
    /// The newest usage document that was seen.
    pub(super) usage_seen: ArcSwapOption<Seen>,
    pub(super) flight: Flight,
    /// Why the last look of the flight failed, if it did.
    pub(super) look_failed: ArcSwapOption<Error>,
}

impl Slot {
    fn new(name: KeyName) -> Self {
        Self {
            name,
            opened: ArcSwapOption::empty(),
            epoch: AtomicU64::new(u64::MAX),
            behind: AtomicU64::new(0),
            read: AtomicU64::new(0),
            usage_seen: ArcSwapOption::empty(),
            flight: Flight::default(),
            look_failed: ArcSwapOption::empty(),
        }
    }

    /// Which document was opened last. To be asked before the store is: what is loaded after that must not be
    /// older, while between the two another thread may open a newer one.
    pub(super) fn seen(&self) -> Option<Seen> {
        self.opened.load().as_deref().map(|opened| Seen::of(&opened.header))
    }

    /// Remembers a usage document, unless a newer one is known.
    pub(super) fn saw_usage(&self, seen: &Arc<Seen>) {
        self.usage_seen.rcu(|known| match known {
            Some(known) if known.generation >= seen.generation => Some(known.clone()),
            _ => Some(seen.clone()),
        });
    }
}

/// How new a document is that was seen. A later one has a higher generation, and never a lower root number:
/// with a root key that was replaced, somebody could write any generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) generation: u64,
    pub(super) root: u32,
}

impl Seen {
    pub(super) fn of(header: &Header) -> Self {
        Self { generation: header.generation, root: header.root }
    }

    /// Whether a document is older than this.
    pub(super) fn is_after(self, header: &Header) -> bool {
        self.generation > header.generation || self.root > header.root
    }
}

/// A document that was opened.
pub(crate) struct Opened {
    pub(crate) header: Header,
    pub(crate) revision: Revision,
    /// `None` for a deleted key.
    pub(crate) state: Option<KeyState>,
}

impl Opened {
    /// Whether a document that is not older can have come of this one. What is older than this is another's
    /// to refuse.
    pub(super) fn is_followed_by(&self, header: &Header, body: &Body, revision: &Revision) -> bool {
        let newer = match header.generation.cmp(&self.header.generation) {
            Ordering::Less => return true,
            Ordering::Equal => return self.revision == *revision,
            Ordering::Greater => body,
        };
        match (newer, &self.state) {
            (Body::Key(record), Some(state)) if header.key_id == self.header.key_id => {
                record.goes_on_from(&state.record)
            }
            // A deleted key, or another one under its name.
            _ => true,
        }
    }
}

impl Generation for Opened {
    fn compare(&self, other: &Self) -> Option<Ordering> {
        let same = self.revision == other.revision;
        let order = self.header.generation.cmp(&other.header.generation);
        let root = self.header.root.cmp(&other.header.root);
        let follows = |later: &Self, earlier: &Self| match (&later.state, &earlier.state) {
            (Some(later_state), Some(earlier_state)) if later.header.key_id == earlier.header.key_id => {
                later_state.record.goes_on_from(&earlier_state.record)
            }
            // A deleted key, or another one under its name.
            _ => true,
        };
        // What is older than what is there is not taken anyway.
        let goes_on = !order.is_gt() || follows(self, other);
        Some(order).filter(|order| same == order.is_eq() && (root.is_eq() || root == *order) && goes_on)
    }
}

/// The slots that handles share, in a map whose parts are shared between what it was and what it is: reading
/// takes no lock, and one more slot copies a few of its nodes, whatever the number of keys.
///
/// Only what there is has a slot here. A name that somebody asks for gets a slot that nobody else knows,
/// which stays if there is such a key and is gone with the call if there is none, so names that are made up
/// take no memory.
pub(super) struct Slots(ArcSwap<Map>);

type Map = HashTrieMapSync<KeyName, Arc<Slot>, RandomState>;

impl Slots {
    pub(super) fn new() -> Self {
        Self(ArcSwap::from_pointee(empty()))
    }

    /// The slot of a name that has a document, made if there is none.
    pub(super) fn slot(&self, name: &KeyName) -> Arc<Slot> {
        self.insert(self.candidate(name))
    }

    pub(super) fn has(&self, name: &KeyName) -> bool {
        self.0.load().contains_key(name)
    }

    /// The slot of a name that may have no document: the one that handles share or, if there is none, a new
    /// one, which has to be [kept](Self::keep) before a handle gets it.
    pub(super) fn candidate(&self, name: &KeyName) -> Arc<Slot> {
        self.0.load().get(name).cloned().unwrap_or_else(|| Arc::new(Slot::new(name.clone())))
    }

    /// Makes a candidate the slot that handles share. If another thread was faster, it is the other one,
    /// which then knows what this one did.
    pub(super) fn keep(&self, candidate: Arc<Slot>, closed: &AtomicBool) -> Result<Arc<Slot>, Differs> {
        let slot = self.insert(candidate.clone());
        if !Arc::ptr_eq(&slot, &candidate) {
            if let Some(seen) = candidate.usage_seen.load_full() {
                slot.saw_usage(&seen);
            }
            if let Some(opened) = candidate.opened.load_full() {
                publish(&slot.opened, closed, &opened)?;
            }
        }
        // Whoever closes says so first and empties the map then. If the slot came too late for that, it is
        // seen here.
        if closed.load(atomic::Ordering::SeqCst) {
            [candidate, slot.clone()].iter().for_each(|slot| slot.opened.store(None));
        }
        Ok(slot)
    }

    fn insert(&self, slot: Arc<Slot>) -> Arc<Slot> {
        if let Some(there) = self.0.load().get(&slot.name) {
            return there.clone();
        }
        self.0.rcu(|map| {
            if map.contains_key(&slot.name) {
                Map::clone(map)
            } else {
                map.insert(slot.name.clone(), slot.clone())
            }
        });
        self.0.load().get(&slot.name).cloned().unwrap_or(slot)
    }

    /// Every slot there is.
    pub(super) fn all(&self) -> Vec<Arc<Slot>> {
        self.0.load().values().cloned().collect()
    }

    pub(super) fn clear(&self) {
        self.0.swap(Arc::new(empty())).values().for_each(|slot| slot.opened.store(None));
    }
}

fn empty() -> Map {
    Map::new_with_hasher_and_ptr_kind(RandomState::new())
}

impl Engine {
    /// Makes a document what the slot's handles see, unless another thread has opened a newer one since the
    /// store was asked. `seen` is what was known before that: an older one than it was put back by somebody.
    pub(super) fn publish(&self, slot: &Slot, opened: Opened, seen: Option<Seen>) -> Result<(), Error> {
        let rolled_back = || Error::RolledBack { document: DocName::Key(slot.name.clone()).file_name() };
        if seen.is_some_and(|seen| seen.is_after(&opened.header)) {
            return Err(rolled_back());
        }
        publish(&slot.opened, &self.closed, &Arc::new(opened)).map_err(|Differs| rolled_back())
    }

    /// A document as handles see it. Leases of the same key go on.
    pub(super) fn opened(&self, slot: &Slot, header: Header, revision: Revision, body: Body) -> Opened {
        let known = slot.opened.load();
        let before = known
            .as_deref()
            .filter(|known| known.header.key_id == header.key_id)
            .and_then(|known| known.state.as_ref());
        let state = match body {
            Body::Key(record) => Some(KeyState::new(*record, self.nonces, before)),
            Body::Tombstone { .. } => None,
        };
        Opened { header, revision, state }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_is_not_there_until_it_is_kept() {
        let (slots, open) = (Slots::new(), AtomicBool::new(false));
        let name = KeyName::new("cards").unwrap();
        let (one, two) = (slots.candidate(&name), slots.candidate(&name));
        assert!(slots.all().is_empty() && !Arc::ptr_eq(&one, &two));
        two.saw_usage(&Arc::new(Seen { generation: 7, root: 2 }));
        let kept = slots.keep(one.clone(), &open).unwrap();
        assert!(Arc::ptr_eq(&kept, &one) && slots.all().len() == 1);
        // The one that came later is not used, and what it has seen is not forgotten.
        assert!(Arc::ptr_eq(&slots.keep(two, &open).unwrap(), &one));
        assert_eq!(one.usage_seen.load_full().as_deref(), Some(&Seen { generation: 7, root: 2 }));
        assert!(Arc::ptr_eq(&slots.slot(&name), &one) && Arc::ptr_eq(&slots.candidate(&name), &one));
        slots.clear();
        assert!(slots.all().is_empty());
    }
}
