//! What AWS-LC answers and allocates, as Rust says it.

use std::ffi::c_int;
use std::ptr::NonNull;

use crate::Rejected;

/// What AWS-LC says of a step: 1 is success, everything else is not.
pub(crate) fn done(answer: c_int) -> Result<(), Rejected> {
    if answer == 1 { Ok(()) } else { Err(Rejected) }
}

/// How AWS-LC frees what it has allocated as a `T`.
pub(crate) type Free<T> = unsafe extern "C" fn(*mut T);

/// What AWS-LC has allocated, freed (and so wiped) on drop.
pub(crate) struct Owned<T>(NonNull<T>, Free<T>);

impl<T> Owned<T> {
    /// Takes what an allocation gave, or refuses null.
    ///
    /// # Safety
    /// `pointer` is null, or nobody else frees it and `free` may.
    pub(crate) unsafe fn new(pointer: *mut T, free: Free<T>) -> Result<Self, Rejected> {
        NonNull::new(pointer).map(|pointer| Self(pointer, free)).ok_or(Rejected)
    }

    /// The pointer, valid for as long as this lives.
    pub(crate) fn get(&self) -> *mut T {
        self.0.as_ptr()
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        // SAFETY: `new` was promised that this function may free the pointer, and that nobody else does.
        unsafe { (self.1)(self.0.as_ptr()) }
    }
}
