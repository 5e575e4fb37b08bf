//! How long results will be, before they are made.

use crate::aad::{Aad, ContextArgument};
use crate::buffer::{Binary, Bytes, Load};
use crate::errors::OrRaise;
use crate::given::{Given, Stray, only};
use crate::options::VersionNumber;
use crate::view::{View, said};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use strongroom::Item;

#[pymethods]
impl View {
    /// How many characters `encrypt` would give now. Nothing is encrypted.
    #[pyo3(signature = (plaintext, *, aad=Given(None), context=Given(None), version=Given(None), **others))]
    #[pyo3(text_signature = "($self, plaintext, *, aad=..., context=..., version=...)")]
    fn encrypted_len(
        &self,
        py: Python<'_>,
        plaintext: Bytes<'_>,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        version: Given<VersionNumber>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<usize> {
        only("View.encrypted_len", Stray(false), others, &["plaintext", "aad", "context", "version"])?;
        let plaintext = self.settled(plaintext);
        let item = said(Item::plaintext(plaintext.as_slice()), aad.0.as_ref(), context.0.as_ref(), version.0)
            .or_raise(py)?;
        self.call(py, Load::Held, |view| view.encrypted_len(&item))
    }

    /// How many bytes `encrypt_binary` and `encrypt_into` would give now.
    #[pyo3(signature = (plaintext, *, aad=Given(None), context=Given(None), version=Given(None), **others))]
    #[pyo3(text_signature = "($self, plaintext, *, aad=..., context=..., version=...)")]
    fn encrypted_binary_len(
        &self,
        py: Python<'_>,
        plaintext: Bytes<'_>,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        version: Given<VersionNumber>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<usize> {
        only("View.encrypted_binary_len", Stray(false), others, &["plaintext", "aad", "context", "version"])?;
        let plaintext = self.settled(plaintext);
        let item = said(Item::plaintext(plaintext.as_slice()), aad.0.as_ref(), context.0.as_ref(), version.0)
            .or_raise(py)?;
        self.call(py, Load::Held, |view| view.encrypted_binary_len(&item))
    }

    /// How many bytes `decrypt_binary` and `decrypt_into` would give, if the ciphertext opens: that is not
    /// looked at.
    #[pyo3(signature = (ciphertext, *, aad=Given(None), context=Given(None), **others))]
    #[pyo3(text_signature = "($self, ciphertext, *, aad=..., context=...)")]
    fn decrypted_binary_len(
        &self,
        py: Python<'_>,
        ciphertext: Binary<'_>,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<usize> {
        only("View.decrypted_binary_len", Stray(false), others, &["ciphertext", "aad", "context"])?;
        let ciphertext = self.settled(ciphertext.0);
        let item = said(Item::binary(ciphertext.as_slice()), aad.0.as_ref(), context.0.as_ref(), None)
            .or_raise(py)?;
        self.call_on_binary(py, ciphertext.as_slice(), Load::Held, |view| view.decrypted_len(&item))
    }
}
