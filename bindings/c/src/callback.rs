//! Functions of the caller's, to which results go whose size nobody knows before.

use crate::failure::Failure;
use std::ffi::{CString, c_void};

/// A function that has to be there.
pub(crate) fn required<F>(function: Option<F>) -> Result<F, Failure> {
    function.ok_or(Failure::Argument("a function is NULL"))
}

/// `strongroom_write_fn`
pub type WriteFn = Option<unsafe extern "C" fn(user: *mut c_void, data: *const c_void, len: usize)>;

/// A string for a function of the caller's. No text of the library has a NUL in it but labels, in which it
/// ends them.
pub(crate) fn terminated(text: &str) -> CString {
    CString::new(text.split('\0').next().unwrap_or_default()).unwrap_or_default()
}
