//! What a key is.

use crate::boundary::Status;
use crate::callback::{required, terminated};
use crate::failure::Failure;
use crate::handles;
use crate::keys::NameFn;
use crate::spec::{ALLOW_PLAINTEXT_BACKUP, CONVERGENT, DELETION_ALLOWED, DERIVED, EXPORTABLE};
use std::ffi::{c_char, c_void};
use strongroom::{KeyInfo, Unusable, VersionInfo, VersionState};

/// `strongroom_key_details`
#[repr(C)]
pub struct Info {
    pub(crate) size: usize,
    pub(crate) name: [u8; 128],
    pub(crate) r#type: [u8; 32],
    pub(crate) version_template: [u8; 136],
    pub(crate) flags: u32,
    pub(crate) latest_version: u32,
    pub(crate) min_available_version: u32,
    pub(crate) min_decryption_version: u32,
    pub(crate) min_encryption_version: u32,
    pub(crate) key_size: u32,
    pub(crate) auto_rotate_period: u64,
}

const DISABLED: u32 = 32;
const IMPORTED: u32 = 64;
const ALLOW_ROTATION: u32 = 128;

/// `strongroom_version_info`
#[repr(C)]
pub struct Version {
    pub(crate) version: u32,
    pub(crate) state: u32,
    pub(crate) r#type: [u8; 32],
    pub(crate) imported: u32,
    pub(crate) counted: u32,
    pub(crate) created: u64,
    pub(crate) retired: u64,
    pub(crate) trimmed: u64,
    pub(crate) uses: u64,
    pub(crate) unusable: [u8; 32],
}

/// `strongroom_version_fn`
pub type VersionFn = Option<unsafe extern "C" fn(user: *mut c_void, version: *const Version)>;

/// `strongroom_label_fn`
pub type LabelFn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        name: *const c_char,
        name_len: usize,
        value: *const c_char,
        value_len: usize,
    ),
>;

fn of(key: u64) -> Result<KeyInfo, Failure> {
    handles::with(key, |object| Ok(object.key()?.info()?))
}

/// A text in a field of a struct, with zeros behind it.
fn field<const N: usize>(text: &str) -> [u8; N] {
    let mut field = [0; N];
    // The last byte stays zero. No text of the library is as long.
    field.iter_mut().take(N - 1).zip(text.bytes()).for_each(|(to, from)| *to = from);
    field
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_info(key: u64, info: *mut Info) -> Status {
    boundary!({
        if info.is_null() {
            return Err(Failure::Argument("the place for a result is NULL"));
        }
        // SAFETY: a struct of the caller's, of which a size stands first.
        let room = unsafe { info.cast::<usize>().read_unaligned() };
        if room < size_of::<Info>() {
            return Err(Failure::Argument("the size of a struct is wrong; set its first field to sizeof"));
        }
        let known = of(key)?;
        let flags = [
            (known.derived, DERIVED),
            (known.convergent, CONVERGENT),
            (known.exportable, EXPORTABLE),
            (known.allow_plaintext_backup, ALLOW_PLAINTEXT_BACKUP),
            (known.deletion_allowed, DELETION_ALLOWED),
            (known.disabled, DISABLED),
            (known.imported, IMPORTED),
            (known.allow_rotation, ALLOW_ROTATION),
        ];
        let filled = Info {
            size: room,
            name: field(known.name.as_str()),
            r#type: field(known.key_type.name()),
            version_template: field(known.version_template.as_deref().unwrap_or_default()),
            flags: flags.iter().filter(|(on, _)| *on).map(|(_, flag)| flag).sum(),
            latest_version: known.latest_version.get(),
            min_available_version: known.min_available_version,
            min_decryption_version: known.min_decryption_version.get(),
            min_encryption_version: known.min_encryption_version.map_or(0, strongroom::Version::get),
            key_size: known.key_size.unwrap_or(0).into(),
            auto_rotate_period: known.auto_rotate_period.as_secs(),
        };
        // SAFETY: there is room for it; a larger struct is of a newer header, whose further fields stay as
        // the caller set them.
        unsafe { info.write_unaligned(filled) };
        Ok(())
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_versions(key: u64, each: VersionFn, user: *mut c_void) -> Status {
    boundary!({
        let each = required(each)?;
        for known in of(key)?.versions {
            // SAFETY: `strongroom.h` asks for a function that can be called with `user`; the version outlives
            // the call of it.
            unsafe { each(user, &Version::from(known)) }
        }
        Ok(())
    })
}

impl From<VersionInfo> for Version {
    fn from(known: VersionInfo) -> Self {
        Self {
            version: known.version.get(),
            state: match known.state {
                VersionState::Active => 1,
                VersionState::Deactivated => 2,
                VersionState::Suspended => 3,
                VersionState::Destroyed => 4,
                // One that came after this header.
                _ => 0,
            },
            r#type: field(known.key_type.name()),
            imported: known.imported.into(),
            counted: known.uses.is_some().into(),
            created: known.created.unwrap_or(0),
            retired: known.retired.unwrap_or(0),
            trimmed: known.trimmed.unwrap_or(0),
            uses: known.uses.unwrap_or(0),
            unusable: field(known.unusable.map_or("", Unusable::name)),
        }
    }
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_labels(key: u64, each: LabelFn, user: *mut c_void) -> Status {
    boundary!({
        let each = required(each)?;
        for (name, value) in of(key)?.labels {
            let (name, value) = (name + "\0", value + "\0");
            // SAFETY: `strongroom.h` asks for a function that can be called with `user`; a NUL stands behind
            // both strings, which outlive the call of it.
            unsafe {
                each(user, name.as_ptr().cast(), name.len() - 1, value.as_ptr().cast(), value.len() - 1)
            }
        }
        Ok(())
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_warnings(key: u64, each: NameFn, user: *mut c_void) -> Status {
    boundary!({
        let each = required(each)?;
        for warning in of(key)?.warnings {
            // SAFETY: `strongroom.h` asks for a function that can be called with `user`; the strings outlive
            // the call of it.
            unsafe { each(user, terminated(&warning).as_ptr()) }
        }
        Ok(())
    })
}
