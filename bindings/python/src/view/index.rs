//! Blind indexes: what a column is searched by.

mod asked;
mod batch;
mod needed;

use crate::given::{Given, Stray};
use crate::options::VersionNumber;
use crate::text::{Value, ascii};
use crate::view::View;
use asked::{Asked, Bits, ColumnName, Length, Lengths, Normalization};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};

/// One line for each form: what it takes beside the value, by its name and its type, and how what the library
/// gives is shown.
macro_rules! forms {
    ($(
        $(#[$about:meta])*
        $form:ident $call:tt $signature:tt ($($piece:ident: $kind:ty),*) $show:path;
    )*) => {
        #[pymethods]
        impl View {$(
            $(#[$about])*
            #[pyo3(signature = (
                value, $($piece,)* stray=Stray(false), *, name=Given(None), normalize=Given(None),
                bits=Given(None), version=Given(None), **others
            ))]
            #[pyo3(text_signature = $signature)]
            #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
            fn $form<'py>(
                &self,
                py: Python<'py>,
                value: Value<'_>,
                $($piece: $kind,)*
                stray: Stray,
                name: Given<ColumnName<'_>>,
                normalize: Given<Normalization>,
                bits: Given<Bits>,
                version: Given<VersionNumber>,
                others: Option<&Bound<'_, PyDict>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                asked::only($call, &["value", $(stringify!($piece),)*], stray, others)?;
                let index = Asked { name, normalize, bits, version }.of($call, py)?;
                let value = self.settled(value.0);
                let bytes = value.as_slice();
                let made = self.call(py, value.load(), |view| view.$form(bytes, $($piece.get(),)* &index))?;
                $show(py, made)
            }
        )*}
    };
}

forms! {
    /// What a value is found by: the same for equal values of a column. The text names the version.
    index "View.index" "($self, value, *, name, normalize=..., bits=..., version=...)" () text;
    /// `index` as its bits alone.
    index_binary "View.index_binary" "($self, value, *, name, normalize=..., bits=..., version=...)" ()
        binary;
    /// What to look for a value by: one for each version that may have been written with, the newest first.
    indexes "View.indexes" "($self, value, *, name, normalize=..., bits=..., version=...)" () texts;
    /// `indexes` as their bits alone.
    indexes_binary "View.indexes_binary" "($self, value, *, name, normalize=..., bits=..., version=...)" ()
        binaries;
    /// What a value is found by where its beginnings of these numbers of characters are looked for, sorted.
    index_prefixes "View.index_prefixes"
        "($self, value, lengths, *, name, normalize=..., bits=..., version=...)" (lengths: Lengths) texts;
    /// `index_prefixes` as their bits alone.
    index_prefixes_binary "View.index_prefixes_binary"
        "($self, value, lengths, *, name, normalize=..., bits=..., version=...)" (lengths: Lengths) binaries;
    /// What a value is found by where runs of `n` of its characters are looked for, sorted.
    index_ngrams "View.index_ngrams"
        "($self, value, n, *, name, normalize=..., bits=..., version=...)" (n: Length) texts;
    /// `index_ngrams` as their bits alone.
    index_ngrams_binary "View.index_ngrams_binary"
        "($self, value, n, *, name, normalize=..., bits=..., version=...)" (n: Length) binaries;
    /// What to look by for values that begin so: one for each version, the newest first.
    indexes_prefix "View.indexes_prefix" "($self, value, *, name, normalize=..., bits=..., version=...)" ()
        texts;
    /// `indexes_prefix` as their bits alone.
    indexes_prefix_binary "View.indexes_prefix_binary"
        "($self, value, *, name, normalize=..., bits=..., version=...)" () binaries;
    /// What to look by for values that have this within: for each version, the newest first, its sorted set.
    indexes_ngrams "View.indexes_ngrams"
        "($self, value, n, *, name, normalize=..., bits=..., version=...)" (n: Length) sets_of_texts;
    /// `indexes_ngrams` as their bits alone.
    indexes_ngrams_binary "View.indexes_ngrams_binary"
        "($self, value, n, *, name, normalize=..., bits=..., version=...)" (n: Length) sets_of_binaries;
}

fn text(py: Python<'_>, made: String) -> PyResult<Bound<'_, PyAny>> {
    Ok(ascii(py, made.as_bytes())?.into_any())
}

fn binary(py: Python<'_>, made: Vec<u8>) -> PyResult<Bound<'_, PyAny>> {
    Ok(PyBytes::new(py, &made).into_any())
}

fn texts(py: Python<'_>, made: Vec<String>) -> PyResult<Bound<'_, PyAny>> {
    list(py, made, text)
}

fn binaries(py: Python<'_>, made: Vec<Vec<u8>>) -> PyResult<Bound<'_, PyAny>> {
    list(py, made, binary)
}

fn sets_of_texts(py: Python<'_>, made: Vec<Vec<String>>) -> PyResult<Bound<'_, PyAny>> {
    list(py, made, texts)
}

fn sets_of_binaries(py: Python<'_>, made: Vec<Vec<Vec<u8>>>) -> PyResult<Bound<'_, PyAny>> {
    list(py, made, binaries)
}

fn list<'py, T>(
    py: Python<'py>,
    made: Vec<T>,
    show: impl Fn(Python<'py>, T) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let shown = made.into_iter().map(|one| show(py, one)).collect::<PyResult<Vec<_>>>()?;
    Ok(PyList::new(py, shown)?.into_any())
}
