//! Results in memory of the caller's: `out`, its capacity, and where the length goes.

use crate::failure::Failure;
use crate::memory::{Place, TOO_LONG};
use std::ffi::c_void;
use std::ops::Range;
use std::ptr;
use strongroom::Error;

/// Where a result goes. With `out` NULL and capacity 0 the caller asks for the length only.
pub(crate) struct Output {
    data: *mut u8,
    capacity: usize,
    len: *mut usize,
}

impl Output {
    /// Refuses what cannot be, before anything is done.
    #[inline]
    pub(crate) fn new(data: *mut c_void, capacity: usize, len: *mut usize) -> Result<Self, Failure> {
        Place::new(len)?;
        if data.is_null() && capacity > 0 {
            return Err(Failure::Argument("the buffer is NULL while its capacity is not 0"));
        }
        if capacity > isize::MAX as usize {
            return Err(TOO_LONG);
        }
        Ok(Self { data: data.cast(), capacity, len })
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Whether there is room for `needed` bytes. `false`: the caller asked for the length only, and has it
    /// now.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`]; the caller has the length then too
    ///
    /// # Safety
    /// `len` points to memory of the caller's.
    pub(crate) unsafe fn fits(&self, needed: usize) -> Result<bool, Failure> {
        if needed <= self.capacity && !self.data.is_null() {
            return Ok(true);
        }
        // SAFETY: not NULL; the rest is this function's contract.
        unsafe { self.len.write_unaligned(needed) };
        if self.data.is_null() { Ok(false) } else { Err(Error::BufferTooSmall { needed }.into()) }
    }

    /// Writes bytes. They may overlap with the buffer.
    ///
    /// # Safety
    /// `out` points to as many bytes of the caller's as its capacity says, and `len` to memory for a length;
    /// nothing borrowed lies in either.
    pub(crate) unsafe fn bytes(self, bytes: &[u8]) -> Result<(), Failure> {
        // SAFETY: `len` is the place that the caller gave for a length.
        if unsafe { self.fits(bytes.len()) }? {
            // SAFETY: there is room, and `copy` allows overlaps.
            unsafe { ptr::copy(bytes.as_ptr(), self.data, bytes.len()) };
            // SAFETY: `len` is the place that the caller gave for a length.
            unsafe { self.filled(bytes.len()) };
        }
        Ok(())
    }

    /// Writes a text and a NUL, which the length does not count.
    ///
    /// # Safety
    /// As [`bytes`](Self::bytes)
    pub(crate) unsafe fn text(self, text: &str) -> Result<(), Failure> {
        // SAFETY: the buffer and the place for a length are the caller's, and the text lies in neither.
        unsafe { self.terminated(text.as_bytes()) }
    }

    /// The same of a text that is kept as bytes, since it is secret.
    ///
    /// # Safety
    /// As [`bytes`](Self::bytes)
    pub(crate) unsafe fn terminated(self, text: &[u8]) -> Result<(), Failure> {
        // SAFETY: `len` is the place that the caller gave for a length.
        if unsafe { self.fits(text.len() + 1) }? {
            // SAFETY: there is room for one byte more than the text has, and `copy` allows overlaps.
            unsafe {
                ptr::copy(text.as_ptr(), self.data, text.len());
                self.data.add(text.len()).write(0);
                self.filled(text.len());
            }
        }
        Ok(())
    }

    /// Says how much was written.
    ///
    /// # Safety
    /// `len` points to memory of the caller's.
    pub(crate) unsafe fn filled(self, len: usize) {
        // SAFETY: not NULL; the rest is this function's contract.
        unsafe { self.len.write_unaligned(len) }
    }

    /// The first bytes of the buffer, at most `most`, to be filled in place; `None` where that is not
    /// possible because the caller asks for the length only, or because one of `others`, which are read
    /// meanwhile, lies in them.
    ///
    /// # Safety
    /// `out` points to as many bytes of the caller's as its capacity says; the result is used for no longer
    /// than they are there.
    pub(crate) unsafe fn in_place<'a>(&self, most: usize, others: &[&[u8]]) -> Option<&'a mut [u8]> {
        let most = most.min(self.capacity);
        let overlaps = |other: &&[u8]| {
            let Range { start, end } = other.as_ptr_range();
            start.cast_mut() < self.data.wrapping_add(most) && self.data < end.cast_mut()
        };
        if self.data.is_null() || others.iter().any(overlaps) {
            return None;
        }
        // SAFETY: not NULL, there are that many bytes, and nothing else that is used meanwhile lies in them.
        Some(unsafe { std::slice::from_raw_parts_mut(self.data, most) })
    }
    /// The same for a text that is at most `room` bytes long with its NUL; `None` also if the buffer may be
    /// too small for it.
    ///
    /// # Safety
    /// As [`in_place`](Self::in_place)
    pub(crate) unsafe fn text_in_place<'a>(&self, room: usize, others: &[&[u8]]) -> Option<&'a mut [u8]> {
        if self.capacity < room {
            return None;
        }
        // SAFETY: the buffer has as many bytes as its capacity says, and is used for no longer than it is
        // there.
        unsafe { self.in_place(room, others) }
            .map(|buffer| buffer.split_last_mut().map_or(&mut [][..], |(_, text)| text))
    }

    /// Ends a text of this length, which was written in the place that `text_in_place` gave.
    ///
    /// # Safety
    /// As [`bytes`](Self::bytes)
    pub(crate) unsafe fn terminate(self, len: usize) {
        // SAFETY: `text_in_place` kept the last byte of the place for the NUL.
        unsafe {
            self.data.add(len).write(0);
            self.filled(len);
        }
    }
}
