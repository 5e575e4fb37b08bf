//! The plaintext backups of Vault's and OpenBao's Transit: standard base64 of JSON that Go wrote.
//!
//! `policy` says what a key is and holds its versions from `min_decryption_version` on; `archived_keys` holds
//! all that were not trimmed.

mod answer;
pub(crate) mod backup;
pub(crate) mod compare;
mod decimal;
mod dialect;
mod entry;
pub(crate) mod export;
mod gzip;
mod json;
mod numbers;
mod policy;
mod restore;
mod rules;
mod time;
mod writer;

pub(crate) use backup::write;
pub(crate) use restore::read;

use crate::Error;

/// Text and JSON of a backup are at most this long, as a key document is.
const MAX_LEN: usize = 64 << 20;

/// The number of versions up to which a backup is restored. Every trimmed version below the first one that is
/// there takes up room too.
const MAX_VERSIONS: u32 = 100_000;

/// A value that may be given once.
fn once<T>(slot: &mut Option<T>, value: T) -> Result<(), Error> {
    if slot.replace(value).is_some() { Err(corrupt("a field in it is there twice")) } else { Ok(()) }
}

const fn corrupt(reason: &'static str) -> Error {
    Error::CorruptBackup { reason }
}
