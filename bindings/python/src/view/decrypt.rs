//! Decrypting.

use super::batch::run;
use super::columns::{Columns, Errors, Inputs};
use crate::aad::{Aad, ContextArgument};
use crate::buffer::{Binary, Load, Output, new_bytes};
use crate::column::{Column, items};
use crate::errors::{OrRaise, exception};
use crate::given::{Given, Stray, only};
use crate::text::Text;
use crate::view::{IN_PLACE_FROM, View, said};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use strongroom::{Error, Item};

#[pymethods]
impl View {
    /// Decrypts a text.
    #[pyo3(signature = (ciphertext, stray=Stray(false), *, aad=Given(None), context=Given(None), **others))]
    #[pyo3(text_signature = "($self, ciphertext, *, aad=..., context=...)")]
    fn decrypt<'py>(
        &self,
        py: Python<'py>,
        ciphertext: Text<'_>,
        stray: Stray,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        only("View.decrypt", stray, others, &["ciphertext", "aad", "context"])?;
        let text = ciphertext.get().or_raise(py)?;
        let item = said(Item::ciphertext(text), aad.0.as_ref(), context.0.as_ref(), None).or_raise(py)?;
        let plaintext = self.call_on(py, text, Load::Bytes(text.len()), |view| view.decrypt_item(&item))?;
        Ok(PyBytes::new(py, plaintext.expose()))
    }

    /// Decrypts the binary form.
    #[pyo3(signature = (ciphertext, stray=Stray(false), *, aad=Given(None), context=Given(None), **others))]
    #[pyo3(text_signature = "($self, ciphertext, *, aad=..., context=...)")]
    fn decrypt_binary<'py>(
        &self,
        py: Python<'py>,
        ciphertext: Binary<'_>,
        stray: Stray,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        only("View.decrypt_binary", stray, others, &["ciphertext", "aad", "context"])?;
        let ciphertext = self.settled(ciphertext.0);
        let item = said(Item::binary(ciphertext.as_slice()), aad.0.as_ref(), context.0.as_ref(), None)
            .or_raise(py)?;
        if ciphertext.as_slice().len() >= IN_PLACE_FROM {
            let given = ciphertext.as_slice();
            let len = self.call_on_binary(py, given, Load::Held, |view| view.decrypted_len(&item))?;
            let mut answer = (Ok(0), None);
            let result = new_bytes(py, len, |out| {
                answer = self.attempt(py, ciphertext.load(), |view| view.decrypt_into_item(&item, out))?;
                Ok(())
            })?;
            // Memory that another process changes may name another version by now, which is of another
            // length; then it is read once more below.
            match answer {
                (Ok(written), _) if written == len => return Ok(result),
                (Ok(_) | Err(Error::BufferTooSmall { .. }), _) => {}
                (Err(error), raised) => return Err(exception(py, &error, raised.as_ref())),
            }
        }
        let (given, load) = (ciphertext.as_slice(), ciphertext.load());
        let plaintext = self.call_on_binary(py, given, load, |view| view.decrypt_item(&item))?;
        Ok(PyBytes::new(py, plaintext.expose()))
    }

    /// `decrypt_binary` into a writable buffer, which its owner can wipe; returns the length.
    #[pyo3(signature = (ciphertext, out, *, aad=Given(None), context=Given(None), **others))]
    #[pyo3(text_signature = "($self, ciphertext, out, *, aad=..., context=...)")]
    fn decrypt_into(
        &self,
        py: Python<'_>,
        ciphertext: Binary<'_>,
        out: Output,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<usize> {
        only("View.decrypt_into", Stray(false), others, &["ciphertext", "out", "aad", "context"])?;
        let ciphertext = self.apart(ciphertext.0, &out);
        let item = said(Item::binary(ciphertext.as_slice()), aad.0.as_ref(), context.0.as_ref(), None)
            .or_raise(py)?;
        self.write(py, out, &ciphertext, |view, out| view.decrypt_into_item(&item, out))
    }

    /// `decrypt` of each.
    #[pyo3(signature = (
        ciphertexts, stray=Stray(false), *, aad=Given(None), context=Given(None), errors="raise", **others
    ))]
    #[pyo3(text_signature = "($self, ciphertexts, *, aad=..., context=..., errors='raise')")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn decrypt_batch<'py>(
        &self,
        py: Python<'py>,
        ciphertexts: &Bound<'py, PyAny>,
        stray: Stray,
        aad: Given<Column<'py>>,
        context: Given<Column<'py>>,
        errors: &str,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyList>> {
        only("View.decrypt_batch", stray, others, &["ciphertexts", "aad", "context", "errors"])?;
        let ciphertexts = items(ciphertexts)?;
        let errors = Errors::named(errors)?;
        let inputs = Inputs::Ciphertexts(errors.items(&ciphertexts)?);
        let columns = Columns { aad, context, ..Columns::default() };
        let options = columns.read(ciphertexts.len())?;
        run(
            py,
            self,
            inputs,
            &options,
            errors,
            |view, items| view.decrypt_batch(items),
            |plaintext| Ok(PyBytes::new(py, plaintext.expose()).into_any()),
        )
    }

    /// `decrypt_binary` of each.
    #[pyo3(signature = (
        ciphertexts, stray=Stray(false), *, aad=Given(None), context=Given(None), errors="raise", **others
    ))]
    #[pyo3(text_signature = "($self, ciphertexts, *, aad=..., context=..., errors='raise')")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn decrypt_binary_batch<'py>(
        &self,
        py: Python<'py>,
        ciphertexts: &Bound<'py, PyAny>,
        stray: Stray,
        aad: Given<Column<'py>>,
        context: Given<Column<'py>>,
        errors: &str,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyList>> {
        only("View.decrypt_binary_batch", stray, others, &["ciphertexts", "aad", "context", "errors"])?;
        let ciphertexts = items(ciphertexts)?;
        let errors = Errors::named(errors)?;
        let inputs = Inputs::binaries(errors.items(&ciphertexts)?);
        let columns = Columns { aad, context, ..Columns::default() };
        let options = columns.read(ciphertexts.len())?;
        run(
            py,
            self,
            inputs,
            &options,
            errors,
            |view, items| view.decrypt_batch(items),
            |plaintext| Ok(PyBytes::new(py, plaintext.expose()).into_any()),
        )
    }
}
