//! Encrypting.

use super::batch::run;
use super::columns::{Columns, Errors, Inputs};
use crate::aad::{Aad, ContextArgument};
use crate::buffer::{Bytes, Load, Output, new_bytes};
use crate::column::{Column, items};
use crate::errors::{OrRaise, exception};
use crate::given::{Given, Stray, only};
use crate::kept::Kept;
use crate::options::VersionNumber;
use crate::text::ascii;
use crate::view::{IN_PLACE_FROM, View, said};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};
use strongroom::{Error, Item};

#[pymethods]
impl View {
    /// Encrypts bytes. The ciphertext is text, names the version, and opens with the same aad only.
    #[pyo3(signature = (
        plaintext, stray=Stray(false), *, aad=Given(None), context=Given(None), version=Given(None), **others
    ))]
    #[pyo3(text_signature = "($self, plaintext, *, aad=..., context=..., version=...)")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn encrypt<'py>(
        &self,
        py: Python<'py>,
        plaintext: Bytes<'_>,
        stray: Stray,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        version: Given<VersionNumber>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyString>> {
        only("View.encrypt", stray, others, &["plaintext", "aad", "context", "version"])?;
        let plaintext = self.settled(plaintext);
        let item = said(Item::plaintext(plaintext.as_slice()), aad.0.as_ref(), context.0.as_ref(), version.0)
            .or_raise(py)?;
        if plaintext.as_slice().len() >= IN_PLACE_FROM {
            let mut kept = Kept::take();
            let made = self.call(py, plaintext.load(), |view| {
                kept.fill(|out| view.encrypt_text_into_item(&item, out))
            })?;
            if let Some(len) = made {
                return ascii(py, kept.start(len));
            }
        }
        let text = self.call(py, plaintext.load(), |view| view.encrypt_item(&item))?;
        ascii(py, text.as_bytes())
    }

    /// `encrypt` to the compact binary form.
    #[pyo3(signature = (
        plaintext, stray=Stray(false), *, aad=Given(None), context=Given(None), version=Given(None), **others
    ))]
    #[pyo3(text_signature = "($self, plaintext, *, aad=..., context=..., version=...)")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn encrypt_binary<'py>(
        &self,
        py: Python<'py>,
        plaintext: Bytes<'_>,
        stray: Stray,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        version: Given<VersionNumber>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        only("View.encrypt_binary", stray, others, &["plaintext", "aad", "context", "version"])?;
        let plaintext = self.settled(plaintext);
        let item = said(Item::plaintext(plaintext.as_slice()), aad.0.as_ref(), context.0.as_ref(), version.0)
            .or_raise(py)?;
        if plaintext.as_slice().len() >= IN_PLACE_FROM {
            let len = self.call(py, Load::Held, |view| view.encrypted_binary_len(&item))?;
            let mut answer = (Ok(0), None);
            let result = new_bytes(py, len, |out| {
                answer = self.attempt(py, plaintext.load(), |view| view.encrypt_into_item(&item, out))?;
                Ok(())
            })?;
            // A rotation to another type in between may have changed the length; then it is done once more
            // below.
            match answer {
                (Ok(written), _) if written == len => return Ok(result),
                (Ok(_) | Err(Error::BufferTooSmall { .. }), _) => {}
                (Err(error), raised) => return Err(exception(py, &error, raised.as_ref())),
            }
        }
        let binary = self.call(py, plaintext.load(), |view| view.encrypt_binary_item(&item))?;
        Ok(PyBytes::new(py, &binary))
    }

    /// `encrypt_binary` into a writable buffer; returns the length.
    #[pyo3(signature = (
        plaintext, out, *, aad=Given(None), context=Given(None), version=Given(None), **others
    ))]
    #[pyo3(text_signature = "($self, plaintext, out, *, aad=..., context=..., version=...)")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn encrypt_into(
        &self,
        py: Python<'_>,
        plaintext: Bytes<'_>,
        out: Output,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        version: Given<VersionNumber>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<usize> {
        only("View.encrypt_into", Stray(false), others, &["plaintext", "out", "aad", "context", "version"])?;
        let plaintext = self.apart(plaintext, &out);
        let item = said(Item::plaintext(plaintext.as_slice()), aad.0.as_ref(), context.0.as_ref(), version.0)
            .or_raise(py)?;
        self.write(py, out, &plaintext, |view, out| view.encrypt_into_item(&item, out))
    }

    /// `encrypt` of each. An option is one for all, or a column with one for each.
    #[pyo3(signature = (
        plaintexts, stray=Stray(false), *, aad=Given(None), context=Given(None), version=Given(None), errors="raise",
        **others
    ))]
    #[pyo3(text_signature = "($self, plaintexts, *, aad=..., context=..., version=..., errors='raise')")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn encrypt_batch<'py>(
        &self,
        py: Python<'py>,
        plaintexts: &Bound<'py, PyAny>,
        stray: Stray,
        aad: Given<Column<'py>>,
        context: Given<Column<'py>>,
        version: Given<Column<'py>>,
        errors: &str,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyList>> {
        only("View.encrypt_batch", stray, others, &["plaintexts", "aad", "context", "version", "errors"])?;
        let plaintexts = items(plaintexts)?;
        let errors = Errors::named(errors)?;
        let inputs = Inputs::Plaintexts(errors.items(&plaintexts)?);
        let columns = Columns { aad, context, version, ..Columns::default() };
        let options = columns.read(plaintexts.len())?;
        run(
            py,
            self,
            inputs,
            &options,
            errors,
            |view, items| view.encrypt_batch(items),
            |text| Ok(ascii(py, text.as_bytes())?.into_any()),
        )
    }

    /// `encrypt_binary` of each.
    #[pyo3(signature = (
        plaintexts, stray=Stray(false), *, aad=Given(None), context=Given(None), version=Given(None), errors="raise",
        **others
    ))]
    #[pyo3(text_signature = "($self, plaintexts, *, aad=..., context=..., version=..., errors='raise')")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn encrypt_binary_batch<'py>(
        &self,
        py: Python<'py>,
        plaintexts: &Bound<'py, PyAny>,
        stray: Stray,
        aad: Given<Column<'py>>,
        context: Given<Column<'py>>,
        version: Given<Column<'py>>,
        errors: &str,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyList>> {
        only(
            "View.encrypt_binary_batch",
            stray,
            others,
            &["plaintexts", "aad", "context", "version", "errors"],
        )?;
        let plaintexts = items(plaintexts)?;
        let errors = Errors::named(errors)?;
        let inputs = Inputs::Plaintexts(errors.items(&plaintexts)?);
        let columns = Columns { aad, context, version, ..Columns::default() };
        let options = columns.read(plaintexts.len())?;
        run(
            py,
            self,
            inputs,
            &options,
            errors,
            |view, items| view.encrypt_binary_batch(items),
            |binary| Ok(PyBytes::new(py, &binary).into_any()),
        )
    }
}
