//! Decrypting.

use crate::aad::{Aad, ContextArgument};
use crate::buffer::{Bytes, Load, Output, new_bytes};
use crate::errors::OrRaise;
use crate::text::Text;
use crate::view::{IN_PLACE_FROM, View, said};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use strongroom::Item;

#[pymethods]
impl View {
    /// Decrypts a text.
    #[pyo3(signature = (ciphertext, *, aad=None, context=None))]
    fn decrypt<'py>(&self, py: Python<'py>, ciphertext: Text<'_>, aad: Option<Aad<'_>>, context: Option<ContextArgument>) -> PyResult<Bound<'py, PyBytes>> {
        let item = ciphertext.get().and_then(|text| said(Item::ciphertext(text), aad.as_ref(), context.as_ref(), None)).or_raise(py)?;
        let plaintext = self.call(py, Load::Bytes(ciphertext.len()), |view| view.decrypt_item(&item)).or_raise(py)?;
        Ok(PyBytes::new(py, plaintext.expose()))
    }

    /// Decrypts the binary form.
    #[pyo3(signature = (ciphertext, *, aad=None, context=None))]
    fn decrypt_binary<'py>(
        &self,
        py: Python<'py>,
        ciphertext: Bytes<'_>,
        aad: Option<Aad<'_>>,
        context: Option<ContextArgument>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let ciphertext = self.settled(ciphertext);
        let item = said(Item::binary(ciphertext.as_slice()), aad.as_ref(), context.as_ref(), None).or_raise(py)?;
        if ciphertext.as_slice().len() >= IN_PLACE_FROM {
            let len = self.call(py, Load::Held, |view| view.decrypted_len(&item)).or_raise(py)?;
            return new_bytes(py, len, |out| self.call(py, ciphertext.load(), |view| view.decrypt_into_item(&item, out)).or_raise(py).map(drop));
        }
        let plaintext = self.call(py, ciphertext.load(), |view| view.decrypt_item(&item)).or_raise(py)?;
        Ok(PyBytes::new(py, plaintext.expose()))
    }

    /// `decrypt_binary` into a writable buffer, which its owner can wipe; returns the length.
    #[pyo3(signature = (ciphertext, out, *, aad=None, context=None))]
    fn decrypt_into(&self, py: Python<'_>, ciphertext: Bytes<'_>, out: Output, aad: Option<Aad<'_>>, context: Option<ContextArgument>) -> PyResult<usize> {
        let ciphertext = self.apart(ciphertext, &out);
        let item = said(Item::binary(ciphertext.as_slice()), aad.as_ref(), context.as_ref(), None).or_raise(py)?;
        self.write(py, out, |view, out| view.decrypt_into_item(&item, out))
    }
}
