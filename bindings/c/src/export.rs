//! Handing out what is otherwise never handed out.

use crate::choice::{self, chosen};
use crate::failure::{Failure, Status};
use crate::handles;
use crate::memory::{Len, Out};
use crate::object::KeyHandle;
use crate::output::Output;
use std::ffi::c_void;
use strongroom::{Error, Expose};

/// Which part of a version to export.
///
/// cbindgen:rename-all=prefix:STRONGROOM_EXPORT_
#[repr(C)]
pub enum ExportKind {
    ENCRYPTION_KEY = 1,
    SIGNING_KEY = 2,
    /// Of keys of type hmac, aes128-cmac and aes256-cmac their material.
    HMAC_KEY = 3,
}

/// The phrase that says that secret material is to leave the keyring, and for which a reviewer can search.
pub const EXPOSE_SECRET_MATERIAL: u32 = 0x4558_504F;

/// Whether the caller said the phrase.
pub(crate) fn check_exposure(expose: u32) -> Result<(), Failure> {
    if expose == EXPOSE_SECRET_MATERIAL { Ok(()) } else { Err(Error::ExposureNotConfirmed.into()) }
}

pub(crate) fn export_kind(number: u32) -> Result<strongroom::ExportKind, Failure> {
    let known = [
        (ExportKind::ENCRYPTION_KEY as u32, strongroom::ExportKind::EncryptionKey),
        (ExportKind::SIGNING_KEY as u32, strongroom::ExportKind::SigningKey),
        (ExportKind::HMAC_KEY as u32, strongroom::ExportKind::HmacKey),
    ];
    chosen(number, &known, Failure::Argument("not a strongroom_export_kind"))
}

/// The raw material of a version of an exportable key. `expose` is STRONGROOM_EXPOSE_SECRET_MATERIAL. Wipe
/// the buffer. A version below min_decryption_version, or destroyed, is STRONGROOM_NO_SUCH_VERSION.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_export(
    key: KeyHandle,
    kind: u32,
    version: u32,
    expose: u32,
    out: Out<'_, c_void>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        let kind = export_kind(kind)?;
        let version = choice::version(version)?.ok_or(Failure::Argument("the version is 0"))?;
        check_exposure(expose)?;
        let versions =
            handles::with(key, |object| Ok(object.key()?.export(kind, Expose::SecretMaterial)?))?;
        out.bytes(versions.get(&version).ok_or(Error::NoSuchVersion)?.expose())
    })
}
