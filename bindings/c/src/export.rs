//! Handing out what is otherwise never handed out.

use crate::boundary::Status;
use crate::failure::Failure;
use crate::output::Output;
use crate::{config, handles};
use std::ffi::c_void;
use strongroom::{Error, ExportKind, Expose};

/// `STRONGROOM_EXPOSE_SECRET_MATERIAL`: "EXPO"
const EXPOSE: u32 = 0x4558_504F;

/// Whether the caller said the phrase.
pub(crate) fn check_exposure(expose: u32) -> Result<(), Failure> {
    if expose == EXPOSE { Ok(()) } else { Err(Error::ExposureNotConfirmed.into()) }
}

/// `strongroom_export_kind`
pub(crate) fn export_kind(number: u32) -> Result<ExportKind, Failure> {
    match number {
        1 => Ok(ExportKind::EncryptionKey),
        2 => Ok(ExportKind::SigningKey),
        3 => Ok(ExportKind::HmacKey),
        _ => Err(Failure::Argument("not a strongroom_export_kind")),
    }
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_export(
    key: u64,
    kind: u32,
    version: u32,
    expose: u32,
    out: *mut c_void,
    capacity: usize,
    len: *mut usize,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        let kind = export_kind(kind)?;
        let version = config::version(version)?.ok_or(Failure::Argument("the version is 0"))?;
        check_exposure(expose)?;
        let versions =
            handles::with(key, |object| Ok(object.key()?.export(kind, Expose::SecretMaterial)?))?;
        let material = versions.get(&version).ok_or(Error::NoSuchVersion)?;
        // SAFETY: `out` is the caller's buffer with its capacity, and the material lies elsewhere.
        unsafe { out.bytes(material.expose()) }
    })
}
