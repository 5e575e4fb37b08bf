//! `strongroom_keyring_options`: how a keyring is opened.

use crate::choice::said;
use crate::failure::Failure;
use crate::memory::{In, Len};
use crate::structure::{self, Structure};
use std::ffi::{c_char, c_void};
use std::mem::offset_of;
use std::time::Duration;
use strongroom::{Keyring, KeyringBuilder};

/// Where nonces come from.
///
/// cbindgen:rename-all=prefix:STRONGROOM_NONCES_
#[repr(C)]
pub enum Nonces {
    /// A small pool per thread, safe across fork(). The default, as is 0.
    POOLED = 1,
    /// The operating system, each time: for machines that are cloned while they run.
    UNBUFFERED = 2,
}

/// How a keyring is opened, where the defaults do not do.
#[repr(C)]
pub struct KeyringOptions<'a> {
    pub(crate) size: usize,
    /// For how many milliseconds encryption puts up with a store that cannot be reached; 0 for as many as the
    /// keyring allows, which is 60,000 unless strongroom_keyring_set_max_staleness said otherwise. More than
    /// that is refused.
    pub(crate) max_staleness_ms: u64,
    /// How often a version of a key with 96-bit nonces may encrypt; 0 for as often as is safe, which is also
    /// the most.
    pub(crate) usage_limit: u64,
    /// The name of a new keyring, for people to read, at most 255 bytes; may be NULL.
    pub(crate) label: In<'a, c_char>,
    /// The id of the one keyring to open, as strongroom_keyring_id gives it, or NULL for any.
    pub(crate) pinned_id: In<'a, c_char>,
    /// With pinned_id: the lowest generation of its root document that is accepted.
    pub(crate) pinned_generation: u64,
    /// One of enum strongroom_nonces, or 0.
    pub(crate) nonces: u32,
    pub(crate) reserved: u32,
    /// The one keyring to open, as strongroom_keyring_pin gives it, or NULL for any. It is stronger than an
    /// id with a generation: whoever holds an older root key cannot write what passes.
    pub(crate) pin: In<'a, c_char>,
    /// What strongroom_keyring_witness gave, or NULL for none. Only the keyring that made it opens, going on
    /// from there, and a key of which an older document was put back since, or that is missing, is
    /// STRONGROOM_ROLLED_BACK; the others work. One that is damaged is STRONGROOM_CORRUPT_DOCUMENT, one of
    /// another keyring STRONGROOM_KEYRING_MISMATCH, one of a later format STRONGROOM_UNSUPPORTED_FORMAT.
    pub(crate) witness: In<'a, c_void>,
    pub(crate) witness_len: Len,
}

// SAFETY: a size first, then integers and pointers only.
unsafe impl Structure for KeyringOptions<'_> {
    const FIRST_SIZE: usize = offset_of!(Self, pin);
}

pub(crate) fn read(options: In<'_, KeyringOptions<'_>>) -> Result<KeyringBuilder, Failure> {
    let options = structure::read(options)?;
    let [label, pinned_id, pin] =
        [options.label, options.pinned_id, options.pin].map(|text| text.optional_string());
    let (label, pinned_id, pin) = (label?, pinned_id?, pin?);
    let witness = options.witness.bytes(options.witness_len)?;
    if options.reserved != 0 {
        return Err(Failure::Argument("the reserved field of the options is not 0"));
    }
    let mut builder = Keyring::builder();
    if options.max_staleness_ms > 0 {
        builder = builder.max_staleness(Duration::from_millis(options.max_staleness_ms));
    }
    if options.usage_limit > 0 {
        builder = builder.usage_limit(options.usage_limit);
    }
    if let Some(label) = label {
        builder = builder.label(label);
    }
    match (pinned_id, options.pinned_generation) {
        (Some(id), generation) => builder = builder.pin(id.parse()?, generation),
        (None, 0) => {}
        (None, _) => return Err(Failure::Argument("a generation is pinned without an id")),
    }
    if let Some(pin) = pin {
        builder = builder.pinned(pin.parse()?);
    }
    if !options.witness.is_null() {
        builder = builder.witness(witness)?;
    }
    let known = [
        (Nonces::POOLED as u32, strongroom::Nonces::Pooled),
        (Nonces::UNBUFFERED as u32, strongroom::Nonces::Unbuffered),
    ];
    let nonces = said(options.nonces, &known, Failure::Argument("not a strongroom_nonces"))?;
    Ok(match nonces {
        Some(nonces) => builder.nonces(nonces),
        None => builder,
    })
}
