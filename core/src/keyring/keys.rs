//! Making, finding and deleting keys.

use super::Keyring;
use super::commit::{Edit, Id};
use super::publish::Differs;
use super::roots;
use super::slot::Slot;
use crate::Error;
use crate::document::backup::{Backup, NUMBER};
use crate::document::key::Body;
use crate::document::root::wrap_aad;
use crate::document::usage::Usage;
use crate::handle::key::Key;
use crate::held;
use crate::interop;
use crate::key::import::{Import, import_key};
use crate::key::record::{Dialect, Event, Record};
use crate::key::rotate;
use crate::key::spec::KeySpec;
use crate::name::{DocName, KeyName};
use crate::seal::{Seal, SealError};
use crate::secret::SecretArray;
use crate::verb::{Need, Verb};
use crate::version::Version;
use std::sync::Arc;

impl Keyring {
    /// A key that exists.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let ring = Keyring::in_memory();
    /// ring.create_key("cards", KeySpec::default())?;
    /// let cards = ring.key("cards")?;
    /// assert_eq!(ring.key("card").unwrap_err(), Error::KeyNotFound);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidKeyName`], [`Error::KeyNotFound`], [`Error::CorruptDocument`]
    pub fn key(&self, name: &str) -> Result<Key, Error> {
        let name = KeyName::new(name)?;
        self.0.pass(Verb::Key, Some(&name), || self.existing(&name))
    }

    fn existing(&self, name: &KeyName) -> Result<Key, Error> {
        let slot = self.candidate(name);
        self.0.freshen(&slot, Need::Manage)?;
        if slot.opened.load().is_none() {
            return Err(self.0.absent());
        }
        // Of a deleted key, too: an older document than its tombstone is noticed.
        let slot = self.keep(slot)?;
        let exists = slot.opened.load().as_deref().is_some_and(|opened| opened.state.is_some());
        if exists { Ok(Key::new(self.clone(), slot)) } else { Err(self.0.absent()) }
    }

    /// Creates a key.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let ring = Keyring::in_memory();
    /// let cards = ring.create_key("cards", KeySpec::default())?;
    /// let releases = ring.create_key("releases", KeyType::Ed25519)?;
    /// assert_eq!(ring.create_key("cards", KeySpec::default()).unwrap_err(), Error::KeyExists);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::KeyExists`], [`Error::InvalidKeyName`], [`Error::InvalidOption`], [`Error::TypeNotSupported`]
    pub fn create_key(&self, name: &str, spec: impl Into<KeySpec>) -> Result<Key, Error> {
        let spec = spec.into();
        let name = KeyName::new(name)?;
        self.0.pass(Verb::CreateKey, Some(&name), || {
            self.add(self.candidate(&name), |name| spec.create(name.clone(), self.0.now()))
        })
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
        match self.key(name).or_else(|error| {
            if error == Error::KeyNotFound { self.create_key(name, spec.clone()) } else { Err(error) }
        }) {
            // Somebody else was faster.
            Err(Error::KeyExists) => self.key(name),
            other => other,
        }
        .and_then(|key| key.look(Verb::Key, |_, state| spec.check_same(&state.record)).map(|()| key))
    }

    /// The names of all keys, sorted.
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
    /// What the store has to say, or [`Error::CorruptDocument`] for a key that cannot be told from a deleted
    /// one
    pub fn keys(&self) -> Result<Vec<KeyName>, Error> {
        self.0.pass(Verb::Keys, None, || self.existing_names())
    }

    fn existing_names(&self) -> Result<Vec<KeyName>, Error> {
        let mut names = Vec::new();
        let mut after: Option<DocName> = None;
        loop {
            let page = self.0.store.list(after.as_ref(), 1000)?;
            let Some(last) = page.last().cloned() else { break };
            for doc in page {
                if let DocName::Key(name) = doc {
                    match self.existing(&name) {
                        Ok(_) => names.push(name),
                        Err(Error::KeyNotFound) => {}
                        Err(error) => return Err(error),
                    }
                }
            }
            after = Some(last);
        }
        names.sort();
        Ok(names)
    }

