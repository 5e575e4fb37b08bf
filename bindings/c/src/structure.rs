//! Structs of options, which may grow: their first field is their size.

use crate::failure::Failure;
use crate::memory::{In, MISALIGNED, Place};
use std::ffi::c_char;
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
#[inline]
pub(crate) fn read<T: Structure>(theirs: In<'_, T>) -> Result<T, Failure> {
    // A word that may be a pointer, or a half that nobody set.
    type Word = MaybeUninit<usize>;
    const {
        assert!(
            size_of::<T>().is_multiple_of(size_of::<Word>())
                && T::FIRST_SIZE.is_multiple_of(size_of::<Word>())
        )
    };
    let mut value = MaybeUninit::<T>::zeroed();
    if !theirs.is_null() {
        let size = size(theirs)?;
        let known = size.min(size_of::<T>());
        let (words, copy) = (theirs.pointer().cast::<Word>(), value.as_mut_ptr().cast::<Word>());
        for at in 0..known / size_of::<Word>() {
            // The size was read already.
            let word = match at {
                0 => MaybeUninit::new(size),
                // SAFETY: by the caller's word there are as many bytes as the size says.
                at => unsafe { words.add(at).read_volatile() },
            };
            // SAFETY: the copy has as many words as are known.
            unsafe { copy.add(at).write(word) };
        }
        let bytes = theirs.pointer().cast::<u8>();
        // SAFETY: these bytes too are within that size.
        if (known - known % size_of::<Word>()..size).any(|at| unsafe { bytes.add(at).read_volatile() } != 0) {
            return Err(Failure::Argument(
                "a struct has something set that this version of the library does not know",
            ));
        }
    }
    // SAFETY: zeros or what the caller gave, both of which `Structure` allows.
    Ok(unsafe { value.assume_init() })
}

/// The size that the caller gave, which all that is read lies within.
fn size<T: Structure>(theirs: In<'_, T>) -> Result<usize, Failure> {
    if !theirs.pointer().is_aligned() {
        return Err(MISALIGNED);
    }
    // SAFETY: not NULL and aligned; by the caller's word a size stands first.
    let size = unsafe { theirs.pointer().cast::<usize>().read_volatile() };
    if (T::FIRST_SIZE..=LARGEST).contains(&size) { Ok(size) } else { Err(WRONG_SIZE) }
}

/// Refuses the place for a struct that the caller calls smaller than it is here. Gives the size: a larger one
/// is of a newer header, whose further fields stay as the caller set them.
pub(crate) fn room<T: Structure>(place: &Place<'_, T>) -> Result<usize, Failure> {
    // SAFETY: not NULL; by the caller's word a size stands first. It need not be aligned.
    let room = unsafe { place.out().pointer().cast::<usize>().read_unaligned() };
    if room < size_of::<T>() { Err(WRONG_SIZE) } else { Ok(room) }
}

/// A text in a field of a struct, with zeros behind it.
pub(crate) fn field<const N: usize>(text: &str) -> [c_char; N] {
    let mut field = [0; N];
    // The last byte stays zero. No text of the library is as long.
    field.iter_mut().take(N - 1).zip(text.bytes()).for_each(|(to, from)| *to = from as c_char);
    field
}

const WRONG_SIZE: Failure = Failure::Argument("the size of a struct is wrong; set its first field to sizeof");
