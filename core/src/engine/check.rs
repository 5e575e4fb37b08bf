//! Whether every document can be read.

use super::Engine;
use super::documents::{KEY, Moment, USAGE, corrupt};
use super::slot::{Seen, Slot};
use super::witnessed::WitnessReport;
use crate::Error;
use crate::document::header::Header;
use crate::document::key::Body;
use crate::key::record::Record;
use crate::name::{DocName, KeyName};
use crate::store::{Sealed, StoreWarning};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What [`Keyring::check`](crate::Keyring::check) found.
///
/// ```
/// use strongroom::{Fault, Keyring, Memory, Report, Seal, SecretArray};
/// let seal = Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
/// let ring = Keyring::create(Memory::new(), seal)?;
/// let Report { faults, .. } = ring.check()?;
/// for Fault { document, error, .. } in faults {
///     eprintln!("{document}: {error}");
/// }
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// How many documents there are.
    pub documents: usize,
    /// How many of them are keys that can be used.
    pub keys: usize,
    /// A reseal was begun and not finished: call it again.
    pub unfinished_reseal: bool,
    /// What is wrong, by document. Empty if all is well.
    pub faults: Vec<Fault>,
    /// What lets others at the documents, though nothing is wrong with them: in a directory, modes and
    /// owners.
    pub warnings: Vec<StoreWarning>,
    /// What has become of the documents since the witness was made, if the keyring was opened with one.
    pub witness: Option<WitnessReport>,
}

/// Something wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// Its name, as in the store.
    pub document: String,
    /// What is wrong with it, and what to do.
    pub error: Error,
}

impl Engine {
    /// What can be said about every document, of one moment.
    pub(crate) fn report(&self) -> Result<Report, Error> {
        let (seen, moment) = (self.seen(), self.moment()?);
        let documents = moment.documents.as_slice();
        let names: BTreeSet<_> = documents.iter().map(|(name, _)| name).collect();
        let missing: BTreeSet<_> = self.missing(documents).into_iter().collect();
        let (mut faults, mut keys, mut findings) = (Vec::new(), 0, Vec::new());
        for (name, document) in documents {
            let read = self.read(&moment, name, document);
            if let Ok(Some(readable)) = &read
                && let Some(finding) = self.finding(name, Some(readable.parts()))
            {
                findings.push((name, finding));
            }
            match read.and_then(|read| self.judge(name, read, seen.get(name))) {
                Ok(read) => {
                    let is_users = *name != DocName::Key(KeyName::wrapping());
                    keys += usize::from(is_users && read.is_some_and(|readable| readable.record.is_some()));
                }
                Err(error) => faults.push(Fault { document: name.file_name(), error }),
            }
            if let DocName::Usage(key) = name {
                let key = DocName::Key(key.clone());
                // What was seen is said to be missing below, and once is enough.
                if !names.contains(&key) && !missing.contains(&key) {
                    faults.push(Fault {
                        document: key.file_name(),
                        error: corrupt(&key, "it is missing, while its usage document is there"),
                    });
                }
            }
        }
        for missing in missing {
            let error = Error::RolledBack { document: missing.file_name() };
            faults.push(Fault { document: missing.file_name(), error });
        }
        let witness = self.witness.as_deref().map(|witness| WitnessReport::new(witness, &names, &findings));
        let (documents, unfinished_reseal, warnings) =
            (documents.len(), moment.roots.keys.len() > 1, self.store.warnings()?);
        faults.extend(moment.fault.map(|error| Fault { document: DocName::Root.file_name(), error }));
        // Without root keys nothing opens, which says nothing about the documents.
        if self.is_closed() {
            Err(Error::Closed)
        } else {
            Ok(Report { documents, keys, unfinished_reseal, faults, warnings, witness })
        }
    }

    pub(crate) fn upgrade(&self) -> Result<usize, Error> {
        match self.report()?.faults.into_iter().next() {
            Some(fault) => Err(fault.error),
            None => Ok(0),
        }
    }

    /// What this process has seen. To be asked before the documents are loaded: other threads go on.
    pub(super) fn seen(&self) -> BTreeMap<DocName, Seen> {
        let seen = |slot: Arc<Slot>| {
            let usage =
                slot.usage_seen.load().as_deref().map(|seen| (DocName::Usage(slot.name.clone()), *seen));
            let key = slot.seen().map(|seen| (DocName::Key(slot.name.clone()), seen));
            [key, usage].into_iter().flatten()
        };
        self.slots.all().into_iter().flat_map(seen).collect()
    }

    /// Opens a key or usage document. The root document was opened before, and is `None`.
    fn read(&self, moment: &Moment, name: &DocName, document: &Sealed) -> Result<Option<Readable>, Error> {
        Ok(match name {
            DocName::Root => None,
            DocName::Key(_) => {
                let (header, body) = moment.open(self, name, document, KEY)?;
                let record = if let Body::Key(record) = body { Some(record) } else { None };
                Some(Readable { header, record })
            }
            DocName::Usage(_) => {
                let (header, _) = moment.open(self, name, document, USAGE)?;
                Some(Readable { header, record: None })
            }
        })
    }

    /// Refuses what cannot have become of what the witness has recorded, and what is older than what this
    /// process had seen before it was loaded.
    fn judge(
        &self,
        name: &DocName,
        read: Option<Readable>,
        seen: Option<&Seen>,
    ) -> Result<Option<Readable>, Error> {
        let Some(readable) = read else { return Ok(None) };
        self.heed_witness(name, Some(readable.parts()))?;
        let is_old = seen.is_some_and(|seen| seen.is_after(&readable.header));
        if is_old { Err(Error::RolledBack { document: name.file_name() }) } else { Ok(Some(readable)) }
    }

    /// A document that can be relied on. `seen` is what was known before the documents were loaded.
    pub(super) fn check(
        &self,
        moment: &Moment,
        name: &DocName,
        document: &Sealed,
        seen: Option<&Seen>,
    ) -> Result<Option<Readable>, Error> {
        self.judge(name, self.read(moment, name, document)?, seen)
    }
}

/// A key or usage document that opens.
pub(super) struct Readable {
    pub(super) header: Header,
    /// Of a key document that is no tombstone.
    pub(super) record: Option<Box<Record>>,
}

impl Readable {
    pub(super) fn parts(&self) -> (&Header, Option<&Record>) {
        (&self.header, self.record.as_deref())
    }
}
