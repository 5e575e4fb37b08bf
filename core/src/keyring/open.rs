//! Creating and opening keyrings.

use super::roots::{self, Roots};
use super::{Keyring, KeyringBuilder};
use crate::Error;
use crate::document::line::Line;
use crate::document::root::{RootDocument, WrappedRoot};
use crate::document::staleness::{DEFAULT_LIMIT, Staleness};
use crate::name::{DocName, KeyringId};
use crate::seal::Seal;
use crate::secret::SecretArray;
use crate::store::{Expected, Fence, Memory, PutError, Sealed, Store};
use std::sync::Arc;

impl KeyringBuilder {
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
    /// [`Error::KeyringExists`], [`Error::InvalidOption`] with a [`pin`](Self::pin), or what the store or the
    /// seal has to say
    pub fn create(self, store: impl Store + 'static, seal: Seal) -> Result<Keyring, Error> {
        // Whoever names a keyring does not mean another one that is made in its place.
        if self.is_pinned() {
            return Err(Error::InvalidOption {
                reason: "a pin or witness names a keyring that there is; open it, or create one without a pin or witness",
            });
        }
        if self.label.len() > 255 {
            return Err(Error::InvalidOption { reason: "a keyring's label has at most 255 bytes" });
        }
        let seal = seal.resolve()?;
        store.create()?;
        // Without its root document a keyring cannot be opened, and its documents would stand in the way of
        // ours for ever.
        if store.list(None, 1)?.first().is_some_and(|name| *name != DocName::Root) {
            let reason = "documents of another keyring are here, from a restore that was cut off or without their root document; restore again, or use an empty place";
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
            line: Some(Line::continued(None, id, [(1, &key)]).map_err(roots::corrupt)?),
            staleness: self.own_staleness().filter(|own| *own > DEFAULT_LIMIT).map(|limit| Staleness {
                limit,
                before: limit,
                since: self.clock.now(),
            }),
        };
        let sealed = Sealed::from_stored(document.seal(&key));
        let revision =
            match store.put_if(&DocName::Root, &sealed, Expected::Absent, Fence::new(Expected::Absent)) {
                Ok(revision) => revision,
                Err(PutError::Conflict) => return Err(Error::KeyringExists),
                Err(PutError::Failed(reason)) => return Err(Error::StoreFailed { reason }),
                Err(PutError::Uncertain(reason)) => return Err(Error::Uncertain { reason }),
            };
        let roots = Roots::of(&document, revision, vec![(1, Arc::new(key))]);
        self.build(Arc::new(store), Some(seal), id, roots)
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
        let (document, revision) = store.load(&DocName::Root)?.ok_or(Error::KeyringNotFound)?;
        let seal = seal.resolve()?;
        if seal.public_wrap() && self.pin.is_none() && self.witness.is_none() {
            return Err(Error::PinRequired);
        }
        let (parsed, roots) = roots::open(document.as_bytes(), revision, seal.as_ref())?;
        self.check_pin(&parsed, &roots)?;
        self.build(Arc::new(store), Some(seal), parsed.keyring, roots)
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
        let store: Arc<dyn Store> = Arc::new(store);
        let provider = seal.resolve()?;
        let seal = || Seal::resolved(provider.clone());
        if !self.is_pinned() && store.load(&DocName::Root)?.is_none() {
            match self.clone().create(store.clone(), seal()) {
                // Somebody else was faster.
                Err(Error::KeyringExists) => {}
                other => return other,
            }
        }
        self.open(store, seal())
    }
}

impl Keyring {
    /// How to open a keyring where the defaults do not do.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let builder = Keyring::builder().label("production").nonces(Nonces::Unbuffered);
    /// let ring = builder.create(Memory::new(), seal())?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn builder() -> KeyringBuilder {
        KeyringBuilder::default()
    }

    /// Creates a keyring in an empty store. This is a deliberate act: see [`open`](Self::open) for what a
    /// service does.
    ///
    /// ```
    /// use strongroom::{Directory, Keyring, Seal, SecretArray};
    /// let folder = tempfile::tempdir().unwrap();
    /// let seal = Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::create(Directory::new(folder.path()), seal)?;
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

    /// Opens a keyring, or creates one where there is none. For development: in a service a store that is
    /// empty by mistake would go unnoticed.
    ///
    /// ```
    /// use strongroom::{Directory, KeySpec, Keyring, Seal, SecretArray};
    /// let folder = tempfile::tempdir().unwrap();
    /// let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::open_or_create(Directory::new(folder.path()), seal())?;
    /// ring.create_key("cards", KeySpec::default())?;
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
        let drawn =
            strongroom_entropy::fill(key.expose_mut()).and_then(|()| strongroom_entropy::fill(&mut id));
        let keys = if drawn.is_ok() { vec![(1, Arc::new(key))] } else { Vec::new() };
        KeyringBuilder::unshared().assemble(
            Arc::new(Memory::new()),
            None,
            KeyringId::from_bytes(id),
            Roots { generation: 1, keys, ..Roots::default() },
        )
    }
}
