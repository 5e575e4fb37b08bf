//! The keys of a keyring.

use crate::boundary::Status;
use crate::callback::{required, terminated};
use crate::failure::Failure;
use crate::memory::{self, Place};
use crate::object::{Kind, Object};
use crate::spec::{self, ImportSource, Spec};
use crate::{handles, seal};
use std::ffi::{c_char, c_void};
use strongroom::{Error, Key, Keyring};

/// `strongroom_name_fn`
pub type NameFn = Option<unsafe extern "C" fn(user: *mut c_void, name: *const c_char)>;

/// Calls with a keyring and gives the key that comes of it a handle.
pub(crate) fn give(
    keyring: u64,
    key: *mut u64,
    call: impl FnOnce(&Keyring) -> Result<Key, Error>,
) -> Result<(), Failure> {
    let place = Place::new(key)?;
    let made = handles::with(keyring, |object| Ok(call(object.keyring()?)?))?;
    let handle = handles::add(Object::Key(made))?;
    // SAFETY: `strongroom.h` asks for memory for a handle.
    unsafe { place.put(handle) };
    Ok(())
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_key(keyring: u64, name: *const c_char, key: *mut u64) -> Status {
    boundary!({
        // SAFETY: the caller's string is NULL or ends with a NUL, as `strongroom.h` asks.
        let name = unsafe { memory::string(name) }?;
        give(keyring, key, |keyring| keyring.key(&name))
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_create_key(
    keyring: u64,
    name: *const c_char,
    spec: *const Spec,
    key: *mut u64,
) -> Status {
    boundary!({
        // SAFETY: the name is NULL or ends with a NUL; the struct is NULL or as long as it says, with all
        // that it points to.
        let (name, spec) = unsafe { (memory::string(name)?, spec::read(spec)?) };
        give(keyring, key, |keyring| keyring.create_key(&name, spec))
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_key_or_create(
    keyring: u64,
    name: *const c_char,
    spec: *const Spec,
    key: *mut u64,
) -> Status {
    boundary!({
        // SAFETY: the name is NULL or ends with a NUL; the struct is NULL or as long as it says, with all
        // that it points to.
        let (name, spec) = unsafe { (memory::string(name)?, spec::read(spec)?) };
        give(keyring, key, |keyring| keyring.key_or_create(&name, spec))
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_import_key(
    keyring: u64,
    name: *const c_char,
    spec: *const Spec,
    import: *const ImportSource,
    key: *mut u64,
) -> Status {
    boundary!({
        // SAFETY: the name is NULL or ends with a NUL; both structs are NULL or as long as they say, with all
        // that they point to.
        let (name, spec, import) =
            unsafe { (memory::string(name)?, spec::read(spec)?, spec::import(import)?) };
        give(keyring, key, |keyring| keyring.import_key(&name, spec, import))
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_restore_key(
    keyring: u64,
    name: *const c_char,
    backup: *const c_void,
    backup_len: usize,
    seal: u64,
    key: *mut u64,
) -> Status {
    boundary!({
        // SAFETY: the name is NULL or ends with a NUL; the backup is NULL or has as many bytes as its length
        // says, while the call lasts.
        let (name, backup) = unsafe { (memory::optional_string(name)?, memory::bytes(backup, backup_len)?) };
        let seal = seal::of(seal)?;
        give(keyring, key, |keyring| keyring.restore_key(name.as_deref(), backup, seal))
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_delete_key(keyring: u64, name: *const c_char) -> Status {
    boundary!({
        // SAFETY: the caller's string is NULL or ends with a NUL, as `strongroom.h` asks.
        let name = unsafe { memory::string(name) }?;
        handles::with(keyring, |object| Ok(object.keyring()?.delete_key(&name)?))
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_keys(keyring: u64, each: NameFn, user: *mut c_void) -> Status {
    boundary!({
        let each = required(each)?;
        for name in handles::with(keyring, |object| Ok(object.keyring()?.keys()?))? {
            // SAFETY: `strongroom.h` asks for a function that can be called with `user`; the strings outlive
            // the call of it.
            unsafe { each(user, terminated(name.as_str()).as_ptr()) }
        }
        Ok(())
    })
}

/// See `strongroom.h`.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_free(key: u64) -> Status {
    boundary!({ handles::free(key, Kind::Key) })
}
