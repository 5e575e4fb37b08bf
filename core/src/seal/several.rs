//! The seals that a keyring is opened with, tried in order.

use super::Seal;
use super::ready::Ready;
use crate::Error;
use crate::error::invalid;
use once_cell::race::OnceBox;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One seal, or several of which each opens the keyring.
pub(crate) struct Several {
    seals: Vec<(Seal, OnceBox<Ready>)>,
    /// The place of the one that opened it last.
    used: AtomicUsize,
}

impl Several {
    /// Where there is one, it reads what it needs now; of several each does when it is its turn.
    pub(super) fn new(seals: Vec<Seal>) -> Result<Self, Error> {
        let several = Self {
            seals: seals.into_iter().map(|seal| (seal, OnceBox::new())).collect(),
            used: AtomicUsize::new(0),
        };
        match several.seals.as_slice() {
            [] => return Err(Error::InvalidOption { reason: invalid::NO_SEAL }),
            [only] => {
                read(only)?;
            }
            _ => {}
        }
        Ok(several)
    }

    pub(crate) fn of(ready: impl IntoIterator<Item = Ready>) -> Self {
        let seal = |ready: Ready| (Seal::resolved(ready.clone(), None), OnceBox::with_value(Box::new(ready)));
        Self { seals: ready.into_iter().map(seal).collect(), used: AtomicUsize::new(0) }
    }

    /// The one that opened the keyring.
    pub(crate) fn used(&self) -> Option<&Ready> {
        self.seals.get(self.used.load(Ordering::Relaxed))?.1.get()
    }

    /// Those that can be read now.
    pub(crate) fn readable(&self) -> impl Iterator<Item = &Ready> {
        self.seals.iter().filter_map(|seal| read(seal).ok())
    }

    /// What the first one gives that opens it; or what kept each from it.
    pub(crate) fn open<T>(&self, mut open: impl FnMut(&Ready) -> Result<T, Error>) -> Result<T, Error> {
        let mut refusals = Vec::new();
        for (place, seal) in self.seals.iter().enumerate() {
            match read(seal).and_then(&mut open) {
                Ok(opened) => {
                    self.used.store(place, Ordering::Relaxed);
                    return Ok(opened);
                }
                Err(error) if self.seals.len() > 1 && is_of_a_seal(&error) => {
                    refusals.push((seal, error));
                }
                Err(error) => return Err(error),
            }
        }
        if refusals.iter().all(|(_, error)| *error == Error::WrongSeal) {
            return Err(Error::WrongSeal);
        }
        let told: Vec<String> = refusals.iter().map(|(seal, error)| told(seal, error)).collect();
        Err(Error::SealFailed { reason: format!("no seal opens it: {}", told.join("; ")).into() })
    }
}

fn read((seal, ready): &(Seal, OnceBox<Ready>)) -> Result<&Ready, Error> {
    ready.get_or_try_init(|| seal.clone().resolve().map(Box::new))
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

/// Names a seal, but for the id of a passphrase: who takes one for the other has given the passphrase.
fn told((seal, ready): &(Seal, OnceBox<Ready>), error: &Error) -> String {
    let what = match (error, ready.get()) {
        (Error::WrongSeal, _) => "it opens no copy".to_owned(),
        (Error::SealFailed { reason }, _) => reason.as_str().to_owned(),
        (error, _) => error.to_string(),
    };
    match ready.get() {
        Some(Ready::Platform(platform)) => format!("{} {:?}: {what}", platform.kind(), platform.key_id()),
        Some(ready) => format!("{}: {what}", ready.kind()),
        None => format!("{seal:?}: {what}"),
    }
}
