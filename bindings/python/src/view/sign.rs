//! Signatures.

use crate::aad::ContextArgument;
use crate::buffer::{Bytes, Load};
use crate::errors::OrRaise;
use crate::options::{Named, VersionNumber};
use crate::spec::given;
use crate::text::{Text, ascii};
use crate::view::{View, said};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use strongroom::{HashAlgorithm, Item, SignatureForm};

#[pymethods]
impl View {
    /// Signs a message.
    #[pyo3(signature = (message, *, context=None, version=None, form=None, hash=None))]
    fn sign<'py>(
        &self,
        py: Python<'py>,
        message: Bytes<'_>,
        context: Option<ContextArgument>,
        version: Option<VersionNumber>,
        form: Option<Named<SignatureForm>>,
        hash: Option<Named<HashAlgorithm>>,
    ) -> PyResult<Bound<'py, PyString>> {
        let message = self.settled(message);
        let item = said(Item::message(message.as_slice()), None, context.as_ref(), version).or_raise(py)?;
        let item = given(given(item, form, |item, form| item.form(form.0)), hash, |item, hash| item.hash(hash.0));
        let text = self.call(py, message.load(), |view| view.sign_item(&item)).or_raise(py)?;
        ascii(py, text.as_bytes())
    }

    /// Verifies a signature: returns, or raises.
    #[pyo3(signature = (message, signature, *, context=None, form=None, hash=None))]
    fn verify(
        &self,
        py: Python<'_>,
        message: Bytes<'_>,
        signature: Text<'_>,
        context: Option<ContextArgument>,
        form: Option<Named<SignatureForm>>,
        hash: Option<Named<HashAlgorithm>>,
    ) -> PyResult<()> {
        let message = self.settled(message);
        let signature = signature.get().or_raise(py)?;
        let item = said(Item::signed(message.as_slice(), signature), None, context.as_ref(), None).or_raise(py)?;
        let item = given(given(item, form, |item, form| item.form(form.0)), hash, |item, hash| item.hash(hash.0));
        self.call(py, message.load(), |view| view.verify_item(&item)).or_raise(py)
    }

    /// The public key of a version, the latest unless given.
    #[pyo3(signature = (version=None))]
    fn public_key<'py>(&self, py: Python<'py>, version: Option<VersionNumber>) -> PyResult<Bound<'py, PyBytes>> {
        let version = version.map(|version| version.0).transpose().or_raise(py)?;
        let key = self.call(py, Load::Bytes(0), |view| view.public_key(version)).or_raise(py)?;
        Ok(PyBytes::new(py, &key))
    }
}
