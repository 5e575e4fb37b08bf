//! Results in memory of the caller's: `out`, its capacity, and where the length goes.

use crate::failure::Failure;
use crate::memory::{Byte, Len, Out, Place, TOO_LONG};
use std::marker::PhantomData;
use std::ops::Range;
use strongroom::Error;

/// Where a result goes. With `out` NULL and capacity 0 the caller asks for the length only.
pub(crate) struct Output<'a> {
    data: *mut u8,
    capacity: usize,
    len: Place<'a, usize>,
    memory: PhantomData<&'a mut [u8]>,
}

impl<'a> Output<'a> {
    /// Refuses what cannot be, before anything is done.
    #[inline]
    pub(crate) fn new<T: Byte>(
        data: Out<'a, T>,
        capacity: Len,
        len: Out<'a, usize>,
    ) -> Result<Self, Failure> {
        let len = len.place()?;
        if data.is_null() && capacity.get() > 0 {
            return Err(Failure::Argument("the buffer is NULL while its capacity is not 0"));
        }
        if capacity.get() > isize::MAX as usize {
            return Err(TOO_LONG);
        }
        Ok(Self { data: data.pointer().cast(), capacity: capacity.get(), len, memory: PhantomData })
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Whether there is room for `needed` bytes. `false`: the caller asked for the length only, and has it
    /// now.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`]; the caller has the length then too
    pub(crate) fn fits(&self, needed: usize) -> Result<bool, Failure> {
        if needed <= self.capacity && !self.data.is_null() {
            return Ok(true);
        }
        self.len.put(needed);
        if self.data.is_null() { Ok(false) } else { Err(Error::BufferTooSmall { needed }.into()) }
    }

    /// Writes bytes that the library made.
    pub(crate) fn bytes(self, made: &[u8]) -> Result<(), Failure> {
        if self.fits(made.len())? {
            self.copy(0, made);
            self.filled(made.len());
        }
        Ok(())
    }

    /// Writes a text and a NUL, which the length does not count.
    pub(crate) fn text(self, text: &str) -> Result<(), Failure> {
        self.terminated(text.as_bytes())
    }

    /// Writes a text that is kept as bytes, since it is secret, and a NUL, which the length does not count.
    pub(crate) fn terminated(self, text: &[u8]) -> Result<(), Failure> {
        if self.fits(text.len() + 1)? {
            self.copy(0, text);
            self.terminate(text.len());
        }
        Ok(())
    }

    fn copy(&self, at: usize, made: &[u8]) {
        assert!(!self.data.is_null() && at <= self.capacity && made.len() <= self.capacity - at);
        // SAFETY: there is a buffer, by the caller's word as large as its capacity, and the bytes end within
        // it.
        unsafe { std::ptr::copy(made.as_ptr(), self.data.add(at), made.len()) }
    }

    /// Says how much was written.
    pub(crate) fn filled(self, len: usize) {
        self.len.put(len);
    }

    /// The first bytes of the buffer, at most `most`, to be filled in place; `None` where that is not
    /// possible because the caller asks for the length only, or because one of `others`, which are read
    /// meanwhile, lies in them.
    ///
    /// # Safety
    /// What was borrowed of the caller and is still used is among `others`.
    pub(crate) unsafe fn in_place(&self, most: usize, others: &[&[u8]]) -> Option<&'a mut [u8]> {
        let most = most.min(self.capacity);
        let overlaps = |other: &&[u8]| {
            let Range { start, end } = other.as_ptr_range();
            start.cast_mut() < self.data.wrapping_add(most) && self.data < end.cast_mut()
        };
        if self.data.is_null() || others.iter().any(overlaps) {
            return None;
        }
        // SAFETY: not NULL; by the caller's word there are as many bytes as the capacity says while the call
        // lasts, and nothing else that is used meanwhile lies in them.
        Some(unsafe { std::slice::from_raw_parts_mut(self.data, most) })
    }

    /// The buffer as memory to write a text into that is at most `room` bytes long with its NUL. `None` if it
    /// may be too small, is NULL, or overlaps what is read meanwhile.
    ///
    /// # Safety
    /// As [`in_place`](Self::in_place)
    pub(crate) unsafe fn text_in_place(&self, room: usize, others: &[&[u8]]) -> Option<&'a mut [u8]> {
        if self.capacity < room {
            return None;
        }
        // SAFETY: what is asked of the caller of this function.
        unsafe { self.in_place(room, others) }
            .map(|buffer| buffer.split_last_mut().map_or(&mut [][..], |(_, text)| text))
    }

    /// Ends a text of this length, which was written to the start of the buffer.
    pub(crate) fn terminate(self, len: usize) {
        self.copy(len, &[0]);
        self.filled(len);
    }
}
