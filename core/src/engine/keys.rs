//! Making, finding and deleting keys.

mod wrapping;

use super::commit::{Edit, Id};
use super::publish::Differs;
use super::slot::Slot;
use super::{Engine, not_found, roots};
use crate::Error;
use crate::document::backup::Backup;
use crate::document::binding::Binding;
use crate::document::key::Body;
use crate::error::Near;
use crate::held;
use crate::interop;
use crate::key::import::{Import, import_key};
use crate::key::record::{Dialect, Event, Record};
use crate::key::rotate;
use crate::key::spec::KeySpec;
use crate::name::{DocName, KeyName};
use crate::seal::Seal;
use crate::store::{Sealed, next_page};
use crate::verb::{Need, Verb};
use crate::version::Version;
use std::collections::HashMap;
use std::sync::Arc;

/// How many documents are read at once to list keys.
const AT_ONCE: usize = 256;

/// Of more keys than this no similar name is looked for.
const MANY: usize = 1000;

impl Engine {
    /// The slot of a key that there is.
    pub(crate) fn existing(&self, name: &KeyName) -> Result<Arc<Slot>, Error> {
        let slot = self.candidate(name);
        self.freshen(&slot, Need::Manage)?;
        if slot.opened.load().is_none() {
            return Err(self.absent(name));
        }
        // Of a deleted key, too: an older document than its tombstone is noticed.
        let slot = self.keep(slot)?;
        let exists = slot.opened.load().as_deref().is_some_and(|opened| opened.state.is_some());
        if exists { Ok(slot) } else { Err(self.absent(name)) }
    }

    pub(crate) fn create_key(&self, name: &KeyName, spec: &KeySpec) -> Result<Arc<Slot>, Error> {
        self.add(self.candidate(name), |name| spec.create(name.clone(), self.now()))
    }

    pub(crate) fn import_key(
        &self,
        name: &KeyName,
        spec: &KeySpec,
        import: &Import,
    ) -> Result<Arc<Slot>, Error> {
        let unwrapped = self.unwrapped(import)?;
        let import = unwrapped.as_ref().unwrap_or(import);
        self.add(self.candidate(name), |name| import_key(name.clone(), spec, import, self.now()))
    }

    /// The names of the keys that there are, sorted, also of those whose documents cannot be read. One that
    /// is damaged hides no other, and whoever uses it is told.
    pub(crate) fn names(&self) -> Result<Vec<KeyName>, Error> {
        let mut names = Vec::new();
        let (mut after, mut listed): (Option<DocName>, usize) = (None, 0);
        loop {
            let page = self.store.list(after.as_ref(), next_page(listed))?;
            listed += page.len();
            let Some(last) = page.last().cloned() else { break };
            for some in page.chunks(AT_ONCE) {
                self.add_names(some, &mut names)?;
            }
            after = Some(last);
        }
        names.sort();
        Ok(names)
    }

