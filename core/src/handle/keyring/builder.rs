//! How a keyring is opened, where the defaults do not do.

use super::Keyring;
use crate::Error;
use crate::clock::Clock;
use crate::document::pin::Pin;
use crate::document::witness::Witness;
use crate::engine::config::Config;
use crate::engine::lease::USAGE_LIMIT;
use crate::entropy::Nonces;
use crate::held;
use crate::name::KeyringId;
use crate::seal::Seal;
use crate::store::Store;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
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
#[derive(Clone, Default)]
pub struct KeyringBuilder(Config);

impl fmt::Debug for KeyringBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyringBuilder(..)")
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
        self.0.clock = clock;
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
        self.0.nonces = nonces;
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
        self.0.max_staleness = Some(limit);
        self
    }

    /// How often a version of a key with 96-bit nonces may encrypt, where 2^32 − 1 is too often. It can
    /// only be lowered. Derived keys warn, since the limit is meant for each of their subkeys. At half of it
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
        self.0.usage_limit = limit.min(USAGE_LIMIT);
        self
    }

    /// The name of a new keyring, for people to read, at most 255 bytes.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::builder().label("production").create(Memory::new(), seal())?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.0.label = label.into();
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
        self.0.pinned_id = Some(id);
        self.0.minimum_generation = minimum_generation;
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
        self.0.pin = Some(pin);
        self
    }

    /// Opens only what can have become of what [`Keyring::witness`] has recorded: the keyring and its root
    /// key as with [`pinned`](Self::pinned), and of each key nothing older. A key of which that is not so
    /// says [`Error::RolledBack`]; the others work. Nothing is read ahead.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let (store, other) = (Memory::new(), Memory::new());
    /// let witness = Keyring::create(store.clone(), seal())?.witness()?;
    /// Keyring::builder().witness(&witness)?.open(store, seal())?;
    /// Keyring::create(other.clone(), seal())?;
    /// let refused = Keyring::builder().witness(&witness)?.open(other, seal()).unwrap_err();
    /// assert_eq!(refused, Error::KeyringMismatch);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::CorruptDocument`] for a witness that is damaged, [`Error::UnsupportedFormat`] for one of a
    /// later format. One of another keyring is refused when that is opened
    pub fn witness(mut self, witness: &[u8]) -> Result<Self, Error> {
        // The signature and the entries have to be of the same bytes, whatever a caller's memory becomes
        // meanwhile.
        self.0.witness = Some(Arc::new(Witness::parse(held::owned(witness).expose())?));
        Ok(self)
    }

    /// Creates a keyring in an empty store.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let store = Memory::new();
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// Keyring::builder().label("production").create(store.clone(), seal())?;
    /// assert!(matches!(Keyring::create(store, seal()), Err(Error::KeyringExists { .. })));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::KeyringExists`], [`Error::InvalidOption`] with a [`pin`](Self::pin), or what the store or the
    /// seal has to say
    pub fn create(self, store: impl Store + 'static, seal: Seal) -> Result<Keyring, Error> {
        self.0.create(Arc::new(store), seal).map(Keyring)
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
    /// [`Error::KeyringNotFound`], [`Error::WrongSeal`], [`Error::CorruptDocument`],
    /// [`Error::KeyringMismatch`], or what the store or the seal has to say
    pub fn open(self, store: impl Store + 'static, seal: Seal) -> Result<Keyring, Error> {
        self.0.open(Arc::new(store), seal).map(Keyring)
    }

    /// Opens a keyring, or creates one where there is none. For development: in a service a store that is
    /// empty by mistake would go unnoticed.
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
        self.0.open_or_create(Arc::new(store), seal).map(Keyring)
    }

    /// [`Keyring::restore`], where the defaults do not do.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("backup.sr");
    /// let ring = Keyring::create(Memory::new(), seal())?;
    /// ring.create_key("cards", KeySpec::default())?;
    /// ring.snapshot(&path)?;
    /// let copy = Keyring::builder().nonces(Nonces::Unbuffered).restore(&path, Memory::new(), seal())?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Keyring::restore`], and [`Error::KeyringMismatch`] for a keyring that is not the pinned one
    pub fn restore(
        self,
        path: impl AsRef<Path>,
        store: impl Store + 'static,
        seal: Seal,
    ) -> Result<Keyring, Error> {
        self.0.restore(path.as_ref(), Arc::new(store), seal).map(Keyring)
    }

    /// [`Keyring::restore`] of what [`Keyring::snapshot_bytes`] gave.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::create(Memory::new(), seal())?;
    /// let copy = Keyring::builder().restore_bytes(&ring.snapshot_bytes()?, Memory::new(), seal())?;
    /// assert_eq!(copy.id(), ring.id());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`restore`](Self::restore), but for the file
    pub fn restore_bytes(
        self,
        snapshot: &[u8],
        store: impl Store + 'static,
        seal: Seal,
    ) -> Result<Keyring, Error> {
        self.0.restore_bytes(snapshot, Arc::new(store), seal).map(Keyring)
    }
}