    /// Deletes a key and its material. A tombstone stays, so that an old copy of the key is noticed.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let ring = Keyring::in_memory();
    /// ring.create_key("cards", KeySpec::default().deletion_allowed(true))?;
    /// ring.delete_key("cards")?;
    /// assert_eq!(ring.key("cards").unwrap_err(), Error::KeyNotFound);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::DeletionNotAllowed`] unless the key allows it, [`Error::KeyNotFound`]
    pub fn delete_key(&self, name: &str) -> Result<(), Error> {
        let name = KeyName::new(name)?;
        self.0.pass(Verb::DeleteKey, Some(&name), || {
            let (slot, deleted) = (self.candidate(&name), self.0.now());
            self.0.commit(&slot, |body| match body {
                Some(Body::Key(record)) if record.deletion_allowed => Ok(Edit::Write {
                    body: Body::Tombstone { name: slot.name.clone(), deleted },
                    id: Id::Same,
                    result: (),
                }),
                Some(Body::Key(_)) => Err(Error::DeletionNotAllowed),
                Some(Body::Tombstone { .. }) | None => Err(Error::KeyNotFound),
            })?;
            self.keep(slot).map(drop)
        })
    }

    /// Creates a key with material from outside as its first version.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let ring = Keyring::in_memory();
    /// # let material: Vec<u8> = (0..32).collect();
    /// let key = ring.import_key("cards", KeyType::Aes256Gcm96, Import::raw(material).allow_rotation(true))?;
    /// assert!(key.info()?.imported);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidMaterial`], and as [`create_key`](Self::create_key)
    pub fn import_key(&self, name: &str, spec: impl Into<KeySpec>, import: Import) -> Result<Key, Error> {
        let spec = spec.into();
        let name = KeyName::new(name)?;
        self.0.pass(Verb::ImportKey, Some(&name), || {
            self.add(self.candidate(&name), |name| import_key(name.clone(), &spec, &import, self.0.now()))
        })
    }

