//! Bytes from Python without a copy, and writable buffers to put results into.
//!
//! `bytes` cannot change, so they may be read while other threads run. Every other buffer can: it is read or
//! written only while this thread holds the GIL, or copied first. Its owner cannot free or resize it before
//! it is released.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyList, PyString, PyTuple};
use std::ffi::{CStr, c_int};
use strongroom::{OffsetBuffer, SecretBytes};
use zeroize::Zeroize;

/// Bytes-like input.
pub(crate) enum Bytes<'a> {
    /// Of a `bytes` object that the caller's frame keeps.
    Constant(&'a [u8]),
    /// Of any other object with a buffer.
    Shared(Buffer),
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

/// A ciphertext in the binary form.
pub(crate) struct Binary<'a>(pub(crate) Bytes<'a>);

impl<'a, 'py> FromPyObject<'a, 'py> for Binary<'a> {
    type Error = PyErr;

    #[inline]
    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err(
                "the binary form is bytes, not str; the text form goes to the function without binary in its name",
            ));
        }
        object.extract().map(Self)
    }
}

/// Refuses a list, which has many values where one buffer is needed.
fn refuse_list(object: &Bound<'_, PyAny>, instead: &str) -> PyResult<()> {
    if object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>() {
        let kind = object.get_type().name().map_or_else(|_| "this".to_owned(), |name| name.to_string());
        return Err(PyTypeError::new_err(format!("{instead}, not {kind}")));
    }
    Ok(())
}

const MANY: &str = "bytes are needed: many values go to a function with batch in its name, or stand one \
                    behind the other in the one buffer of a column";
const OFFSETS: &str = "offsets are a buffer of signed whole numbers of 32 or 64 bits, as \
                       array.array('i', offsets) or numpy.array(offsets, dtype='int32') makes of a list";

fn shared<'a>(object: &Bound<'_, PyAny>) -> PyResult<Bytes<'a>> {
    refuse_list(object, MANY)?;
    if object.is_instance_of::<PyString>() {
        return Err(PyTypeError::new_err("bytes are needed, not str; encode it first, as in text.encode()"));
    }
    // Contiguous, and with what the elements are.
    let buffer = Buffer::get(object, ffi::PyBUF_ND | ffi::PyBUF_FORMAT)?;
    match buffer.elements() {
        Elements::Bytes | Elements::Numbers => Ok(Bytes::Shared(buffer)),
        Elements::Addresses => Err(PyTypeError::new_err(
            "bytes are needed, not an array of objects or pointers, whose bytes are addresses",
        )),
        Elements::Text => {
            Err(PyTypeError::new_err("bytes are needed, not an array of text; encode it first"))
        }
    }
}

/// The bytes of a buffer as an object of their own. An array of anything but bytes is refused: where a column
/// may stand it would be one.
pub(crate) fn one_value<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    let buffer = Buffer::get(object, ffi::PyBUF_ND | ffi::PyBUF_FORMAT)?;
    if !matches!(buffer.elements(), Elements::Bytes) {
        return Err(PyTypeError::new_err(
            "an array is neither one value nor a column; give the bytes of it, or a list of its elements",
        ));
    }
    Ok(PyBytes::new(object.py(), Bytes::Shared(buffer).as_slice()))
}

/// Whole numbers of 32 or 64 bits, in a buffer: an array of them, or bytes, which do not say how wide they
/// are.
pub(crate) struct Numbers<'a> {
    bytes: Bytes<'a>,
    /// In bits.
    width: Option<u32>,
}

impl<'a, 'py> FromPyObject<'a, 'py> for Numbers<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyBytes>() {
            return Ok(Self { bytes: object.extract()?, width: None });
        }
        refuse_list(&object, OFFSETS)?;
        let buffer = Buffer::get(&object, ffi::PyBUF_ND | ffi::PyBUF_FORMAT)?;
        let width = match (buffer.elements(), buffer.kind(), buffer.0.itemsize) {
            (Elements::Bytes, _, _) => None,
            (Elements::Numbers, Some(b'i' | b'l' | b'q' | b'n'), 4) => Some(32),
            (Elements::Numbers, Some(b'i' | b'l' | b'q' | b'n'), 8) => Some(64),
            _ => return Err(PyTypeError::new_err("offsets are signed whole numbers of 32 or 64 bits")),
        };
        Ok(Self { bytes: Bytes::Shared(buffer), width })
    }
}

