//! Reading a stream.

use super::exclusive::Exclusive;
use super::source::is_seekable;
use super::{Source, raised};
use crate::buffer::Output;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use std::io::{self, BufRead, Seek, SeekFrom};
use strongroom::{Error, StreamReader};

/// What `StreamReader` of `streams.py` reads from.
#[pyclass(frozen, name = "_Reader", module = "strongroom._native")]
pub(crate) struct Reader {
    #[pyo3(get)]
    version: u32,
    source: Py<PyAny>,
    state: Exclusive<Option<State>>,
}

struct State {
    reader: StreamReader<Source>,
    /// So much is open and was not handed out.
    left: usize,
    /// What was read when the source failed, by a call that wanted more. It comes before what is left.
    ahead: Option<Py<PyBytes>>,
}

impl Reader {
    pub(crate) fn new(source: &Bound<'_, PyAny>, reader: StreamReader<Source>) -> Self {
        Self {
            version: reader.version().get(),
            source: source.clone().unbind(),
            state: Exclusive::new(Some(State { reader, left: 0, ahead: None })),
        }
    }

    fn with<T>(&self, py: Python<'_>, work: impl FnOnce(&mut State) -> PyResult<T>) -> PyResult<T> {
        self.state.with(py, |state| match state {
            Some(state) => work(state),
            None => Err(PyValueError::new_err("I/O operation on closed file.")),
        })
    }

    fn needs_seekable(&self, py: Python<'_>) -> PyResult<()> {
        if is_seekable(self.source.bind(py))? {
            return Ok(());
        }
        let class = py.import("io")?.getattr("UnsupportedOperation")?;
        Err(PyErr::from_value(class.call1(("the source cannot be sought in",))?))
    }
}

#[pymethods]
impl Reader {
    /// That of the source, if it has one.
    #[getter]
    fn name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.source.bind(py).getattr("name")
    }

    /// So many bytes, or those up to the end.
    #[pyo3(signature = (size, /))]
    fn read<'py>(&self, py: Python<'py>, size: Option<usize>) -> PyResult<Bound<'py, PyBytes>> {
        self.with(py, |state| state.read(py, size.unwrap_or(usize::MAX)))
    }

    /// What is open, as far as there is room for it.
    #[pyo3(signature = (out, /))]
    fn readinto(&self, py: Python<'_>, mut out: Output) -> PyResult<usize> {
        self.with(py, |state| {
            let piece = state.piece(py, out.len())?;
            let bytes = piece.as_bytes();
            out.put(bytes);
            Ok(bytes.len())
        })
    }

    /// What is open, which stays to be read.
    fn peek<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.with(py, |state| match &state.ahead {
            Some(ahead) => Ok(ahead.bind(py).clone()),
            None => state.peek(py, usize::MAX).map_err(|error| raised(py, error, None)),
        })
    }

    fn seekable(&self, py: Python<'_>) -> PyResult<bool> {
        is_seekable(self.source.bind(py))
    }

    #[pyo3(signature = (offset, whence, /))]
    fn seek(&self, py: Python<'_>, offset: i64, whence: i32) -> PyResult<u64> {
        self.needs_seekable(py)?;
        self.with(py, |state| {
            let to = match whence {
                0 => SeekFrom::Start(
                    u64::try_from(offset)
                        .map_err(|_| PyValueError::new_err(format!("negative seek position {offset}")))?,
                ),
                1 => SeekFrom::Current(offset.saturating_sub_unsigned(state.ahead_len(py))),
                2 => SeekFrom::End(offset),
                _ => {
                    return Err(PyValueError::new_err(format!(
                        "invalid whence ({whence}, should be 0, 1 or 2)"
                    )));
                }
            };
            state.go(py, |reader| reader.seek(to))
        })
    }

    fn tell(&self, py: Python<'_>) -> PyResult<u64> {
        self.with(py, |state| {
            let position = state.reader.stream_position().map_err(|error| raised(py, error, None))?;
            Ok(position.saturating_sub(state.ahead_len(py)))
        })
    }

    /// Authenticates that the stream has its end, and gives the length of the plaintext.
    fn verify_end(&self, py: Python<'_>) -> PyResult<u64> {
        self.needs_seekable(py)?;
        self.with(py, |state| {
            state.left = 0;
            let State { reader, .. } = state;
            py.detach(|| reader.verify_end()).map_err(|error| raised(py, error, None))
        })
    }

    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.state.with(py, |state| {
            *state = None;
            Ok(())
        })
    }
}

