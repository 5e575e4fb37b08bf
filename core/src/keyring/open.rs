//! Creating and opening keyrings.

use super::flight::Flight;
use super::lease::USAGE_LIMIT;
use super::roots::{self, Roots};
use super::{Inner, Keyring, cache, slot};
use crate::Error;
use crate::clock::{Clock, SystemClock};
use crate::document::root::{RootDocument, WrappedRoot};
use crate::entropy::Nonces;
use crate::name::{DocName, KeyringId};
use crate::seal::{Seal, SealProvider};
use crate::secret::SecretArray;
use crate::store::{Expected, Fence, Memory, PutError, Sealed, Store};
use arc_swap::ArcSwap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Duration;

/// How a keyring is opened, where the defaults do not do.
///
/// ```
/// use strongroom::{Keyring, KeyringBuilder, Memory, Nonces, Seal, SecretArray};
/// let builder: KeyringBuilder = Keyring::builder().label("production").nonces(Nonces::Unbuffered);
/// let ring = builder.create(Memory::new(), Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap()))?;
/// # Ok::<(), strongroom::Error>(())
/// ```
#[must_use]
#[derive(Clone)]
pub struct KeyringBuilder {
    clock: Arc<dyn Clock>,
    nonces: Nonces,
    max_staleness: Duration,
    label: String,
    pinned_id: Option<KeyringId>,
    minimum_generation: u64,
    usage_limit: u64,
    is_shared: bool,
}

impl std::fmt::Debug for KeyringBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyringBuilder(..)")
    }
}

impl Default for KeyringBuilder {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            nonces: Nonces::Pooled,
            max_staleness: Duration::from_secs(60),
            label: String::new(),
            pinned_id: None,
            minimum_generation: 0,
            usage_limit: USAGE_LIMIT,
            is_shared: true,
        }
    }
}

