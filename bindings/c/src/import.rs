//! `strongroom_import`: key material from outside.

use crate::choice::said;
use crate::failure::Failure;
use crate::memory::{In, Len};
use crate::structure::{self, Structure};
use std::ffi::{c_char, c_void};
use strongroom::{Import, KeyType, SecretBytes};

/// How a derived key of a Transit type makes subkeys.
///
/// cbindgen:rename-all=prefix:STRONGROOM_KDF_
#[repr(C)]
pub enum Kdf {
    /// The default, as is 0.
    HKDF_SHA256 = 1,
    /// That of keys which older Vault servers imported.
    HMAC_COUNTER = 2,
}

/// How key material from outside is written.
///
/// cbindgen:rename-all=prefix:STRONGROOM_IMPORT_
#[repr(C)]
pub enum ImportFormat {
    /// The bytes of the key themselves. The default, as is 0.
    RAW = 1,
    /// PKCS#8 of an ed25519 key, DER or PEM (RFC 8410).
    PKCS8 = 2,
}

/// Key material from outside. It is copied; wipe your own.
#[repr(C)]
pub struct ImportSource<'a> {
    pub(crate) size: usize,
    pub(crate) material: In<'a, c_void>,
    pub(crate) material_len: Len,
    /// 1 if the key may rotate to material made here, else 0.
    pub(crate) allow_rotation: u32,
    /// One of enum strongroom_kdf, or 0.
    pub(crate) kdf: u32,
    /// One of enum strongroom_import_format, or 0.
    pub(crate) format: u32,
    /// 0.
    pub(crate) reserved: u32,
}

// SAFETY: a size first, then a pointer and integers only.
unsafe impl Structure for ImportSource<'_> {
    const FIRST_SIZE: usize = size_of::<Self>();
}

pub(crate) fn read(source: In<'_, ImportSource<'_>>) -> Result<Import, Failure> {
    let source = structure::read(source)?;
    let material = source.material.bytes(source.material_len)?;
    let allow_rotation = match source.allow_rotation {
        0 => false,
        1 => true,
        _ => return Err(Failure::Argument("allow_rotation is 0 or 1")),
    };
    if source.reserved != 0 {
        return Err(Failure::Argument("the reserved field of the import is not 0"));
    }
    let material = SecretBytes::from(material);
    let formats = [(ImportFormat::RAW as u32, false), (ImportFormat::PKCS8 as u32, true)];
    let is_pkcs8 = said(source.format, &formats, Failure::Argument("not a strongroom_import_format"))?;
    let made = if is_pkcs8 == Some(true) { Import::pkcs8(material) } else { Import::raw(material) };
    let made = made.allow_rotation(allow_rotation);
    let kdfs = [
        (Kdf::HKDF_SHA256 as u32, strongroom::Kdf::HkdfSha256),
        (Kdf::HMAC_COUNTER as u32, strongroom::Kdf::HmacCounter),
    ];
    let kdf = said(source.kdf, &kdfs, Failure::Argument("not a strongroom_kdf"))?;
    Ok(match kdf {
        Some(kdf) => made.kdf(kdf),
        None => made,
    })
}

/// The type of a name, or `None` for NULL.
pub(crate) fn key_type(name: In<'_, c_char>) -> Result<Option<KeyType>, Failure> {
    Ok(name.optional_string()?.as_deref().map(str::parse).transpose()?)
}
