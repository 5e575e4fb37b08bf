//! Files of any size.

use crate::aad::{Aad, ContextArgument};
use crate::buffer::Load;
use crate::calls;
use crate::errors::OrRaise;
use crate::given::{Given, Stray, Whole, only};
use crate::options::VersionNumber;
use crate::stream::{self, Reader, Sink, Source, Writer, raised};
use crate::view::{View, said};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use strongroom::Item;

#[pymethods]
impl View {
    /// A file object that encrypts what is written to it, of any size, into `sink`.
    #[pyo3(signature = (
        sink, stray=Stray(false), *, aad=Given(None), context=Given(None), version=Given(None),
        threads=Given(None), **others
    ))]
    #[pyo3(text_signature = "($self, sink, *, aad=..., context=..., version=..., threads=...)")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn encrypt_writer<'py>(
        &self,
        py: Python<'py>,
        sink: &Bound<'py, PyAny>,
        stray: Stray,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        version: Given<VersionNumber>,
        threads: Given<Whole<i64>>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let names = ["sink", "aad", "context", "version", "threads"];
        only("View.encrypt_writer", stray, others, &names)?;
        let threads = stream::threads(threads.0)?;
        let item = said(Item::stream(), aad.0.as_ref(), context.0.as_ref(), version.0).or_raise(py)?;
        let written = Sink::new(sink)?;
        let writer = self.call(py, Load::Held, |view| view.encrypt_writer_item(written, &item))?;
        py.import("strongroom.streams")?.getattr("StreamWriter")?.call1((Writer::new(sink, writer, threads),))
    }

    /// A file object from which the plaintext of a stream in `source` is read.
    #[pyo3(signature = (
        source, stray=Stray(false), *, aad=Given(None), context=Given(None), threads=Given(None), **others
    ))]
    #[pyo3(text_signature = "($self, source, *, aad=..., context=..., threads=...)")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn decrypt_reader<'py>(
        &self,
        py: Python<'py>,
        source: &Bound<'py, PyAny>,
        stray: Stray,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        threads: Given<Whole<i64>>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        only("View.decrypt_reader", stray, others, &["source", "aad", "context", "threads"])?;
        let threads = stream::threads(threads.0)?;
        let item = said(Item::stream(), aad.0.as_ref(), context.0.as_ref(), None).or_raise(py)?;
        let reads = Source::new(source)?;
        let (reader, by_seal) =
            self.attempt(py, Load::Held, |view| view.decrypt_reader_item(reads, &item))?;
        let reader = reader.map_err(|error| raised(py, error, by_seal.as_ref()))?;
        let reader = Reader::new(source, reader.threads(threads));
        py.import("strongroom.streams")?.getattr("StreamReader")?.call1((reader,))
    }

    /// The bytes of a stream from `start` to before `stop`, as far as there are any.
    #[pyo3(signature = (source, start, stop, *, aad=Given(None), context=Given(None), **others))]
    #[pyo3(text_signature = "($self, source, start, stop, *, aad=..., context=...)")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn decrypt_range<'py>(
        &self,
        py: Python<'py>,
        source: &Bound<'py, PyAny>,
        start: Whole<u64>,
        stop: Whole<u64>,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let names = ["source", "start", "stop", "aad", "context"];
        only("View.decrypt_range", Stray(false), others, &names)?;
        let item = said(Item::stream(), aad.0.as_ref(), context.0.as_ref(), None).or_raise(py)?;
        let (view, source, range) = (self.inner(), Source::new(source)?, start.0..stop.0);
        let (some, by_seal) = calls::attempt(py, || view.decrypt_range_item(source, range, &item))?;
        let some = some.map_err(|error| raised(py, error, by_seal.as_ref()))?;
        Ok(PyBytes::new(py, some.expose()))
    }

    /// Brings a stream under the latest version: opens every chunk of `source` and writes it to `sink` anew.
    /// Returns the version.
    #[pyo3(signature = (source, sink, *, aad=Given(None), context=Given(None), **others))]
    #[pyo3(text_signature = "($self, source, sink, *, aad=..., context=...)")]
    fn rewrap_stream(
        &self,
        py: Python<'_>,
        source: &Bound<'_, PyAny>,
        sink: &Bound<'_, PyAny>,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<u32> {
        only("View.rewrap_stream", Stray(false), others, &["source", "sink", "aad", "context"])?;
        let item = said(Item::stream(), aad.0.as_ref(), context.0.as_ref(), None).or_raise(py)?;
        let (view, source, sink) = (self.inner(), Source::new(source)?, Sink::new(sink)?);
        let (version, by_seal) = calls::attempt(py, || view.rewrap_stream_item(source, sink, &item))?;
        version.map(|version| version.get()).map_err(|error| raised(py, error, by_seal.as_ref()))
    }
}
