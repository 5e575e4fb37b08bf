//! Creating, opening and closing keyrings.

use crate::boundary::Status;
use crate::failure::Failure;
use crate::memory::{self, Place};
use crate::object::{Kind, Object};
use crate::output::Output;
use crate::structure::{self, Structure};
use crate::{handles, seal};
use std::ffi::c_char;
use std::mem::offset_of;
use std::time::Duration;
use strongroom::{Directory, Error, Keyring, KeyringBuilder, Nonces, Seal};

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
}

// SAFETY: integers and pointers only.
unsafe impl Structure for KeyringOptions {
    const FIRST_SIZE: usize = offset_of!(Self, pin);
}

/// # Safety
/// As `structure::read`, and what the struct points to is as `strongroom.h` says
pub(crate) unsafe fn builder(pointer: *const KeyringOptions) -> Result<KeyringBuilder, Failure> {
    // SAFETY: the same contract
    let options = unsafe { structure::read(pointer) }?;
    // SAFETY: the same contract
    let (label, pinned_id) = unsafe { (memory::optional_string(options.label)?, memory::optional_string(options.pinned_id)?) };
    // SAFETY: the same contract
    let pin = unsafe { memory::optional_string(options.pin) }?;
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
    match options.nonces {
        0 => Ok(builder),
        1 => Ok(builder.nonces(Nonces::Pooled)),
        2 => Ok(builder.nonces(Nonces::Unbuffered)),
        _ => Err(Failure::Argument("not a strongroom_nonces")),
    }
}

/// # Safety
/// What the arguments point to is as `strongroom.h` says.
pub(crate) unsafe fn with_folder(
    folder: *const c_char,
    seal: u64,
    options: *const KeyringOptions,
    keyring: *mut u64,
    call: impl FnOnce(KeyringBuilder, Directory, Seal) -> Result<Keyring, Error>,
) -> Result<(), Failure> {
    let place = Place::new(keyring)?;
    // SAFETY: the same contract
    let (folder, builder) = unsafe { (memory::string(folder)?, builder(options)?) };
    let keyring = call(builder, Directory::new(folder), seal::of(seal)?)?;
    let handle = handles::add(Object::Keyring(keyring))?;
    // SAFETY: the same contract
    unsafe { place.put(handle) };
    Ok(())
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_create(folder: *const c_char, seal: u64, options: *const KeyringOptions, keyring: *mut u64) -> Status {
    // SAFETY: the same contract
    boundary!({ unsafe { with_folder(folder, seal, options, keyring, KeyringBuilder::create) } })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_open(folder: *const c_char, seal: u64, options: *const KeyringOptions, keyring: *mut u64) -> Status {
    // SAFETY: the same contract
    boundary!({ unsafe { with_folder(folder, seal, options, keyring, KeyringBuilder::open) } })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_open_or_create(folder: *const c_char, seal: u64, options: *const KeyringOptions, keyring: *mut u64) -> Status {
    // SAFETY: the same contract
    boundary!({ unsafe { with_folder(folder, seal, options, keyring, KeyringBuilder::open_or_create) } })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_in_memory(keyring: *mut u64) -> Status {
    boundary!({
        let place = Place::new(keyring)?;
        let handle = handles::add(Object::Keyring(Keyring::in_memory()))?;
        // SAFETY: the same contract
        unsafe { place.put(handle) };
        Ok(())
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_id(keyring: u64, out: *mut c_char, capacity: usize, len: *mut usize) -> Status {
    boundary!({
        let out = Output::new(out.cast(), capacity, len)?;
        // SAFETY: the same contract
        handles::with(keyring, |object| unsafe { out.text(&object.keyring()?.id().to_string()) })
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_pin(keyring: u64, out: *mut c_char, capacity: usize, len: *mut usize) -> Status {
    boundary!({
        let out = Output::new(out.cast(), capacity, len)?;
        // SAFETY: the same contract
        handles::with(keyring, |object| unsafe { out.text(&object.keyring()?.pin()?.to_string()) })
    })
}

/// See `strongroom.h`.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_refresh(keyring: u64) -> Status {
    boundary!({ handles::with(keyring, |object| Ok(object.keyring()?.refresh()?)) })
}

/// See `strongroom.h`.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_close(keyring: u64) -> Status {
    boundary!({
        handles::with(keyring, |object| {
            object.keyring()?.close();
            Ok(())
        })
    })
}

/// See `strongroom.h`.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_free(keyring: u64) -> Status {
    boundary!({ handles::free(keyring, Kind::Keyring) })
}
