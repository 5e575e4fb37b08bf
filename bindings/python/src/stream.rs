//! Files of any size: their writer and reader, over file objects of Python. `streams.py` makes of each one
//! what Python's own files are.
//!
//! A stream goes from one call to the next, and between its chunks the file object runs, which may do
//! anything: call the stream again, let other threads run, fork. So a call has it for itself (`exclusive.rs`)
//! and no call waits with the GIL held.

mod exclusive;
mod reader;
mod sink;
mod source;
mod writer;

pub(crate) use reader::Reader;
pub(crate) use sink::Sink;
pub(crate) use source::Source;
pub(crate) use writer::Writer;

use crate::errors::exception;
use crate::given::Whole;
use pyo3::exceptions::{PyOSError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use std::io::{self, ErrorKind};
use strongroom::Error;

/// What a stream says of itself, to whoever has no key too. None of it is authenticated.
#[pyclass(frozen, get_all, module = "strongroom")]
pub(crate) struct StreamInfo {
    version: u32,
}

#[pymethods]
impl StreamInfo {
    /// How long the plaintext of a stream is whose file has so many bytes; `None` if no stream has.
    #[staticmethod]
    #[pyo3(signature = (file, /))]
    fn plaintext_len(file: Whole<u64>) -> Option<u64> {
        strongroom::StreamInfo::plaintext_len(file.0)
    }

    fn __repr__(&self) -> String {
        format!("<strongroom.StreamInfo version {}>", self.version)
    }
}

/// Reads what a stream says of itself: 64 bytes, and no key is asked.
#[pyfunction]
#[pyo3(signature = (source, /))]
pub(crate) fn stream_info(source: &Bound<'_, PyAny>) -> PyResult<StreamInfo> {
    let info = strongroom::StreamInfo::read(Source::new(source)?);
    info.map(|info| StreamInfo { version: info.version.get() })
        .map_err(|error| raised(source.py(), error, None))
}

/// In how many threads a stream is encrypted or decrypted.
pub(crate) fn threads(given: Option<Whole<i64>>) -> PyResult<usize> {
    let Some(Whole(count)) = given else { return Ok(1) };
    usize::try_from(count).ok().filter(|count| (1..=MOST_THREADS).contains(count)).ok_or_else(|| {
        PyValueError::new_err(format!("threads is {count}; a stream has 1 to {MOST_THREADS} of them"))
    })
}

/// More than these are never begun for one call.
const MOST_THREADS: usize = 64;

/// The exception for an error of a stream: what the file object has raised, as it is, or that of the library.
#[cold]
pub(crate) fn raised(py: Python<'_>, error: io::Error, of_provider: Option<&PyErr>) -> PyErr {
    if let Some(error) = Error::inside(&error) {
        return exception(py, error, of_provider);
    }
    error.downcast::<PyErr>().unwrap_or_else(|error| match error.kind() {
        ErrorKind::InvalidInput => PyValueError::new_err(error.to_string()),
        _ => PyOSError::new_err(error.to_string()),
    })
}

/// Does something with a file object. What that raises is kept in the error as it is.
fn attached<T>(call: impl FnOnce(Python<'_>) -> PyResult<T>) -> io::Result<T> {
    let done = Python::try_attach(|py| {
        // A file object that is not written in Python would run on for a whole stream.
        py.check_signals()?;
        call(py)
    });
    done.unwrap_or_else(|| Err(PyOSError::new_err("the interpreter is shutting down")))
        .map_err(io::Error::other)
}

/// Refuses what is no file object.
fn needs(object: &Bound<'_, PyAny>, what: &str, method: &str) -> PyResult<()> {
    if object.getattr_opt(method)?.is_some_and(|method| method.is_callable()) {
        return Ok(());
    }
    let kind = object.get_type().name().map_or_else(|_| "this".to_owned(), |name| name.to_string());
    Err(PyTypeError::new_err(format!("a {what} is a binary file object, with {method}(), not {kind}")))
}
