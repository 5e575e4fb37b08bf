//! `strongroom_key_spec` and `strongroom_import`: what a new key is to be.

use crate::choice::said;
use crate::failure::Failure;
use crate::maps::{self, Pair};
use crate::memory::{In, Len};
use crate::structure::{self, Structure};
use std::ffi::{c_char, c_void};
use std::time::Duration;
use strongroom::{Import, KeySpec, KeyType, SecretBytes};

/// What is on or off. strongroom_key_spec takes the first five; strongroom_key_details has all.
///
/// cbindgen:rename-all=prefix:STRONGROOM_
#[repr(C)]
pub enum Flags {
    /// Every message is worked on with a subkey made from a context.
    DERIVED = 1,
    /// Equal plaintexts under equal contexts give equal ciphertexts, within one version. Needs
    /// STRONGROOM_DERIVED.
    CONVERGENT = 2,
    /// The material can be exported.
    EXPORTABLE = 4,
    /// Backups that are not sealed can be taken, if the key is exportable too.
    ALLOW_PLAINTEXT_BACKUP = 8,
    /// The key can be deleted.
    DELETION_ALLOWED = 16,
    /// The key is suspended as a whole.
    DISABLED = 32,
    /// The latest version came from outside.
    IMPORTED = 64,
    /// `strongroom_key_rotate` adds a version, once the key is enabled.
    ALLOW_ROTATION = 128,
}

/// What a new key is to be.
#[repr(C)]
pub struct Spec<'a> {
    pub(crate) size: usize,
    /// Its type, such as "xaes256-gcm" or "ed25519"; NULL for the default. docs/matrix.md has them all.
    pub(crate) key_type: In<'a, c_char>,
    /// Of enum strongroom_flags.
    pub(crate) flags: u32,
    /// Of keys of type "hmac", in bytes: 32 to 512; 0 for 32.
    pub(crate) key_size: u32,
    /// What ciphertexts and signatures start with, such as "app-{{version}}-"; NULL for the type's own.
    pub(crate) version_template: In<'a, c_char>,
    /// After how many seconds the key is due for rotation: 0 for never, else an hour or more.
    pub(crate) auto_rotate_period: u64,
    pub(crate) labels: In<'a, Pair<'a>>,
    pub(crate) labels_count: Len,
}

// SAFETY: a size first, then integers and pointers only.
unsafe impl Structure for Spec<'_> {
    const FIRST_SIZE: usize = size_of::<Self>();
}

pub(crate) fn read(spec: In<'_, Spec<'_>>) -> Result<KeySpec, Failure> {
    let spec = structure::read(spec)?;
    let key_type = key_type(spec.key_type)?;
    let mut left = spec.flags;
    let mut on = |flag: Flags| {
        let flag = flag as u32;
        let on = left & flag != 0;
        left &= !flag;
        on
    };
    let mut made = key_type.map(KeySpec::new).unwrap_or_default();
    made = made.derived(on(Flags::DERIVED)).convergent(on(Flags::CONVERGENT));
    made = made.exportable(on(Flags::EXPORTABLE));
    made = made.allow_plaintext_backup(on(Flags::ALLOW_PLAINTEXT_BACKUP));
    made = made.deletion_allowed(on(Flags::DELETION_ALLOWED));
    if left != 0 {
        return Err(Failure::Argument("a flag of the specification is not known"));
    }
    made = made.auto_rotate_period(Duration::from_secs(spec.auto_rotate_period));
    if spec.key_size > 0 {
        made = made.key_size(u16::try_from(spec.key_size).unwrap_or(u16::MAX));
    }
    if let Some(template) = spec.version_template.optional_string()? {
        made = made.version_template(template);
    }
    for (name, value) in maps::labels(spec.labels, spec.labels_count)? {
        made = made.label(name, value.ok_or(Failure::Argument("the value of a label is NULL"))?);
    }
    Ok(made)
}

/// The type of a name, or `None` for NULL.
pub(crate) fn key_type(name: In<'_, c_char>) -> Result<Option<KeyType>, Failure> {
    Ok(name.optional_string()?.as_deref().map(str::parse).transpose()?)
}

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

pub(crate) fn import(source: In<'_, ImportSource<'_>>) -> Result<Import, Failure> {
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
