//! What is kept outside of a keyring's place, to see whether an old document was put back there.

use super::Engine;
use super::documents::{Loaded, Moment};
use crate::Error;
use crate::document::header::{Header, Magic};
use crate::document::key::Body;
use crate::document::pin::Pin;
use crate::document::witness::{Finding, Floor, Witness};
use crate::key::record::Record;
use crate::name::{DocName, KeyName};
use crate::store::Sealed;
use std::collections::{BTreeMap, BTreeSet};

impl Engine {
    pub(crate) fn make_witness(&self) -> Result<Vec<u8>, Error> {
        let (seen, moment) = (self.seen(), self.moment()?);
        if let Some(fault) = &moment.fault {
            return Err(fault.clone());
        }
        let head = moment.roots.head.ok_or_else(|| self.no_keyring())?;
        let mut floors = BTreeMap::new();
        self.heed_missing(&moment)?;
        for (name, document) in &moment.documents {
            // One that cannot be read has nothing that could become less.
            let is_lost = self.is_unreadable_usage(&moment, name, document);
            if let (false, Some(entry)) = (is_lost, entry(name)) {
                let readable = self.check(&moment, name, document, seen.get(name))?;
                floors.extend(
                    readable.map(|readable| (entry, Floor::of(&readable.header, readable.record.as_deref()))),
                );
            }
        }
        let (_, newest) = moment.roots.newest()?;
        Ok(Witness { pin: Pin::new(self.id, head, moment.roots.generation), time: self.now(), floors }
            .seal(newest))
    }

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