    fn add_names(&self, listed: &[DocName], names: &mut Vec<KeyName>) -> Result<(), Error> {
        let is_new = |doc: &DocName| matches!(doc, DocName::Key(name) if !self.slots.has(name));
        let new: Vec<DocName> = listed.iter().filter(|doc| is_new(doc)).cloned().collect();
        // What cannot be read so is asked for on its own, and says why.
        let mut documents = self.store.load_some(&new).unwrap_or_default().into_iter();
        let documents: HashMap<DocName, Sealed> = new
            .into_iter()
            .filter_map(|doc| documents.next().flatten().map(|document| (doc, document)))
            .collect();
        for doc in listed {
            let DocName::Key(name) = doc else { continue };
            if *name == KeyName::wrapping() {
                continue;
            }
            // Nothing is kept of a key that is only listed: there may be very many.
            if documents.get(doc).is_some_and(|document| self.is_key(doc, document)) {
                names.push(name.clone());
                continue;
            }
            match self.existing(name) {
                Ok(_) => names.push(name.clone()),
                Err(Error::KeyNotFound { .. }) => {}
                Err(error) if is_about(&error, name) => names.push(name.clone()),
                // One file that cannot be read is one key's, a store that is gone is everybody's.
                Err(Error::StoreFailed { .. })
                    if self.store.load(&DocName::Root).is_ok_and(|root| root.is_some()) =>
                {
                    names.push(name.clone());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    pub(crate) fn delete_key(&self, name: &KeyName) -> Result<(), Error> {
        let (slot, deleted) = (self.candidate(name), self.now());
        self.commit(&slot, |body| match body {
            Some(Body::Key(record)) if record.deletion_allowed => Ok(Edit::Write {
                body: Body::Tombstone { name: slot.name.clone(), deleted },
                id: Id::Same,
                result: (),
            }),
            Some(Body::Key(_)) => Err(Error::DeletionNotAllowed),
            Some(Body::Tombstone { .. }) | None => Err(not_found(name)),
        })?;
        self.keep(slot).map(drop)
    }

    pub(crate) fn restore_key(
        &self,
        name: Option<&KeyName>,
        backup: &[u8],
        seal: Seal,
    ) -> Result<Arc<Slot>, Error> {
        let seals = seal.several()?;
        // It is read twice, and may lie in memory that somebody else changes.
        let backup = held::owned(backup);
        let parsed = Backup::parse(backup.expose())?;
        let key = seals.open(|seal| {
            if parsed.copy.kind != seal.kind() {
                return Err(Error::WrongSeal);
            }
            roots::unwrap(&Binding::backup(parsed.id), &parsed.copy, seal)
        })?;
        let (stored, uses) = parsed.open(&key)?;
        let (slot, id) = (self.candidate(name.unwrap_or(&stored.name)), Id::draw()?);
        // Before the key is there: its versions have encrypted elsewhere, and counts that came after it
        // could be lost.
        self.refuse_key(&slot)?;
        self.count_restored(&slot, &id, &stored, uses.as_ref())?;
        self.add_under(slot, Id::Drawn(id), |name| {
            let (mut record, _) = parsed.open(&key)?;
            record.name = name.clone();
            record.restore_info = Some(Event { time: self.now(), version: record.latest() });
            Ok(*record)
        })
    }

    pub(crate) fn restore_transit(
        &self,
        name: Option<&KeyName>,
        backup: &[u8],
        dialect: Option<Dialect>,
    ) -> Result<Arc<Slot>, Error> {
        let backup = held::owned(backup);
        let read = || interop::transit::read(name, backup.expose(), dialect);
        // Once for its name and to see that all is well; kept for the first try of writing it.
        let first = read()?;
        let slot = self.candidate(&first.name);
        let mut record = Some(first);
        self.add(slot, |_| {
            let mut record = record.take().map_or_else(read, Ok)?;
            record.restore_info = Some(Event { time: self.now(), version: record.latest() });
            Ok(record)
        })
    }

    #[allow(clippy::type_complexity, reason = "a list of names, each with its own result")]
    pub(crate) fn rotate_due(&self) -> Result<Vec<(KeyName, Result<Version, Error>)>, Error> {
        let mut rotated = Vec::new();
        for name in self.names()? {
            let slot = self.candidate(&name);
            let now = self.now();
            let result = self.used_up(&slot).and_then(|used_up| {
                self.commit(&slot, |body| match body {
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
                    self.count_anew(&slot, version);
                    rotated.push((name, self.keep(slot).map(|_| version)));
                }
                Err(error) => rotated.push((name, Err(error))),
            }
        }
        Ok(rotated)
    }

    /// An error; where it is that there is no key of a name, with the name that was perhaps meant.
    pub(crate) fn with_near(&self, error: Error) -> Error {
        match error {
            Error::KeyNotFound { name, .. } => {
                // Who may not list the names is told none.
                let near = if self.may(Verb::Keys) { self.near(&name) } else { Near::default() };
                Error::KeyNotFound { name, near }
            }
            error => error,
        }
    }

    /// The name of a key that handles have, if one is like a name that no key has. The store is not asked:
    /// names that somebody makes up are to cost no more than one look for each.
    fn near(&self, name: &str) -> Near {
        let slots = self.slots.all();
        if slots.len() > MANY {
            return Near::default();
        }
        let is_there = |slot: &&Arc<Slot>| {
            slot.name != KeyName::wrapping()
                && slot.opened.load().as_deref().is_some_and(|opened| opened.state.is_some())
        };
        let mut names: Vec<&str> = slots.iter().filter(is_there).map(|slot| slot.name.as_str()).collect();
        names.sort_unstable();
        Near::of(name, names)
    }

    /// The slot of a name that there may be no key of.
    fn candidate(&self, name: &KeyName) -> Arc<Slot> {
        self.slots.candidate(name)
    }

    /// The slot for handles, once a document of the name was seen.
    fn keep(&self, candidate: Arc<Slot>) -> Result<Arc<Slot>, Error> {
        let name = candidate.name.clone();
        self.slots
            .keep(candidate, &self.closed)
            .map_err(|Differs| Error::RolledBack { document: DocName::Key(name).file_name() })
    }

    /// Puts a new key where there is none, or a deleted one.
    fn add(
        &self,
        slot: Arc<Slot>,
        make: impl FnMut(&KeyName) -> Result<Record, Error>,
    ) -> Result<Arc<Slot>, Error> {
        self.add_under(slot, Id::New, make)
    }

    fn add_under(
        &self,
        slot: Arc<Slot>,
        id: Id,
        mut make: impl FnMut(&KeyName) -> Result<Record, Error>,
    ) -> Result<Arc<Slot>, Error> {
        self.commit(&slot, |body| match body {
            Some(Body::Key(_)) => Err(Error::KeyExists { name: slot.name.to_string() }),
            Some(Body::Tombstone { .. }) | None => {
                Ok(Edit::Write { body: Body::Key(Box::new(make(&slot.name)?)), id, result: () })
            }
        })?;
        self.keep(slot)
    }

    fn refuse_key(&self, slot: &Slot) -> Result<(), Error> {
        self.commit(slot, |body| match body {
            Some(Body::Key(_)) => Err(Error::KeyExists { name: slot.name.to_string() }),
            Some(Body::Tombstone { .. }) | None => Ok(Edit::Keep(())),
        })
    }
}

/// Whether an error is one key's, and says nothing of the others.
fn is_about(error: &Error, name: &KeyName) -> bool {
    match error {
        Error::CorruptDocument { document, .. }
        | Error::RolledBack { document }
        | Error::UnsupportedFormat { document } => *document == DocName::Key(name.clone()).file_name(),
        _ => false,
    }
}
