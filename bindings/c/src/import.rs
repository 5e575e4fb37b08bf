//! `strongroom_import`: key material from outside.

use crate::choice::{self, said};
use crate::failure::Failure;
use crate::memory::{In, Len};
use crate::signing::wrapping_hash;
use crate::structure::{self, Structure};
use std::ffi::{c_char, c_void};
use std::mem::offset_of;
use strongroom::{HashAlgorithm, Import, KeyType, SecretBytes};

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
    /// PKCS#8 of a private key, DER or PEM (RFC 5958).
    PKCS8 = 2,
    /// A private key in any form that programs write: PKCS#8, SEC 1 or PKCS#1, DER or PEM.
    PRIVATE_KEY = 3,
    /// A public key alone, which verifies and, of RSA, encrypts: SubjectPublicKeyInfo, DER or PEM, or the
    /// bytes of STRONGROOM_PUBLIC_KEY_RAW.
    PUBLIC_KEY = 4,
    /// What was wrapped for the key of strongroom_keyring_wrapping_key, as it is or as base64.
    WRAPPED = 5,
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
    /// What a private key is encrypted with (PBES2), or NULL.
    pub(crate) passphrase: In<'a, c_void>,
    pub(crate) passphrase_len: Len,
    /// One of enum strongroom_hash with which the material was wrapped, or 0 for SHA-256.
    pub(crate) hash: u32,
    /// For strongroom_key_import_version: the version that the material completes, which has a public key
    /// alone, or 0. The private half of the latest version completes that one also with 0.
    pub(crate) version: u32,
}

// SAFETY: a size first, then a pointer and integers only.
unsafe impl Structure for ImportSource<'_> {
    const FIRST_SIZE: usize = offset_of!(Self, passphrase);
}

/// A way to take material.
type Made = fn(SecretBytes, HashAlgorithm) -> Import;

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
    let formats: [(u32, Made); 5] = [
        (ImportFormat::RAW as u32, |material, _| Import::raw(material)),
        (ImportFormat::PKCS8 as u32, |document, _| Import::pkcs8(document)),
        (ImportFormat::PRIVATE_KEY as u32, |document, _| Import::private_key(document)),
        (ImportFormat::PUBLIC_KEY as u32, |document, _| Import::public_key(document)),
        (ImportFormat::WRAPPED as u32, Import::wrapped),
    ];
    let format = said(source.format, &formats, Failure::Argument("not a strongroom_import_format"))?;
    if source.hash != 0 && source.format != ImportFormat::WRAPPED as u32 {
        return Err(Failure::Argument("a hash of an import goes with STRONGROOM_IMPORT_WRAPPED"));
    }
    let hash = wrapping_hash(source.hash)?;
    let mut made = format.unwrap_or(|material, _| Import::raw(material))(material.into(), hash);
    let passphrase = source.passphrase.bytes(source.passphrase_len)?;
    if !source.passphrase.is_null() {
        made = made.passphrase(passphrase);
    }
    if let Some(version) = choice::version(source.version)? {
        made = made.at(version);
    }
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
    let Some(name) = name.optional_string()? else { return Ok(None) };
    name.parse().map(Some).map_err(|error| Failure::advised(error, KeyType::meant_by(&name)))
}
