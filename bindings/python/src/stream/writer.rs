//! Writing a stream.

use super::exclusive::Exclusive;
use super::{Sink, raised};
use crate::buffer::{Bytes, Load};
use crate::calls;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::io::{self, Write};
use strongroom::StreamWriter;

/// What `StreamWriter` of `streams.py` writes to.
#[pyclass(frozen, name = "_Writer", module = "strongroom._native")]
pub(crate) struct Writer {
    #[pyo3(get)]
    version: u32,
    sink: Py<PyAny>,
    /// What is written may have a lot encrypted that was written before, in several threads.
    has_threads: bool,
    state: Exclusive<State>,
}

struct State {
    /// Until the end is written, or is not to be.
    writer: Option<StreamWriter<Sink>>,
    has_failed: bool,
}

impl Writer {
    pub(crate) fn new(sink: &Bound<'_, PyAny>, writer: StreamWriter<Sink>, threads: usize) -> Self {
        Self {
            version: writer.version().get(),
            sink: sink.clone().unbind(),
            has_threads: threads > 1,
            state: Exclusive::new(State { writer: Some(writer.threads(threads)), has_failed: false }),
        }
    }
}

#[pymethods]
impl Writer {
    /// That of the sink, if it has one.
    #[getter]
    fn name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.sink.bind(py).getattr("name")
    }

    /// Writes all of it.
    #[pyo3(signature = (data, /))]
    fn write(&self, py: Python<'_>, data: Bytes<'_>) -> PyResult<usize> {
        // The sink may change what is in a buffer while it is called.
        let data = data.fixed();
        let bytes = data.as_slice();
        let load = if self.has_threads { Load::Bytes(usize::MAX) } else { data.load() };
        self.state.with(py, |state| {
            state.run(py, load, |writer| writer.write_all(bytes))?;
            Ok(bytes.len())
        })
    }

    /// Flushes the sink; nothing once the end is written.
    fn flush(&self, py: Python<'_>) -> PyResult<()> {
        self.state.with(py, |state| match state.writer {
            Some(_) => state.run(py, Load::Held, StreamWriter::flush),
            None => Ok(()),
        })
    }

    /// Writes the end, unless it was written.
    fn finish(&self, py: Python<'_>) -> PyResult<()> {
        self.state.with(py, |state| match state.writer.take() {
            Some(writer) if self.has_threads => {
                py.detach(|| writer.finish().map(drop)).map_err(|error| state.failed(py, error))
            }
            Some(writer) => writer.finish().map(drop).map_err(|error| state.failed(py, error)),
            None => Ok(()),
        })
    }

    /// Leaves the file without its end.
    fn abandon(&self, py: Python<'_>) -> PyResult<()> {
        self.state.with(py, |state| {
            state.writer = None;
            Ok(())
        })
    }

    /// Whether a file would be left without its end, of which no error has told.
    fn is_unfinished(&self, py: Python<'_>) -> PyResult<bool> {
        self.state.with(py, |state| Ok(state.writer.is_some() && !state.has_failed))
    }
}

impl State {
    fn run(
        &mut self,
        py: Python<'_>,
        load: Load,
        work: impl FnOnce(&mut StreamWriter<Sink>) -> io::Result<()> + Send,
    ) -> PyResult<()> {
        let Some(writer) = &mut self.writer else {
            return Err(PyValueError::new_err("the end of the stream is written"));
        };
        let (done, _) = calls::data(py, false, load, || work(writer))?;
        done.map_err(|error| self.failed(py, error))
    }

    fn failed(&mut self, py: Python<'_>, error: io::Error) -> PyErr {
        self.has_failed = true;
        raised(py, error, None)
    }
}
