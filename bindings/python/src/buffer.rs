//! Bytes from Python without a copy, and writable buffers to put results into.
//!
//! `bytes` cannot change, so they may be read while other threads run. Every other buffer can: it is read or written only while this
//! thread holds the GIL, or copied first. Its owner cannot free or resize it before it is released.

use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::{PyBufferError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use strongroom::SecretBytes;

/// Bytes-like input.
pub(crate) enum Bytes<'a> {
    /// Of a `bytes` object that the caller's frame keeps.
    Constant(&'a [u8]),
    /// Of any other object with a buffer.
    Shared(PyUntypedBuffer),
    /// A copy, wiped when it is dropped.
    Copied(SecretBytes),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Bytes<'a> {
    type Error = PyErr;

    #[inline]
    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyBytes>() {
            return Ok(Self::Constant(object.extract()?));
        }
        shared(&object)
    }
}

fn shared<'a>(object: &Bound<'_, PyAny>) -> PyResult<Bytes<'a>> {
    if object.is_instance_of::<PyString>() {
        return Err(PyTypeError::new_err("bytes are needed, not str; encode it first, as in text.encode()"));
    }
    let buffer = PyUntypedBuffer::get(object)?;
    if !buffer.is_c_contiguous() {
        return Err(PyBufferError::new_err("the buffer is not contiguous; pass bytes(buffer)"));
    }
    Ok(Bytes::Shared(buffer))
}

impl Bytes<'_> {
    /// The bytes. Those of a shared buffer must not be looked at without the GIL: see [`load`](Self::load).
    #[inline]
    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Constant(bytes) => bytes,
            Self::Copied(bytes) => bytes.expose(),
            Self::Shared(buffer) if buffer.len_bytes() == 0 => &[],
            // SAFETY: the buffer is contiguous (`shared`), its owner keeps it in place until it is released, which is when `self` is
            // dropped, and no Python code runs while the slice is used: such a call neither lets go of the GIL nor calls back into
            // Python (`calls.rs`).
            Self::Shared(buffer) => unsafe { std::slice::from_raw_parts(buffer.buf_ptr().cast::<u8>(), buffer.len_bytes()) },
        }
    }

    /// How much work the bytes are to a call that could let other threads run; none if it must not.
    #[inline]
    pub(crate) fn load(&self) -> Load {
        match self {
            Self::Shared(_) => Load::Held,
            constant => Load::Bytes(constant.as_slice().len()),
        }
    }

    /// The same bytes, where they cannot change.
    #[inline]
    pub(crate) fn fixed(self) -> Self {
        match self {
            Self::Shared(_) => Self::Copied(SecretBytes::new(self.as_slice().to_vec())),
            constant => constant,
        }
    }
}

/// What a call works on, as far as letting other threads run is concerned.
#[derive(Clone, Copy)]
pub(crate) enum Load {
    /// Memory that can change as soon as they run.
    Held,
    /// That many bytes that cannot change.
    Bytes(usize),
}

impl Load {
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Bytes(a), Self::Bytes(b)) => Self::Bytes(a.saturating_add(b)),
            _ => Self::Held,
        }
    }
}

/// A writable buffer.
pub(crate) struct Output(PyUntypedBuffer);

impl<'a, 'py> FromPyObject<'a, 'py> for Output {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let buffer = PyUntypedBuffer::get(&object)?;
        if buffer.readonly() {
            return Err(PyBufferError::new_err("the buffer is read-only; pass a bytearray or another writable buffer"));
        }
        if !buffer.is_c_contiguous() {
            return Err(PyBufferError::new_err("the buffer is not contiguous"));
        }
        Ok(Self(buffer))
    }
}

impl Output {
    pub(crate) fn len(&self) -> usize {
        self.0.len_bytes()
    }

    /// Whether the buffer has bytes in common with the input of the same call.
    pub(crate) fn overlaps(&self, input: &Bytes<'_>) -> bool {
        let (start, other) = (self.0.buf_ptr().addr(), input.as_slice().as_ptr_range());
        start < other.end.addr() && other.start.addr() < start + self.len()
    }

    /// The bytes, for a call that holds the GIL from beginning to end.
    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        if self.len() == 0 {
            return &mut [];
        }
        // SAFETY: the buffer is writable, contiguous and kept in place until it is released; while the GIL is held nobody else in
        // Python looks at it, and what the same call reads was checked not to lie in it (`overlaps`).
        unsafe { std::slice::from_raw_parts_mut(self.0.buf_ptr().cast::<u8>(), self.len()) }
    }
}

/// `bytes` of a known length, written by `fill` while other threads run.
pub(crate) fn new_bytes<'py>(py: Python<'py>, len: usize, fill: impl FnOnce(&mut [u8]) -> PyResult<()>) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_with(py, len, fill)
}
