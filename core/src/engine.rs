//! What works behind the handles: the named keys of one environment, under one root key, in one store. It has
//! no public method; those are in `handle`.

mod cache;
pub(crate) mod check;
mod column;
mod commit;
pub(crate) mod config;
mod documents;
mod door;
mod flight;
mod host;
mod housekeeper;
mod key;
mod keys;
pub(crate) mod lease;
mod open;
mod publish;
mod refresh;
mod repair;
mod reseal;
mod roots;
mod run;
pub(crate) mod seals;
pub(crate) mod slot;
pub(crate) mod snapshot;
mod staleness;
mod witness;
pub(crate) mod witnessed;

use crate::Error;
use crate::alg::mac::HmacKey;
use crate::clock::Clock;
use crate::document::pin::Pin;
use crate::document::witness::Witness;
use crate::entropy::Nonces;
use crate::error::{Near, Place};
use crate::name::{KeyName, KeyringId};
use crate::seal::several::Several;
use crate::stack;
use crate::store::Store;
use crate::subkey::Subkey;
use arc_swap::{ArcSwap, ArcSwapOption};
use once_cell::race::OnceBox;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};

pub(crate) use roots::is_asking_any;
pub(crate) use run::At;

/// What the handles of a keyring share.
pub(crate) struct Engine {
    /// This, for what goes on when a call has ended.
    this: Weak<Self>,
    store: Arc<dyn Store>,
    /// Whether data calls must not ask the store for its epoch.
    is_watched: bool,
    housekeeper: housekeeper::Housekeeper,
    /// `None` for a keyring without a root document.
    seal: ArcSwap<Option<Arc<Several>>>,
    clock: Arc<dyn Clock>,
    nonces: Nonces,
    /// For how long an unreachable store is put up with, in milliseconds: what was asked for here, and no
    /// more than the keyring allows.
    max_staleness: AtomicU64,
    own_staleness: u64,
    /// Whether another process may have the store, too.
    is_shared: bool,
    id: KeyringId,
    roots: ArcSwap<roots::Roots>,
    slots: slot::Slots,
    subkeys: cache::Cache<host::SubkeyName, Subkey>,
    /// Made when the first column is indexed.
    columns: OnceBox<cache::Cache<host::ColumnName, Arc<HmacKey>>>,
    closed: AtomicBool,
    /// The store's epoch as it was last read.
    epoch: AtomicU64,
    /// When to read it again, in coarse milliseconds.
    next_check: AtomicU64,
    /// When every key is to be read anew, where there is no epoch.
    next_reload: AtomicU64,
    /// A root key has to be unwrapped, which the housekeeper does not do.
    seal_wanted: AtomicBool,
    /// When a seal may be asked for it in calls that can do without, in coarse milliseconds.
    next_ask: AtomicU64,
    /// Why it could not be asked the last time.
    seal_failed: ArcSwapOption<Error>,
    /// What it was before.
    past: ArcSwap<refresh::Past>,
    /// When it was last read, in coarse milliseconds.
    looked: AtomicU64,
    /// When the store was last reached, in coarse milliseconds.
    reached: AtomicU64,
    /// Shared by those who would be refused if it was too long ago.
    last_look: flight::Flight,
    /// How often a version may encrypt under random 96-bit nonces.
    usage_limit: u64,
    /// What documents were, by somebody who kept it elsewhere.
    witness: Option<Arc<Witness>>,
}

impl Engine {
    pub(crate) fn pin(&self) -> Result<Pin, Error> {
        self.reload_roots()?;
        let roots = self.roots.load();
        let head = roots.head.ok_or_else(|| self.no_keyring())?;
        Ok(Pin::new(self.id, head, roots.generation))
    }

    /// What to say where there is no root document: one in memory alone never had one. Who has opened a
    /// keyring is not told to create one in its place.
    #[cold]
    fn no_keyring(&self) -> Error {
        if self.roots.load().revision.is_none() {
            return Error::KeyringNotFound { place: Place::new("a store, as this one is in memory alone") };
        }
        match self.store.list(None, 1) {
            Ok(documents) if documents.is_empty() => roots::corrupt(open::ALL_MISSING),
            Ok(_) => roots::corrupt(open::MISSING),
            Err(error) => error.into(),
        }
    }

    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// What to say where a key is not there: closing takes them all away, also in the middle of a call.
    #[cold]
    pub(crate) fn absent(&self, name: &KeyName) -> Error {
        if self.is_closed() { Error::Closed } else { not_found(name) }
    }

    pub(crate) fn id(&self) -> KeyringId {
        self.id
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    pub(crate) fn usage_limit(&self) -> u64 {
        self.usage_limit
    }

    /// Ends it: what handles still want is refused, and every secret is wiped.
    pub(crate) fn shut(&self) {
        if !self.closed.swap(true, Ordering::SeqCst) {
            self.return_leases();
        }
        self.housekeeper.dismiss();
        self.slots.clear();
        self.subkeys.clear();
        self.columns.get().inspect(|columns| columns.clear());
        self.roots.store(Arc::default());
        // It holds the sealing key or the passphrase.
        self.seal.store(Arc::default());
        // What calls of this thread have left, those of its data operations among them.
        stack::overwrite_up_to(4 * stack::DEEP);
    }
}

/// What was perhaps meant is for the handle of a keyring to say: whoever has that of a key knows its name.
#[cold]
fn not_found(name: &KeyName) -> Error {
    Error::KeyNotFound { name: name.to_string(), near: Near::default() }
}
