//! Seeing what other processes have changed.

use super::documents::{KEY, Loaded};
use super::publish::{Differs, publish};
use super::slot::{Opened, Seen, Slot};
use super::{Inner, Keyring};
use crate::Error;
use crate::document::header::Header;
use crate::document::key::Body;
use crate::key::state::KeyState;
use crate::name::DocName;
use crate::store::Revision;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// How often the store is asked whether anything has changed, in coarse milliseconds.
const CHECK_EVERY: u64 = 250;

impl Inner {
    /// Reads the store's epoch if it is time to.
    #[inline]
    pub(super) fn look_for_changes(&self, now: u64) {
        let due = self.next_check.load(Ordering::Relaxed);
        if now >= due {
            self.look_unless_another_does(now, due);
        }
    }

    /// One thread looks, the others go on with what is known.
    #[cold]
    fn look_unless_another_does(&self, now: u64, due: u64) {
        if self.next_check.compare_exchange(due, now + CHECK_EVERY.min(self.max_staleness()), Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.look(now);
        }
    }

    /// A store that fails is asked again next time; encryption goes stale meanwhile.
    fn look(&self, now: u64) {
        if let Ok(epoch) = self.store.epoch() {
            if let Some(epoch) = epoch {
                self.epoch.store(epoch.get(), Ordering::Release);
            }
            self.reached.fetch_max(now, Ordering::Relaxed);
        }
    }

    /// A process that did nothing for long has not looked either, and then one thread looks while the others go on: before they are refused,
    /// they look too.
    #[cold]
    pub(super) fn is_still_stale(&self) -> bool {
        self.last_look.join(|| self.look(self.clock.coarse_millis()));
        self.is_stale(self.clock.coarse_millis())
    }

    #[inline]
    pub(super) fn is_stale(&self, now: u64) -> bool {
        now.saturating_sub(self.reached.load(Ordering::Relaxed)) > self.max_staleness()
    }

    /// Whether a key is known to have changed and could not be read for too long.
    #[inline]
    pub(crate) fn is_behind(&self, slot: &Slot) -> bool {
        let since = slot.behind.load(Ordering::Relaxed);
        since != 0 && self.clock.coarse_millis().saturating_sub(since) > self.max_staleness()
    }

    /// Brings a slot up to the epoch that is known. If the store fails, what is known of the key stays in use: for encryption, until
    /// [`is_behind`](Self::is_behind).
    pub(crate) fn freshen(&self, slot: &Slot) -> Result<(), Error> {
        let epoch = self.epoch.load(Ordering::Acquire);
        if slot.epoch.load(Ordering::Acquire) == epoch {
            return Ok(());
        }
        match self.reload(slot) {
            Err(Error::StoreFailed { .. }) if slot.opened.load().is_some() => {
                let _ = slot.behind.compare_exchange(0, self.clock.coarse_millis().max(1), Ordering::Relaxed, Ordering::Relaxed);
                Ok(())
            }
            other => other,
        }
    }

    /// Looks at the store now, for a version that is not known. Many ciphertexts of such versions share one look, and its failure: whether the
    /// version exists is not known then, and nobody may be told that it does not.
    pub(crate) fn freshen_now(&self, slot: &Slot) -> Result<(), Error> {
        let looked = slot.flight.join(|| {
            let looked = self.look_at(slot);
            slot.look_failed.store(looked.as_ref().err().cloned().map(Arc::new));
            looked
        });
        match looked {
            Some(result) => result,
            None => match slot.look_failed.load().as_deref() {
                Some(error) => Err(error.clone()),
                None => self.freshen(slot),
            },
        }
    }

    fn look_at(&self, slot: &Slot) -> Result<(), Error> {
        // Without an epoch nothing else tells whether the document has changed.
        let Some(epoch) = self.store.epoch()? else { return self.reload(slot) };
        self.reached.fetch_max(self.clock.coarse_millis(), Ordering::Relaxed);
        self.epoch.store(epoch.get(), Ordering::Release);
        if slot.epoch.load(Ordering::Acquire) == epoch.get() { Ok(()) } else { self.reload(slot) }
    }

    /// Reads the document of a slot.
    pub(super) fn reload(&self, slot: &Slot) -> Result<(), Error> {
        let name = DocName::Key(slot.name.clone());
        let (epoch, seen) = (self.epoch.load(Ordering::Acquire), slot.seen());
        let known = slot.opened.load().as_deref().map(|known| known.revision);
        let loaded = self.load(&name, known, KEY)?;
        self.reached.fetch_max(self.clock.coarse_millis(), Ordering::Relaxed);
        match loaded {
            Loaded::Absent if seen.is_some() => return Err(Error::RolledBack { document: name.file_name() }),
            Loaded::Absent | Loaded::Known => {}
            Loaded::Opened(header, body, revision) => self.publish(slot, self.opened(slot, header, revision, body), seen)?,
        }
        slot.epoch.store(epoch, Ordering::Release);
        slot.behind.store(0, Ordering::Relaxed);
        Ok(())
    }

    /// Makes a document what the slot's handles see, unless another thread has opened a newer one since the store was asked. `seen` is what was known
    /// before that: an older one than it was put back by somebody.
    pub(super) fn publish(&self, slot: &Slot, opened: Opened, seen: Option<Seen>) -> Result<(), Error> {
        let rolled_back = || Error::RolledBack { document: DocName::Key(slot.name.clone()).file_name() };
        if seen.is_some_and(|seen| seen.is_after(&opened.header)) {
            return Err(rolled_back());
        }
        publish(&slot.opened, &self.closed, &Arc::new(opened)).map_err(|Differs| rolled_back())
    }

    /// A document as handles see it. Leases of the same key go on.
    pub(super) fn opened(&self, slot: &Slot, header: Header, revision: Revision, body: Body) -> Opened {
        let known = slot.opened.load();
        let before = known.as_deref().filter(|known| known.header.key_id == header.key_id).and_then(|known| known.state.as_ref());
        let state = match body {
            Body::Key(record) => Some(KeyState::new(*record, self.nonces, before)),
            Body::Tombstone { .. } => None,
        };
        Opened { header, revision, state }
    }
}

impl Keyring {
    /// Looks at the store now, and reads every key anew when it is next used. A directory is looked at by itself, four times a second.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let store = Memory::new();
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::create(store.clone(), seal())?;
    /// let cards = ring.create_key("cards", KeySpec::default())?;
    /// Keyring::open(store, seal())?.key("cards")?.rotate()?; // elsewhere
    /// ring.refresh()?;
    /// assert_eq!(cards.info()?.latest_version.get(), 2);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
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
