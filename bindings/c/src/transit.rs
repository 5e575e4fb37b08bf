//! Keys, backups and exports in the forms of Vault's and OpenBao's Transit.

use crate::callback::{Listener, PublicKeyFn, WriteFn};
use crate::choice::{self, chosen, said};
use crate::export::{check_exposure, export_kind};
use crate::failure::{Failure, Status};
use crate::handles;
use crate::keys::{DIALECTS, NOT_A_DIALECT};
use crate::memory::{Len, Out};
use crate::object::KeyHandle;
use crate::output::Output;
use std::ffi::{c_char, c_void};
use strongroom::{Error, Expose, TransitBackup};

/// How Transit's export writes a key. 0 is the default, STRONGROOM_EXPORT_RAW.
///
/// cbindgen:rename-all=prefix:STRONGROOM_EXPORT_
#[repr(C)]
pub enum ExportFormat {
    /// Base64 of the bytes: of an Ed25519 key, seed and public key. Of ECDSA and RSA keys PEM: EC PRIVATE
    /// KEY, RSA PRIVATE KEY, PUBLIC KEY.
    RAW = 1,
    /// Of key pairs: base64 of PKCS#8, or for a public key of SubjectPublicKeyInfo.
    DER = 2,
    /// Of key pairs: PEM of PKCS#8, or of SubjectPublicKeyInfo, of RSA keys with a newline at the end.
    PEM = 3,
    /// Of key pairs: a JSON Web Key (RFC 7517), which Transit does not have.
    JWK = 4,
}

fn format(number: u32) -> Result<strongroom::ExportFormat, Failure> {
    let known = [
        (ExportFormat::RAW as u32, strongroom::ExportFormat::Raw),
        (ExportFormat::DER as u32, strongroom::ExportFormat::Der),
        (ExportFormat::PEM as u32, strongroom::ExportFormat::Pem),
        (ExportFormat::JWK as u32, strongroom::ExportFormat::Jwk),
    ];
    said(number, &known, Failure::Argument("not a strongroom_export_format")).map(Option::unwrap_or_default)
}

/// The phrase that is added to STRONGROOM_EXPOSE_SECRET_MATERIAL where a backup is wanted of a key that the
/// product would restore and could not work with, or with which it would lose data or believe forged
/// signatures: STRONGROOM_EXPOSE_SECRET_MATERIAL | STRONGROOM_EVEN_IF_UNUSABLE.
pub const EVEN_IF_UNUSABLE: u32 = 0x8000_0000;

/// strongroom_key_export as text, in a form of Transit's export: `format` is one of enum
/// strongroom_export_format, or 0. One that the type does not have is STRONGROOM_INVALID_OPTION. Wipe the
/// buffer.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_export_transit(
    key: KeyHandle,
    kind: u32,
    format: u32,
    version: u32,
    expose: u32,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        let (kind, format) = (export_kind(kind)?, self::format(format)?);
        let version = choice::version(version)?.ok_or(Failure::Argument("the version is 0"))?;
        check_exposure(expose)?;
        let versions = handles::with(key, |object| {
            Ok(object.key()?.export_transit(kind, format, Expose::SecretMaterial)?)
        })?;
        out.terminated(versions.get(&version).ok_or(Error::NoSuchVersion)?.expose())
    })
}

/// The whole key in the clear, as Vault or OpenBao writes it and restores it, given to `write` in one piece:
/// base64 text, without a NUL. The key has to be exportable and to allow plaintext backups. `dialect` is one
/// of enum strongroom_dialect, `expose` is STRONGROOM_EXPOSE_SECRET_MATERIAL. The date of the backup is noted
/// in the key, as the products do. Labels, and the dates of trimmed versions, are left out. What `write` is
/// given is wiped when it returns; wipe what it copied. A type that the product does not have is
/// STRONGROOM_OPERATION_NOT_SUPPORTED, versions of several types are STRONGROOM_INVALID_OPTION.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_backup_transit(
    key: KeyHandle,
    dialect: u32,
    expose: u32,
    write: WriteFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let write = Listener::required(write, user)?;
        let dialect = chosen(dialect, &DIALECTS, NOT_A_DIALECT)?;
        check_exposure(expose & !EVEN_IF_UNUSABLE)?;
        let usable = TransitBackup::new(dialect);
        let to = if expose & EVEN_IF_UNUSABLE == 0 { usable } else { usable.even_if_unusable() };
        let backup =
            handles::with(key, |object| Ok(object.key()?.backup_transit(to, Expose::SecretMaterial)?))?;
        write.take(backup.expose());
        Ok(())
    })
}

/// Tells `each` the public keys of the versions from min_decryption_version on, as text in a form of
/// Transit's export: one of enum strongroom_export_format, or 0. A derived key has one per context, and is
/// STRONGROOM_CONTEXT_REQUIRED.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_public_keys_transit(
    key: KeyHandle,
    format: u32,
    each: PublicKeyFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        let format = self::format(format)?;
        for (version, public_key) in
            handles::with(key, |object| Ok(object.key()?.public_keys_transit(format)?))?
        {
            each.take(version.get(), &public_key);
        }
        Ok(())
    })
}
