//! What can be done about documents that cannot be read.

use super::documents::{KEY, Loaded, Moment, USAGE};
use super::lease::{is_unreadable, unknown};
use super::slot::Slot;
use super::{Engine, not_found};
use crate::Error;
use crate::document::header::{Header, Magic};
use crate::document::key::{self, Body};
use crate::document::usage;
use crate::error::invalid;
use crate::key::record::Record;
use crate::name::{DocName, KeyName};
use crate::store::{Expected, Sealed};
use crate::version::Version;
use std::sync::Arc;

impl Engine {
    pub(crate) fn repair(&self) -> Result<Vec<KeyName>, Error> {
        let mut repaired = Vec::new();
        let documents = self.store.load_all()?;
        let missing = self.missing(&documents);
        for name in documents.into_iter().map(|(name, _)| name).chain(missing) {
            let DocName::Usage(name) = name else { continue };
            let slot = self.slots.candidate(&name);
            let key = DocName::Key(name.clone());
            let is_old = |header: &Header, record: &Record| {
                self.heed_witness(&key, Some((header, Some(record)))).is_err()
                    || slot.seen().is_some_and(|seen| seen.is_after(header))
            };
            let counted = match self.load(&key, None, KEY) {
                // An old one lacks versions that would then count as unused.
                Ok(Loaded::Opened(header, Body::Key(record), _)) if !is_old(&header, &record) => {
                    Some((header, unknown(&record)))
                }
                // Of a key that is gone or cannot be read nothing can be counted.
                Ok(_) => None,
                Err(error) if is_unreadable(&error) => None,
                Err(error) => return Err(error),
            };
            if let Some((header, usage)) = counted
                && self.replace_unreadable_usage(&slot, &header, &usage)?
            {
                repaired.push(name);
            }
        }
        Ok(repaired)
    }

    /// After a rotation the new version has encrypted nothing. Where the counts of those before are lost,
    /// they are lost for those alone.
    pub(crate) fn count_anew(&self, slot: &Arc<Slot>, new: Version) {
        let opened = slot.opened.load_full();
        let Some((header, state)) =
            opened.as_deref().and_then(|opened| Some((&opened.header, opened.state.as_ref()?)))
        else {
            return;
        };
        // Asked first: what is lost has an entry for every version, and a rotation is to cost no more for
        // them.
        if state.record.counts_uses(new) && self.load_usage(slot).is_err_and(|error| is_unreadable(&error)) {
            let mut usage = unknown(&state.record);
            usage.0.retain(|version, _| *version < new);
            // If this fails, encryption says that the counts are not known.
            let _ = self.replace_unreadable_usage(slot, header, &usage);
        }
    }

    pub(crate) fn remove_unreadable(&self, name: &KeyName) -> Result<(), Error> {
        let slot = self.slots.candidate(name);
        let name = DocName::Key(slot.name.clone());
        self.until_put(|_| {
            let unreadable = match self.load(&name, None, KEY) {
                Ok(Loaded::Opened(_, Body::Tombstone { .. }, _)) => return Err(not_found(&slot.name)),
                Ok(Loaded::Opened(..) | Loaded::Known) => {
                    return Err(Error::InvalidOption { reason: invalid::KEY_IS_READABLE });
                }
                Ok(Loaded::Absent) => return Err(not_found(&slot.name)),
                Err(error) if is_unreadable(&error) => error,
                Err(error) => return Err(error),
            };
            let Some((document, revision)) = self.store.load(&name)? else { return Ok(None) };
            let header = self.header(&name, &document)?;
            if header.generation != 1 || slot.seen().is_some() {
                return Err(unreadable);
            }
            let roots = self.roots.load_full();
            let (root, root_key) = roots.newest()?;
            let header = Header { root, generation: 2, ..header };
            let body = Body::Tombstone { name: slot.name.clone(), deleted: self.now() };
            let sealed = Sealed::from_stored(key::seal(&header, root_key, &body)?);
            Ok(self.put(&roots, &name, &sealed, Expected::Revision(revision))?.map(drop))
        })
    }

    /// For a snapshot: a usage document in the place of one that cannot be read, which says so. `None` where
    /// there is no key to count for.
    pub(super) fn unknown_usage(
        &self,
        moment: &Moment,
        name: &KeyName,
        unreadable: &Sealed,
    ) -> Result<Option<Sealed>, Error> {
        let key = DocName::Key(name.clone());
        let Some((_, document)) = moment.documents.iter().find(|(name, _)| *name == key) else {
            return Ok(None);
        };
        let (header, Body::Key(record)) = moment.open(self, &key, document, KEY)? else { return Ok(None) };
        let named = Header::parse(unreadable.as_bytes()).map_or(1, |header| header.generation);
        let generation = named.max(self.witnessed_generation(&DocName::Usage(name.clone())));
        let (root, root_key) = moment.roots.newest()?;
        let header = Header { magic: Magic::Usage, root, generation, ..header };
        Ok(Some(Sealed::from_stored(usage::seal(&header, root_key, &unknown(&record))?)))
    }

    /// Whether a usage document of a moment cannot be read.
    pub(super) fn is_unreadable_usage(&self, moment: &Moment, name: &DocName, document: &Sealed) -> bool {
        matches!(name, DocName::Usage(_))
            && moment.open(self, name, document, USAGE).is_err_and(|error| is_unreadable(&error))
    }
}
