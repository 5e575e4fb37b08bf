//! Looking after a keyring as a whole.

use crate::boundary::Status;
use crate::callback::{required, terminated};
use crate::keyring::with_folder;
use crate::keyring_options::KeyringOptions;
use crate::keys::NameFn;
use crate::memory::{self, Place};
use crate::{failure, handles};
use std::ffi::{c_char, c_void};
use std::time::Duration;

/// `strongroom_report`
#[repr(C)]
pub struct Report {
    pub(crate) documents: usize,
    pub(crate) keys: usize,
    pub(crate) faults: usize,
    pub(crate) warnings: usize,
    pub(crate) unfinished_reseal: u32,
    pub(crate) reserved: u32,
}

/// `strongroom_fault_fn`
pub type FaultFn = Option<
    unsafe extern "C" fn(user: *mut c_void, document: *const c_char, status: Status, message: *const c_char),
>;

/// `strongroom_warning_fn`
pub type WarningFn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        subject: *const c_char,
        code: *const c_char,
        message: *const c_char,
    ),
>;

/// `strongroom_rotated_fn`
pub type RotatedFn =
    Option<unsafe extern "C" fn(user: *mut c_void, name: *const c_char, status: Status, version: u32)>;

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_check(
    keyring: u64,
    report: *mut Report,
    each: FaultFn,
    warn: WarningFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let place = Place::new(report)?;
        let found = handles::with(keyring, |object| Ok(object.keyring()?.check()?))?;
        let report = Report {
            documents: found.documents,
            keys: found.keys,
            faults: found.faults.len(),
            warnings: found.warnings.len(),
            unfinished_reseal: found.unfinished_reseal.into(),
            reserved: 0,
        };
        // SAFETY: the place is memory of the caller's for a report.
        unsafe { place.put(report) };
        if let Some(each) = each {
            for fault in found.faults {
                let message = terminated(&fault.error.to_string());
                // SAFETY: `strongroom.h` asks for a function that can be called with `user`; the strings
                // outlive the call of it.
                unsafe {
                    each(user, terminated(&fault.document).as_ptr(), fault.error.number(), message.as_ptr())
                }
            }
        }
        if let Some(warn) = warn {
            for warning in found.warnings {
                let [subject, code, message] =
                    [&*warning.subject, warning.code, &*warning.message].map(terminated);
                // SAFETY: `strongroom.h` asks for a function that can be called with `user`; the strings
                // outlive the call of it.
                unsafe { warn(user, subject.as_ptr(), code.as_ptr(), message.as_ptr()) }
            }
        }
        Ok(())
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_rotate_due(
    keyring: u64,
    each: RotatedFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let each = required(each)?;
        for (name, result) in handles::with(keyring, |object| Ok(object.keyring()?.rotate_due()?))? {
            let (status, version) = match result {
                Ok(version) => (0, version.get()),
                Err(error) => (failure::remember(error.into()), 0),
            };
            // SAFETY: `strongroom.h` asks for a function that can be called with `user`; the strings outlive
            // the call of it.
            unsafe { each(user, terminated(name.as_str()).as_ptr(), status, version) }
        }
        Ok(())
    })
}

/// See `strongroom.h`.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_set_max_staleness(keyring: u64, milliseconds: u64) -> Status {
    boundary!({
        handles::with(keyring, |object| {
            Ok(object.keyring()?.set_max_staleness(Duration::from_millis(milliseconds))?)
        })
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_repair(keyring: u64, each: NameFn, user: *mut c_void) -> Status {
    boundary!({
        let each = required(each)?;
        for name in handles::with(keyring, |object| Ok(object.keyring()?.repair()?))? {
            // SAFETY: `strongroom.h` asks for a function that can be called with `user`; the strings outlive
            // the call of it.
            unsafe { each(user, terminated(name.as_str()).as_ptr()) }
        }
        Ok(())
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_remove_unreadable(keyring: u64, name: *const c_char) -> Status {
    boundary!({
        // SAFETY: the caller's string is NULL or ends with a NUL, as `strongroom.h` asks.
        let name = unsafe { memory::string(name) }?;
        handles::with(keyring, |object| Ok(object.keyring()?.remove_unreadable(&name)?))
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_snapshot(keyring: u64, path: *const c_char) -> Status {
    boundary!({
        // SAFETY: the caller's string is NULL or ends with a NUL, as `strongroom.h` asks.
        let path = unsafe { memory::string(path) }?;
        handles::with(keyring, |object| Ok(object.keyring()?.snapshot(path)?))
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_restore(
    snapshot: *const c_char,
    folder: *const c_char,
    seal: u64,
    options: *const KeyringOptions,
    keyring: *mut u64,
) -> Status {
    boundary!({
        // SAFETY: the caller's string is NULL or ends with a NUL, as `strongroom.h` asks.
        let snapshot = unsafe { memory::string(snapshot) }?;
        // SAFETY: the folder, the options and the place for a handle are as `strongroom.h` says of this
        // function.
        unsafe {
            with_folder(folder, seal, options, keyring, |builder, store, seal| {
                builder.restore(snapshot, store, seal)
            })
        }
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_upgrade(keyring: u64, upgraded: *mut usize) -> Status {
    boundary!({
        let place = Place::new(upgraded)?;
        let number = handles::with(keyring, |object| Ok(object.keyring()?.upgrade()?))?;
        // SAFETY: the place is memory of the caller's for a number.
        unsafe { place.put(number) };
        Ok(())
    })
}
