//! What is known of a seal of a keyring.

use std::ffi::{c_char, c_void};

/// A wrapped copy of the root key. Its strings are there until the function returns that takes it.
#[repr(C)]
pub struct SealInfo {
    /// The kind of seal, such as "root-key" or "passphrase".
    pub(crate) kind: *const c_char,
    /// Which one of that kind.
    pub(crate) id: *const c_char,
    /// What people call it, or NULL.
    pub(crate) label: *const c_char,
    /// When it was added, in nanoseconds since 1970; 0 where that is not known, as of seals without a label.
    pub(crate) added: u64,
    /// 1 if the keyring was opened with it, or goes on with it since a reseal; else 0.
    pub(crate) in_use: u32,
    pub(crate) reserved: u32,
}

/// Takes a seal.
pub type SealFn = Option<unsafe extern "C" fn(user: *mut c_void, seal: *const SealInfo)>;
