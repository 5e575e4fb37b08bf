//! How a keyring is opened.

use super::flight::Flight;
use super::housekeeper::Housekeeper;
use super::lease::USAGE_LIMIT;
use super::refresh::Past;
use super::roots::Roots;
use super::{Inner, Keyring, cache, slot};
use crate::Error;
use crate::clock::{Clock, SystemClock};
use crate::document::pin::Pin;
use crate::document::root::RootDocument;
use crate::document::witness::Witness;
use crate::entropy::Nonces;
use crate::name::KeyringId;
use crate::seal::SealProvider;
use crate::store::{Looks, Store};
use arc_swap::ArcSwap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Duration;

/// How a keyring is opened, where the defaults do not do.
///
/// ```
/// use strongroom::{Keyring, KeyringBuilder, Memory, Nonces, Seal, SecretArray};
/// let builder: KeyringBuilder = Keyring::builder().label("production").nonces(Nonces::Unbuffered);
/// let seal = Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
/// let ring = builder.create(Memory::new(), seal)?;
/// # Ok::<(), strongroom::Error>(())
/// ```
#[must_use]
#[derive(Clone)]
pub struct KeyringBuilder {
    pub(super) clock: Arc<dyn Clock>,
    nonces: Nonces,
    max_staleness: Option<Duration>,
    pub(super) label: String,
    pinned_id: Option<KeyringId>,
    minimum_generation: u64,
    pub(super) pin: Option<Pin>,
    pub(super) witness: Option<Arc<Witness>>,
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
            max_staleness: None,
            label: String::new(),
            pinned_id: None,
            minimum_generation: 0,
            pin: None,
            witness: None,
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

    /// For how long an unreachable store is put up with by encryption: for as long as the keyring allows
    /// unless given, which is 60 s unless [`set_max_staleness`](Keyring::set_max_staleness) said otherwise,
    /// and no longer. Decryption goes on. A keyring that is created with more allows that.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let patient = Keyring::builder().max_staleness(std::time::Duration::from_secs(600));
    /// let ring = patient.create(Memory::new(), seal())?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn max_staleness(mut self, limit: Duration) -> Self {
        self.max_staleness = Some(limit);
        self
    }

    /// How often a version of a key with 96-bit nonces may encrypt, where 2^32 − 1 is too often. It can only
    /// be lowered. Derived keys warn, since the limit is meant for each of their subkeys. At half of it
    /// [`rotate_due`](Keyring::rotate_due) rotates.
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

    /// The one keyring to open, whatever else may stand in its place, and its least generation. Whoever holds
    /// an older root key can write what passes; [`pinned`](Self::pinned) is stronger.
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

    /// The one keyring to open, going on from the root key that was the newest when [`Keyring::pin`] was
    /// asked, and not older. It stays good over reseals.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let store = Memory::new();
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::create(store.clone(), seal())?;
    /// let pin: Pin = ring.pin()?.to_string().parse()?;
    /// ring.reseal([seal()])?;
    /// Keyring::builder().pinned(pin).open(store, seal())?;
    /// let other = Keyring::create(Memory::new(), seal())?.pin()?;
    /// # let store = Memory::new();
    /// # Keyring::create(store.clone(), seal())?;
    /// assert_eq!(Keyring::builder().pinned(other).open(store, seal()).unwrap_err(), Error::KeyringMismatch);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn pinned(mut self, pin: Pin) -> Self {
        self.pin = Some(pin);
        self
    }

    pub(super) fn check_pin(&self, document: &RootDocument, roots: &Roots) -> Result<(), Error> {
        let other = self.pinned_id.is_some_and(|id| id != document.keyring)
            || document.generation < self.minimum_generation;
        if other {
            return Err(Error::KeyringMismatch);
        }
        let witnessed = self.witness.as_ref().map(|witness| witness.pin);
        self.pin.into_iter().chain(witnessed).try_for_each(|pin| pin.check(document, roots.head.as_ref()))
    }

    /// Whether it has to be one keyring, which must then exist.
    pub(super) fn is_pinned(&self) -> bool {
        self.pinned_id.is_some() || self.pin.is_some() || self.witness.is_some()
    }

    /// For a store that no other process has, so that nobody can be behind.
    pub(super) fn unshared() -> Self {
        Self { is_shared: false, ..Self::default() }
    }

    /// In milliseconds.
    pub(super) fn own_staleness(&self) -> Option<u64> {
        self.max_staleness.map(|limit| u64::try_from(limit.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn build(
        self,
        store: Arc<dyn Store>,
        seal: Option<Arc<dyn SealProvider>>,
        id: KeyringId,
        roots: Roots,
    ) -> Result<Keyring, Error> {
        let (own, limit) = (self.own_staleness(), roots.staleness_limit());
        if own.is_some_and(|own| own > limit) {
            return Err(Error::InvalidOption {
                reason: "max_staleness is longer than the keyring allows, and versions are trimmed by that; allow more first: strongroom configure --max-staleness",
            });
        }
        Ok(self.assemble(store, seal, id, roots))
    }

    /// [`build`](Self::build) with options that were checked.
    pub(super) fn assemble(
        self,
        store: Arc<dyn Store>,
        seal: Option<Arc<dyn SealProvider>>,
        id: KeyringId,
        roots: Roots,
    ) -> Keyring {
        let now = self.clock.coarse_millis();
        let (own, limit) = (self.own_staleness(), roots.staleness_limit());
        Keyring(Arc::new_cyclic(|this| Inner {
            this: this.clone(),
            is_watched: self.is_shared && store.looks() == Looks::Watched,
            store,
            housekeeper: Housekeeper::default(),
            seal: ArcSwap::from_pointee(seal),
            clock: self.clock,
            nonces: self.nonces,
            max_staleness: AtomicU64::new(own.unwrap_or(limit)),
            own_staleness: own.unwrap_or(u64::MAX),
            is_shared: self.is_shared,
            usage_limit: self.usage_limit,
            witness: self.witness,
            id,
            roots: ArcSwap::from_pointee(roots),
            slots: slot::Slots::new(),
            subkeys: cache::Cache::new(),
            closed: AtomicBool::new(false),
            epoch: AtomicU64::new(0),
            next_check: AtomicU64::new(0),
            next_reload: AtomicU64::new(0),
            seal_wanted: AtomicBool::new(false),
            past: ArcSwap::from_pointee(Past { epoch: 0, seen: 0 }),
            looked: AtomicU64::new(now),
            reached: AtomicU64::new(now),
            last_look: Flight::default(),
        }))
    }
}
