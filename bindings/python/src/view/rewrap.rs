//! Bringing ciphertexts under the latest version.

use super::batch::run;
use super::columns::{Columns, Errors, Inputs};
use crate::aad::{Aad, ContextArgument};
use crate::buffer::{Binary, Load};
use crate::column::{Column, items};
use crate::errors::OrRaise;
use crate::given::{Given, Stray, only};
use crate::options::VersionNumber;
use crate::text::{Text, ascii};
use crate::view::{View, said};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyList, PyString};
use strongroom::Item;

#[pymethods]
impl View {
    /// Authenticates a ciphertext and encrypts it anew under the latest version.
    #[pyo3(signature = (
        ciphertext, stray=Stray(false), *, aad=Given(None), context=Given(None), version=Given(None), **others
    ))]
    #[pyo3(text_signature = "($self, ciphertext, *, aad=..., context=..., version=...)")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn rewrap<'py>(
        &self,
        py: Python<'py>,
        ciphertext: Text<'_>,
        stray: Stray,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        version: Given<VersionNumber>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyString>> {
        only("View.rewrap", stray, others, &["ciphertext", "aad", "context", "version"])?;
        let old = ciphertext.get().or_raise(py)?;
        let item = said(Item::ciphertext(old), aad.0.as_ref(), context.0.as_ref(), version.0).or_raise(py)?;
        let text = self.call_on(py, old, Load::Bytes(old.len()), |view| view.rewrap_item(&item))?;
        ascii(py, text.as_bytes())
    }

    /// `rewrap` of the compact binary form.
    #[pyo3(signature = (
        ciphertext, stray=Stray(false), *, aad=Given(None), context=Given(None), version=Given(None), **others
    ))]
    #[pyo3(text_signature = "($self, ciphertext, *, aad=..., context=..., version=...)")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn rewrap_binary<'py>(
        &self,
        py: Python<'py>,
        ciphertext: Binary<'_>,
        stray: Stray,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        version: Given<VersionNumber>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        only("View.rewrap_binary", stray, others, &["ciphertext", "aad", "context", "version"])?;
        let ciphertext = self.settled(ciphertext.0);
        let item = said(Item::binary(ciphertext.as_slice()), aad.0.as_ref(), context.0.as_ref(), version.0)
            .or_raise(py)?;
        let (given, load) = (ciphertext.as_slice(), ciphertext.load());
        let binary = self.call_on_binary(py, given, load, |view| view.rewrap_binary_item(&item))?;
        Ok(PyBytes::new(py, &binary))
    }

    /// Whether a rewrap would change a ciphertext. Only its outside is looked at.
    fn needs_rewrap(&self, py: Python<'_>, ciphertext: Text<'_>) -> PyResult<bool> {
        let text = ciphertext.get().or_raise(py)?;
        self.call_on(py, text, Load::Held, |view| view.needs_rewrap(text))
    }

    /// `needs_rewrap` of the compact binary form.
    fn needs_rewrap_binary(&self, py: Python<'_>, ciphertext: Binary<'_>) -> PyResult<bool> {
        let ciphertext = self.settled(ciphertext.0);
        let binary = ciphertext.as_slice();
        self.call_on_binary(py, binary, Load::Held, |view| view.needs_rewrap_item(&Item::binary(&binary)))
    }

    /// `rewrap` of each.
    #[pyo3(signature = (
        ciphertexts, stray=Stray(false), *, aad=Given(None), context=Given(None), version=Given(None), errors="raise",
        **others
    ))]
    #[pyo3(text_signature = "($self, ciphertexts, *, aad=..., context=..., version=..., errors='raise')")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn rewrap_batch<'py>(
        &self,
        py: Python<'py>,
        ciphertexts: &Bound<'py, PyAny>,
        stray: Stray,
        aad: Given<Column<'py>>,
        context: Given<Column<'py>>,
        version: Given<Column<'py>>,
        errors: &str,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyList>> {
        only("View.rewrap_batch", stray, others, &["ciphertexts", "aad", "context", "version", "errors"])?;
        let ciphertexts = items(ciphertexts)?;
        let errors = Errors::named(errors)?;
        let inputs = Inputs::Ciphertexts(errors.items(&ciphertexts)?);
        let columns = Columns { aad, context, version, ..Columns::default() };
        let options = columns.read(ciphertexts.len())?;
        run(
            py,
            self,
            inputs,
            &options,
            errors,
            |view, items| view.rewrap_batch(items),
            |text| Ok(ascii(py, text.as_bytes())?.into_any()),
        )
    }

    /// `rewrap_binary` of each.
    #[pyo3(signature = (
        ciphertexts, stray=Stray(false), *, aad=Given(None), context=Given(None), version=Given(None), errors="raise",
        **others
    ))]
    #[pyo3(text_signature = "($self, ciphertexts, *, aad=..., context=..., version=..., errors='raise')")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn rewrap_binary_batch<'py>(
        &self,
        py: Python<'py>,
        ciphertexts: &Bound<'py, PyAny>,
        stray: Stray,
        aad: Given<Column<'py>>,
        context: Given<Column<'py>>,
        version: Given<Column<'py>>,
        errors: &str,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyList>> {
        only(
            "View.rewrap_binary_batch",
            stray,
            others,
            &["ciphertexts", "aad", "context", "version", "errors"],
        )?;
        let ciphertexts = items(ciphertexts)?;
        let errors = Errors::named(errors)?;
        let inputs = Inputs::binaries(errors.items(&ciphertexts)?);
        let columns = Columns { aad, context, version, ..Columns::default() };
        let options = columns.read(ciphertexts.len())?;
        run(
            py,
            self,
            inputs,
            &options,
            errors,
            |view, items| view.rewrap_binary_batch(items),
            |binary| Ok(PyBytes::new(py, &binary).into_any()),
        )
    }

    /// `needs_rewrap` of each.
    #[pyo3(signature = (ciphertexts, *, errors="raise", **others))]
    #[pyo3(text_signature = "($self, ciphertexts, *, errors='raise')")]
    fn needs_rewrap_batch<'py>(
        &self,
        py: Python<'py>,
        ciphertexts: &Bound<'py, PyAny>,
        errors: &str,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyList>> {
        only("View.needs_rewrap_batch", Stray(false), others, &["ciphertexts", "errors"])?;
        let ciphertexts = items(ciphertexts)?;
        let errors = Errors::named(errors)?;
        let inputs = Inputs::Ciphertexts(errors.items(&ciphertexts)?);
        let columns = Columns::default();
        let options = columns.read(ciphertexts.len())?;
        run(
            py,
            self,
            inputs,
            &options,
            errors,
            |view, items| view.needs_rewrap_batch(items),
            |needed| Ok(PyBool::new(py, needed).to_owned().into_any()),
        )
    }

    /// `needs_rewrap_binary` of each.
    #[pyo3(signature = (ciphertexts, *, errors="raise", **others))]
    #[pyo3(text_signature = "($self, ciphertexts, *, errors='raise')")]
    fn needs_rewrap_binary_batch<'py>(
        &self,
        py: Python<'py>,
        ciphertexts: &Bound<'py, PyAny>,
        errors: &str,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyList>> {
        only("View.needs_rewrap_binary_batch", Stray(false), others, &["ciphertexts", "errors"])?;
        let ciphertexts = items(ciphertexts)?;
        let errors = Errors::named(errors)?;
        let inputs = Inputs::binaries(errors.items(&ciphertexts)?);
        let columns = Columns::default();
        let options = columns.read(ciphertexts.len())?;
        run(
            py,
            self,
            inputs,
            &options,
            errors,
            |view, items| view.needs_rewrap_batch(items),
            |needed| Ok(PyBool::new(py, needed).to_owned().into_any()),
        )
    }
}
