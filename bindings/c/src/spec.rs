//! `strongroom_key_spec` and `strongroom_import`: what a new key is to be.

use crate::failure::Failure;
use crate::maps::{self, Pair};
use crate::memory;
use crate::structure::{self, Structure};
use std::ffi::{c_char, c_void};
use std::time::Duration;
use strongroom::{Import, Kdf, KeySpec, KeyType, SecretBytes};

/// `strongroom_key_spec`
#[repr(C)]
pub struct Spec {
    pub(crate) size: usize,
    pub(crate) r#type: *const c_char,
    pub(crate) flags: u32,
    pub(crate) key_size: u32,
    pub(crate) version_template: *const c_char,
    pub(crate) auto_rotate_period: u64,
    pub(crate) labels: *const Pair,
    pub(crate) labels_count: usize,
}

// SAFETY: integers and pointers only.
unsafe impl Structure for Spec {
    const FIRST_SIZE: usize = size_of::<Self>();
}

pub(crate) const DERIVED: u32 = 1;
pub(crate) const CONVERGENT: u32 = 2;
pub(crate) const EXPORTABLE: u32 = 4;
pub(crate) const ALLOW_PLAINTEXT_BACKUP: u32 = 8;
pub(crate) const DELETION_ALLOWED: u32 = 16;

/// # Safety
/// As `structure::read`, and what the struct points to is as `strongroom.h` says
pub(crate) unsafe fn read(pointer: *const Spec) -> Result<KeySpec, Failure> {
    // SAFETY: unless NULL, the caller's struct has as many bytes as its first field says.
    let spec = unsafe { structure::read(pointer) }?;
    // SAFETY: the caller's string is NULL or ends with a NUL, as `strongroom.h` asks.
    let key_type = unsafe { key_type(spec.r#type) }?;
    if spec.flags & !(DERIVED | CONVERGENT | EXPORTABLE | ALLOW_PLAINTEXT_BACKUP | DELETION_ALLOWED) != 0 {
        return Err(Failure::Argument("a flag of the specification is not known"));
    }
    let on = |flag| spec.flags & flag != 0;
    let mut made = key_type.map(KeySpec::new).unwrap_or_default();
    made = made.derived(on(DERIVED)).convergent(on(CONVERGENT)).exportable(on(EXPORTABLE));
    made = made.allow_plaintext_backup(on(ALLOW_PLAINTEXT_BACKUP)).deletion_allowed(on(DELETION_ALLOWED));
    made = made.auto_rotate_period(Duration::from_secs(spec.auto_rotate_period));
    if spec.key_size > 0 {
        made = made.key_size(u16::try_from(spec.key_size).unwrap_or(u16::MAX));
    }
    // SAFETY: the caller's string is NULL or ends with a NUL, as `strongroom.h` asks.
    if let Some(template) = unsafe { memory::optional_string(spec.version_template) }? {
        made = made.version_template(template);
    }
    // SAFETY: unless NULL, there are `labels_count` pairs, and each string of them is NULL or as long as it
    // says.
    for (name, value) in unsafe { maps::labels(spec.labels, spec.labels_count) }? {
        made = made.label(name, value.ok_or(Failure::Argument("the value of a label is NULL"))?);
    }
    Ok(made)
}

/// The type of a name, or `None` for NULL.
///
/// # Safety
/// As `memory::optional_string`
pub(crate) unsafe fn key_type(name: *const c_char) -> Result<Option<KeyType>, Failure> {
    // SAFETY: the caller's string is NULL or ends with a NUL, as `strongroom.h` asks.
    let name = unsafe { memory::optional_string(name) }?;
    Ok(name.as_deref().map(str::parse).transpose()?)
}

/// `strongroom_import`
#[repr(C)]
pub struct ImportSource {
    pub(crate) size: usize,
    pub(crate) material: *const c_void,
    pub(crate) material_len: usize,
    pub(crate) allow_rotation: u32,
    pub(crate) kdf: u32,
    pub(crate) format: u32,
    pub(crate) reserved: u32,
}

// SAFETY: integers and pointers only.
unsafe impl Structure for ImportSource {
    const FIRST_SIZE: usize = size_of::<Self>();
}

/// # Safety
/// As [`read`]
pub(crate) unsafe fn import(pointer: *const ImportSource) -> Result<Import, Failure> {
    // SAFETY: unless NULL, the caller's struct has as many bytes as its first field says.
    let source = unsafe { structure::read(pointer) }?;
    // SAFETY: unless NULL, there are `material_len` bytes, which are copied before the call ends.
    let material = unsafe { memory::bytes(source.material, source.material_len) }?;
    let allow_rotation = match source.allow_rotation {
        0 => false,
        1 => true,
        _ => return Err(Failure::Argument("allow_rotation is 0 or 1")),
    };
    if source.reserved != 0 {
        return Err(Failure::Argument("the reserved field of the import is not 0"));
    }
    let material = SecretBytes::from(material);
    let made = match source.format {
        0 | 1 => Import::raw(material),
        2 => Import::pkcs8(material),
        _ => return Err(Failure::Argument("not a strongroom_import_format")),
    };
    let made = made.allow_rotation(allow_rotation);
    match source.kdf {
        0 => Ok(made),
        1 => Ok(made.kdf(Kdf::HkdfSha256)),
        2 => Ok(made.kdf(Kdf::HmacCounter)),
        _ => Err(Failure::Argument("not a strongroom_kdf")),
    }
}
