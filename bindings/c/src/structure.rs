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
/// Each word is read once, whatever another thread does meanwhile, and what is looked at afterwards is the
/// copy: no check holds for memory that the caller still has. A read that is volatile is not repeated by the
/// compiler.
///
/// A smaller one is of an older header, and what it does not have is not set. A larger one is of a newer
/// header, and what this library does not know must not be set: it is refused, never ignored.
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
        let size = unsafe { pointer.cast::<usize>().read_volatile() };
        if !(T::FIRST_SIZE..=LARGEST).contains(&size) {
            return Err(Failure::Argument("the size of a struct is wrong; set its first field to sizeof"));
        }
        let known = size.min(size_of::<T>());
        // A word that may be a pointer, or a half that nobody set.
        type Word = MaybeUninit<usize>;
        const {
            assert!(
                size_of::<T>().is_multiple_of(size_of::<Word>())
                    && T::FIRST_SIZE.is_multiple_of(size_of::<Word>())
            )
        };
        let (words, copy) = (pointer.cast::<Word>(), value.as_mut_ptr().cast::<Word>());
        for at in 1..known / size_of::<Word>() {
            // SAFETY: both have that many words, and the copy is new.
            unsafe { copy.add(at).write(words.add(at).read_volatile()) };
        }
        // SAFETY: a size stands first in the copy too.
        unsafe { value.as_mut_ptr().cast::<usize>().write(size) };
        let bytes = pointer.cast::<u8>();
        // SAFETY: these too are within the size that the caller gave.
        if (known - known % size_of::<Word>()..size).any(|at| unsafe { bytes.add(at).read_volatile() } != 0) {
            return Err(Failure::Argument(
                "a struct has something set that this version of the library does not know",
            ));
        }
    }
    // SAFETY: zeros or what the caller gave, both of which `Structure` allows.
    Ok(unsafe { value.assume_init() })
}
