//! The seals that a keyring is opened with, tried in order.

use super::Seal;
use super::ready::Ready;
use crate::Error;
use crate::error::invalid;
use arc_swap::ArcSwapOption;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One seal, or several of which each opens the keyring.
pub(crate) struct Several {
    seals: Vec<One>,
    /// The place of the one that opened it last.
    used: AtomicUsize,
}

/// A seal, and what it has read.
struct One {
    seal: Seal,
    ready: ArcSwapOption<Ready>,
}

impl Several {
    /// Where there is one, it reads what it needs now. Of several, those that have it do, and those that have
    /// to look for it when it is their turn.
    pub(super) fn new(seals: Vec<Seal>) -> Result<Self, Error> {
        let one = |seal| One { seal, ready: ArcSwapOption::empty() };
        let several = Self { seals: seals.into_iter().map(one).collect(), used: AtomicUsize::new(0) };
        match several.seals.as_slice() {
            [] => return Err(Error::InvalidOption { reason: invalid::NO_SEAL }),
            [only] => drop(only.read()?),
            seals => seals.iter().filter(|one| one.seal.is_at_hand()).for_each(|one| drop(one.read())),
        }
        Ok(several)
    }

    pub(crate) fn of(ready: impl IntoIterator<Item = Ready>) -> Self {
        let one = |ready: Ready| One {
            seal: Seal::resolved(ready.clone(), None),
            ready: ArcSwapOption::from_pointee(ready),
        };
        Self { seals: ready.into_iter().map(one).collect(), used: AtomicUsize::new(0) }
    }

    /// The one that opened the keyring.
    pub(crate) fn used(&self) -> Option<Arc<Ready>> {
        self.seals.get(self.used.load(Ordering::Relaxed))?.ready.load_full()
    }

    /// Those that have read what they need. No other is asked for it.
    pub(crate) fn known(&self) -> Vec<Arc<Ready>> {
        self.seals.iter().filter_map(|one| one.ready.load_full()).collect()
    }

    /// What the first one gives that opens it, beginning with the one that did last; or what kept each from
    /// it.
    pub(crate) fn open<T>(&self, mut open: impl FnMut(&Ready) -> Result<T, Error>) -> Result<T, Error> {
        let used = self.used.load(Ordering::Relaxed);
        let mut places: Vec<usize> = (0..self.seals.len()).collect();
        places.sort_by_key(|place| *place != used);
        let mut refusals = Vec::new();
        for (place, one) in places.into_iter().filter_map(|place| Some((place, self.seals.get(place)?))) {
            match one.open(&mut open) {
                Ok(opened) => {
                    self.used.store(place, Ordering::Relaxed);
                    return Ok(opened);
                }
                Err(error) if self.seals.len() > 1 && is_of_a_seal(&error) => refusals.push((one, error)),
                Err(error) => return Err(error),
            }
        }
        match refusals.split_first() {
            // What all say has a remedy of its own.
            Some(((_, first), others)) if others.iter().all(|(_, error)| error == first) => {
                return Err(first.clone());
            }
            _ => {}
        }
        let told: Vec<String> = refusals.iter().map(|(one, error)| one.told(error)).collect();
        Err(Error::SealFailed { reason: format!("no seal opens it: {}", told.join("; ")).into() })
    }
}

impl One {
    fn read(&self) -> Result<Arc<Ready>, Error> {
        match self.ready.load_full() {
            Some(ready) => Ok(ready),
            None => self.read_anew(),
        }
    }

    fn read_anew(&self) -> Result<Arc<Ready>, Error> {
        let ready = Arc::new(self.seal.clone().resolve()?);
        self.ready.store(Some(ready.clone()));
        Ok(ready)
    }

    /// What a service keeps may have been replaced since it was read, so it is read once more where it does
    /// not open.
    fn open<T>(&self, open: &mut impl FnMut(&Ready) -> Result<T, Error>) -> Result<T, Error> {
        let was_read = self.ready.load().is_some();
        match open(self.read()?.as_ref()) {
            Err(Error::WrongSeal) if was_read && self.seal.is_fetched() => open(self.read_anew()?.as_ref()),
            opened => opened,
        }
    }

    /// Names it, but for the id of a passphrase: who takes one for the other has given the passphrase.
    fn told(&self, error: &Error) -> String {
        let what = match error {
            Error::WrongSeal => "it opens no copy".to_owned(),
            Error::SealFailed { reason } => reason.as_str().to_owned(),
            error => error.to_string(),
        };
        match self.ready.load().as_deref() {
            Some(Ready::Platform(platform)) => {
                format!("{} {:?}: {what}", platform.kind(), platform.key_id())
            }
            Some(ready) => format!("{}: {what}", ready.kind()),
            None => format!("{:?}: {what}", self.seal),
        }
    }
}

/// Whether another seal may fare better.
fn is_of_a_seal(error: &Error) -> bool {
    matches!(
        error,
        Error::WrongSeal
            | Error::SealFailed { .. }
            | Error::SealTooCostly
            | Error::PinRequired
            | Error::InvalidRootKey { .. }
            | Error::InsecurePermissions { .. }
    )
}
