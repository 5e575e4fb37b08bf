//! Whether every document can be read.

use super::documents::{KEY, Moment, USAGE, corrupt};
use super::slot::{Seen, Slot};
use super::{Inner, Keyring, Operation};
use crate::Error;
use crate::document::header::Magic;
use crate::document::key::Body;
use crate::name::DocName;
use crate::store::{Sealed, StoreWarning};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What [`Keyring::check`] found.
///
/// ```
/// use strongroom::{Fault, Keyring, Memory, Report, Seal, SecretArray};
/// let ring = Keyring::create(Memory::new(), Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap()))?;
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
    /// What lets others at the documents, though nothing is wrong with them: in a directory, modes and owners.
    pub warnings: Vec<StoreWarning>,
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

impl Keyring {
    /// Opens every document, and says of each that cannot be read why. Warns of what lets others at them.
    ///
    /// ```
    /// use strongroom::{KeySpec, Keyring, Memory, Seal, SecretArray};
    /// let ring = Keyring::create(Memory::new(), Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap()))?;
    /// ring.create_key("cards", KeySpec::default())?;
    /// let report = ring.check()?;
    /// assert_eq!((report.documents, report.keys), (2, 1));
    /// assert!(report.faults.is_empty());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// What the store has to say; what is wrong with a document is in the report
    pub fn check(&self) -> Result<Report, Error> {
        self.0.admit(Operation::Manage)?;
        let (seen, moment) = (self.0.seen(), self.0.moment()?);
        let documents = moment.documents.as_slice();
        let names: BTreeSet<_> = documents.iter().map(|(name, _)| name).collect();
        let mut report = Report { documents: documents.len(), keys: 0, unfinished_reseal: false, faults: Vec::new(), warnings: self.0.store.warnings()? };
        for (name, document) in documents {
            match self.0.check(&moment, name, document, seen.get(name)) {
                Ok(is_key) => report.keys += usize::from(is_key),
                Err(error) => report.faults.push(Fault { document: name.file_name(), error }),
            }
            if let DocName::Usage(key) = name
                && !names.contains(&DocName::Key(key.clone()))
            {
                let missing = DocName::Key(key.clone());
                report.faults.push(Fault { document: missing.file_name(), error: corrupt(&missing, "it is missing, while its usage document is there") });
            }
        }
        for missing in self.0.witnessed().into_iter().filter(|name| !names.contains(name)) {
            let error = Error::RolledBack { document: missing.file_name() };
            report.faults.push(Fault { document: missing.file_name(), error });
        }
        report.unfinished_reseal = moment.roots.keys.len() > 1;
        report.faults.extend(moment.fault.map(|error| Fault { document: DocName::Root.file_name(), error }));
        // Without root keys nothing opens, which says nothing about the documents.
        if self.0.is_closed() { Err(Error::Closed) } else { Ok(report) }
    }

    /// Brings every document to the newest format that this build knows, and gives the number of those that were changed.
    ///
    /// A writer keeps the format that a document has, so that older builds can go on reading it, until this is called. This build knows one format of
    /// each document: it opens them all and finds nothing to change.
    ///
    /// ```
    /// use strongroom::Keyring;
    /// assert_eq!(Keyring::in_memory().upgrade()?, 0);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// The first fault that [`check`](Self::check) finds, before anything is changed
    pub fn upgrade(&self) -> Result<usize, Error> {
        match self.check()?.faults.into_iter().next() {
            Some(fault) => Err(fault.error),
            None => Ok(0),
        }
    }
}

impl Inner {
    /// What this process has seen. To be asked before the documents are loaded: other threads go on.
    pub(super) fn seen(&self) -> BTreeMap<DocName, Seen> {
        let seen = |slot: Arc<Slot>| {
            let usage = slot.usage_seen.load().as_deref().map(|seen| (DocName::Usage(slot.name.clone()), *seen));
            let key = slot.seen().map(|seen| (DocName::Key(slot.name.clone()), seen));
            [key, usage].into_iter().flatten()
        };
        self.slots.all().into_iter().flat_map(seen).collect()
    }

    /// Whether a document opens, and is a key that was not deleted. `seen` is what was known before the documents were loaded.
    pub(super) fn check(&self, moment: &Moment, name: &DocName, document: &Sealed, seen: Option<&Seen>) -> Result<bool, Error> {
        let (header, is_key) = match name {
            DocName::Root => return Ok(false),
            DocName::Key(_) => {
                let (header, body) = moment.open(self, name, document, KEY)?;
                let record = if let Body::Key(record) = &body { Some(&**record) } else { None };
                self.heed_witness(Magic::Key, name, Some((&header, record)))?;
                (header, record.is_some())
            }
            DocName::Usage(_) => {
                let (header, _) = moment.open(self, name, document, USAGE)?;
                self.heed_witness(Magic::Usage, name, Some((&header, None)))?;
                (header, false)
            }
        };
        if seen.is_some_and(|seen| seen.is_after(&header)) { Err(Error::RolledBack { document: name.file_name() }) } else { Ok(is_key) }
    }
}
