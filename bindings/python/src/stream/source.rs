//! What a stream is read from.

use super::{attached, needs};
use crate::buffer::Bytes;
use pyo3::exceptions::{PyBlockingIOError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::io::{self, Read, Seek, SeekFrom};

/// A binary file object. It is not closed.
pub(crate) struct Source(Py<PyAny>);

impl Source {
    pub(crate) fn new(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        needs(object, "source", "read")?;
        Ok(Self(object.clone().unbind()))
    }
}

/// Whether a file object can be sought in.
pub(crate) fn is_seekable(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    match object.getattr_opt("seekable")? {
        Some(seekable) => seekable.call0()?.is_truthy(),
        None => Ok(object.hasattr("seek")? && object.hasattr("tell")?),
    }
}

impl Read for Source {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        attached(|py| {
            let given = self.0.bind(py).call_method1("read", (out.len(),))?;
            if given.is_none() {
                return Err(PyBlockingIOError::new_err(
                    "the source has nothing at the moment; a stream needs one that waits",
                ));
            }
            if given.is_instance_of::<PyString>() {
                return Err(PyTypeError::new_err(
                    "the source gives text; a stream is bytes, as of open(path, 'rb')",
                ));
            }
            let bytes = given.extract::<Bytes<'_>>()?;
            let bytes = bytes.as_slice();
            let out = out.get_mut(..bytes.len()).ok_or_else(|| {
                PyValueError::new_err("read() of the source gave more than it was asked for")
            })?;
            out.copy_from_slice(bytes);
            Ok(bytes.len())
        })
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        attached(|py| {
            let source = self.0.bind(py);
            let position = match to {
                SeekFrom::Start(position) => source.call_method1("seek", (position, 0)),
                SeekFrom::Current(by) => source.call_method1("seek", (by, 1)),
                SeekFrom::End(by) => source.call_method1("seek", (by, 2)),
            }?;
            // Some say nothing, such as `mmap` before Python 3.13.
            if position.is_none() { source.call_method0("tell")?.extract() } else { position.extract() }
        })
    }

    fn stream_position(&mut self) -> io::Result<u64> {
        attached(|py| self.0.bind(py).call_method0("tell")?.extract())
    }
}
