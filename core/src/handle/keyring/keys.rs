//! Making, finding and deleting keys.

use super::Keyring;
use crate::Error;
use crate::handle::key::Key;
use crate::key::derive_key::{add_derived, derive_key};
use crate::key::import::Import;
use crate::key::item::Item;
use crate::key::record::Dialect;
use crate::key::spec::KeySpec;
use crate::name::KeyName;
use crate::public_key::PublicKey;
use crate::seal::Seal;
use crate::verb::Verb;
use crate::version::Version;

impl Keyring {
    /// A key that exists.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let ring = Keyring::in_memory();
    /// ring.create_key("cards", KeySpec::default())?;
    /// let cards = ring.key("cards")?;
    /// let said = ring.key("card").unwrap_err().to_string();
    /// assert!(said.starts_with("there is no key \"card\" (did you mean \"cards\"?); list the keys"));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidKeyName`], [`Error::KeyNotFound`], [`Error::CorruptDocument`]
    pub fn key(&self, name: &str) -> Result<Key, Error> {
        let name = KeyName::new(name)?;
        let found = self.0.pass(Verb::Key, Some(&name), || self.0.existing(&name));
        found.map(|slot| Key::new(self.0.clone(), slot)).map_err(|error| self.0.with_near(error))
    }

    /// Creates a key.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let ring = Keyring::in_memory();
    /// let cards = ring.create_key("cards", KeySpec::default())?;
    /// let releases = ring.create_key("releases", KeyType::Ed25519)?;
    /// assert!(matches!(ring.create_key("cards", KeySpec::default()), Err(Error::KeyExists { .. })));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::KeyExists`], [`Error::InvalidKeyName`], [`Error::InvalidOption`], [`Error::TypeNotSupported`]
    pub fn create_key(&self, name: &str, spec: impl Into<KeySpec>) -> Result<Key, Error> {
        let spec = spec.into();
        let name = KeyName::new(name)?;
        let done = self.0.pass(Verb::CreateKey, Some(&name), || self.0.create_key(&name, &spec))?;
        Ok(Key::new(self.0.clone(), done))
    }

    /// The key of a name, created if there is none.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let ring = Keyring::in_memory();
    /// let cards = ring.key_or_create("cards", KeySpec::default())?;
    /// let same = ring.key_or_create("cards", KeySpec::default())?;
    /// assert!(matches!(ring.key_or_create("cards", KeyType::Ed25519), Err(Error::KeyMismatch { .. })));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::KeyMismatch`] if there is one of another specification; else as
    /// [`create_key`](Self::create_key)
    pub fn key_or_create(&self, name: &str, spec: impl Into<KeySpec>) -> Result<Key, Error> {
        let spec = spec.into();
        spec.check()?;
        let known = KeyName::new(name)?;
        // Not by `key`, which looks for what was perhaps meant.
        let found = match self.0.pass(Verb::Key, Some(&known), || self.0.existing(&known)) {
            Ok(slot) => Ok(Key::new(self.0.clone(), slot)),
            Err(Error::KeyNotFound { .. }) => self.create_key(name, spec.clone()),
            Err(error) => Err(error),
        };
        match found {
            // Somebody else was faster.
            Err(Error::KeyExists { .. }) => self.key(name),
            other => other,
        }
        .and_then(|key| key.run(Verb::Key, |at| at.record(|record| spec.check_same(record))).map(|()| key))
    }

    /// The names of all keys, sorted. One whose document cannot be read is among them: it hides no other key,
    /// and whether it was deleted cannot be seen. [`key`](Self::key) says what is wrong with it.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let ring = Keyring::in_memory();
    /// ring.create_key("cards", KeySpec::default())?;
    /// ring.create_key("addresses", KeySpec::default())?;
    /// assert_eq!(ring.keys()?, [KeyName::new("addresses")?, KeyName::new("cards")?]);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// What the store has to say of the list, or a seal of root keys that are new
    pub fn keys(&self) -> Result<Vec<KeyName>, Error> {
        self.0.pass(Verb::Keys, None, || self.0.names())
    }

