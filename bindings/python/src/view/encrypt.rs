//! Encrypting.

use crate::aad::{Aad, ContextArgument};
use crate::buffer::{Bytes, Load, Output, new_bytes};
use crate::errors::OrRaise;
use crate::options::VersionNumber;
use crate::text::ascii;
use crate::view::{IN_PLACE_FROM, View, said};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use strongroom::{Error, Item};

#[pymethods]
impl View {
    /// Encrypts bytes. The ciphertext is text, names the version, and opens with the same aad only.
    #[pyo3(signature = (plaintext, *, aad=None, context=None, version=None))]
    fn encrypt<'py>(
        &self,
        py: Python<'py>,
        plaintext: Bytes<'_>,
        aad: Option<Aad<'_>>,
        context: Option<ContextArgument>,
        version: Option<VersionNumber>,
    ) -> PyResult<Bound<'py, PyString>> {
        let plaintext = self.settled(plaintext);
        let item = said(Item::plaintext(plaintext.as_slice()), aad.as_ref(), context.as_ref(), version).or_raise(py)?;
        let text = self.call(py, plaintext.load(), |view| view.encrypt_item(&item)).or_raise(py)?;
        ascii(py, text.as_bytes())
    }

    /// `encrypt` to the compact binary form.
    #[pyo3(signature = (plaintext, *, aad=None, context=None, version=None))]
    fn encrypt_binary<'py>(
        &self,
        py: Python<'py>,
        plaintext: Bytes<'_>,
        aad: Option<Aad<'_>>,
        context: Option<ContextArgument>,
        version: Option<VersionNumber>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let plaintext = self.settled(plaintext);
        let item = said(Item::plaintext(plaintext.as_slice()), aad.as_ref(), context.as_ref(), version).or_raise(py)?;
        if plaintext.as_slice().len() >= IN_PLACE_FROM {
            let len = self.call(py, Load::Held, |view| view.encrypted_binary_len(&item)).or_raise(py)?;
            let mut written = Ok(0);
            let result = new_bytes(py, len, |out| {
                written = self.call(py, plaintext.load(), |view| view.encrypt_into_item(&item, out));
                Ok(())
            })?;
            // A rotation to another type in between may have changed the length; then it is done once more below.
            match written {
                Ok(written) if written == len => return Ok(result),
                Ok(_) | Err(Error::BufferTooSmall { .. }) => {}
                Err(error) => return Err(error).or_raise(py),
            }
        }
        let binary = self.call(py, plaintext.load(), |view| view.encrypt_binary_item(&item)).or_raise(py)?;
        Ok(PyBytes::new(py, &binary))
    }

    /// `encrypt_binary` into a writable buffer; returns the length.
    #[pyo3(signature = (plaintext, out, *, aad=None, context=None, version=None))]
    fn encrypt_into(
        &self,
        py: Python<'_>,
        plaintext: Bytes<'_>,
        out: Output,
        aad: Option<Aad<'_>>,
        context: Option<ContextArgument>,
        version: Option<VersionNumber>,
    ) -> PyResult<usize> {
        let plaintext = self.apart(plaintext, &out);
        let item = said(Item::plaintext(plaintext.as_slice()), aad.as_ref(), context.as_ref(), version).or_raise(py)?;
        self.write(py, out, |view, out| view.encrypt_into_item(&item, out))
    }
}
