//! The keyring: the named keys of one environment, under one root key, in one store.

mod cache;
mod commit;
mod keys;
mod open;
mod refresh;
mod roots;
pub(crate) mod seals;
pub(crate) mod slot;

use crate::Error;
use crate::clock::Clock;
use crate::entropy::Nonces;
use crate::name::KeyringId;
use crate::seal::SealProvider;
use crate::store::Store;
use arc_swap::ArcSwap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

pub(crate) use keys::backup;
pub use open::KeyringBuilder;

/// The named keys of one environment. Cheap to clone, shared between threads, works in a forked child.
#[derive(Clone)]
pub struct Keyring(pub(crate) Arc<Inner>);

/// What the handles of a keyring share.
pub(crate) struct Inner {
    store: Arc<dyn Store>,
    seal: Option<Arc<dyn SealProvider>>,
    clock: Arc<dyn Clock>,
    nonces: Nonces,
    max_staleness: Duration,
    id: KeyringId,
    roots: ArcSwap<roots::Roots>,
    slots: slot::Slots,
    subkeys: cache::Cache,
    closed: AtomicBool,
    /// The store's epoch as it was last read.
    epoch: AtomicU64,
    /// When to read it again, in coarse milliseconds.
    next_check: AtomicU64,
    /// When the store was last reached, in coarse milliseconds.
    reached: AtomicU64,
}

/// What is about to happen: every call goes through [`Inner::admit`] with one of these, the place where a decision can be taken
/// and an event recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Makes something new with a key, so the newest version must be known.
    Protect,
    /// Reads something that was made with a key.
    Process,
    /// Looks at or changes keys.
    Manage,
}

impl Inner {
    pub(crate) fn admit(&self, operation: Operation) -> Result<(), Error> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::Closed);
        }
        self.look_for_changes(false);
        if operation == Operation::Protect && self.is_stale() { Err(Error::Stale) } else { Ok(()) }
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }
}

impl Keyring {
    /// What the keyring is known by.
    pub fn id(&self) -> KeyringId {
        self.0.id
    }

    /// Wipes all keys from memory. Every handle says [`Error::Closed`] from then on; a call that is under way ends normally.
    pub fn close(&self) {
        self.0.closed.store(true, Ordering::Release);
        self.0.slots.clear();
        self.0.subkeys.clear();
        self.0.roots.store(Arc::default());
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({})", self.0.id)
    }
}