    /// Deletes a key and its material. A tombstone stays, so that an old copy of the key is noticed.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let ring = Keyring::in_memory();
    /// ring.create_key("cards", KeySpec::default().deletion_allowed(true))?;
    /// ring.delete_key("cards")?;
    /// assert!(matches!(ring.key("cards"), Err(Error::KeyNotFound { .. })));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::DeletionNotAllowed`] unless the key allows it, [`Error::KeyNotFound`]
    pub fn delete_key(&self, name: &str) -> Result<(), Error> {
        let name = KeyName::new(name)?;
        let done = self.0.pass(Verb::DeleteKey, Some(&name), || self.0.delete_key(&name));
        done.map_err(|error| self.0.with_near(error))
    }

    /// Creates a key with material from outside as its first version.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let ring = Keyring::in_memory();
    /// # let material: Vec<u8> = (0..32).collect();
    /// let key = ring.import_key("cards", Import::raw(material).allow_rotation(true), KeyType::Aes256Gcm96)?;
    /// assert!(key.info()?.imported);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidMaterial`], and as [`create_key`](Self::create_key)
    pub fn import_key(&self, name: &str, import: Import, spec: impl Into<KeySpec>) -> Result<Key, Error> {
        let spec = spec.into();
        let name = KeyName::new(name)?;
        let done = self.0.pass(Verb::ImportKey, Some(&name), || self.0.import_key(&name, &spec, &import))?;
        Ok(Key::new(self.0.clone(), done))
    }

    /// A key that two sides agree on, each with a key of one of the types `ecdsa-p256`, `ecdsa-p384` and
    /// `ecdsa-p521` and the other's public key: ECDH (SP 800-56A section 5.7.1.2) and HKDF-SHA256 without
    /// salt and info, as OpenBao's `derive-key`. What one side encrypts with it the other decrypts. A key of
    /// the name that was imported, or agreed on, gets a further version.
    ///
    /// The key is of type `aes256-gcm96`, `aes128-gcm96`, `chacha20-poly1305` or `xchacha20-poly1305`, and
    /// all of these hold the same bytes of one agreement, so take one type for two base keys. Whose public
    /// key the other one is has to be known from elsewhere. Each side counts its own encryptions only, so
    /// two sides together have twice the number that 96-bit nonces allow: take `xchacha20-poly1305` where
    /// that many are possible.
    ///
    /// ```
    /// use strongroom::{Aad, KeyType, Keyring};
    /// let (here, there) = (Keyring::in_memory(), Keyring::in_memory());
    /// let alice = here.create_key("alice", KeyType::EcdsaP256)?;
    /// let bob = there.create_key("bob", KeyType::EcdsaP256)?;
    /// let shared = here.derive_key("shared", &alice, None, &bob.public_key(None)?, KeyType::Aes256Gcm96)?;
    /// let same = there.derive_key("shared", &bob, None, &alice.public_key(None)?, KeyType::Aes256Gcm96)?;
    /// assert_eq!(same.decrypt(shared.encrypt(b"4111", Aad::NONE)?, Aad::NONE)?.expose(), b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::OperationNotSupported`] for a base key of another type, [`Error::InvalidMaterial`] for a
    /// public key on another curve, [`Error::InvalidOption`] for another type of the new key,
    /// [`Error::VersionTooOld`], [`Error::VersionTooNew`], [`Error::NoSuchVersion`] for a version of the base
    /// key with a public key alone; of a key that there is [`Error::KeyMismatch`], and
    /// [`Error::DuplicateMaterial`] where a version of it was agreed on with the same keys
    pub fn derive_key(
        &self,
        name: &str,
        base: &Key,
        version: Option<Version>,
        peer: &PublicKey,
        spec: impl Into<KeySpec>,
    ) -> Result<Key, Error> {
        let spec = spec.into();
        let known = KeyName::new(name)?;
        spec.check()?;
        let item = version.map_or_else(Item::nothing, |version| Item::nothing().version(version));
        let import = base.at().run(Verb::DeriveKey, &item, |call| derive_key(call, peer, &spec))?;
        match self.0.pass(Verb::ImportKey, Some(&known), || self.0.import_key(&known, &spec, &import)) {
            Ok(slot) => Ok(Key::new(self.0.clone(), slot)),
            Err(Error::KeyExists { .. }) => {
                let key = self.key(name)?;
                let add = |record: &mut _, now| add_derived(record, &spec, &import, now);
                key.run(Verb::ImportVersion, |at| at.add_version(add)).map(|_| key)
            }
            Err(error) => Err(error),
        }
    }