impl Numbers<'_> {
    /// A copy. `asked`: how wide bytes are.
    pub(crate) fn offsets(&self, asked: Option<u32>) -> PyResult<OffsetBuffer> {
        let wrong = PyValueError::new_err;
        let width = match (self.width, asked) {
            (None, None) => 32,
            (Some(width), None) | (None, Some(width)) => width,
            (Some(width), Some(asked)) if width == asked => width,
            _ => return Err(wrong("the offsets have another width than offset_bits says")),
        };
        let bytes = self.bytes.as_slice();
        let (all, rest) = match width {
            32 => {
                let (numbers, rest) = bytes.as_chunks();
                (OffsetBuffer::I32(numbers.iter().copied().map(i32::from_ne_bytes).collect()), rest)
            }
            64 => {
                let (numbers, rest) = bytes.as_chunks();
                (OffsetBuffer::I64(numbers.iter().copied().map(i64::from_ne_bytes).collect()), rest)
            }
            _ => return Err(wrong("offset_bits is 32 or 64")),
        };
        if rest.is_empty() { Ok(all) } else { Err(wrong("the offsets end in the middle of a number")) }
    }
}

/// What a buffer holds.
enum Elements {
    Bytes,
    /// Or structs of them.
    Numbers,
    Text,
    Addresses,
}

/// Whether an object has a buffer, of whatever kind.
#[inline]
pub(crate) fn is_buffer(object: &Bound<'_, PyAny>) -> bool {
    // SAFETY: the object is valid and the interpreter attached.
    unsafe { ffi::PyObject_CheckBuffer(object.as_ptr()) != 0 }
}

impl Bytes<'_> {
    /// The bytes. Those of a shared buffer must not be looked at without the GIL: see [`load`](Self::load).
    #[inline]
    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Constant(bytes) => bytes,
            Self::Copied(bytes) => bytes.expose(),
            Self::Shared(buffer) if buffer.len() == 0 => &[],
            // SAFETY: the owner keeps the bytes in place until the buffer is released, which is when `self`
            // is dropped, and no Python code runs while the slice is used: such a call neither lets go of the
            // GIL nor calls back into Python (`calls.rs`).
            Self::Shared(buffer) => unsafe { std::slice::from_raw_parts(buffer.start(), buffer.len()) },
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

/// A contiguous buffer of an object, until it is dropped.
pub(crate) struct Buffer(Box<ffi::Py_buffer>);

impl Buffer {
    fn get(object: &Bound<'_, PyAny>, flags: c_int) -> PyResult<Self> {
        let mut view = Box::new(ffi::Py_buffer::new());
        // SAFETY: both pointers are valid, and the view stays in its box. `PyBUF_ND` and `PyBUF_WRITABLE` ask
        // for contiguous bytes; an object that cannot give them raises.
        match unsafe { ffi::PyObject_GetBuffer(object.as_ptr(), &mut *view, flags) } {
            0 => Ok(Self(view)),
            _ => Err(PyErr::fetch(object.py())),
        }
    }

    /// By the letters of the module `struct`, and those that ctypes and NumPy add to them.
    fn elements(&self) -> Elements {
        if self.0.format.is_null() {
            return Elements::Bytes;
        }
        // SAFETY: a string that the exporter keeps until the buffer is released.
        let format = unsafe { CStr::from_ptr(self.0.format) }.to_bytes();
        // Names of fields stand between colons.
        let has = |kinds: &[u8]| {
            format.split(|byte| *byte == b':').step_by(2).flatten().any(|kind| kinds.contains(kind))
        };
        if has(b"OPzZ&X") {
            Elements::Addresses
        } else if has(b"uw") {
            Elements::Text
        } else if self.0.itemsize == 1 && self.0.ndim <= 1 {
            Elements::Bytes
        } else {
            Elements::Numbers
        }
    }

