//! Seeing what other processes have changed.

use super::documents::Loaded;
use super::flight::{Joined, Landing};
use super::slot::Slot;
use super::{Engine, roots};
use crate::Error;
use crate::name::DocName;
use crate::store::{Epoch, StoreError};
use crate::verb::Need;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How often the store is asked whether anything has changed, in coarse milliseconds.
const CHECK_EVERY: u64 = 250;
/// How often keys of a store that cannot say whether anything has changed are read anew, in coarse
/// milliseconds.
const RELOAD_EVERY: u64 = 1_000;
/// After a seal could not be asked for a root key that came later, until it is asked again.
const ASK_EVERY: u64 = 15_000;
/// How long a data call waits for a look whose result it can do without.
const BRIEFLY: Duration = Duration::from_millis(250);
/// How long a call waits for a look that it cannot do without.
const PATIENTLY: Duration = Duration::from_secs(5);
/// The epoch of a slot that has to be read anew, whatever the epoch of the store.
const FORGOTTEN: u64 = u64::MAX;

/// The epoch before the one that is known, and when it was last seen, in coarse milliseconds.
pub(super) struct Past {
    pub(super) epoch: u64,
    pub(super) seen: u64,
}

impl Engine {
    /// Has every key read anew, whatever the epoch says, when it is used next.
    pub(crate) fn forget_epochs(&self) -> Result<(), Error> {
        let now = self.clock.coarse_millis();
        self.saw_epoch(self.store.epoch()?, now);
        let known = self.epoch.load(Ordering::Acquire);
        // Whatever the epoch says: documents are compared.
        for slot in self.slots.all() {
            let since = if slot.epoch.load(Ordering::Acquire) == known {
                now.max(1)
            } else {
                self.fresh_until(&slot)
            };
            let _ = slot.behind.compare_exchange(0, since, Ordering::AcqRel, Ordering::Relaxed);
            slot.epoch.store(FORGOTTEN, Ordering::Release);
        }
        Ok(())
    }

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
        if self
            .next_check
            .compare_exchange(
                due,
                now + CHECK_EVERY.min(self.max_staleness()),
                Ordering::Relaxed,
                Ordering::Relaxed,
            )
            .is_err()
        {
            return;
        }
        if self.is_watched {
            // So that there is a thread which watches, in a forked child too.
            self.later(|_| ());
        } else {
            self.look(now);
        }
        if self.seal_wanted.load(Ordering::Acquire) && self.may_ask_seal() {
            self.seal_wanted.store(false, Ordering::Release);
            let started = Instant::now();
            self.asked_seal(started, &self.reload_roots());
        }
    }

    /// A store that fails is asked again next time; encryption goes stale meanwhile.
    fn look(&self, now: u64) {
        if let Ok(epoch) = self.store.epoch() {
            self.saw_epoch(epoch, now);
        }
    }

    /// `now`: before the store was asked. Without an epoch every key counts as changed from time to time.
    fn saw_epoch(&self, epoch: Option<Epoch>, now: u64) {
        let known = self.epoch.load(Ordering::Acquire);
        let (found, margin) = match epoch {
            Some(epoch) => (epoch.get().min(FORGOTTEN - 1), 0),
            None => {
                let due = self.next_reload.load(Ordering::Relaxed);
                let is_due = now >= due
                    && self
                        .next_reload
                        .compare_exchange(due, now + RELOAD_EVERY, Ordering::Relaxed, Ordering::Relaxed)
                        .is_ok();
                (known.wrapping_add(u64::from(is_due)), RELOAD_EVERY)
            }
        };
        if found != known {
            // Before the new one is seen: whoever finds a key changed asks since when it may have been.
            let seen = self.looked.load(Ordering::Acquire).saturating_sub(margin);
            self.past.store(Arc::new(Past { epoch: known, seen }));
            self.epoch.store(found, Ordering::Release);
        }
        self.looked.fetch_max(now, Ordering::Release);
        // Whoever sees that the store was reached sees what it said, too.
        self.reached.fetch_max(now, Ordering::Release);
    }

    /// When a key that has changed was last known to be what the store has.
    fn fresh_until(&self, slot: &Slot) -> u64 {
        let past = self.past.load();
        let seen = if past.epoch == slot.epoch.load(Ordering::Acquire) { past.seen } else { 0 };
        seen.max(slot.read.load(Ordering::Acquire)).max(1)
    }

    /// The epoch that was seen last, as the store gave it.
    pub(super) fn known_epoch(&self) -> Option<Epoch> {
        Some(Epoch::new(self.epoch.load(Ordering::Acquire)))
    }

    /// What the thread that watches the store has found.
    pub(super) fn watched(&self, found: Result<Option<Epoch>, StoreError>) {
        let (Ok(epoch), now) = (found, self.clock.coarse_millis()) else { return };
        self.saw_epoch(epoch, now);
        let epoch = self.epoch.load(Ordering::Acquire);
        for slot in self.slots.all() {
            if slot.opened.load().is_some() && slot.epoch.load(Ordering::Acquire) != epoch {
                match self.reload(&slot) {
                    Err(error) if roots::needs_seal(&error) => {
                        self.seal_wanted.store(true, Ordering::Release)
                    }
                    // The next call that uses it is told.
                    _ => {}
                }
            }
        }
    }

    /// A process that did nothing for long has not looked either, and then one thread looks while the others
    /// go on: before they are refused, they look too.
    #[cold]
    pub(super) fn is_still_stale(&self) -> bool {
        let look = |landing: Landing| {
            self.apart(PATIENTLY, move |ring| {
                ring.look(ring.clock.coarse_millis());
                landing.land();
            })
        };
        self.last_look.join(self.too_long(), look);
        self.is_stale(self.clock.coarse_millis())
    }

    #[inline]
    pub(super) fn is_stale(&self, now: u64) -> bool {
        now.saturating_sub(self.reached.load(Ordering::Acquire)) > self.max_staleness()
    }

    /// Whether a key is known to have changed, and what is known of it is older than it may be. It counts
    /// from when that was last what the store had: the change may be as old.
    #[inline]
    pub(crate) fn is_behind(&self, slot: &Slot) -> bool {
        let since = slot.behind.load(Ordering::Acquire);
        since != 0 && self.is_too_old(slot, since)
    }

    #[cold]
    fn is_too_old(&self, slot: &Slot, since: u64) -> bool {
        let is_read = slot.epoch.load(Ordering::Acquire) == self.epoch.load(Ordering::Acquire);
        !is_read && self.clock.coarse_millis().saturating_sub(since) > self.max_staleness()
    }

    /// Brings a slot up to the epoch that is known. If the store fails or takes its time, what is known of
    /// the key stays in use: for encryption, until [`is_behind`](Self::is_behind).
    #[inline]
    pub(crate) fn freshen(&self, slot: &Arc<Slot>, need: Need) -> Result<(), Error> {
        let read = slot.epoch.load(Ordering::Acquire);
        if read == self.epoch.load(Ordering::Acquire) {
            Ok(())
        } else {
            self.catch_up(slot, read == FORGOTTEN, need)
        }
    }

    /// `must`: somebody has asked for it, so nobody goes on without having looked.
    #[cold]
    fn catch_up(&self, slot: &Arc<Slot>, must: bool, need: Need) -> Result<(), Error> {
        let is_known = slot.opened.load().is_some();
        if is_known {
            let _ =
                slot.behind.compare_exchange(0, self.fresh_until(slot), Ordering::AcqRel, Ordering::Relaxed);
        }
        // Nobody encrypts with what may have been closed and destroyed meanwhile: not while another looks,
        // nor if the look takes its time.
        let (is_asked_for, must) = (must, must || (need == Need::Protect && self.is_behind(slot)));
        let patience = match (must, self.is_watched) {
            (true, _) => PATIENTLY,
            (false, false) => BRIEFLY,
            (false, true) => Duration::ZERO,
        };
        let looked = if need == Need::Manage || !is_known {
            Some(self.reload(slot))
        } else if must {
            match slot.flight.join(self.too_long(), |landing| self.reload_apart(slot, patience, landing)) {
                Joined::Looked(looked) => looked,
                Joined::Another => Some(Ok(())),
                Joined::TooLong => None,
            }
        } else {
            // One looks, and the others go on.
            let Some(landing) = slot.flight.begin() else { return Ok(()) };
            self.reload_apart(slot, patience, landing)
        };
        match looked {
            None | Some(Err(Error::StoreFailed { .. })) if is_known => Ok(()),
            None => Err(slow()),
            Some(Err(error)) if roots::needs_seal(&error) && is_known && !is_asked_for => {
                // The others go on with what is known, and so does this one if the seal cannot be asked.
                if !self.may_ask_seal() {
                    return Ok(());
                }
                let started = Instant::now();
                let looked = self.reload(slot);
                self.asked_seal(started, &looked);
                if matches!(looked, Err(Error::SealFailed { .. })) { Ok(()) } else { looked }
            }
            Some(Err(error)) if roots::needs_seal(&error) => self.with_seal(|| self.reload(slot)),
            // What was opened before goes on opening.
            Some(Err(Error::RolledBack { .. } | Error::CorruptDocument { .. }))
                if is_known && need == Need::Process =>
            {
                Ok(())
            }
            Some(result) => result,
        }
    }

    /// Whether this thread is the one to ask a seal for a root key that came later, in calls that can do
    /// without. One asks, and after a failure nobody for some time: a platform that is away takes seconds to
    /// say so.
    fn may_ask_seal(&self) -> bool {
        let (now, due) = (self.clock.coarse_millis(), self.next_ask.load(Ordering::Relaxed));
        let next = now + ASK_EVERY;
        now >= due && self.next_ask.compare_exchange(due, next, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// `started`: before the seal was asked. A failure that comes at once may be asked for again at once.
    fn asked_seal<T>(&self, started: Instant, answer: &Result<T, Error>) {
        let failed = answer.as_ref().err().filter(|error| matches!(error, Error::SealFailed { .. }));
        let failed = failed.filter(|_| started.elapsed() >= BRIEFLY);
        self.seal_failed.store(failed.cloned().map(Arc::new));
        let next = failed.map_or(0, |_| self.clock.coarse_millis() + ASK_EVERY);
        self.next_ask.store(next, Ordering::Release);
    }

    /// A look that has to ask a seal; or its failure of a short time ago.
    fn with_seal(&self, look: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
        let failed = self.seal_failed.load_full();
        match failed.filter(|_| self.clock.coarse_millis() < self.next_ask.load(Ordering::Acquire)) {
            Some(failed) => Err(failed.as_ref().clone()),
            None => {
                let started = Instant::now();
                let looked = look();
                self.asked_seal(started, &looked);
                looked
            }
        }
    }

    fn reload_apart(
        &self,
        slot: &Arc<Slot>,
        patience: Duration,
        landing: Landing,
    ) -> Option<Result<(), Error>> {
        let slot = slot.clone();
        self.apart(patience, move |ring| {
            let looked = ring.reload(&slot);
            landing.land();
            looked
        })
    }

    /// Looks at the store now, for a version that is not known. Many ciphertexts of such versions share one
    /// look, and its failure: whether the version exists is not known then, and nobody may be told that it
    /// does not.
    pub(crate) fn freshen_now(&self, slot: &Arc<Slot>) -> Result<(), Error> {
        let look = |landing: Landing| {
            let slot = slot.clone();
            self.apart(PATIENTLY, move |ring| {
                let looked = ring.look_at(&slot);
                slot.look_failed.store(looked.as_ref().err().cloned().map(Arc::new));
                landing.land();
                looked
            })
        };
        match slot.flight.join(self.too_long(), look) {
            Joined::Looked(Some(Err(error))) if roots::needs_seal(&error) => {
                self.with_seal(|| self.look_at(slot))
            }
            Joined::Looked(Some(result)) => result,
            Joined::Looked(None) | Joined::TooLong => Err(slow()),
            Joined::Another => match slot.look_failed.load().as_deref() {
                // The thread that looked asks no seal, so each of those who waited may have to.
                Some(error) if roots::needs_seal(error) => self.with_seal(|| self.look_at(slot)),
                Some(error) => Err(error.clone()),
                None => self.freshen(slot, Need::Process),
            },
        }
    }

    /// What ends the wait for another's look. A seal that is asked for a root key and calls the keyring may
    /// be what the look waits for.
    fn too_long(&self) -> impl FnMut() -> bool {
        let (started, id) = (Instant::now(), self.id);
        move || roots::is_asking(id.as_bytes()) || started.elapsed() > PATIENTLY
    }

    fn look_at(&self, slot: &Slot) -> Result<(), Error> {
        // Without an epoch nothing else tells whether the document has changed.
        let now = self.clock.coarse_millis();
        let Some(epoch) = self.store.epoch()? else { return self.reload(slot) };
        self.saw_epoch(Some(epoch), now);
        if slot.epoch.load(Ordering::Acquire) == self.epoch.load(Ordering::Acquire) {
            Ok(())
        } else {
            self.reload(slot)
        }
    }

    /// Reads the document of a slot.
    pub(super) fn reload(&self, slot: &Slot) -> Result<(), Error> {
        let name = DocName::Key(slot.name.clone());
        let (epoch, seen, now) =
            (self.epoch.load(Ordering::Acquire), slot.seen(), self.clock.coarse_millis());
        let known = slot.opened.load_full();
        let loaded = self.load_after(&name, known.as_deref())?;
        self.reached.fetch_max(self.clock.coarse_millis(), Ordering::Relaxed);
        self.heed_witness_of_key(&name, &loaded)?;
        match loaded {
            Loaded::Absent if seen.is_some() => return Err(Error::RolledBack { document: name.file_name() }),
            Loaded::Absent | Loaded::Known => {}
            Loaded::Opened(header, body, revision) => {
                self.publish(slot, self.opened(slot, header, revision, body), seen)?
            }
        }
        slot.read.fetch_max(now, Ordering::Release);
        slot.epoch.store(epoch, Ordering::Release);
        slot.behind.store(0, Ordering::Release);
        Ok(())
    }
}

fn slow() -> Error {
    let reason = "it did not answer within five seconds; see whether its disk or network hangs, or whether a process that holds its lock was stopped";
    Error::StoreFailed { reason: reason.into() }
}