impl KeyringBuilder {
    /// The time, for tests.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// struct Fixed;
    /// impl Clock for Fixed {
    ///     fn now(&self) -> u64 {
    ///         1_700_000_000_000_000_000
    ///     }
    ///     fn coarse_millis(&self) -> u64 {
    ///         0
    ///     }
    /// }
    /// let ring = Keyring::builder().clock(std::sync::Arc::new(Fixed)).create(Memory::new(), seal())?;
    /// let info = ring.create_key("cards", KeySpec::default())?.info()?;
    /// assert_eq!(info.versions[0].created, Some(1_700_000_000_000_000_000));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Where nonces come from.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::builder().nonces(Nonces::Unbuffered).create(Memory::new(), seal())?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn nonces(mut self, nonces: Nonces) -> Self {
        self.nonces = nonces;
        self
    }

    /// For how long an unreachable store is put up with by encryption: 60 s unless given. Decryption goes on.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::builder().max_staleness(std::time::Duration::from_secs(600)).create(Memory::new(), seal())?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn max_staleness(mut self, limit: Duration) -> Self {
        self.max_staleness = limit;
        self
    }

    /// How often a version of a key with 96-bit nonces may encrypt, where 2^32 − 1 is too often. It can only be lowered. Derived keys warn, since
    /// the limit is meant for each of their subkeys. At half of it [`rotate_due`](Keyring::rotate_due) rotates.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::builder().usage_limit(2).create(Memory::new(), seal())?;
    /// let key = ring.create_key("cards", KeyType::Aes256Gcm96)?;
    /// let ciphertexts: Vec<_> = (0..3).map(|_| key.encrypt(b"4111", Aad::NONE)).collect();
    /// assert_eq!(ciphertexts.last().unwrap().as_ref().unwrap_err(), &Error::UsageLimitReached);
    /// key.rotate()?;
    /// key.encrypt(b"4111", Aad::NONE)?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn usage_limit(mut self, limit: u64) -> Self {
        self.usage_limit = limit.min(USAGE_LIMIT);
        self
    }

    /// What people call a new keyring, at most 255 bytes.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::builder().label("production").create(Memory::new(), seal())?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// The one keyring to open, whatever else may stand in its place.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let store = Memory::new();
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let id = Keyring::create(store.clone(), seal())?.id();
    /// Keyring::builder().pin(id, 1).open(store.clone(), seal())?;
    /// let other = KeyringId::from_bytes([0; 16]);
    /// assert_eq!(Keyring::builder().pin(other, 1).open(store, seal()).unwrap_err(), Error::KeyringMismatch);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn pin(mut self, id: KeyringId, minimum_generation: u64) -> Self {
        self.pinned_id = Some(id);
        self.minimum_generation = minimum_generation;
        self
    }

    /// Creates a keyring in an empty store.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let store = Memory::new();
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// Keyring::builder().label("production").create(store.clone(), seal())?;
    /// assert_eq!(Keyring::create(store, seal()).unwrap_err(), Error::KeyringExists);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::KeyringExists`], [`Error::InvalidOption`] with a [`pin`](Self::pin), or what the store or the seal has to say
    pub fn create(self, store: impl Store + 'static, seal: Seal) -> Result<Keyring, Error> {
        // Whoever names a keyring does not mean another one that is made in its place.
        if self.pinned_id.is_some() {
            return Err(Error::InvalidOption { reason: "a pin names a keyring that there is; open it, or create one without a pin" });
        }
        if self.label.len() > 255 {
            return Err(Error::InvalidOption { reason: "a keyring's label has at most 255 bytes" });
        }
        let seal = seal.resolve()?;
        store.create()?;
        // Without its root document a keyring cannot be opened, and its documents would stand in the way of ours for ever.
        if store.list(None, 1)?.first().is_some_and(|name| *name != DocName::Root) {
            let reason =
                "documents of another keyring are here, from a restore that was cut off or without their root document; restore again, or use an empty place";
            return Err(Error::StoreFailed { reason: reason.to_owned() });
        }
        let mut id = [0; 16];
        strongroom_entropy::fill(&mut id)?;
        let key = SecretArray::random()?;
        let copy = roots::wrap(&id, 1, &key, seal.as_ref())?;
        let id = KeyringId::from_bytes(id);
        let document = RootDocument {
            keyring: id,
            generation: 1,
            label: self.label.clone(),
            roots: vec![WrappedRoot { number: 1, copies: vec![copy] }],
            line: None,
            staleness: None,
        };
        let sealed = Sealed::from_stored(document.seal(&key));
        let revision = match store.put_if(&DocName::Root, &sealed, Expected::Absent, Fence::new(Expected::Absent)) {
            Ok(revision) => revision,
            Err(PutError::Conflict) => return Err(Error::KeyringExists),
            Err(PutError::Failed(reason)) => return Err(Error::StoreFailed { reason }),
            Err(PutError::Uncertain(reason)) => return Err(Error::Uncertain { reason }),
        };
        let roots = Roots { generation: 1, revision: Some(revision), keys: vec![(1, Arc::new(key))] };
        Ok(self.build(Arc::new(store), Some(seal), id, roots))
    }

    /// Opens a keyring. Never creates one.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let store = Memory::new();
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// # Keyring::create(store.clone(), seal())?;
    /// let ring = Keyring::builder().nonces(Nonces::Unbuffered).open(store, seal())?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::KeyringNotFound`], [`Error::WrongSeal`], [`Error::CorruptDocument`], [`Error::KeyringMismatch`], or what the store or the seal has to say
    pub fn open(self, store: impl Store + 'static, seal: Seal) -> Result<Keyring, Error> {
        let (document, revision) = store.load(&DocName::Root)?.ok_or(Error::KeyringNotFound)?;
        let seal = seal.resolve()?;
        let (parsed, roots) = roots::open(document.as_bytes(), revision, seal.as_ref())?;
        self.check_pin(&parsed)?;
        Ok(self.build(Arc::new(store), Some(seal), parsed.keyring, roots))
    }

    /// Opens a keyring, or creates one where there is none. For development: in a service a store that is empty by mistake would go unnoticed.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let store = Memory::new();
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let first = Keyring::builder().label("development").open_or_create(store.clone(), seal())?;
    /// let second = Keyring::builder().label("development").open_or_create(store, seal())?;
    /// assert_eq!(first.id(), second.id());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`create`](Self::create) and [`open`](Self::open); with a [`pin`](Self::pin) none is created
    pub fn open_or_create(self, store: impl Store + 'static, seal: Seal) -> Result<Keyring, Error> {
        let store: Arc<dyn Store> = Arc::new(store);
        let provider = seal.resolve()?;
        let seal = || Seal::provider(provider.clone());
        if self.pinned_id.is_none() && store.load(&DocName::Root)?.is_none() {
            match self.clone().create(store.clone(), seal()) {
                // Somebody else was faster.
                Err(Error::KeyringExists) => {}
                other => return other,
            }
        }
        self.open(store, seal())
    }

    pub(super) fn check_pin(&self, document: &RootDocument) -> Result<(), Error> {
        let other = self.pinned_id.is_some_and(|id| id != document.keyring) || document.generation < self.minimum_generation;
        if other { Err(Error::KeyringMismatch) } else { Ok(()) }
    }

    pub(super) fn build(self, store: Arc<dyn Store>, seal: Option<Arc<dyn SealProvider>>, id: KeyringId, roots: Roots) -> Keyring {
        let now = self.clock.coarse_millis();
        Keyring(Arc::new(Inner {
            store,
            seal: ArcSwap::from_pointee(seal),
            clock: self.clock,
            nonces: self.nonces,
            max_staleness: u64::try_from(self.max_staleness.as_millis()).unwrap_or(u64::MAX),
            trim_delay: if self.is_shared { trim_delay(self.max_staleness) } else { 0 },
            usage_limit: self.usage_limit,
            id,
            roots: ArcSwap::from_pointee(roots),
            slots: slot::Slots::new(),
            subkeys: cache::Cache::new(),
            closed: AtomicBool::new(false),
            epoch: AtomicU64::new(0),
            next_check: AtomicU64::new(0),
            reached: AtomicU64::new(now),
            last_look: Flight::default(),
        }))
    }
}

