//! How long results will be, before they are made.

use crate::aad::{Aad, ContextArgument};
use crate::buffer::{Bytes, Load};
use crate::errors::OrRaise;
use crate::given::Given;
use crate::options::VersionNumber;
use crate::view::{View, said};
use pyo3::prelude::*;
use strongroom::Item;

#[pymethods]
impl View {
    /// How many characters `encrypt` would give now. Nothing is encrypted.
    #[pyo3(signature = (plaintext, *, aad=Given(None), context=Given(None), version=Given(None)))]
    fn encrypted_len(
        &self,
        py: Python<'_>,
        plaintext: Bytes<'_>,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        version: Given<VersionNumber>,
    ) -> PyResult<usize> {
        let plaintext = self.settled(plaintext);
        let item = said(Item::plaintext(plaintext.as_slice()), aad.0.as_ref(), context.0.as_ref(), version.0)
            .or_raise(py)?;
        self.call(py, Load::Held, |view| view.encrypted_len(&item))
    }

    /// How many bytes `encrypt_binary` and `encrypt_into` would give now.
    #[pyo3(signature = (plaintext, *, aad=Given(None), context=Given(None), version=Given(None)))]
    fn encrypted_binary_len(
        &self,
        py: Python<'_>,
        plaintext: Bytes<'_>,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        version: Given<VersionNumber>,
    ) -> PyResult<usize> {
        let plaintext = self.settled(plaintext);
        let item = said(Item::plaintext(plaintext.as_slice()), aad.0.as_ref(), context.0.as_ref(), version.0)
            .or_raise(py)?;
        self.call(py, Load::Held, |view| view.encrypted_binary_len(&item))
    }

    /// How many bytes `decrypt_binary` and `decrypt_into` would give, if the ciphertext opens: that is not
    /// looked at.
    #[pyo3(signature = (ciphertext, *, aad=Given(None), context=Given(None)))]
    fn decrypted_binary_len(
        &self,
        py: Python<'_>,
        ciphertext: Bytes<'_>,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
    ) -> PyResult<usize> {
        let ciphertext = self.settled(ciphertext);
        let item = said(Item::binary(ciphertext.as_slice()), aad.0.as_ref(), context.0.as_ref(), None)
            .or_raise(py)?;
        self.call(py, Load::Held, |view| view.decrypted_len(&item))
    }
}
