//! What a key is.

use crate::callback::{LabelFn, Listener, NameFn};
use crate::failure::{Failure, Status};
use crate::handles;
use crate::memory::Out;
use crate::object::KeyHandle;
use crate::spec::Flags;
use crate::structure::{self, Structure, field};
use crate::version::{Version, VersionFn};
use std::ffi::{c_char, c_void};
use strongroom::KeyInfo;

/// What a key is, now. Nothing in it is secret.
#[repr(C)]
pub struct Info {
    pub(crate) size: usize,
    pub(crate) name: [c_char; 128],
    /// The type of the latest version.
    pub(crate) key_type: [c_char; 32],
    /// Empty if the key has none.
    pub(crate) version_template: [c_char; 136],
    /// Of enum strongroom_flags.
    pub(crate) flags: u32,
    pub(crate) latest_version: u32,
    /// 0 as long as nothing was trimmed.
    pub(crate) min_available_version: u32,
    pub(crate) min_decryption_version: u32,
    /// 0: only the latest.
    pub(crate) min_encryption_version: u32,
    /// Of keys of type "hmac", in bytes; else 0.
    pub(crate) key_size: u32,
    /// In seconds; 0 for never.
    pub(crate) auto_rotate_period: u64,
}

// SAFETY: a size first, then integers only.
unsafe impl Structure for Info {
    const FIRST_SIZE: usize = size_of::<Self>();
}

fn of(key: KeyHandle) -> Result<KeyInfo, Failure> {
    handles::with(key, |object| Ok(object.key()?.info()?))
}

/// What a key is, now. Set info->size first.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_info(key: KeyHandle, info: Out<'_, Info>) -> Status {
    boundary!({
        let place = info.place()?;
        let size = structure::room(&place)?;
        let known = of(key)?;
        let flags = [
            (known.derived, Flags::DERIVED),
            (known.convergent, Flags::CONVERGENT),
            (known.exportable, Flags::EXPORTABLE),
            (known.allow_plaintext_backup, Flags::ALLOW_PLAINTEXT_BACKUP),
            (known.deletion_allowed, Flags::DELETION_ALLOWED),
            (known.disabled, Flags::DISABLED),
            (known.imported, Flags::IMPORTED),
            (known.allow_rotation, Flags::ALLOW_ROTATION),
        ];
        place.put(Info {
            size,
            name: field(known.name.as_str()),
            key_type: field(known.key_type.name()),
            version_template: field(known.version_template.as_deref().unwrap_or_default()),
            flags: flags.into_iter().filter(|(on, _)| *on).map(|(_, flag)| flag as u32).sum(),
            latest_version: known.latest_version.get(),
            min_available_version: known.min_available_version,
            min_decryption_version: known.min_decryption_version.get(),
            min_encryption_version: known.min_encryption_version.map_or(0, strongroom::Version::get),
            key_size: known.key_size.unwrap_or(0).into(),
            auto_rotate_period: known.auto_rotate_period.as_secs(),
        });
        Ok(())
    })
}

/// Tells `each` of the versions of a key, from the first.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_versions(key: KeyHandle, each: VersionFn, user: *mut c_void) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        for known in of(key)?.versions {
            each.take(&Version::from(known));
        }
        Ok(())
    })
}

/// Tells `each` the labels of a key, sorted by name.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_labels(key: KeyHandle, each: LabelFn, user: *mut c_void) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        for (name, value) in of(key)?.labels {
            each.take(name, value);
        }
        Ok(())
    })
}

/// Tells `each` what somebody should know or do about a key.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_warnings(key: KeyHandle, each: NameFn, user: *mut c_void) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        for warning in of(key)?.warnings {
            each.take(&warning);
        }
        Ok(())
    })
}