impl Keyring {
    /// How to open a keyring where the defaults do not do.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::builder().label("production").nonces(Nonces::Unbuffered).create(Memory::new(), seal())?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn builder() -> KeyringBuilder {
        KeyringBuilder::default()
    }

    /// Creates a keyring in an empty store. This is a deliberate act: see [`open`](Self::open) for what a service does.
    ///
    /// ```
    /// use strongroom::{Directory, Keyring, Seal, SecretArray};
    /// let folder = tempfile::tempdir().unwrap();
    /// let ring = Keyring::create(Directory::new(folder.path()), Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap()))?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`KeyringBuilder::create`]
    pub fn create(store: impl Store + 'static, seal: Seal) -> Result<Self, Error> {
        Self::builder().create(store, seal)
    }

    /// Opens a keyring. Never creates one.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let store = Memory::new();
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// assert_eq!(Keyring::open(store.clone(), seal()).unwrap_err(), Error::KeyringNotFound);
    /// Keyring::create(store.clone(), seal())?.create_key("cards", KeySpec::default())?;
    /// let cards = Keyring::open(store, seal())?.key("cards")?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`KeyringBuilder::open`]
    pub fn open(store: impl Store + 'static, seal: Seal) -> Result<Self, Error> {
        Self::builder().open(store, seal)
    }

    /// Opens a keyring, or creates one where there is none. For development: in a service a store that is empty by mistake would go unnoticed.
    ///
    /// ```
    /// use strongroom::{Directory, KeySpec, Keyring, Seal, SecretArray};
    /// let folder = tempfile::tempdir().unwrap();
    /// let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// Keyring::open_or_create(Directory::new(folder.path()), seal())?.create_key("cards", KeySpec::default())?;
    /// assert!(Keyring::open_or_create(Directory::new(folder.path()), seal())?.key("cards").is_ok());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`create`](Self::create) and [`open`](Self::open)
    pub fn open_or_create(store: impl Store + 'static, seal: Seal) -> Result<Self, Error> {
        Self::builder().open_or_create(store, seal)
    }

    /// A keyring that is gone with the process: no store, no seal, no Argon2. For tests.
    ///
    /// ```
    /// # use strongroom::*;
    /// let cards = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let ciphertext = cards.encrypt(b"4111", Aad::NONE)?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn in_memory() -> Self {
        // Both are of no value to anyone else: the store is private to this keyring.
        let mut key = SecretArray::zeroed();
        let mut id = [0; 16];
        let drawn = strongroom_entropy::fill(key.expose_mut()).and_then(|()| strongroom_entropy::fill(&mut id));
        let keys = if drawn.is_ok() { vec![(1, Arc::new(key))] } else { Vec::new() };
        // No other process has this store, so nobody can be behind.
        KeyringBuilder { is_shared: false, ..KeyringBuilder::default() }.build(
            Arc::new(Memory::new()),
            None,
            KeyringId::from_bytes(id),
            Roots { generation: 1, revision: None, keys },
        )
    }
}

/// For how long a version stays after a rotation, in nanoseconds. Another process may encrypt with it for `max_staleness` after it could last see
/// that it was the latest, which is a little later than the time that the rotation wrote down: the commit came in between.
fn trim_delay(max_staleness: Duration) -> u64 {
    let delay = max_staleness.saturating_add(max_staleness.min(Duration::from_secs(10)));
    u64::try_from(delay.as_nanos()).unwrap_or(u64::MAX)
}
