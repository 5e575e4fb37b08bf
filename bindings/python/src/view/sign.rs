//! Signatures.

use super::batch::run;
use super::columns::{Columns, Errors, Inputs};
use crate::aad::ContextArgument;
use crate::buffer::{Bytes, Load};
use crate::column::{Column, items, same_length};
use crate::errors::OrRaise;
use crate::given::Given;
use crate::options::{Named, PublicKeyFormat, VersionNumber};
use crate::signing::{Hashed, Salt, Signing};
use crate::text::{Text, ascii};
use crate::view::{View, said};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use strongroom::{Item, RsaPadding, SignatureForm};

#[pymethods]
impl View {
    /// Signs a message.
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        message, *, context=Given(None), version=Given(None), form=Given(None), hash=Given(None),
        prehashed=Given(None), padding=Given(None), salt_length=Given(None)
    ))]
    fn sign<'py>(
        &self,
        py: Python<'py>,
        message: Bytes<'_>,
        context: Given<ContextArgument>,
        version: Given<VersionNumber>,
        form: Given<Named<SignatureForm>>,
        hash: Given<Named<Hashed>>,
        prehashed: Given<bool>,
        padding: Given<Named<RsaPadding>>,
        salt_length: Given<Salt>,
    ) -> PyResult<Bound<'py, PyString>> {
        let message = self.settled(message);
        let item =
            said(Item::message(message.as_slice()), None, context.0.as_ref(), version.0).or_raise(py)?;
        let signing = Signing { form, hash, prehashed, padding, salt_length };
        let item = signing.on(item).or_raise(py)?;
        let text = self.call(py, message.load(), |view| view.sign_item(&item))?;
        ascii(py, text.as_bytes())
    }

    /// Verifies a signature: returns, or raises.
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        message, signature, *, context=Given(None), form=Given(None), hash=Given(None),
        prehashed=Given(None), padding=Given(None), salt_length=Given(None)
    ))]
    fn verify(
        &self,
        py: Python<'_>,
        message: Bytes<'_>,
        signature: Text<'_>,
        context: Given<ContextArgument>,
        form: Given<Named<SignatureForm>>,
        hash: Given<Named<Hashed>>,
        prehashed: Given<bool>,
        padding: Given<Named<RsaPadding>>,
        salt_length: Given<Salt>,
    ) -> PyResult<()> {
        let message = self.settled(message);
        let signature = signature.get().or_raise(py)?;
        let item =
            said(Item::signed(message.as_slice(), signature), None, context.0.as_ref(), None).or_raise(py)?;
        let signing = Signing { form, hash, prehashed, padding, salt_length };
        let item = signing.on(item).or_raise(py)?;
        self.call(py, message.load(), |view| view.verify_item(&item))
    }

    /// The public key of a version, the latest unless given: bytes as `raw` or `der`, text as `pem` or `jwk`.
    #[pyo3(signature = (version=Given(None), *, format=Given(None)))]
    fn public_key<'py>(
        &self,
        py: Python<'py>,
        version: Given<VersionNumber>,
        format: Given<Named<PublicKeyFormat>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let version = version.0.map(|version| version.0).transpose().or_raise(py)?;
        let key = self.call(py, Load::Bytes(0), |view| view.public_key(version))?;
        Ok(format.0.map_or(PublicKeyFormat::Raw, |format| format.0).write(py, &key))
    }

    /// `sign` of each.
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        messages, *, context=Given(None), version=Given(None), form=Given(None), hash=Given(None),
        prehashed=Given(None), padding=Given(None), salt_length=Given(None), errors="raise"
    ))]
    fn sign_batch<'py>(
        &self,
        py: Python<'py>,
        messages: &Bound<'py, PyAny>,
        context: Given<Column<'py>>,
        version: Given<Column<'py>>,
        form: Given<Column<'py>>,
        hash: Given<Column<'py>>,
        prehashed: Given<Column<'py>>,
        padding: Given<Column<'py>>,
        salt_length: Given<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let messages = items(messages)?;
        let errors = Errors::named(errors)?;
        let inputs = Inputs::Messages(errors.items(&messages)?);
        let columns =
            Columns { context, version, form, hash, prehashed, padding, salt_length, ..Columns::default() };
        let options = columns.read(messages.len())?;
        run(
            py,
            self,
            inputs,
            &options,
            errors,
            |view, items| view.sign_batch(items),
            |text| Ok(ascii(py, text.as_bytes())?.into_any()),
        )
    }

    /// `verify` of each: `None` where the signature fits.
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        messages, signatures, *, context=Given(None), form=Given(None), hash=Given(None),
        prehashed=Given(None), padding=Given(None), salt_length=Given(None), errors="raise"
    ))]
    fn verify_batch<'py>(
        &self,
        py: Python<'py>,
        messages: &Bound<'py, PyAny>,
        signatures: &Bound<'py, PyAny>,
        context: Given<Column<'py>>,
        form: Given<Column<'py>>,
        hash: Given<Column<'py>>,
        prehashed: Given<Column<'py>>,
        padding: Given<Column<'py>>,
        salt_length: Given<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let (messages, signatures) = (items(messages)?, items(signatures)?);
        same_length(signatures.len(), messages.len())?;
        let errors = Errors::named(errors)?;
        let inputs = Inputs::Signed(errors.items(&messages)?, errors.items(&signatures)?);
        let columns = Columns { context, form, hash, prehashed, padding, salt_length, ..Columns::default() };
        let options = columns.read(messages.len())?;
        run(
            py,
            self,
            inputs,
            &options,
            errors,
            |view, items| view.verify_batch(items),
            |()| Ok(py.None().into_bound(py)),
        )
    }
}
