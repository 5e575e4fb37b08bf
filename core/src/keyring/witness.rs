//! What is kept outside of a keyring's place, to see whether an old document was put back there.

use super::documents::{Loaded, Moment};
use super::{Inner, Keyring, KeyringBuilder};
use crate::Error;
use crate::document::header::{Header, Magic};
use crate::document::key::Body;
use crate::document::pin::Pin;
use crate::document::witness::{Finding, Floor, Witness};
use crate::held;
use crate::key::record::Record;
use crate::name::{DocName, KeyName};
use crate::store::Sealed;
use crate::verb::Verb;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Keyring {
    /// A record of what every document is now, signed by the newest root key and holding nothing secret. Keep
    /// it where whoever can write the keyring's folder cannot write: a process that is opened with it
    /// ([`KeyringBuilder::witness`]) refuses each key of which an older document was put back since, or that
    /// is missing.
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
        let ring = &self.0;
        ring.pass(Verb::Witness, None, || {
            let (seen, moment) = (ring.seen(), ring.moment()?);
            if let Some(fault) = &moment.fault {
                return Err(fault.clone());
            }
            let head = moment.roots.head.ok_or(Error::KeyringNotFound)?;
            let mut floors = BTreeMap::new();
            ring.heed_missing(&moment)?;
            for (name, document) in &moment.documents {
                // One that cannot be read has nothing that could become less.
                let is_lost = ring.is_unreadable_usage(&moment, name, document);
                if let (false, Some(entry)) = (is_lost, entry(name)) {
                    let readable = ring.check(&moment, name, document, seen.get(name))?;
                    floors
                        .extend(readable.map(|readable| {
                            (entry, Floor::of(&readable.header, readable.record.as_deref()))
                        }));
                }
            }
            let (_, newest) = moment.roots.newest()?;
            Ok(Witness { pin: Pin::new(ring.id, head, moment.roots.generation), time: ring.now(), floors }
                .seal(newest))
        })
    }
}

impl KeyringBuilder {
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
        self.witness = Some(Arc::new(Witness::parse(held::owned(witness).expose())?));
        Ok(self)
    }
}

impl Inner {
    /// Refuses a document that cannot have become of what the witness has recorded.
    pub(super) fn heed_witness(
        &self,
        name: &DocName,
        found: Option<(&Header, Option<&Record>)>,
    ) -> Result<(), Error> {
        let is_taken = self.finding(name, found).is_none_or(Finding::is_taken);
        if is_taken { Ok(()) } else { Err(Error::RolledBack { document: name.file_name() }) }
    }

    /// What has become of a document since the witness was made; `None` if it does not know it.
    pub(super) fn finding(
        &self,
        name: &DocName,
        found: Option<(&Header, Option<&Record>)>,
    ) -> Option<Finding> {
        let (magic, key) = entry(name)?;
        Some(self.witness.as_deref()?.floor(magic, &key)?.compare(found))
    }

    /// The generation that a document had at least, 0 if that is not known.
    pub(super) fn witnessed_generation(&self, name: &DocName) -> u64 {
        let floor =
            || entry(name).and_then(|(magic, key)| self.witness.as_deref()?.floor(magic, &key).copied());
        floor().map_or(0, |floor| floor.generation)
    }

    /// [`heed_witness`](Self::heed_witness) of a key document that was loaded.
    pub(super) fn heed_witness_of_key(&self, name: &DocName, loaded: &Loaded<Body>) -> Result<(), Error> {
        match loaded {
            // It was refused or taken when it was read first.
            Loaded::Known => Ok(()),
            Loaded::Absent => self.heed_witness(name, None),
            Loaded::Opened(header, body, _) => self.heed_witness(name, Some((header, record(body)))),
        }
    }

    /// The documents that the witness has recorded and that are not there.
    pub(super) fn missing(&self, documents: &[(DocName, Sealed)]) -> Vec<DocName> {
        let there: BTreeSet<&DocName> = documents.iter().map(|(name, _)| name).collect();
        self.witness
            .iter()
            .flat_map(|witness| recorded(witness))
            .filter(|name| !there.contains(name))
            .collect()
    }

    pub(super) fn heed_missing(&self, moment: &Moment) -> Result<(), Error> {
        self.missing(&moment.documents).first().map_or(Ok(()), |name| self.heed_witness(name, None))
    }
}

/// The names of the documents that a witness has recorded.
pub(super) fn recorded(witness: &Witness) -> impl Iterator<Item = DocName> {
    witness.floors.keys().map(|(magic, key)| match magic {
        Magic::Key => DocName::Key(key.clone()),
        Magic::Usage => DocName::Usage(key.clone()),
    })
}

/// What an entry of a witness is about. There is none for the root document.
fn entry(name: &DocName) -> Option<(Magic, KeyName)> {
    match name {
        DocName::Root => None,
        DocName::Key(key) => Some((Magic::Key, key.clone())),
        DocName::Usage(key) => Some((Magic::Usage, key.clone())),
    }
}

fn record(body: &Body) -> Option<&Record> {
    match body {
        Body::Key(record) => Some(record),
        Body::Tombstone { .. } => None,
    }
}
