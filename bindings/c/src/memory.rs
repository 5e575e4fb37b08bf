//! What callers point to.

use crate::failure::Failure;
use std::ffi::{CStr, c_char, c_void};
use std::hint::black_box;
use std::slice;
use strongroom::Error;

/// Bytes to read. NULL with length 0 is empty; NULL with a length is refused.
///
/// Other threads and processes may change them meanwhile, which no slice of Rust's says: so the library reads
/// what it is given once, and here nothing looks at the bytes beforehand.
///
/// # Safety
/// Unless NULL, `pointer` points to `len` bytes that are there for as long as the result is used.
#[inline]
pub(crate) unsafe fn bytes<'a>(pointer: *const c_void, len: usize) -> Result<&'a [u8], Failure> {
    if pointer.is_null() {
        return if len == 0 {
            Ok(&[])
        } else {
            Err(Failure::Argument("a pointer is NULL while its length is not 0"))
        };
    }
    if len > isize::MAX as usize {
        return Err(TOO_LONG);
    }
    // SAFETY: not NULL, no longer than an object can be; the rest is this function's contract.
    Ok(unsafe { slice::from_raw_parts(pointer.cast(), len) })
}

pub(crate) const TOO_LONG: Failure = Failure::Argument("a length is larger than memory can be");

/// Room for a text; most need no more.
const SHORT: usize = 256;

/// A copy of a text of the caller's: what was found to be UTF-8 has to stay so, and what was taken apart has
/// to be what is decoded.
pub(crate) struct Text {
    short: [u8; SHORT],
    long: Vec<u8>,
}

impl Text {
    pub(crate) fn nothing() -> Self {
        Self { short: [0; SHORT], long: Vec::new() }
    }

    /// A ciphertext, signature or mac. What is not UTF-8 is none.
    ///
    /// # Safety
    /// As [`bytes`]
    #[inline]
    pub(crate) unsafe fn read(&mut self, pointer: *const c_void, len: usize) -> Result<&str, Failure> {
        // SAFETY: unless NULL, there are `len` bytes, which are copied at once.
        let theirs = unsafe { bytes(pointer, len) }?;
        let ours = match self.short.get_mut(..len) {
            Some(ours) => {
                ours.copy_from_slice(theirs);
                ours
            }
            None => {
                self.long = theirs.to_vec();
                self.long.as_mut_slice()
            }
        };
        // To the compiler both hold the same for good: it must not read the one where the other is meant.
        std::str::from_utf8(black_box(ours)).map_err(|_| Error::Malformed.into())
    }
}

/// A NUL-terminated string, copied before anything is found out about it.
///
/// # Safety
/// Unless NULL, `pointer` points to a NUL-terminated string.
pub(crate) unsafe fn string(pointer: *const c_char) -> Result<String, Failure> {
    // SAFETY: unless NULL, it ends with a NUL, which this function asks for too.
    unsafe { optional_string(pointer) }?.ok_or(Failure::Argument("a string is NULL"))
}

/// A NUL-terminated string, or NULL for none.
///
/// # Safety
/// As [`string`]
pub(crate) unsafe fn optional_string(pointer: *const c_char) -> Result<Option<String>, Failure> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL; the rest is this function's contract.
    let text = unsafe { CStr::from_ptr(pointer) }.to_owned().into_string();
    // A string of C++'s that has a NUL in it arrives as one that is not UTF-8.
    text.map(Some).map_err(|_| Failure::Argument("a string is not UTF-8, or has a NUL in it"))
}

/// A copy of an array, each element of which is read once. NULL with count 0 is empty.
///
/// # Safety
/// Unless NULL, `pointer` points to `count` elements, each valid for its type.
pub(crate) unsafe fn array<T: Copy>(pointer: *const T, count: usize) -> Result<Vec<T>, Failure> {
    if pointer.is_null() {
        return if count == 0 {
            Ok(Vec::new())
        } else {
            Err(Failure::Argument("an array is NULL while its count is not 0"))
        };
    }
    if !pointer.is_aligned() {
        return Err(MISALIGNED);
    }
    if count > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(TOO_LONG);
    }
    // SAFETY: not NULL, aligned, no longer than an object can be; the rest is this function's contract.
    Ok((0..count).map(|at| unsafe { pointer.add(at).read_volatile() }).collect())
}

pub(crate) const MISALIGNED: Failure = Failure::Argument("a pointer is not aligned for what it points to");

/// Where a number or a handle is to be written.
pub(crate) struct Place<T>(*mut T);

impl<T> Place<T> {
    /// Refuses NULL, before anything is done.
    pub(crate) fn new(pointer: *mut T) -> Result<Self, Failure> {
        if pointer.is_null() {
            Err(Failure::Argument("the place for a result is NULL"))
        } else {
            Ok(Self(pointer))
        }
    }

    /// # Safety
    /// The pointer points to memory of the caller's for a `T`; it need not be aligned.
    pub(crate) unsafe fn put(self, value: T) {
        // SAFETY: not NULL; the rest is this function's contract.
        unsafe { self.0.write_unaligned(value) }
    }
}

impl Place<u8> {
    /// # Safety
    /// The pointer points to as many bytes of the caller's.
    pub(crate) unsafe fn copy(self, bytes: &[u8]) {
        // SAFETY: not NULL; the rest is this function's contract.
        unsafe { std::ptr::copy(bytes.as_ptr(), self.0, bytes.len()) }
    }
}
