//! Macs.

use super::batch::run;
use super::columns::{Columns, Errors, Inputs};
use crate::aad::ContextArgument;
use crate::buffer::Bytes;
use crate::column::{Column, items, same_length};
use crate::errors::OrRaise;
use crate::given::{Given, Stray, given, only};
use crate::options::{Named, VersionNumber};
use crate::text::{Text, ascii};
use crate::view::{View, said};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};
use strongroom::{HashAlgorithm, Item};

#[pymethods]
impl View {
    /// A mac of a message.
    #[pyo3(signature = (message, *, context=Given(None), version=Given(None), hash=Given(None), **others))]
    #[pyo3(text_signature = "($self, message, *, context=..., version=..., hash=...)")]
    fn hmac<'py>(
        &self,
        py: Python<'py>,
        message: Bytes<'_>,
        context: Given<ContextArgument>,
        version: Given<VersionNumber>,
        hash: Given<Named<HashAlgorithm>>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyString>> {
        only("View.hmac", Stray(false), others, &["message", "context", "version", "hash"])?;
        let message = self.settled(message);
        let item =
            said(Item::message(message.as_slice()), None, context.0.as_ref(), version.0).or_raise(py)?;
        let item = given(item, hash.0, |item, hash| item.hash(hash.0));
        let text = self.call(py, message.load(), |view| view.hmac_item(&item))?;
        ascii(py, text.as_bytes())
    }

    /// Verifies a mac: returns, or raises.
    #[pyo3(signature = (message, mac, *, context=Given(None), hash=Given(None), **others))]
    #[pyo3(text_signature = "($self, message, mac, *, context=..., hash=...)")]
    fn verify_hmac(
        &self,
        py: Python<'_>,
        message: Bytes<'_>,
        mac: Text<'_>,
        context: Given<ContextArgument>,
        hash: Given<Named<HashAlgorithm>>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        only("View.verify_hmac", Stray(false), others, &["message", "mac", "context", "hash"])?;
        let message = self.settled(message);
        let mac = mac.get().or_raise(py)?;
        let item =
            said(Item::signed(message.as_slice(), mac), None, context.0.as_ref(), None).or_raise(py)?;
        let item = given(item, hash.0, |item, hash| item.hash(hash.0));
        self.call_on(py, mac, message.load(), |view| view.verify_hmac_item(&item))
    }

    /// `hmac` of each.
    #[pyo3(signature = (
        messages, *, context=Given(None), version=Given(None), hash=Given(None), errors="raise", **others
    ))]
    #[pyo3(text_signature = "($self, messages, *, context=..., version=..., hash=..., errors='raise')")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn hmac_batch<'py>(
        &self,
        py: Python<'py>,
        messages: &Bound<'py, PyAny>,
        context: Given<Column<'py>>,
        version: Given<Column<'py>>,
        hash: Given<Column<'py>>,
        errors: &str,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyList>> {
        only("View.hmac_batch", Stray(false), others, &["messages", "context", "version", "hash", "errors"])?;
        let messages = items(messages)?;
        let errors = Errors::named(errors)?;
        let inputs = Inputs::Messages(errors.items(&messages)?);
        let columns = Columns { context, version, hash, ..Columns::default() };
        let options = columns.read(messages.len())?;
        run(
            py,
            self,
            inputs,
            &options,
            errors,
            |view, items| view.hmac_batch(items),
            |text| Ok(ascii(py, text.as_bytes())?.into_any()),
        )
    }

    /// `verify_hmac` of each: `None` where the mac fits.
    #[pyo3(signature = (messages, macs, *, context=Given(None), hash=Given(None), errors="raise", **others))]
    #[pyo3(text_signature = "($self, messages, macs, *, context=..., hash=..., errors='raise')")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn verify_hmac_batch<'py>(
        &self,
        py: Python<'py>,
        messages: &Bound<'py, PyAny>,
        macs: &Bound<'py, PyAny>,
        context: Given<Column<'py>>,
        hash: Given<Column<'py>>,
        errors: &str,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyList>> {
        only(
            "View.verify_hmac_batch",
            Stray(false),
            others,
            &["messages", "macs", "context", "hash", "errors"],
        )?;
        let (messages, macs) = (items(messages)?, items(macs)?);
        same_length(macs.len(), messages.len())?;
        let errors = Errors::named(errors)?;
        let inputs = Inputs::Signed(errors.items(&messages)?, errors.items(&macs)?);
        let columns = Columns { context, hash, ..Columns::default() };
        let options = columns.read(messages.len())?;
        run(
            py,
            self,
            inputs,
            &options,
            errors,
            |view, items| view.verify_hmac_batch(items),
            |()| Ok(py.None().into_bound(py)),
        )
    }
}
