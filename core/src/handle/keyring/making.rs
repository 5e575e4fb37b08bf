//! Creating and opening keyrings.

use super::{Keyring, KeyringBuilder};
use crate::Error;
use crate::engine::Engine;
use crate::seal::Seal;
use crate::store::Store;

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
    /// assert!(matches!(Keyring::open(store.clone(), seal()), Err(Error::KeyringNotFound { .. })));
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
        Self(Engine::in_memory())
    }
}
