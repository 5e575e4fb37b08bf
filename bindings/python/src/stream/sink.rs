//! What a stream is written to.

use super::{attached, needs};
use pyo3::exceptions::{PyBlockingIOError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use std::io::{self, Write};

/// A binary file object. It is not closed.
pub(crate) struct Sink(Py<PyAny>);

impl Sink {
    pub(crate) fn new(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        needs(object, "sink", "write")?;
        refuse_text(object)?;
        Ok(Self(object.clone().unbind()))
    }
}

/// Refuses a file that was opened for text: it would take none of the bytes, and say so only when the first
/// ones come, which may be at the end of the stream.
fn refuse_text(object: &Bound<'_, PyAny>) -> PyResult<()> {
    // Those of `tempfile` are no instances, and have the encoding of the file inside.
    let encodes =
        object.getattr_opt("encoding")?.is_some_and(|encoding| encoding.is_instance_of::<PyString>());
    if encodes || object.is_instance(&object.py().import("io")?.getattr("TextIOBase")?)? {
        return Err(PyTypeError::new_err("the sink takes text; a stream is bytes, as of open(path, 'wb')"));
    }
    Ok(())
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        attached(|py| {
            let sink = self.0.bind(py);
            let taken = sink.call_method1("write", (PyBytes::new(py, bytes),))?;
            if taken.is_none() {
                // Of a raw file it says that nothing was written; others have nothing to say.
                if sink.is_instance(&py.import("io")?.getattr("RawIOBase")?)? {
                    return Err(PyBlockingIOError::new_err(
                        "the sink takes nothing at the moment; a stream needs one that waits",
                    ));
                }
                return Ok(bytes.len());
            }
            let taken = taken.extract::<usize>().map_err(|error| {
                let refused = PyTypeError::new_err("write() of the sink gave no number of bytes");
                refused.set_cause(py, Some(error));
                refused
            })?;
            if taken > bytes.len() {
                return Err(PyValueError::new_err("the sink says that it took more than it was given"));
            }
            Ok(taken)
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        attached(|py| match self.0.bind(py).getattr_opt("flush")? {
            Some(flush) => flush.call0().map(drop),
            None => Ok(()),
        })
    }
}
