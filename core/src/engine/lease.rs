//! Counting encryptions under random 96-bit nonces, for all processes together.

use super::Engine;
use super::documents::{Loaded, USAGE};
use super::slot::{Seen, Slot};
use crate::Error;
use crate::document::header::{Header, Magic};
use crate::document::usage::{self, Usage};
use crate::key::info::UNKNOWN;
use crate::key::record::Record;
use crate::key::uses::Uses;
use crate::name::DocName;
use crate::store::{Expected, Sealed};
use crate::version::Version;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// As many encryptions as one version may do under random 96-bit nonces: it refuses the 2^32-th.
pub(crate) const USAGE_LIMIT: u64 = (1 << 32) - 1;

/// How long an encryption waits for a lease, and how long whoever closes goes on to give leases back.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
pub(super) const BRIEFLY: Duration = Duration::from_millis(250);
pub(super) const SLOW: &str = "no more encryptions under 96-bit nonces could be counted within ten seconds; see whether its disk or network hangs, or a process that holds \
                    its lock was stopped";

impl Engine {
    pub(super) fn lease(
        &self,
        slot: &Arc<Slot>,
        key: &Header,
        limit: Option<u64>,
        version: Version,
        uses: &Uses,
    ) -> Result<(), Error> {
        let wanted = u64::from(uses.next_lease());
        let granted = self.change_usage(slot, key, |usage| {
            let used = usage.0.entry(version).or_default();
            if *used == UNKNOWN {
                // Nobody knows how many are left.
                return Err(Error::UsageUnknown);
            }
            // The limit is per subkey, and a derived key has many: it is counted, and info warns.
            let granted = limit.map_or(wanted, |limit| wanted.min(limit.saturating_sub(*used)));
            if granted == 0 {
                return Err(Error::UsageLimitReached);
            }
            *used = used.saturating_add(granted);
            Ok(granted)
        })?;
        if self.is_closed() {
            return Err(Error::Closed);
        }
        uses.add(u32::try_from(granted).unwrap_or(u32::MAX));
        Ok(())
    }

    /// Gives back what is left of the leases of every key. A store that hangs is not waited for once for each
    /// of them.
    pub(super) fn return_leases(&self) {
        let started = Instant::now();
        for slot in self.slots.all() {
            if started.elapsed() > PATIENCE {
                return;
            }
            let opened = slot.opened.load();
            let Some((header, state)) =
                opened.as_deref().and_then(|opened| Some((&opened.header, opened.state.as_ref()?)))
            else {
                continue;
            };
            let left: Vec<(Version, u64)> = (0..state.record.versions.len())
                .filter_map(Version::from_index)
                .filter_map(|version| Some((version, state.uses(version)?.drain())))
                .filter(|(_, left)| *left > 0)
                .collect();
            if !left.is_empty() {
                // What cannot be given back counts as used, which is safe.
                let _ = self.change_usage(&slot, header, |usage| {
                    left.iter().for_each(|(version, left)| {
                        // What is not known stays so, whatever was left.
                        usage.0.entry(*version).and_modify(|used| {
                            *used = if *used == UNKNOWN { UNKNOWN } else { used.saturating_sub(*left) }
                        });
                    });
                    Ok(())
                });
            }
        }
    }

    /// The uses that were leased for each version of a key. Where the document cannot be read, nobody knows
    /// them.
    pub(crate) fn usage(&self, slot: &Slot, key_id: &[u8; 16], record: &Record) -> Result<Usage, Error> {
        match self.load_usage(slot) {
            Ok(Some((header, usage, _))) if header.key_id == *key_id => Ok(usage),
            Ok(_) => Ok(Usage::default()),
            Err(error) if is_unreadable(&error) => Ok(unknown(record)),
            Err(error) => Err(error),
        }
    }

    /// The latest version of a key, if it was used often enough to be rotated.
    pub(super) fn used_up(&self, slot: &Slot) -> Result<Option<Version>, Error> {
        let opened = slot.opened.load();
        let Some((header, state)) =
            opened.as_deref().and_then(|opened| Some((&opened.header, opened.state.as_ref()?)))
        else {
            return Ok(None);
        };
        let latest = state.record.latest();
        if !state.record.counts_uses(latest) {
            return Ok(None);
        }
        let used = self.usage(slot, &header.key_id, &state.record)?.0.get(&latest).copied().unwrap_or(0);
        Ok((used >= self.usage_limit.div_ceil(2)).then_some(latest))
    }

    pub(super) fn load_usage(&self, slot: &Slot) -> Result<Option<(Header, Usage, Expected)>, Error> {
        let name = DocName::Usage(slot.name.clone());
        let rolled_back = || Error::RolledBack { document: name.file_name() };
        let seen = slot.usage_seen.load_full();
        let loaded = self.load(&name, None, USAGE)?;
        let found = if let Loaded::Opened(header, _, _) = &loaded { Some((header, None)) } else { None };
        self.heed_witness(&name, found)?;
        match loaded {
            Loaded::Opened(header, _, _) if seen.as_deref().is_some_and(|seen| seen.is_after(&header)) => {
                Err(rolled_back())
            }
            Loaded::Opened(header, usage, revision) => {
                slot.saw_usage(&Arc::new(Seen::of(&header)));
                Ok(Some((header, usage, Expected::Revision(revision))))
            }
            Loaded::Absent | Loaded::Known => {
                if seen.is_none() {
                    Ok(None)
                } else {
                    Err(rolled_back())
                }
            }
        }
    }

