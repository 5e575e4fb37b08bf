//! What callers point to: [`In`] is memory that is read, [`Out`] memory that is written.
//!
//! Both are a pointer just as C passed it, and a [`Len`] is a number just as C passed it; no code of Rust's
//! makes one, but of strings that stand for good. So whoever has one has the caller's word, which the rules
//! at the head of `strongroom.h` ask for: unless it is NULL there is memory, as long as was said beside it,
//! until the call ends, which is `'a`.
//! On that word this module, `output` and `structure` read and write, and nothing else has to. One thing the
//! compiler does not see: that a length is used with the pointer beside which it was passed.
//!
//! Other threads and processes may change the memory meanwhile, which no slice of Rust's says: so the library
//! reads what it is given once, and here nothing looks at the bytes beforehand.

use crate::failure::Failure;
use std::ffi::{CStr, c_char, c_void};
use std::hint::black_box;
use std::marker::PhantomData;
use std::slice;
use strongroom::Error;
use zeroize::Zeroizing;

/// A pointer of the caller's to what is read.
#[repr(transparent)]
pub struct In<'a, T>(*const T, PhantomData<&'a T>);

/// A pointer of the caller's to what is written.
#[repr(transparent)]
pub struct Out<'a, T>(*mut T, PhantomData<&'a mut T>);

/// How long the caller says that something is.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Len(usize);

impl<T> Clone for In<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for In<'_, T> {}

impl<T> Clone for Out<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Out<'_, T> {}

// SAFETY: memory is read through one and never written, as through a reference that threads share.
unsafe impl<T: Sync> Sync for In<'_, T> {}

impl Len {
    pub(crate) fn get(self) -> usize {
        self.0
    }
}

/// As what C declares bytes.
pub(crate) trait Byte {}

impl Byte for c_void {}
impl Byte for c_char {}

pub(crate) const TOO_LONG: Failure = Failure::Argument("a length is larger than memory can be");

pub(crate) const MISALIGNED: Failure = Failure::Argument("a pointer is not aligned for what it points to");

impl<'a, T> In<'a, T> {
    pub(crate) fn is_null(self) -> bool {
        self.0.is_null()
    }

    pub(crate) fn pointer(self) -> *const T {
        self.0
    }

    /// Bytes. NULL with length 0 is empty; NULL with a length is refused.
    #[inline]
    pub(crate) fn bytes(self, len: Len) -> Result<&'a [u8], Failure>
    where
        T: Byte,
    {
        if self.0.is_null() {
            return if len.0 == 0 {
                Ok(&[])
            } else {
                Err(Failure::Argument("a pointer is NULL while its length is not 0"))
            };
        }
        if len.0 > isize::MAX as usize {
            return Err(TOO_LONG);
        }
        // SAFETY: not NULL, and no longer than an object can be; by the caller's word there are that many
        // bytes while the call lasts, and a byte needs no alignment.
        Ok(unsafe { slice::from_raw_parts(self.0.cast(), len.0) })
    }

    /// A copy of a text that is a secret by itself, before anything is found out about it: what stands there
    /// may change. It is wiped when it goes.
    pub(crate) fn secret(self, len: Len) -> Result<Zeroizing<Vec<u8>>, Failure>
    where
        T: Byte,
    {
        let copy = Zeroizing::new(self.bytes(len)?.to_vec());
        // To the compiler both hold the same for good: it must not read the one where the other is meant.
        Ok(black_box(copy))
    }

    /// A copy of an array, each element of which is read once. NULL with count 0 is empty.
    pub(crate) fn array(self, count: Len) -> Result<Vec<T>, Failure>
    where
        T: Copy,
    {
        if self.0.is_null() {
            return if count.0 == 0 {
                Ok(Vec::new())
            } else {
                Err(Failure::Argument("an array is NULL while its count is not 0"))
            };
        }
        check_array(self.0, count)?;
        // SAFETY: not NULL, aligned, and within the elements that there are by the caller's word. What C can
        // put into one is a value of its type: they are integers and pointers.
        Ok((0..count.0).map(|at| unsafe { self.0.add(at).read_volatile() }).collect())
    }
}

fn check_array<T>(pointer: *const T, count: Len) -> Result<(), Failure> {
    if !pointer.is_aligned() {
        return Err(MISALIGNED);
    }
    if count.0 > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(TOO_LONG);
    }
    Ok(())
}

impl<'a> In<'a, c_void> {
    /// A copy of the offsets of so many values, of which there is one more. Of none there may be none.
    pub(crate) fn offsets<T: Copy>(self, values: Len) -> Result<Vec<T>, Failure> {
        let count = values.0.checked_add(1).ok_or(TOO_LONG)?;
        let offsets = In::<T>(self.0.cast(), PhantomData);
        if self.0.is_null() && values.0 == 0 { Ok(Vec::new()) } else { offsets.array(Len(count)) }
    }

    /// A bitmap of so many bits.
    pub(crate) fn bitmap(self, bits: Len) -> Result<&'a [u8], Failure> {
        self.bytes(Len(bits.0.div_ceil(8)))
    }
}

