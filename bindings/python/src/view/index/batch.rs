//! Indexes of many values of a column.

use super::asked::{Asked, Bits, ColumnName, Normalization, only};
use super::{binaries, binary, text, texts};
use crate::column::items;
use crate::given::{Given, Stray};
use crate::options::VersionNumber;
use crate::view::View;
use crate::view::batch::in_slices;
use crate::view::columns::{Errors, Inputs};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// One line for each form. They have one name and one way of indexing for all values, since they are those of
/// one column.
macro_rules! batches {
    ($(
        $(#[$about:meta])*
        $form:ident $call:tt $show:path;
    )*) => {
        #[pymethods]
        impl View {$(
            $(#[$about])*
            #[pyo3(signature = (
                values, stray=Stray(false), *, name=Given(None), normalize=Given(None), bits=Given(None),
                version=Given(None), errors="raise", **others
            ))]
            #[pyo3(text_signature = "($self, values, *, name, normalize=..., bits=..., version=..., errors='raise')")]
            #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
            fn $form<'py>(
                &self,
                py: Python<'py>,
                values: &Bound<'py, PyAny>,
                stray: Stray,
                name: Given<ColumnName<'_>>,
                normalize: Given<Normalization>,
                bits: Given<Bits>,
                version: Given<VersionNumber>,
                errors: &str,
                others: Option<&Bound<'_, PyDict>>,
            ) -> PyResult<Bound<'py, PyList>> {
                only($call, &["values", "errors"], stray, others)?;
                let index = Asked { name, normalize, bits, version }.of($call, py)?;
                let values = items(values)?;
                let errors = Errors::named(errors)?;
                let inputs = Inputs::values(errors.items(&values)?);
                in_slices(
                    py,
                    self,
                    inputs,
                    errors,
                    |batch, slice, load| {
                        let value = |at| batch.inputs().value(at);
                        batch.worked(slice, load, value, |view, values| view.$form(values, &index))
                    },
                    |made| $show(py, made),
                )
            }
        )*}
    };
}

batches! {
    /// `index` of each value of a column.
    index_batch "View.index_batch" text;
    /// `index_binary` of each.
    index_binary_batch "View.index_binary_batch" binary;
    /// `indexes` of each.
    indexes_batch "View.indexes_batch" texts;
    /// `indexes_binary` of each.
    indexes_binary_batch "View.indexes_binary_batch" binaries;
}