    /// Restores a key from a sealed backup, under the name it had or another. Everything is checked before
    /// anything is written; version numbers stay, and a key that exists is never overwritten.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let ring = Keyring::in_memory();
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let backup = ring.create_key("cards", KeySpec::default())?.backup(seal())?;
    /// let copy = ring.restore_key(Some("cards-copy"), &backup, seal())?;
    /// assert_eq!(ring.restore_key(None, &backup, seal()).unwrap_err(), Error::KeyExists);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::CorruptBackup`], [`Error::WrongSeal`], [`Error::KeyExists`]
    pub fn restore_key(&self, name: Option<&str>, backup: &[u8], seal: Seal) -> Result<Key, Error> {
        let name = name.map(KeyName::new).transpose()?;
        self.0.pass(Verb::RestoreKey, name.as_ref(), || {
            let seal = seal.resolve()?;
            // It is read twice, and may lie in memory that somebody else changes.
            let backup = held::owned(backup);
            let parsed = Backup::parse(backup.expose())?;
            if parsed.copy.kind != seal.kind() {
                return Err(Error::WrongSeal);
            }
            let key: SecretArray<32> = seal.unwrap(
                &parsed.copy.blob,
                &wrap_aad(&parsed.id, NUMBER, &parsed.copy.kind, &parsed.copy.id),
            )?;
            let (stored, uses) = parsed.open(&key)?;
            let (slot, id) = (self.candidate(name.as_ref().unwrap_or(&stored.name)), Id::draw()?);
            // Before the key is there: its versions have encrypted elsewhere, and counts that came after it
            // could be lost.
            self.refuse_key(&slot)?;
            self.0.count_restored(&slot, &id, &stored, uses.as_ref())?;
            self.add_under(slot, Id::Drawn(id), |name| {
                let (mut record, _) = parsed.open(&key)?;
                record.name = name.clone();
                record.restore_info = Some(Event { time: self.0.now(), version: record.latest() });
                Ok(*record)
            })
        })
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
    /// let refused = ring.restore_transit(Some("cards"), "not a backup", None);
    /// assert!(matches!(refused, Err(Error::CorruptBackup { .. })));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::CorruptBackup`], [`Error::TypeNotSupported`], [`Error::InvalidKeyName`], [`Error::KeyExists`]
    pub fn restore_transit(
        &self,
        name: Option<&str>,
        backup: impl AsRef<[u8]>,
        dialect: Option<Dialect>,
    ) -> Result<Key, Error> {
        let name = name.map(KeyName::new).transpose()?;
        self.0.pass(Verb::RestoreKey, name.as_ref(), || {
            let backup = held::owned(backup.as_ref());
            let read = || interop::transit::read(name.as_ref(), backup.expose(), dialect);
            // Once for its name and to see that all is well; kept for the first try of writing it.
            let first = read()?;
            let slot = self.candidate(&first.name);
            let mut record = Some(first);
            self.add(slot, |_| {
                let mut record = record.take().map_or_else(read, Ok)?;
                record.restore_info = Some(Event { time: self.0.now(), version: record.latest() });
                Ok(record)
            })
        })
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
        self.0.pass(Verb::RotateDue, None, || self.rotate_each_that_is_due())
    }

    #[allow(clippy::type_complexity, reason = "a list of names, each with its own result")]
    fn rotate_each_that_is_due(&self) -> Result<Vec<(KeyName, Result<Version, Error>)>, Error> {
        let mut rotated = Vec::new();
        for name in self.existing_names()? {
            let slot = self.candidate(&name);
            let now = self.0.now();
            let result = self.0.used_up(&slot).and_then(|used_up| {
                self.0.commit(&slot, |body| match body {
                    Some(Body::Key(mut record)) if rotate::is_due(&record, used_up, now) => {
                        let version = rotate::rotate(&mut record, None, now)?;
                        Ok(Edit::Write { body: Body::Key(record), id: Id::Same, result: Some(version) })
                    }
                    _ => Ok(Edit::Keep(None)),
                })
            });
            match result {
                Ok(None) => {}
                Ok(Some(version)) => {
                    self.0.count_anew(&slot, version);
                    rotated.push((name, Ok(version)));
                }
                Err(error) => rotated.push((name, Err(error))),
            }
        }
        Ok(rotated)
    }

    /// The slot of a name that there may be no key of.
    fn candidate(&self, name: &KeyName) -> Arc<Slot> {
        self.0.slots.candidate(name)
    }

    /// The slot for handles, once a document of the name was seen.
    fn keep(&self, candidate: Arc<Slot>) -> Result<Arc<Slot>, Error> {
        let name = candidate.name.clone();
        self.0
            .slots
            .keep(candidate, &self.0.closed)
            .map_err(|Differs| Error::RolledBack { document: DocName::Key(name).file_name() })
    }

    /// Puts a new key where there is none, or a deleted one.
    fn add(
        &self,
        slot: Arc<Slot>,
        make: impl FnMut(&KeyName) -> Result<Record, Error>,
    ) -> Result<Key, Error> {
        self.add_under(slot, Id::New, make)
    }

    fn add_under(
        &self,
        slot: Arc<Slot>,
        id: Id,
        mut make: impl FnMut(&KeyName) -> Result<Record, Error>,
    ) -> Result<Key, Error> {
        self.0.commit(&slot, |body| match body {
            Some(Body::Key(_)) => Err(Error::KeyExists),
            Some(Body::Tombstone { .. }) | None => {
                Ok(Edit::Write { body: Body::Key(Box::new(make(&slot.name)?)), id, result: () })
            }
        })?;
        Ok(Key::new(self.clone(), self.keep(slot)?))
    }

    fn refuse_key(&self, slot: &Slot) -> Result<(), Error> {
        self.0.commit(slot, |body| match body {
            Some(Body::Key(_)) => Err(Error::KeyExists),
            Some(Body::Tombstone { .. }) | None => Ok(Edit::Keep(())),
        })
    }
}

/// A sealed backup of a key's record.
pub(crate) fn backup(body: &Body, uses: &Usage, seal: Seal) -> Result<Vec<u8>, Error> {
    let seal = seal.resolve()?;
    let mut id = [0; 16];
    strongroom_entropy::fill(&mut id)?;
    let key = SecretArray::random()?;
    let copy = roots::wrap(&id, NUMBER, &key, seal.as_ref()).map_err(|error| match error {
        Error::WrongSeal => SealError::Failed("it refused to wrap".to_owned()).into(),
        other => other,
    })?;
    crate::document::backup::seal(&id, &copy, &key, body, Some(uses).filter(|uses| !uses.0.is_empty()))
}
