//! Managing a key.

use crate::boundary::Status;
use crate::callback::{WriteFn, required};
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::memory::Place;
use crate::object::Object;
use crate::options::{self, Options};
use crate::output::Output;
use crate::spec::{self, ImportSource};
use crate::{handles, seal};
use std::ffi::{c_char, c_void};
use strongroom::{Error, Key, Version};

/// Calls with a key and writes the number of the version that comes of it.
fn give(
    key: u64,
    version: *mut u32,
    call: impl FnOnce(&Key) -> Result<Version, Error>,
) -> Result<(), Failure> {
    let place = Place::new(version)?;
    let made = handles::with(key, |object| Ok(call(object.key()?)?))?;
    // SAFETY: `strongroom.h` asks for memory for a number.
    unsafe { place.put(made.get()) };
    Ok(())
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_rotate(
    key: u64,
    key_type: *const c_char,
    version: *mut u32,
) -> Status {
    boundary!({
        // SAFETY: the caller's string is NULL or ends with a NUL, as `strongroom.h` asks.
        match unsafe { spec::key_type(key_type) }? {
            Some(key_type) => give(key, version, |key| key.rotate_to(key_type)),
            None => give(key, version, Key::rotate),
        }
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_import_version(
    key: u64,
    import: *const ImportSource,
    version: *mut u32,
) -> Status {
    boundary!({
        // SAFETY: unless NULL, the struct has as many bytes as its first field says, and its material as many
        // as its length.
        let import = unsafe { spec::import(import) }?;
        give(key, version, |key| key.import_version(import))
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_configure(key: u64, config: *const Config) -> Status {
    boundary!({
        // SAFETY: unless NULL, the struct has as many bytes as its first field says, and its labels are as
        // many and as long as it says.
        let config = unsafe { config::read(config) }?;
        handles::with(key, |object| Ok(object.key()?.configure(config).map(|_| ())?))
    })
}

/// See `strongroom.h`.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_disable(key: u64) -> Status {
    boundary!({ handles::with(key, |object| Ok(object.key()?.disable()?)) })
}

/// See `strongroom.h`.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_enable(key: u64) -> Status {
    boundary!({ handles::with(key, |object| Ok(object.key()?.enable()?)) })
}

/// See `strongroom.h`.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_trim(key: u64, min_available_version: u32) -> Status {
    boundary!({
        let version = config::version(min_available_version)?.ok_or(Failure::Argument("the version is 0"))?;
        handles::with(key, |object| Ok(object.key()?.trim(version)?))
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_backup(
    key: u64,
    seal: u64,
    write: WriteFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let write = required(write)?;
        let seal = seal::of(seal)?;
        let backup = handles::with(key, |object| Ok(object.key()?.backup(seal)?))?;
        // SAFETY: `strongroom.h` asks for a function that can be called with `user` and bytes, which stay
        // until it returns.
        unsafe { write(user, backup.as_ptr().cast(), backup.len()) };
        Ok(())
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_public_key(
    key: u64,
    version: u32,
    out: *mut c_void,
    capacity: usize,
    len: *mut usize,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        let version = config::version(version)?;
        let public_key = handles::with(key, |object| Ok(object.view()?.public_key(version)?))?;
        // SAFETY: `out` is the caller's buffer with its capacity, and the public key lies elsewhere.
        unsafe { out.bytes(&public_key) }
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_context(key: u64, options: *const Options, view: *mut u64) -> Status {
    boundary!({
        let place = Place::new(view)?;
        // SAFETY: unless NULL, the struct has as many bytes as its first field says, and what it points to is
        // as long as it says.
        let said = unsafe { options::read(options) }?;
        let stray = !said.is_context_only();
        let context = said
            .context
            .filter(|_| !stray)
            .ok_or(Failure::Argument("here the options hold a context and nothing else"))?;
        let made = handles::with(key, |object| Ok(object.key()?.context(context?)?))?;
        let handle = handles::add(Object::View(made))?;
        // SAFETY: the place is memory of the caller's for a handle.
        unsafe { place.put(handle) };
        Ok(())
    })
}
