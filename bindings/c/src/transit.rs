//! Keys, backups and exports in the forms of Vault's and OpenBao's Transit.

use crate::boundary::Status;
use crate::callback::{WriteFn, required, terminated};
use crate::export::{check_exposure, export_kind};
use crate::failure::Failure;
use crate::memory::{self, Place};
use crate::object::Object;
use crate::output::Output;
use crate::{config, handles, keys};
use std::ffi::{c_char, c_void};
use strongroom::{Dialect, Error, ExportFormat, Expose, TransitBackup};

/// `STRONGROOM_EVEN_IF_UNUSABLE`
const EVEN_IF_UNUSABLE: u32 = 0x8000_0000;

/// `strongroom_public_key_fn`
pub type PublicKeyFn =
    Option<unsafe extern "C" fn(user: *mut c_void, version: u32, public_key: *const c_char)>;

/// `strongroom_dialect`, or `None` for 0.
fn dialect(number: u32) -> Result<Option<Dialect>, Failure> {
    match number {
        0 => Ok(None),
        1 => Ok(Some(Dialect::Vault)),
        2 => Ok(Some(Dialect::OpenBao)),
        _ => Err(NOT_A_DIALECT),
    }
}

const NOT_A_DIALECT: Failure = Failure::Argument("not a strongroom_dialect");

/// `strongroom_export_format`
fn format(number: u32) -> Result<ExportFormat, Failure> {
    match number {
        0 => Ok(ExportFormat::default()),
        1 => Ok(ExportFormat::Raw),
        2 => Ok(ExportFormat::Der),
        3 => Ok(ExportFormat::Pem),
        _ => Err(Failure::Argument("not a strongroom_export_format")),
    }
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_transit(key: u64, view: *mut u64) -> Status {
    boundary!({
        let place = Place::new(view)?;
        let made = handles::with(key, |object| Ok(object.view()?.transit()))?;
        let handle = handles::add(Object::View(made))?;
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
pub unsafe extern "C" fn strongroom_keyring_restore_transit(
    keyring: u64,
    name: *const c_char,
    backup: *const c_void,
    backup_len: usize,
    dialect: u32,
    key: *mut u64,
) -> Status {
    boundary!({
        // SAFETY: the name is NULL or ends with a NUL; the backup is NULL or has as many bytes as its length
        // says, while the call lasts.
        let (name, backup) = unsafe { (memory::optional_string(name)?, memory::bytes(backup, backup_len)?) };
        let dialect = self::dialect(dialect)?;
        keys::give(keyring, key, |keyring| keyring.restore_transit(name.as_deref(), backup, dialect))
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_backup_transit(
    key: u64,
    dialect: u32,
    expose: u32,
    write: WriteFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let write = required(write)?;
        let dialect = self::dialect(dialect)?.ok_or(NOT_A_DIALECT)?;
        check_exposure(expose & !EVEN_IF_UNUSABLE)?;
        let usable = TransitBackup::new(dialect);
        let to = if expose & EVEN_IF_UNUSABLE == 0 { usable } else { usable.even_if_unusable() };
        let backup =
            handles::with(key, |object| Ok(object.key()?.backup_transit(to, Expose::SecretMaterial)?))?;
        // SAFETY: `strongroom.h` asks for a function that can be called with `user` and bytes, which stay
        // until it returns.
        unsafe { write(user, backup.expose().as_ptr().cast(), backup.len()) };
        Ok(())
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_export_transit(
    key: u64,
    kind: u32,
    format: u32,
    version: u32,
    expose: u32,
    out: *mut c_char,
    capacity: usize,
    len: *mut usize,
) -> Status {
    boundary!({
        let out = Output::new(out.cast(), capacity, len)?;
        let (kind, format) = (export_kind(kind)?, self::format(format)?);
        let version = config::version(version)?.ok_or(Failure::Argument("the version is 0"))?;
        check_exposure(expose)?;
        let versions = handles::with(key, |object| {
            Ok(object.key()?.export_transit(kind, format, Expose::SecretMaterial)?)
        })?;
        let text = versions.get(&version).ok_or(Error::NoSuchVersion)?;
        // SAFETY: `out` is the caller's buffer with its capacity, and the text lies elsewhere.
        unsafe { out.terminated(text.expose()) }
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_public_keys_transit(
    key: u64,
    format: u32,
    each: PublicKeyFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let each = required(each)?;
        let format = self::format(format)?;
        for (version, public_key) in
            handles::with(key, |object| Ok(object.key()?.public_keys_transit(format)?))?
        {
            // SAFETY: `strongroom.h` asks for a function that can be called with `user`; the strings outlive
            // the call of it.
            unsafe { each(user, version.get(), terminated(&public_key).as_ptr()) }
        }
        Ok(())
    })
}
