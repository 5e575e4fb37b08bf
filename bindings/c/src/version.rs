//! What a version of a key is.

use crate::structure::field;
use std::ffi::{c_char, c_void};
use strongroom::{Unusable, VersionInfo};

/// What can be done with a version, in the words of NIST SP 800-57.
///
/// cbindgen:rename-all=prefix:STRONGROOM_VERSION_
#[repr(C)]
pub enum VersionState {
    /// It encrypts and decrypts, signs and verifies.
    ACTIVE = 1,
    /// It decrypts and verifies.
    DEACTIVATED = 2,
    /// Kept, and refused.
    SUSPENDED = 3,
    /// Trimmed: its dates are left.
    DESTROYED = 4,
}

/// A version as it is now. Times are nanoseconds since 1970, 0 for never or unknown.
#[repr(C)]
pub struct Version {
    pub(crate) version: u32,
    /// One of enum strongroom_version_state.
    pub(crate) state: u32,
    pub(crate) key_type: [c_char; 32],
    /// 1 if it came from outside, else 0.
    pub(crate) imported: u32,
    /// 1 if its encryptions are counted, else 0.
    pub(crate) counted: u32,
    pub(crate) created: u64,
    /// When it stopped being the latest.
    pub(crate) retired: u64,
    /// When its material was destroyed.
    pub(crate) trimmed: u64,
    /// How many encryptions were leased by the processes that use this keyring, where they are counted.
    pub(crate) uses: u64,
    /// Why nothing new is made with it whatever the settings are, such as "kdf_of_aes128"; empty if that is
    /// not so.
    pub(crate) unusable: [c_char; 32],
}

/// Takes a version.
pub type VersionFn = Option<unsafe extern "C" fn(user: *mut c_void, version: *const Version)>;

impl From<VersionInfo> for Version {
    fn from(known: VersionInfo) -> Self {
        Self {
            version: known.version.get(),
            state: match known.state {
                strongroom::VersionState::Active => VersionState::ACTIVE as u32,
                strongroom::VersionState::Deactivated => VersionState::DEACTIVATED as u32,
                strongroom::VersionState::Suspended => VersionState::SUSPENDED as u32,
                strongroom::VersionState::Destroyed => VersionState::DESTROYED as u32,
                // One that came after this header.
                _ => 0,
            },
            key_type: field(known.key_type.name()),
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
