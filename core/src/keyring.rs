//! The keyring: the named keys of one environment, under one root key, in one store.

mod builder;
mod cache;
pub(crate) mod check;
mod commit;
mod documents;
mod door;
mod flight;
mod housekeeper;
mod keys;
pub(crate) mod lease;
mod open;
mod publish;
mod refresh;
mod repair;
mod reseal;
mod roots;
pub(crate) mod seals;
pub(crate) mod slot;
mod snapshot;
mod staleness;
mod witness;
pub(crate) mod witnessed;

use crate::Error;
use crate::clock::Clock;
use crate::document::pin::Pin;
use crate::document::witness::Witness;
use crate::entropy::Nonces;
use crate::name::KeyringId;
use crate::seal::SealProvider;
use crate::stack;
use crate::store::Store;
use crate::verb::Verb;
use arc_swap::ArcSwap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};

pub use builder::KeyringBuilder;
pub(crate) use keys::backup;

/// The named keys of one environment. Cheap to clone, shared between threads, works in a forked child.
///
/// ```
/// use strongroom::{KeySpec, Keyring};
/// let ring = Keyring::in_memory();
/// let same = ring.clone();
/// std::thread::spawn(move || same.create_key("cards", KeySpec::default())).join().unwrap()?;
/// assert!(ring.key("cards").is_ok());
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Clone)]
pub struct Keyring(pub(crate) Arc<Inner>);

/// What the handles of a keyring share.
pub(crate) struct Inner {
    /// This, for what goes on when a call has ended.
    this: Weak<Self>,
    store: Arc<dyn Store>,
    /// Whether data calls must not ask the store for its epoch.
    is_watched: bool,
    housekeeper: housekeeper::Housekeeper,
    /// `None` for a keyring without a root document.
    seal: ArcSwap<Option<Arc<dyn SealProvider>>>,
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
    subkeys: cache::Cache,
    closed: AtomicBool,
    /// The store's epoch as it was last read.
    epoch: AtomicU64,
    /// When to read it again, in coarse milliseconds.
    next_check: AtomicU64,
    /// When every key is to be read anew, where there is no epoch.
    next_reload: AtomicU64,
    /// A root key has to be unwrapped, which the housekeeper does not do.
    seal_wanted: AtomicBool,
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

impl Inner {
    #[inline]
    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// What to say where a key is not there: closing takes them all away, also in the middle of a call.
    #[cold]
    pub(crate) fn absent(&self) -> Error {
        if self.is_closed() { Error::Closed } else { Error::KeyNotFound }
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    pub(crate) fn usage_limit(&self) -> u64 {
        self.usage_limit
    }

    fn shut(&self) {
        if !self.closed.swap(true, Ordering::SeqCst) {
            self.return_leases();
        }
        self.housekeeper.dismiss();
        self.slots.clear();
        self.subkeys.clear();
        self.roots.store(Arc::default());
        // It holds the sealing key or the passphrase.
        self.seal.store(Arc::default());
        // What calls of this thread have left, those of its data operations among them.
        stack::overwrite_up_to(4 * stack::DEEP);
    }
}

impl Keyring {
    /// What the keyring is known by.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let store = Memory::new();
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let id = Keyring::create(store.clone(), seal())?.id();
    /// assert_eq!(Keyring::open(store, seal())?.id(), id);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn id(&self) -> KeyringId {
        self.0.id
    }
}

impl Keyring {
    /// What to keep outside of the keyring to know it again: its id, its newest root key and the generation
    /// of its root document. A process that is opened with it ([`pinned`](KeyringBuilder::pinned)) takes no
    /// other keyring and none that somebody brought back under an older root key.
    ///
    /// It stays good over planned reseals. After a reseal because an old root key may be in wrong hands, take
    /// a new one.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::create(Memory::new(), seal())?;
    /// assert!(ring.pin()?.to_string().starts_with(&format!("srp1:{}:1:", ring.id())));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::KeyringNotFound`] for a keyring in memory, which nobody can open; or what the store has to
    /// say
    pub fn pin(&self) -> Result<Pin, Error> {
        self.0.pass(Verb::Pin, None, || {
            self.0.reload_roots()?;
            let roots = self.0.roots.load();
            let head = roots.head.ok_or(Error::KeyringNotFound)?;
            Ok(Pin::new(self.0.id, head, roots.generation))
        })
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({})", self.0.id)
    }
}
