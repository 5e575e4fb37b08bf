//! Creating, opening and closing keyrings.

use crate::boundary::Status;
use crate::callback::{WriteFn, required};
use crate::failure::Failure;
use crate::keyring_options::{self, KeyringOptions};
use crate::memory::{self, Place};
use crate::object::{Kind, Object};
use crate::output::Output;
use crate::{handles, seal};
use std::ffi::{c_char, c_void};
use strongroom::{Directory, Error, Keyring, KeyringBuilder, Seal};

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
    // SAFETY: the folder is NULL or ends with a NUL; the options are NULL or a struct whose pointers are as
    // `strongroom.h` says.
    let (folder, builder) = unsafe { (memory::string(folder)?, keyring_options::read(options)?) };
    let keyring = call(builder, Directory::new(folder), seal::of(seal)?)?;
    let handle = handles::add(Object::Keyring(keyring))?;
    // SAFETY: the place is memory of the caller's for a handle.
    unsafe { place.put(handle) };
    Ok(())
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_create(
    folder: *const c_char,
    seal: u64,
    options: *const KeyringOptions,
    keyring: *mut u64,
) -> Status {
    // SAFETY: the folder, the options and the place for a handle are as `strongroom.h` says of this function.
    boundary!({ unsafe { with_folder(folder, seal, options, keyring, KeyringBuilder::create) } })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_open(
    folder: *const c_char,
    seal: u64,
    options: *const KeyringOptions,
    keyring: *mut u64,
) -> Status {
    // SAFETY: the folder, the options and the place for a handle are as `strongroom.h` says of this function.
    boundary!({ unsafe { with_folder(folder, seal, options, keyring, KeyringBuilder::open) } })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_open_or_create(
    folder: *const c_char,
    seal: u64,
    options: *const KeyringOptions,
    keyring: *mut u64,
) -> Status {
    // SAFETY: the folder, the options and the place for a handle are as `strongroom.h` says of this function.
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
        // SAFETY: the place is memory of the caller's for a handle.
        unsafe { place.put(handle) };
        Ok(())
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_id(
    keyring: u64,
    out: *mut c_char,
    capacity: usize,
    len: *mut usize,
) -> Status {
    boundary!({
        let out = Output::new(out.cast(), capacity, len)?;
        // SAFETY: `out` is the caller's buffer with its capacity, and the text lies elsewhere.
        handles::with(keyring, |object| unsafe { out.text(&object.keyring()?.id().to_string()) })
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_pin(
    keyring: u64,
    out: *mut c_char,
    capacity: usize,
    len: *mut usize,
) -> Status {
    boundary!({
        let out = Output::new(out.cast(), capacity, len)?;
        // SAFETY: `out` is the caller's buffer with its capacity, and the text lies elsewhere.
        handles::with(keyring, |object| unsafe { out.text(&object.keyring()?.pin()?.to_string()) })
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_witness(
    keyring: u64,
    write: WriteFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let write = required(write)?;
        let witness = handles::with(keyring, |object| Ok(object.keyring()?.witness()?))?;
        // SAFETY: `strongroom.h` asks for a function that can be called with `user` and bytes, which stay
        // until it returns.
        unsafe { write(user, witness.as_ptr().cast(), witness.len()) };
        Ok(())
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