impl<'a> In<'a, c_char> {
    /// A NUL-terminated string as it stands there, or NULL for none.
    pub(crate) fn terminated(self) -> Option<&'a CStr> {
        // SAFETY: not NULL, and by the caller's word a NUL ends it.
        (!self.0.is_null()).then(|| unsafe { CStr::from_ptr(self.0) })
    }

    /// A NUL-terminated string, copied before anything is found out about it.
    pub(crate) fn string(self) -> Result<String, Failure> {
        self.optional_string()?.ok_or(Failure::Argument("a string is NULL"))
    }

    /// The text that a caller gave, of which NULL says that there is none.
    pub(crate) fn optional_string(self) -> Result<Option<String>, Failure> {
        let text = self.terminated().map(|text| text.to_owned().into_string()).transpose();
        // A string of C++'s that has a NUL in it arrives as one that is not UTF-8.
        text.map_err(|_| Failure::Argument("a string is not UTF-8, or has a NUL in it"))
    }
}

impl In<'static, c_char> {
    /// What says nothing, in such a struct.
    pub(crate) const fn nothing() -> Self {
        Self(std::ptr::null(), PhantomData)
    }

    /// A string of the library's own, and its length, for a struct that callers read and give back.
    pub(crate) const fn standing(text: &'static CStr) -> (Self, Len) {
        (Self(text.as_ptr(), PhantomData), Len(text.count_bytes()))
    }
}

#[cfg(test)]
impl<'a, T> In<'a, T> {
    /// What a caller points to who is a test.
    pub(crate) fn of(value: &'a T) -> Self {
        Self(value, PhantomData)
    }
}

#[cfg(test)]
impl<'a> In<'a, c_char> {
    pub(crate) fn of_text(text: &'a CStr) -> Self {
        Self(text.as_ptr(), PhantomData)
    }
}

impl<'a, T> Out<'a, T> {
    pub(crate) fn is_null(self) -> bool {
        self.0.is_null()
    }

    pub(crate) fn pointer(self) -> *mut T {
        self.0
    }

    /// Refuses NULL, before anything is done.
    pub(crate) fn place(self) -> Result<Place<'a, T>, Failure> {
        if self.0.is_null() {
            Err(Failure::Argument("the place for a result is NULL"))
        } else {
            Ok(Place(self))
        }
    }

    /// Refuses NULL and what cannot be read there, before anything is done.
    pub(crate) fn aligned_place(self) -> Result<Place<'a, T>, Failure> {
        let place = self.place()?;
        if self.0.is_aligned() { Ok(place) } else { Err(MISALIGNED) }
    }

    /// The places of an array whose elements are read and written.
    pub(crate) fn elements(self, count: Len) -> Result<impl Iterator<Item = Place<'a, T>>, Failure> {
        if self.0.is_null() && count.0 > 0 {
            return Err(Failure::Argument("the items are NULL while their count is not 0"));
        }
        check_array(self.0, count)?;
        Ok((0..count.0).map(move |at| Place(Self(self.0.wrapping_add(at), PhantomData))))
    }
}

/// Where a number, a handle or a struct is to be written: not NULL.
pub(crate) struct Place<'a, T>(Out<'a, T>);

impl<'a, T> Place<'a, T> {
    pub(crate) fn put(&self, value: T) {
        // SAFETY: not NULL, and by the caller's word there is memory for a `T`; it need not be aligned.
        unsafe { self.0.0.write_unaligned(value) }
    }

    /// What stands there, in one read: others may write to it meanwhile.
    pub(crate) fn read(&self) -> T
    where
        T: Copy,
    {
        assert!(self.0.0.is_aligned());
        // SAFETY: not NULL, aligned, and by the caller's word there is a `T`, whose integers and pointers C
        // has set.
        unsafe { self.0.0.read_volatile() }
    }

    /// The place of a field, `offset` bytes from the start.
    pub(crate) fn field<U>(&self, offset: usize) -> Place<'a, U> {
        assert!(offset + size_of::<U>() <= size_of::<T>());
        Place(Out(self.0.0.wrapping_byte_add(offset).cast(), PhantomData))
    }

    pub(crate) fn out(&self) -> Out<'a, T> {
        self.0
    }
}

impl Place<'_, c_void> {
    /// Writes what the library made, where the caller has room for as much.
    pub(crate) fn copy(&self, made: &[u8]) {
        // SAFETY: not NULL, and by the caller's word there are as many bytes.
        unsafe { std::ptr::copy(made.as_ptr(), self.0.0.cast(), made.len()) }
    }
}

/// A text, of a copy. What is not UTF-8 is none.
pub(crate) fn utf8(copy: &[u8]) -> Result<&str, Failure> {
    std::str::from_utf8(copy).map_err(|_| Error::Malformed.into())
}

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
    #[inline]
    pub(crate) fn read(&mut self, text: In<'_, impl Byte>, len: Len) -> Result<&str, Failure> {
        let theirs = text.bytes(len)?;
        let ours = match self.short.get_mut(..theirs.len()) {
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
        utf8(black_box(ours))
    }
}
