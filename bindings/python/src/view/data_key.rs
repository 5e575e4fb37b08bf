//! Keys for other programs.

use super::batch::run;
use super::columns::{Columns, Errors, Inputs};
use crate::aad::{Aad, ContextArgument};
use crate::buffer::Load;
use crate::column::{Column, items};
use crate::errors::OrRaise;
use crate::given::{Given, Stray, Whole, only};
use crate::info::DataKey;
use crate::options::VersionNumber;
use crate::view::{View, said};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use strongroom::{DataKeySize, Item};

#[pymethods]
impl View {
    /// A fresh key of `size` bytes for another program to encrypt with, in the clear and encrypted.
    #[pyo3(signature = (
        size=Given(None), *, aad=Given(None), context=Given(None), version=Given(None), **others
    ))]
    #[pyo3(text_signature = "($self, size=..., *, aad=..., context=..., version=...)")]
    fn data_key(
        &self,
        py: Python<'_>,
        size: Given<Whole<usize>>,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        version: Given<VersionNumber>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<DataKey> {
        only("View.data_key", Stray(false), others, &["size", "aad", "context", "version"])?;
        let size =
            size.0.map_or(Ok(DataKeySize::default()), |size| DataKeySize::from_bytes(size.0)).or_raise(py)?;
        let item = said(Item::data_key(size), aad.0.as_ref(), context.0.as_ref(), version.0).or_raise(py)?;
        self.call(py, Load::Bytes(0), |view| view.data_key_item(&item)).map(|key| DataKey::new(py, &key))
    }

    /// `data_key` of each size.
    #[pyo3(signature = (
        sizes, *, aad=Given(None), context=Given(None), version=Given(None), errors="raise", **others
    ))]
    #[pyo3(text_signature = "($self, sizes, *, aad=..., context=..., version=..., errors='raise')")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn data_key_batch<'py>(
        &self,
        py: Python<'py>,
        sizes: &Bound<'py, PyAny>,
        aad: Given<Column<'py>>,
        context: Given<Column<'py>>,
        version: Given<Column<'py>>,
        errors: &str,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyList>> {
        only("View.data_key_batch", Stray(false), others, &["sizes", "aad", "context", "version", "errors"])?;
        let sizes = items(sizes)?;
        let errors = Errors::named(errors)?;
        let inputs = Inputs::Sizes(errors.items(&sizes)?);
        let columns = Columns { aad, context, version, ..Columns::default() };
        let options = columns.read(sizes.len())?;
        run(
            py,
            self,
            inputs,
            &options,
            errors,
            |view, items| view.data_key_batch(items),
            |key| Bound::new(py, DataKey::new(py, &key)).map(Bound::into_any),
        )
    }
}
