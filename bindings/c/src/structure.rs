//! Structs of options, which may grow: their first field is their size.

use crate::failure::Failure;
use crate::memory::MISALIGNED;
use std::mem::MaybeUninit;

/// A struct of integers and pointers whose first field is `size_t size`.
///
/// # Safety
/// All bytes zero is a value of the type, and so is everything that C can put into its fields.
pub(crate) unsafe trait Structure: Sized {
    /// The size in the first release that had it: callers compiled then give no more.
    const FIRST_SIZE: usize;
}

/// Larger ones are taken for garbage in `size`.
const LARGEST: usize = 4096;

/// Copies a struct. NULL is one in which nothing is set.
///
/// A smaller one is of an older header, and what it does not have is not set. A larger one is of a newer header, and what this library
/// does not know must not be set: it is refused, never ignored.
///
/// # Safety
/// Unless NULL, `pointer` points to as many readable bytes as its first field says.
#[inline]
pub(crate) unsafe fn read<T: Structure>(pointer: *const T) -> Result<T, Failure> {
    let mut value = MaybeUninit::<T>::zeroed();
    if !pointer.is_null() {
        if !pointer.is_aligned() {
            return Err(MISALIGNED);
        }
        // SAFETY: not NULL and aligned; a size stands first.
        let size = unsafe { pointer.cast::<usize>().read() };
        if !(T::FIRST_SIZE..=LARGEST).contains(&size) {
            return Err(Failure::Argument("the size of a struct is wrong; set its first field to sizeof"));
        }
        let known = size.min(size_of::<T>());
        let bytes = pointer.cast::<u8>();
        // SAFETY: both have that many bytes, and the copy is new.
        unsafe { bytes.copy_to_nonoverlapping(value.as_mut_ptr().cast(), known) };
        // SAFETY: these too are within the size that the caller gave.
        if (known..size).any(|at| unsafe { bytes.add(at).read() } != 0) {
            return Err(Failure::Argument("a struct has something set that this version of the library does not know"));
        }
    }
    // SAFETY: zeros or what the caller gave, both of which `Structure` allows.
    Ok(unsafe { value.assume_init() })
}
