//! `strongroom_keyring_options`: how a keyring is opened.

use crate::failure::Failure;
use crate::memory;
use crate::structure::{self, Structure};
use std::ffi::{c_char, c_void};
use std::mem::offset_of;
use std::time::Duration;
use strongroom::{Keyring, KeyringBuilder, Nonces};

/// `strongroom_keyring_options`
#[repr(C)]
pub struct KeyringOptions {
    pub(crate) size: usize,
    pub(crate) max_staleness: u64,
    pub(crate) usage_limit: u64,
    pub(crate) label: *const c_char,
    pub(crate) pinned_id: *const c_char,
    pub(crate) pinned_generation: u64,
    pub(crate) nonces: u32,
    pub(crate) reserved: u32,
    pub(crate) pin: *const c_char,
    pub(crate) witness: *const c_void,
    pub(crate) witness_len: usize,
}

// SAFETY: integers and pointers only.
unsafe impl Structure for KeyringOptions {
    const FIRST_SIZE: usize = offset_of!(Self, pin);
}

/// # Safety
/// As `structure::read`, and what the struct points to is as `strongroom.h` says
pub(crate) unsafe fn read(pointer: *const KeyringOptions) -> Result<KeyringBuilder, Failure> {
    // SAFETY: unless NULL, there are as many bytes as the struct's first field says.
    let options = unsafe { structure::read(pointer) }?;
    // SAFETY: each is NULL or a string that ends with a NUL.
    let [label, pinned_id, pin] =
        [options.label, options.pinned_id, options.pin].map(|text| unsafe { memory::optional_string(text) });
    let (label, pinned_id, pin) = (label?, pinned_id?, pin?);
    // SAFETY: unless NULL, there are as many bytes as `witness_len` says, for as long as the call lasts.
    let witness = unsafe { memory::bytes(options.witness, options.witness_len) }?;
    if options.reserved != 0 {
        return Err(Failure::Argument("the reserved field of the options is not 0"));
    }
    let mut builder = Keyring::builder();
    if options.max_staleness > 0 {
        builder = builder.max_staleness(Duration::from_millis(options.max_staleness));
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
    match options.nonces {
        0 => Ok(builder),
        1 => Ok(builder.nonces(Nonces::Pooled)),
        2 => Ok(builder.nonces(Nonces::Unbuffered)),
        _ => Err(Failure::Argument("not a strongroom_nonces")),
    }
}