    /// The letter of the elements, if each is one in the order of bytes of this machine.
    fn kind(&self) -> Option<u8> {
        // SAFETY: not NULL; a string that the exporter keeps until the buffer is released.
        let format =
            (!self.0.format.is_null()).then(|| unsafe { CStr::from_ptr(self.0.format) }.to_bytes())?;
        match format {
            [kind] | [b'@' | b'=', kind] => Some(*kind),
            [b'<', kind] if cfg!(target_endian = "little") => Some(*kind),
            [b'>' | b'!', kind] if cfg!(target_endian = "big") => Some(*kind),
            _ => None,
        }
    }

    fn start(&self) -> *mut u8 {
        self.0.buf.cast()
    }

    fn len(&self) -> usize {
        // Python has no negative lengths.
        self.0.len.unsigned_abs()
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: the view was filled by `PyObject_GetBuffer` and has not been moved or released since; the
        // interpreter is attached.
        Python::attach(|_| unsafe { ffi::PyBuffer_Release(&mut *self.0) });
    }
}

/// A writable buffer.
pub(crate) struct Output {
    buffer: Buffer,
    /// Nobody but Python can write there, and so nobody while the GIL is held: it is a `bytearray`. Any other
    /// may be memory that is shared with other processes.
    is_own: bool,
}

impl<'a, 'py> FromPyObject<'a, 'py> for Output {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let is_own = object.is_instance_of::<PyByteArray>();
        Buffer::get(&object, ffi::PyBUF_WRITABLE).map(|buffer| Self { buffer, is_own })
    }
}

impl Output {
    pub(crate) fn len(&self) -> usize {
        self.buffer.len()
    }

    pub(crate) fn is_own(&self) -> bool {
        self.is_own
    }

    /// Whether the buffer has bytes in common with the input of the same call.
    pub(crate) fn overlaps(&self, input: &Bytes<'_>) -> bool {
        let (start, other) = (self.buffer.start().addr(), input.as_slice().as_ptr_range());
        start < other.end.addr() && other.start.addr() < start + self.len()
    }

    /// The bytes, for a call that holds the GIL from beginning to end. Only those of a buffer that [is
    /// Python's own](Self::is_own).
    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        if self.len() == 0 {
            return &mut [];
        }
        // SAFETY: the bytes are writable and kept in place until it is released; while the GIL is held nobody
        // else looks at it, and what the same call reads was checked not to lie in it (`overlaps`).
        unsafe { std::slice::from_raw_parts_mut(self.buffer.start(), self.len()) }
    }

    /// Puts a result at the beginning, where there must be room for it.
    pub(crate) fn put(&mut self, result: &[u8]) {
        let len = result.len().min(self.len());
        // SAFETY: as many bytes are writable there; they are not those of the result, which is the library's.
        unsafe { std::ptr::copy_nonoverlapping(result.as_ptr(), self.buffer.start(), len) };
    }
}

/// A `bytearray` of what `fill` wrote of `room` bytes, while other threads run: secret, and its owner's to
/// wipe.
pub(crate) fn new_bytearray<'py>(
    py: Python<'py>,
    room: usize,
    fill: impl FnOnce(&mut [u8]) -> PyResult<usize>,
) -> PyResult<Bound<'py, PyByteArray>> {
    let mut len = 0;
    let made = PyByteArray::new_with(py, room, |out| {
        len = fill(out)?;
        Ok(())
    })?;
    // Python makes one smaller where it is, unless it would be less than half; it would leave a copy behind.
    if len > room / 2 {
        made.resize(len)?;
        return Ok(made);
    }
    // SAFETY: nobody else has seen the object yet, and no code of Python's runs while the bytes are borrowed.
    let all = unsafe { made.as_bytes_mut() };
    let smaller = PyByteArray::new(py, &all[..len]);
    all.zeroize();
    Ok(smaller)
}

/// `bytes` of a known length, written by `fill` while other threads run.
pub(crate) fn new_bytes<'py>(
    py: Python<'py>,
    len: usize,
    fill: impl FnOnce(&mut [u8]) -> PyResult<()>,
) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_with(py, len, fill)
}
