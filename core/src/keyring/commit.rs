//! The one driver of all changes: load, edit, put if nobody else did.

use super::Inner;
use super::slot::Slot;
use crate::Error;
use crate::document::header::{Header, Magic};
use crate::document::key::{self, Body};
use crate::key::record::Record;
use crate::name::DocName;
use crate::store::{Expected, PutError, Revision, Sealed};

/// How often a change is tried again after others were faster.
pub(super) const TRIES: u32 = 1000;

/// What an edit makes of a key document.
pub(super) enum Edit<T> {
    /// Nothing is written.
    Keep(T),
    /// The new body, under the id that the key has or under a new one.
    Write { body: Body, new_id: bool, result: T },
}

impl Inner {
    /// Changes a key that exists.
    pub(crate) fn change<T>(&self, slot: &Slot, mut edit: impl FnMut(&mut Record) -> Result<T, Error>) -> Result<T, Error> {
        self.commit(slot, |body| match body {
            Some(Body::Key(mut record)) => {
                let result = edit(&mut record)?;
                Ok(Edit::Write { body: Body::Key(record), new_id: false, result })
            }
            Some(Body::Tombstone { .. }) | None => Err(Error::KeyNotFound),
        })
    }

    /// Loads the document, lets `edit` say what is to be there, and puts it; from the start again if somebody else was faster.
    pub(super) fn commit<T>(&self, slot: &Slot, mut edit: impl FnMut(Option<Body>) -> Result<Edit<T>, Error>) -> Result<T, Error> {
        let name = DocName::Key(slot.name.clone());
        for _ in 0..TRIES {
            let seen = slot.seen();
            let (header, body, expected) = match self.store.load(&name)? {
                Some((document, revision)) => {
                    let (header, body) = self.open_key(&slot.name, &document)?;
                    if seen.is_some_and(|seen| seen > header.generation) {
                        return Err(Error::RolledBack { document: name.file_name() });
                    }
                    (Some(header), Some(body), Expected::Revision(revision))
                }
                None if seen.is_some() => return Err(Error::RolledBack { document: name.file_name() }),
                None => (None, None, Expected::Absent),
            };
            let (body, new_id, result) = match edit(body)? {
                Edit::Keep(result) => return Ok(result),
                Edit::Write { body, new_id, result } => (body, new_id, result),
            };
            let is_new = header.is_none();
            let (sealed, header) = self.seal_next(slot, header, new_id, &body)?;
            match self.store.put_if(&name, &sealed, expected) {
                Ok(revision) => {
                    let (header, revision) = if is_new { self.outlive_reseal(slot, header, revision, &body)? } else { (header, revision) };
                    match self.publish(slot, self.opened(slot, header, revision, body), seen) {
                        Ok(()) | Err(Error::RolledBack { .. }) => return Ok(result),
                        Err(error) => return Err(error),
                    }
                }
                Err(PutError::Conflict) => std::thread::yield_now(),
                Err(PutError::Failed(reason)) => return Err(Error::StoreFailed { reason }),
                // What is known of the key stays in use until the store is looked at again: nothing is made with what may not last.
                Err(PutError::Uncertain(reason)) => return Err(Error::Uncertain { reason }),
            }
        }
        Err(Error::Conflict)
    }

    /// A new document can have been sealed under a root key that a reseal, not knowing of it, has meanwhile taken out of the root document. Then
    /// it is sealed again, while this process still has what is in it. A document that was there before is noticed by the reseal itself.
    fn outlive_reseal(&self, slot: &Slot, mut header: Header, mut revision: Revision, body: &Body) -> Result<(Header, Revision), Error> {
        loop {
            self.reload_roots().map_err(was_written)?;
            if self.roots.load().get(header.root).is_some() {
                return Ok((header, revision));
            }
            let (sealed, next) = self.seal_next(slot, Some(header), false, body).map_err(was_written)?;
            revision = match self.store.put_if(&DocName::Key(slot.name.clone()), &sealed, Expected::Revision(revision)) {
                Ok(revision) => revision,
                Err(PutError::Conflict) => return Err(Error::Conflict),
                Err(PutError::Failed(reason) | PutError::Uncertain(reason)) => return Err(Error::Uncertain { reason }),
            };
            header = next;
        }
    }

    fn seal_next(&self, slot: &Slot, before: Option<Header>, new_id: bool, body: &Body) -> Result<(Sealed, Header), Error> {
        self.freshen_roots()?;
        let roots = self.roots.load();
        let (root, key) = roots.newest()?;
        let generation = before.as_ref().map_or(0, |h| h.generation).checked_add(1).ok_or(Error::Conflict)?;
        let key_id = match before {
            Some(header) if !new_id => header.key_id,
            _ => {
                let mut id = [0; 16];
                strongroom_entropy::fill(&mut id)?;
                id
            }
        };
        let header = Header { magic: Magic::Key, keyring: self.id, root, generation, key_id, name: slot.name.clone() };
        Ok((Sealed::from_stored(key::seal(&header, key, body)?), header))
    }
}

/// An error of the store after something was written must not say that nothing was.
pub(super) fn was_written(error: Error) -> Error {
    match error {
        Error::StoreFailed { reason } => Error::Uncertain { reason },
        other => other,
    }
}
