//! What is kept outside of the keyring's place: the whole of it, and what it is known again by.

use super::Keyring;
use crate::Error;
use crate::document::pin::Pin;
use crate::engine::snapshot::write;
use crate::seal::Seal;
use crate::store::Store;
use crate::verb::Verb;
use std::path::Path;

impl Keyring {
    /// Writes every document, as they were at one moment and still sealed, into a new file for its owner
    /// only. Others may go on writing meanwhile.
    ///
    /// The file opens with any seal that the keyring has now, also after that seal was removed here. What was
    /// made after the snapshot is not in it: [`restore`](Self::restore) says what that means.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("backup.sr");
    /// let ring = Keyring::create(Memory::new(), seal())?;
    /// ring.create_key("cards", KeySpec::default())?;
    /// ring.snapshot(&path)?;
    /// assert!(Keyring::restore(&path, Memory::new(), seal())?.key("cards").is_ok());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::StoreFailed`] if the file exists or cannot be written, or what the store has to say
    pub fn snapshot(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        write(path.as_ref(), &self.snapshot_bytes()?)
    }

    /// What [`snapshot`](Self::snapshot) writes.
    ///
    /// ```
    /// use strongroom::{Aad, KeySpec, Keyring, Memory, Seal, SecretArray};
    /// let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::create(Memory::new(), seal())?;
    /// let ciphertext = ring.create_key("cards", KeySpec::default())?.encrypt(b"4111", Aad::NONE)?;
    /// let copy = Keyring::builder().restore_bytes(&ring.snapshot_bytes()?, Memory::new(), seal())?;
    /// assert_eq!(copy.key("cards")?.decrypt(&ciphertext, Aad::NONE)?.expose(), b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// What the store has to say; or, for a keyring in memory, [`Error::KeyringNotFound`]
    pub fn snapshot_bytes(&self) -> Result<Vec<u8>, Error> {
        self.0.pass(Verb::Snapshot, None, || self.0.snapshot())
    }

    /// Writes a snapshot into an empty store and opens it. Everything is opened before anything is written.
    ///
    /// A snapshot is an old copy. Versions that were made after it are not in it, so what was encrypted under
    /// them does not open; settings, disabled and deleted keys are as they were; encryptions that were done
    /// since are not counted. Processes that have seen the newer documents refuse the old ones, so restore
    /// into another place than the one that they use. After a restore, rotate.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("backup.sr");
    /// let ring = Keyring::create(Memory::new(), seal())?;
    /// ring.create_key("cards", KeySpec::default())?;
    /// ring.snapshot(&path)?;
    /// let copy = Keyring::restore(&path, Memory::new(), seal())?;
    /// copy.key("cards")?.rotate()?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::CorruptBackup`], [`Error::CorruptDocument`], [`Error::UnsupportedFormat`],
    /// [`Error::WrongSeal`], [`Error::KeyringExists`] unless the store is empty, or what the store or the
    /// seal has to say
    pub fn restore(path: impl AsRef<Path>, store: impl Store + 'static, seal: Seal) -> Result<Self, Error> {
        Self::builder().restore(path, store, seal)
    }

    /// What to keep outside of the keyring to know it again: its id, its newest root key and the generation
    /// of its root document. A process that is opened with it ([`pinned`](crate::KeyringBuilder::pinned))
    /// takes no other keyring and none that somebody brought back under an older root key.
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
        self.0.pass(Verb::Pin, None, || self.0.pin())
    }

    /// A record of what every document is now, signed by the newest root key and holding nothing secret. Keep
    /// it where whoever can write the keyring's folder cannot write: a process that is opened with it
    /// ([`KeyringBuilder::witness`](crate::KeyringBuilder::witness)) refuses each key of which an older
    /// document was put back since, or that is missing.
    ///
    /// It knows nothing of what happened after it was made, so make a new one after changes that matter, with
    /// a keyring that was opened with the one before: what that one refuses is not put into a new one.
    /// Resealing does not spoil it.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let store = Memory::new();
    /// let ring = Keyring::create(store.clone(), seal())?;
    /// ring.create_key("cards", KeySpec::default())?;
    /// let witness = ring.witness()?;
    /// ring.key("cards")?.rotate()?;
    /// let again = Keyring::builder().witness(&witness)?.open(store, seal())?;
    /// assert_eq!(again.key("cards")?.info()?.latest_version.get(), 2);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::KeyringNotFound`] for a keyring in memory, [`Error::CorruptDocument`] for a key that cannot
    /// be read, [`Error::RolledBack`] for a document that this process or its own witness knows to be old or
    /// missing; or what the store has to say
    pub fn witness(&self) -> Result<Vec<u8>, Error> {
        self.0.pass(Verb::Witness, None, || self.0.make_witness())
    }
}