    fn change_usage<T>(
        &self,
        slot: &Arc<Slot>,
        key: &Header,
        mut edit: impl FnMut(&mut Usage) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.until_put(|_| {
            let loaded = self
                .load_usage(slot)
                .map_err(|error| if is_unreadable(&error) { Error::UsageUnknown } else { error })?;
            let (generation, mut usage, expected) = match loaded {
                Some((header, usage, expected)) if header.key_id == key.key_id => {
                    (header.generation, usage, expected)
                }
                Some((header, _, expected)) => {
                    // Either the counts are those of a key that was deleted, or ours was and somebody uses
                    // its successor.
                    self.freshen_now(slot)?;
                    let still_ours = slot
                        .opened
                        .load()
                        .as_deref()
                        .is_some_and(|opened| opened.header.key_id == key.key_id);
                    if !still_ours {
                        return Err(self.absent(&slot.name));
                    }
                    (header.generation, Usage::default(), expected)
                }
                None => (0, Usage::default(), Expected::Absent),
            };
            let result = edit(&mut usage)?;
            Ok(self.put_usage(slot, key, generation, &usage, expected)?.then_some(result))
        })
    }

    /// Writes the usage document of the next generation; `false` if somebody else was faster.
    fn put_usage(
        &self,
        slot: &Slot,
        key: &Header,
        before: u64,
        usage: &Usage,
        expected: Expected,
    ) -> Result<bool, Error> {
        let roots = self.roots.load_full();
        let (root, root_key) = roots.newest()?;
        let generation = before.checked_add(1).ok_or(Error::Conflict)?;
        let header = Header { magic: Magic::Usage, root, generation, ..key.clone() };
        let sealed = Sealed::from_stored(usage::seal(&header, root_key, usage)?);
        let is_put = self.put(&roots, &DocName::Usage(slot.name.clone()), &sealed, expected)?.is_some();
        if is_put {
            slot.saw_usage(&Arc::new(Seen::of(&header)));
        }
        Ok(is_put)
    }

    /// Brings the usage document of a slot under the newest root key, and says whether it did. One that
    /// cannot be read stays as it is: a reseal is for the keys.
    pub(super) fn reseal_usage(&self, slot: &Slot) -> Result<bool, Error> {
        self.until_put(|_| {
            let (header, usage, expected) = match self.load_usage(slot) {
                Ok(Some(loaded)) => loaded,
                Ok(None) => return Ok(Some(false)),
                Err(error) if is_unreadable(&error) => return Ok(Some(false)),
                Err(error) => return Err(error),
            };
            Ok(self.put_usage(slot, &header, header.generation, &usage, expected)?.then_some(true))
        })
    }

    /// Writes the counts of a key that is about to be restored: it has gone on encrypting where the backup
    /// was made, so half of what its nonces allow is taken to be spent, or more if the backup says so. The
    /// key is due for a rotation at once.
    pub(super) fn count_restored(
        &self,
        slot: &Slot,
        id: &[u8; 16],
        record: &Record,
        uses: Option<&Usage>,
    ) -> Result<(), Error> {
        let said = |version: &Version| uses.and_then(|uses| uses.0.get(version)).copied().unwrap_or(0);
        let versions = (0..record.versions.len())
            .filter_map(Version::from_index)
            .filter(|version| record.counts_uses(*version));
        let counts = Usage(versions.map(|version| (version, said(&version).max(1 << 31))).collect());
        if counts.0.is_empty() {
            return Ok(());
        }
        let key = Header {
            magic: Magic::Key,
            keyring: self.id,
            root: 0,
            generation: 0,
            key_id: *id,
            name: slot.name.clone(),
        };
        if self.replace_unreadable_usage(slot, &key, &counts)? {
            return Ok(());
        }
        self.until_put(|_| {
            let (generation, expected) = match self.load_usage(slot)? {
                Some((header, _, expected)) => (header.generation, expected),
                None => (0, Expected::Absent),
            };
            Ok(self.put_usage(slot, &key, generation, &counts, expected)?.then_some(()))
        })
    }

    /// Writes a usage document in the place of one that cannot be read or that is known to be old or missing,
    /// with these counts, and says whether there was one to replace.
    pub(super) fn replace_unreadable_usage(
        &self,
        slot: &Slot,
        key: &Header,
        usage: &Usage,
    ) -> Result<bool, Error> {
        let name = DocName::Usage(slot.name.clone());
        self.until_put(|_| {
            match self.load_usage(slot) {
                Err(error) if is_unreadable(&error) || matches!(error, Error::RolledBack { .. }) => {}
                Err(error) => return Err(error),
                Ok(_) => return Ok(Some(false)),
            }
            let (named, expected) = match self.store.load(&name)? {
                Some((document, revision)) => (
                    Header::parse(document.as_bytes()).map_or(0, |header| header.generation),
                    Expected::Revision(revision),
                ),
                None => (0, Expected::Absent),
            };
            // Above whatever anybody may have seen of it.
            let seen = slot.usage_seen.load().as_deref().map_or(0, |seen| seen.generation);
            let witnessed = self.witnessed_generation(&name);
            Ok(self.put_usage(slot, key, named.max(seen).max(witnessed), usage, expected)?.then_some(true))
        })
    }
}

/// Whether a document is there and says nothing.
pub(super) fn is_unreadable(error: &Error) -> bool {
    matches!(error, Error::CorruptDocument { .. })
}

/// Every counted version, of which nothing is known.
pub(super) fn unknown(record: &Record) -> Usage {
    let versions = (0..record.versions.len()).filter_map(Version::from_index);
    Usage(versions.filter(|version| record.counts_uses(*version)).map(|version| (version, UNKNOWN)).collect())
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.shut();
    }
}
