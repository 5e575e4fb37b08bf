//! The one driver of all changes: load, edit, put if nobody else did.

use super::documents::Loaded;
use super::roots::Roots;
use super::slot::Slot;
use super::{Engine, not_found};
use crate::Error;
use crate::document::header::{Header, Magic};
use crate::document::key::{self, Body};
use crate::key::record::Record;
use crate::key::trim::note_closed;
use crate::name::DocName;
use crate::store::{Expected, Fence, PutError, Revision, Sealed};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// How often a change is tried again after others were faster.
pub(super) const TRIES: u32 = 1000;

/// What an edit makes of a key document.
pub(super) enum Edit<T> {
    /// Nothing is written.
    Keep(T),
    /// The new body.
    Write { body: Body, id: Id, result: T },
}

/// The id of a key that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Id {
    /// The one that it has.
    Same,
    /// One that no key has had.
    New,
    /// One that was drawn for it before.
    Drawn([u8; 16]),
}

impl Id {
    pub(super) fn draw() -> Result<[u8; 16], Error> {
        let mut id = [0; 16];
        strongroom_entropy::fill(&mut id)?;
        Ok(id)
    }
}

impl Engine {
    /// Tries until a write has happened, or there was none to do: each time with the root keys as they are
    /// then. `None` stands for somebody else having been faster, with the document or with the root document.
    pub(super) fn until_put<T>(
        &self,
        mut attempt: impl FnMut(&Arc<Roots>) -> Result<Option<T>, Error>,
    ) -> Result<T, Error> {
        for _ in 0..TRIES {
            if let Some(done) = attempt(&self.roots.load_full())? {
                return Ok(done);
            }
            std::thread::yield_now();
            self.reload_roots()?;
        }
        Err(Error::Conflict)
    }

    /// Every write of a document goes through here: it happens only while the root document is the one that
    /// the document was sealed under, so nothing comes to stand under a root key that a reseal has taken
    /// away. `None` if somebody else was faster.
    pub(super) fn put(
        &self,
        roots: &Roots,
        name: &DocName,
        document: &Sealed,
        expected: Expected,
    ) -> Result<Option<Revision>, Error> {
        let fence = Fence::new(roots.revision.map_or(Expected::Absent, Expected::Revision));
        match self.store.put_if(name, document, expected, fence) {
            Ok(revision) => Ok(Some(revision)),
            Err(PutError::Conflict) => Ok(None),
            Err(PutError::Failed(reason)) => Err(Error::StoreFailed { reason }),
            Err(PutError::Uncertain(reason)) => Err(Error::Uncertain { reason }),
        }
    }

    /// Changes a key that exists.
    pub(crate) fn change<T>(
        &self,
        slot: &Slot,
        mut edit: impl FnMut(&mut Record) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.commit(slot, |body| match body {
            Some(Body::Key(mut record)) => {
                let result = edit(&mut record)?;
                Ok(Edit::Write { body: Body::Key(record), id: Id::Same, result })
            }
            Some(Body::Tombstone { .. }) | None => Err(not_found(&slot.name)),
        })
    }

    /// Loads the document, lets `edit` say what is to be there, and puts it; from the start again if somebody
    /// else was faster.
    pub(super) fn commit<T>(
        &self,
        slot: &Slot,
        mut edit: impl FnMut(Option<Body>) -> Result<Edit<T>, Error>,
    ) -> Result<T, Error> {
        let name = DocName::Key(slot.name.clone());
        let rolled_back = || Error::RolledBack { document: name.file_name() };
        self.until_put(|_| {
            let (seen, now) = (slot.seen(), self.clock.coarse_millis());
            let known = slot.opened.load_full();
            let known = known.as_deref().and_then(|opened| Some((opened, opened.state.as_ref()?)));
            let loaded = self.load_after(&name, known.map(|(opened, _)| opened))?;
            self.heed_witness_of_key(&name, &loaded)?;
            let (header, body, expected) = match (loaded, known) {
                // Not opened again: so a change of a key with many versions costs no more, but for the moving
                // of its bytes.
                (Loaded::Known, Some((opened, state))) => (
                    Some(opened.header.clone()),
                    Some(Body::Key(Box::new(state.record.clone()))),
                    Expected::Revision(opened.revision),
                ),
                (Loaded::Opened(header, body, revision), _) => {
                    let goes_on = slot
                        .opened
                        .load()
                        .as_deref()
                        .is_none_or(|known| known.is_followed_by(&header, &body, &revision));
                    if seen.is_some_and(|seen| seen.is_after(&header)) || !goes_on {
                        return Err(rolled_back());
                    }
                    (Some(header), Some(body), Expected::Revision(revision))
                }
                _ if seen.is_some() => return Err(rolled_back()),
                _ => (None, None, Expected::Absent),
            };
            // As they are after the load, which may have had to read the root document, and before the edit,
            // which may go by what it says.
            let roots = self.roots.load_full();
            let (mut body, id, result) = match edit(body)? {
                Edit::Keep(result) => return Ok(Some(result)),
                Edit::Write { body, id, result } => (body, id, result),
            };
            if let Body::Key(record) = &mut body {
                note_closed(record, self.now());
            }
            let (sealed, header) = self.seal_next(&roots, slot, header, id, &body)?;
            // What is uncertain is not published, and what is known of the key stays in use until the store
            // is looked at again: nothing is made with what may not last.
            let Some(revision) = self.put(&roots, &name, &sealed, expected)? else { return Ok(None) };
            let published = self.publish(slot, self.opened(slot, header, revision, body), seen);
            slot.read.fetch_max(now, Ordering::Release);
            slot.behind.store(0, Ordering::Release);
            match published {
                Ok(()) | Err(Error::RolledBack { .. }) => Ok(Some(result)),
                Err(error) => Err(error),
            }
        })
    }

    fn seal_next(
        &self,
        roots: &Roots,
        slot: &Slot,
        before: Option<Header>,
        id: Id,
        body: &Body,
    ) -> Result<(Sealed, Header), Error> {
        let (root, key) = roots.newest()?;
        let generation = before.as_ref().map_or(0, |h| h.generation).checked_add(1).ok_or(Error::Conflict)?;
        let key_id = match (id, before) {
            (Id::Same, Some(header)) => header.key_id,
            (Id::Drawn(id), _) => id,
            (Id::New | Id::Same, _) => Id::draw()?,
        };
        let header =
            Header { magic: Magic::Key, keyring: self.id, root, generation, key_id, name: slot.name.clone() };
        Ok((Sealed::from_stored(key::seal(&header, key, body)?), header))
    }
}
