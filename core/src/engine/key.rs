//! Looking at a key and changing it.

use super::roots;
use super::{At, not_found};
use crate::Error;
use crate::document;
use crate::document::binding::Binding;
use crate::document::key::Body;
use crate::held;
use crate::interop::transit;
use crate::interop::transit::backup::{TransitBackup, warnings};
use crate::interop::transit::compare::{TransitMatch, compare};
use crate::key::configure::KeyConfig;
use crate::key::export::check_plaintext_backup;
use crate::key::info::{KeyInfo, Usage, info};
use crate::key::record::{Dialect, Event, Record};
use crate::seal::{Seal, SealError};
use crate::secret::{SecretArray, SecretBytes};
use crate::verb::Need;
use crate::version::Version;

impl At<'_> {
    /// Looks at the key as it is now.
    pub(crate) fn record<T>(&self, work: impl FnOnce(&Record) -> Result<T, Error>) -> Result<T, Error> {
        self.with_opened(Need::Manage, |_, state| work(&state.record))
    }

    pub(crate) fn info(&self) -> Result<KeyInfo, Error> {
        self.with_usage(|record, usage, limit| Ok(told(record, usage, limit)))
    }

    pub(crate) fn configure(&self, config: &KeyConfig) -> Result<KeyInfo, Error> {
        // Everything is read before the change: a store that failed after it would make what was done look
        // like a failure.
        let usage = self.with_usage(|_, usage, _| Ok(usage.clone()))?;
        self.change(|record, _| {
            config.apply(record)?;
            Ok(told(record, &usage, self.engine.usage_limit()))
        })
    }

    pub(crate) fn set_disabled(&self, disabled: bool) -> Result<(), Error> {
        self.change(|record, _| {
            record.disabled = disabled;
            Ok(())
        })
    }

    /// Changes what is kept with a version.
    pub(crate) fn edit<T>(&self, mut edit: impl FnMut(&mut Record) -> Result<T, Error>) -> Result<T, Error> {
        self.change(|record, _| edit(record))
    }

    pub(crate) fn add_version(
        &self,
        edit: impl FnMut(&mut Record, u64) -> Result<Version, Error>,
    ) -> Result<Version, Error> {
        let version = self.change(edit)?;
        self.engine.count_anew(self.slot, version);
        Ok(version)
    }

    pub(crate) fn backup_transit(&self, to: TransitBackup) -> Result<SecretBytes, Error> {
        self.change(|record, now| {
            check_plaintext_backup(record)?;
            record.backup_info = Some(Event { time: now, version: record.latest() });
            transit::write(record, to)
        })
    }

    pub(crate) fn compare_transit(
        &self,
        backup: &[u8],
        dialect: Option<Dialect>,
    ) -> Result<TransitMatch, Error> {
        let backup = held::owned(backup);
        let read = transit::read(Some(&self.slot.name), backup.expose(), dialect)?;
        self.record(|record| Ok(compare(record, &read)))
    }

    pub(crate) fn backup(&self, seal: Seal) -> Result<Vec<u8>, Error> {
        let (header, body) = self.engine.stored(self.slot)?;
        match &body {
            Body::Key(record) => {
                record.check_enabled()?;
                record.check_own()?;
                let counts = if record.counts() {
                    self.engine.usage(self.slot, &header.key_id, record)?
                } else {
                    Default::default()
                };
                sealed(&body, &counts, seal)
            }
            Body::Tombstone { .. } => Err(not_found(&self.slot.name)),
        }
    }

    /// Changes the key; `edit` is told what time it is, and is asked anew if somebody else was faster.
    fn change<T>(&self, mut edit: impl FnMut(&mut Record, u64) -> Result<T, Error>) -> Result<T, Error> {
        self.engine.change(self.slot, |record| edit(record, self.engine.now()))
    }

    fn with_usage<T>(&self, call: impl FnOnce(&Record, &Usage, u64) -> Result<T, Error>) -> Result<T, Error> {
        self.with_opened(Need::Manage, |opened, state| {
            let usage = if state.record.counts() {
                self.engine.usage(self.slot, &opened.header.key_id, &state.record)?
            } else {
                Default::default()
            };
            call(&state.record, &usage.0, self.engine.usage_limit())
        })
    }
}

fn told(record: &Record, usage: &Usage, limit: u64) -> KeyInfo {
    let mut info = info(record, usage, limit);
    info.warnings.extend(warnings(record));
    info
}

/// A sealed backup of a key's record.
fn sealed(body: &Body, uses: &document::usage::Usage, seal: Seal) -> Result<Vec<u8>, Error> {
    let seal = seal.resolve()?;
    let mut id = [0; 16];
    strongroom_entropy::fill(&mut id)?;
    let key = SecretArray::random()?;
    let copy = roots::wrap(&Binding::backup(id), &key, &seal).map_err(|error| match error {
        Error::WrongSeal => SealError::Failed("it refused to wrap".into()).into(),
        other => other,
    })?;
    document::backup::seal(&id, &copy, &key, body, Some(uses).filter(|uses| !uses.0.is_empty()))
}
