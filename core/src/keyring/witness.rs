//! What is kept outside of a keyring's place, to see whether an old document was put back there.

use super::documents::{KEY, Loaded, USAGE};
use super::{Inner, Keyring, KeyringBuilder, Operation};
use crate::Error;
use crate::document::header::{Header, Magic};
use crate::document::key::Body;
use crate::document::pin::Pin;
use crate::document::witness::{Floor, Witness};
use crate::key::record::Record;
use crate::name::DocName;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Keyring {
    /// A record of what every document is now, signed by the newest root key and holding nothing secret. Keep it where whoever can write the keyring's folder cannot
    /// write: a process that is opened with it ([`KeyringBuilder::witness`]) refuses each key of which an older document was put back since, or that is missing.
    ///
    /// It knows nothing of what happened after it was made, so make a new one after changes that matter. Resealing does not spoil it.
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
    /// [`Error::KeyringNotFound`] for a keyring in memory, [`Error::CorruptDocument`] for a key that cannot be read; or what the store has to say
    pub fn witness(&self) -> Result<Vec<u8>, Error> {
        let ring = &self.0;
        ring.admit(Operation::Manage)?;
        let moment = ring.moment()?;
        if let Some(fault) = &moment.fault {
            return Err(fault.clone());
        }
        let head = moment.roots.head.ok_or(Error::KeyringNotFound)?;
        let mut floors = BTreeMap::new();
        for (name, document) in &moment.documents {
            match name {
                DocName::Root => {}
                DocName::Key(key) => {
                    let (header, body) = moment.open(ring, name, document, KEY)?;
                    floors.insert((Magic::Key, key.clone()), Floor::of(&header, record(&body)));
                }
                // One that cannot be read has nothing that could become less.
                DocName::Usage(_) if ring.is_unreadable_usage(&moment, name, document) => {}
                DocName::Usage(key) => {
                    let (header, _) = moment.open(ring, name, document, USAGE)?;
                    floors.insert((Magic::Usage, key.clone()), Floor::of(&header, None));
                }
            }
        }
        let (_, newest) = moment.roots.newest()?;
        Ok(Witness { pin: Pin::new(ring.id, head, moment.roots.generation), time: ring.now(), floors }.seal(newest))
    }
}

impl KeyringBuilder {
    /// Opens only what can have become of what [`Keyring::witness`] has recorded: the keyring and its root key as with [`pinned`](Self::pinned), and of each key nothing older. A key of
    /// which that is not so says [`Error::RolledBack`]; the others work. Nothing is read ahead.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let (store, other) = (Memory::new(), Memory::new());
    /// let witness = Keyring::create(store.clone(), seal())?.witness()?;
    /// Keyring::builder().witness(&witness)?.open(store, seal())?;
    /// Keyring::create(other.clone(), seal())?;
    /// assert_eq!(Keyring::builder().witness(&witness)?.open(other, seal()).unwrap_err(), Error::KeyringMismatch);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::CorruptDocument`] for a witness that is damaged or was not made by the keyring
    pub fn witness(mut self, witness: &[u8]) -> Result<Self, Error> {
        self.witness = Some(Arc::new(Witness::parse(witness)?));
        Ok(self)
    }
}

impl Inner {
    /// Refuses a document that cannot have become of what the witness has recorded.
    pub(super) fn heed_witness(&self, magic: Magic, name: &DocName, found: Option<(&Header, Option<&Record>)>) -> Result<(), Error> {
        let (DocName::Key(key) | DocName::Usage(key)) = name else { return Ok(()) };
        let floor = self.witness.as_deref().and_then(|witness| witness.floor(magic, key));
        let is_taken = floor.is_none_or(|floor| floor.compare(found).is_taken());
        if is_taken { Ok(()) } else { Err(Error::RolledBack { document: name.file_name() }) }
    }

    /// [`heed_witness`](Self::heed_witness) of a key document that was loaded.
    pub(super) fn heed_witness_of_key(&self, name: &DocName, loaded: &Loaded<Body>) -> Result<(), Error> {
        match loaded {
            // It was refused or taken when it was read first.
            Loaded::Known => Ok(()),
            Loaded::Absent => self.heed_witness(Magic::Key, name, None),
            Loaded::Opened(header, body, _) => self.heed_witness(Magic::Key, name, Some((header, record(body)))),
        }
    }

    /// The names of the documents that the witness has recorded.
    pub(super) fn witnessed(&self) -> Vec<DocName> {
        let name = |(magic, name): &(Magic, crate::name::KeyName)| match magic {
            Magic::Key => DocName::Key(name.clone()),
            Magic::Usage => DocName::Usage(name.clone()),
        };
        self.witness.iter().flat_map(|witness| witness.floors.keys().map(name)).collect()
    }
}

fn record(body: &Body) -> Option<&Record> {
    match body {
        Body::Key(record) => Some(record),
        Body::Tombstone { .. } => None,
    }
}
