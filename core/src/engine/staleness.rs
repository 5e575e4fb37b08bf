//! For how long processes may go on without having seen the store, and what follows from it: when a version
//! may be destroyed.

use super::commit::{Edit, Id};
use super::slot::Slot;
use super::{Engine, not_found};
use crate::Error;
use crate::document::key::Body;
use crate::document::staleness::{DEFAULT_LIMIT, Staleness};
use crate::error::invalid;
use crate::key::record::Record;
use crate::key::trim::{Delay, NOT_YET, note_closed, possible_from, trim};
use crate::version::Version;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A second, and a year.
const LIMITS: std::ops::RangeInclusive<u64> = 1_000..=365 * 24 * 3_600_000;

impl Engine {
    pub(crate) fn set_max_staleness(&self, limit: Duration) -> Result<(), Error> {
        let limit = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        if !LIMITS.contains(&limit) {
            return Err(Error::InvalidOption { reason: invalid::MAX_STALENESS_OUT_OF_RANGE });
        }
        self.change_roots(|document| {
            let now = self.now();
            let before = Staleness::bound(document.staleness.as_ref(), now);
            let same = document.staleness.map_or(DEFAULT_LIMIT, |known| known.limit) == limit;
            if !same {
                document.staleness = Some(Staleness { limit, before, since: now });
            }
            Ok(((), None))
        })
    }

    /// In milliseconds.
    #[inline]
    pub(super) fn max_staleness(&self) -> u64 {
        self.max_staleness.load(Ordering::Relaxed)
    }

    /// Destroys old versions of a key. The longest that anybody may not have seen the store is read for this,
    /// and nothing is written if it has changed since.
    pub(crate) fn trim(&self, slot: &Slot, min_available: Version) -> Result<(), Error> {
        self.reload_roots()?;
        self.commit(slot, |body| {
            let Some(Body::Key(mut record)) = body else { return Err(not_found(&slot.name)) };
            let now = self.now();
            match trim(&mut record, min_available, self.trim_delay(now), now) {
                // A key that was written before the time was noted: it counts from now on.
                Err(Error::InvalidWindow { reason: NOT_YET }) if note_closed(&mut record, now) => {
                    Ok(Edit::Write {
                        body: Body::Key(record),
                        id: Id::Same,
                        result: Err(Error::InvalidWindow { reason: NOT_YET }),
                    })
                }
                Err(error) => Err(error),
                Ok(()) => Ok(Edit::Write { body: Body::Key(record), id: Id::Same, result: Ok(()) }),
            }
        })?
    }

    /// From when on old versions of a key can be destroyed, by what is known of it and of the keyring.
    pub(crate) fn trim_possible_from(&self, record: &Record, min_available: Version) -> Option<u64> {
        possible_from(record, min_available, self.trim_delay(self.now()))
    }

    /// How long after a version was closed nobody makes anything with it any more, by the root document that
    /// was read last.
    pub(super) fn trim_delay(&self, now: u64) -> Delay {
        if !self.is_shared {
            return Delay::None;
        }
        let bound = Duration::from_millis(Staleness::bound(self.roots.load().staleness.as_ref(), now));
        Delay::Nanoseconds(u64::try_from(bound.as_nanos()).unwrap_or(u64::MAX))
    }
}