    /// The public key that others wrap keys for, to import them with [`Import::wrapped`]: RSA with 4,096
    /// bits, as Transit's `wrapping_key`. It is made when it is first asked for, which takes a second or
    /// some, and stays the keyring's; it is none of [`keys`](Self::keys), and nothing else is done with it.
    ///
    /// ```no_run
    /// # use strongroom::*;
    /// let ring = Keyring::in_memory();
    /// let pem = ring.wrapping_key()?.to_pem();
    /// assert!(ring.keys()?.is_empty());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::TypeNotSupported`] in a build without RSA, or the store's
    pub fn wrapping_key(&self) -> Result<PublicKey, Error> {
        self.0.pass(Verb::ImportKey, None, || self.0.wrapping_key())
    }

    /// Restores a key from a sealed backup, under the name it had or another. Everything is checked before
    /// anything is written; version numbers stay, and a key that exists is never overwritten.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let ring = Keyring::in_memory();
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let backup = ring.create_key("cards", KeySpec::default())?.backup(seal())?;
    /// let copy = ring.restore_key(&backup, seal(), Some("cards-copy"))?;
    /// assert!(matches!(ring.restore_key(&backup, seal(), None), Err(Error::KeyExists { .. })));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::CorruptBackup`], [`Error::WrongSeal`], [`Error::KeyExists`]
    pub fn restore_key(&self, backup: &[u8], seal: Seal, name: Option<&str>) -> Result<Key, Error> {
        let name = name.map(KeyName::new).transpose()?;
        let done = self
            .0
            .pass(Verb::RestoreKey, name.as_ref(), || self.0.restore_key(name.as_ref(), backup, seal))?;
        Ok(Key::new(self.0.clone(), done))
    }

    /// Restores a key from a plaintext backup of Vault's or OpenBao's Transit, under the name it had or
    /// another, with all its versions and settings. Everything is checked before anything is written; version
    /// numbers stay, and a key that exists is never overwritten.
    ///
    /// The product is told from fields that only one of them writes. Old backups have none; then the dialect
    /// has to be given where the two mean different types by one number. A soft-deleted key is restored as a
    /// disabled one. `docs/moving.md` has the whole way.
    ///
    /// ```
    /// use strongroom::{Error, Keyring};
    /// let ring = Keyring::in_memory();
    /// // vault read -field=backup transit/backup/cards > cards.backup
    /// let refused = ring.restore_transit("not a backup", Some("cards"), None);
    /// assert!(matches!(refused, Err(Error::CorruptBackup { .. })));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::CorruptBackup`], [`Error::TypeNotSupported`], [`Error::InvalidKeyName`], [`Error::KeyExists`]
    pub fn restore_transit(
        &self,
        backup: impl AsRef<[u8]>,
        name: Option<&str>,
        dialect: Option<Dialect>,
    ) -> Result<Key, Error> {
        let name = name.map(KeyName::new).transpose()?;
        let done = self.0.pass(Verb::RestoreKey, name.as_ref(), || {
            self.0.restore_transit(name.as_ref(), backup.as_ref(), dialect)
        })?;
        Ok(Key::new(self.0.clone(), done))
    }

    /// Rotates every key whose `auto_rotate_period` has passed, and every key whose latest version has done
    /// half of the encryptions that its 96-bit nonces allow. One key's failure does not keep the others from
    /// rotating.
    ///
    /// ```
    /// use std::time::Duration;
    /// use strongroom::{KeySpec, Keyring};
    /// let ring = Keyring::in_memory();
    /// ring.create_key("cards", KeySpec::default().auto_rotate_period(Duration::from_secs(90 * 24 * 3600)))?;
    /// assert!(ring.rotate_due()?.is_empty(), "it is 90 days too early");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// ```
    /// # use strongroom::*;
    /// # let ring = Keyring::in_memory();
    /// use std::time::Duration;
    /// ring.create_key("cards", KeySpec::default().auto_rotate_period(Duration::from_secs(30 * 24 * 3600)))?;
    /// assert!(ring.rotate_due()?.is_empty()); // not yet
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// What the store has to say about the list of keys; each key's own result is in the list
    #[allow(clippy::type_complexity, reason = "a list of names, each with its own result")]
    pub fn rotate_due(&self) -> Result<Vec<(KeyName, Result<Version, Error>)>, Error> {
        self.0.pass(Verb::RotateDue, None, || self.0.rotate_due())
    }
}
