//! Seeing what other processes have changed.

use super::slot::{Opened, Slot};
use super::{Inner, Keyring};
use crate::Error;
use crate::document::key::{self, Body, Header};
use crate::key::state::KeyState;
use crate::name::DocName;
use crate::store::{Revision, Sealed};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// How often the store is asked whether anything has changed, in coarse milliseconds.
const CHECK_EVERY: u64 = 250;

impl Inner {
    /// Reads the store's epoch if it is time to. A store that fails is asked again next time; encryption goes stale meanwhile.
    pub(super) fn look_for_changes(&self, at_once: bool) {
        let now = self.clock.coarse_millis();
        let due = self.next_check.load(Ordering::Relaxed);
        if !at_once && now < due {
            return;
        }
        // One thread looks, the others go on with what is known.
        if self.next_check.compare_exchange(due, now + CHECK_EVERY, Ordering::Relaxed, Ordering::Relaxed).is_err() && !at_once {
            return;
        }
        if let Ok(epoch) = self.store.epoch() {
            if let Some(epoch) = epoch {
                self.epoch.store(epoch.get(), Ordering::Release);
            }
            self.reached.fetch_max(now, Ordering::Relaxed);
        }
    }

    pub(super) fn is_stale(&self) -> bool {
        let since = self.clock.coarse_millis().saturating_sub(self.reached.load(Ordering::Relaxed));
        u128::from(since) > self.max_staleness.as_millis()
    }

    /// Brings a slot up to the epoch that is known. If the store fails, what is known of the key stays in use.
    pub(crate) fn freshen(&self, slot: &Slot) -> Result<(), Error> {
        let epoch = self.epoch.load(Ordering::Acquire);
        if slot.epoch.load(Ordering::Acquire) == epoch {
            return Ok(());
        }
        match self.reload(slot) {
            Err(Error::StoreFailed { .. }) if slot.opened.load().is_some() => Ok(()),
            other => other,
        }
    }

    /// Looks at once whether there is a newer version than those known: a ciphertext says so.
    pub(crate) fn freshen_now(&self, slot: &Slot) -> Result<(), Error> {
        self.look_for_changes(true);
        self.freshen(slot)
    }

    /// Reads the document of a slot.
    pub(super) fn reload(&self, slot: &Slot) -> Result<(), Error> {
        let epoch = self.epoch.load(Ordering::Acquire);
        let loaded = self.store.load(&DocName::Key(slot.name.clone()))?;
        self.reached.fetch_max(self.clock.coarse_millis(), Ordering::Relaxed);
        match (loaded, slot.opened.load().as_deref()) {
            (None, None) => {}
            (None, Some(_)) => return Err(Error::RolledBack { document: DocName::Key(slot.name.clone()).file_name() }),
            (Some((_, revision)), Some(known)) if known.revision == revision => {}
            (Some((document, revision)), _) => self.publish(slot, self.open_document(slot, &document, revision)?)?,
        }
        slot.epoch.store(epoch, Ordering::Release);
        Ok(())
    }

    /// Makes a document what the slot's handles see, unless a newer one was seen meanwhile.
    pub(super) fn publish(&self, slot: &Slot, opened: Opened) -> Result<(), Error> {
        let new = Arc::new(opened);
        let mut current = slot.opened.load();
        loop {
            if let Some(known) = current.as_deref() {
                let same = known.revision == new.revision;
                if known.header.generation > new.header.generation || (known.header.generation == new.header.generation && !same) {
                    return Err(Error::RolledBack { document: DocName::Key(slot.name.clone()).file_name() });
                }
                if same {
                    return Ok(());
                }
            }
            let before = slot.opened.compare_and_swap(&*current, Some(new.clone()));
            let swapped = match (before.as_ref(), current.as_ref()) {
                (None, None) => true,
                (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                _ => false,
            };
            if swapped {
                return Ok(());
            }
            current = before;
        }
    }

    pub(super) fn open_document(&self, slot: &Slot, document: &Sealed, revision: Revision) -> Result<Opened, Error> {
        let (header, body) = self.open_body(slot, document)?;
        let state = match body {
            Body::Key(record) => Some(KeyState::new(*record, self.nonces)),
            Body::Tombstone { .. } => None,
        };
        Ok(Opened { header, revision, state })
    }

    pub(super) fn open_body(&self, slot: &Slot, document: &Sealed) -> Result<(Header, Body), Error> {
        let bytes = document.as_bytes();
        let file = || DocName::Key(slot.name.clone()).file_name();
        let corrupt = |reason| Error::CorruptDocument { document: file(), reason };
        if bytes.len() >= 4 && bytes.starts_with(b"SRK") && !bytes.starts_with(b"SRK1") {
            return Err(Error::UnsupportedFormat { document: file() });
        }
        let header = Header::parse(bytes).map_err(corrupt)?;
        if header.keyring != self.id {
            return Err(corrupt("it belongs to another keyring"));
        }
        if header.name != slot.name {
            return Err(corrupt("it is the document of another key"));
        }
        if self.roots.load().get(header.root).is_none() {
            self.reload_roots()?;
        }
        let roots = self.roots.load();
        let root = roots.get(header.root).ok_or(corrupt("its root key is not one of the keyring's"))?;
        let body = key::open(bytes, &header, root).map_err(corrupt)?;
        Ok((header, body))
    }

    /// The body of a key's document, as it is in the store now.
    pub(crate) fn stored(&self, slot: &Slot) -> Result<Body, Error> {
        let (document, _) = self.store.load(&DocName::Key(slot.name.clone()))?.ok_or(Error::KeyNotFound)?;
        self.open_body(slot, &document).map(|(_, body)| body)
    }

    pub(crate) fn subkeys_of(&self, header: &Header) -> super::cache::CacheOf<'_> {
        super::cache::CacheOf { cache: &self.subkeys, key_id: header.key_id }
    }

    fn reload_roots(&self) -> Result<(), Error> {
        let (Some(seal), Some((document, _))) = (&self.seal, self.store.load(&DocName::Root)?) else { return Ok(()) };
        let (parsed, roots) = super::roots::open(document.as_bytes(), seal.as_ref())?;
        if parsed.keyring != self.id || roots.generation < self.roots.load().generation {
            return Err(Error::RolledBack { document: DocName::Root.file_name() });
        }
        self.roots.store(Arc::new(roots));
        Ok(())
    }
}

impl Keyring {
    /// Looks at the store now, and reads every key anew when it is next used. A directory is looked at by itself, four times a second.
    ///
    /// # Errors
    /// [`Error::Closed`], or the store's
    pub fn refresh(&self) -> Result<(), Error> {
        self.0.admit(super::Operation::Manage)?;
        match self.0.store.epoch()? {
            Some(epoch) => self.0.epoch.store(epoch.get(), Ordering::Release),
            // Without an epoch there is nothing to compare, so every key counts as changed.
            None => drop(self.0.epoch.fetch_add(1, Ordering::AcqRel)),
        }
        self.0.reached.fetch_max(self.0.clock.coarse_millis(), Ordering::Relaxed);
        Ok(())
    }
}