impl State {
    fn ahead_len(&self, py: Python<'_>) -> u64 {
        self.ahead.as_ref().map_or(0, |ahead| ahead.as_bytes(py).len() as u64)
    }

    fn read<'py>(&mut self, py: Python<'py>, mut wanted: usize) -> PyResult<Bound<'py, PyBytes>> {
        let mut pieces = Vec::new();
        while wanted > 0 || pieces.is_empty() {
            let piece = match self.ahead(py, wanted) {
                Some(piece) => Ok(piece),
                None => self.open_piece(py, wanted),
            };
            match piece {
                Ok(piece) => {
                    let len = piece.as_bytes().len();
                    wanted -= len;
                    pieces.push(piece);
                    if len == 0 {
                        break;
                    }
                }
                Err(error) => {
                    // What is authentic and was not handed out comes when the source is asked again. After an
                    // error of the library that is the end, and no more comes.
                    if Error::inside(&error).is_none() {
                        self.ahead =
                            Some(join(py, pieces)?.unbind()).filter(|it| !it.as_bytes(py).is_empty());
                    }
                    return Err(raised(py, error, None));
                }
            }
        }
        join(py, pieces)
    }

    /// At most so many bytes of one chunk; none at the end.
    fn piece<'py>(&mut self, py: Python<'py>, most: usize) -> PyResult<Bound<'py, PyBytes>> {
        match self.ahead(py, most) {
            Some(piece) => Ok(piece),
            None => self.open_piece(py, most).map_err(|error| raised(py, error, None)),
        }
    }

    fn ahead<'py>(&mut self, py: Python<'py>, most: usize) -> Option<Bound<'py, PyBytes>> {
        let all = self.ahead.take()?.into_bound(py);
        if all.as_bytes().len() <= most {
            return Some(all);
        }
        let (now, later) = all.as_bytes().split_at(most);
        self.ahead = Some(PyBytes::new(py, later).unbind());
        Some(PyBytes::new(py, now))
    }

    fn open_piece<'py>(&mut self, py: Python<'py>, most: usize) -> io::Result<Bound<'py, PyBytes>> {
        if most == 0 {
            return Ok(PyBytes::new(py, &[]));
        }
        let piece = self.peek(py, most)?;
        let len = piece.as_bytes().len();
        self.reader.consume(len);
        self.left -= len;
        Ok(piece)
    }

    fn peek<'py>(&mut self, py: Python<'py>, most: usize) -> io::Result<Bound<'py, PyBytes>> {
        if self.left == 0 {
            // Other threads run while a chunk is opened, and the source lets go of the GIL as it does.
            let reader = &mut self.reader;
            self.left = py.detach(|| reader.fill_buf().map(<[u8]>::len))?;
        }
        if self.left == 0 {
            return Ok(PyBytes::new(py, &[]));
        }
        // It is open, so nothing is read.
        let open = self.reader.fill_buf()?;
        Ok(PyBytes::new(py, &open[..open.len().min(most)]))
    }

    /// Goes elsewhere. Where that fails nothing has moved.
    fn go(
        &mut self,
        py: Python<'_>,
        seek: impl FnOnce(&mut StreamReader<Source>) -> io::Result<u64> + Send,
    ) -> PyResult<u64> {
        self.left = 0;
        let reader = &mut self.reader;
        let position = py.detach(|| seek(reader)).map_err(|error| raised(py, error, None))?;
        self.ahead = None;
        Ok(position)
    }
}

fn join<'py>(py: Python<'py>, mut pieces: Vec<Bound<'py, PyBytes>>) -> PyResult<Bound<'py, PyBytes>> {
    // The last one is empty where the end was reached.
    if pieces.len() > 1 {
        pieces.retain(|piece| !piece.as_bytes().is_empty());
    }
    match pieces.as_slice() {
        [one] => Ok(one.clone()),
        _ => {
            let all = PyBytes::new(py, &[]).call_method1("join", (PyList::new(py, pieces)?,))?;
            Ok(all.cast_into()?)
        }
    }
}
