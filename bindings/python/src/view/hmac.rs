//! Macs.

use crate::aad::ContextArgument;
use crate::buffer::Bytes;
use crate::errors::OrRaise;
use crate::given::{Given, given};
use crate::options::{Named, VersionNumber};
use crate::text::{Text, ascii};
use crate::view::{View, said};
use pyo3::prelude::*;
use pyo3::types::PyString;
use strongroom::{HashAlgorithm, Item};

#[pymethods]
impl View {
    /// A mac of a message.
    #[pyo3(signature = (message, *, context=Given(None), version=Given(None), hash=Given(None)))]
    fn hmac<'py>(
        &self,
        py: Python<'py>,
        message: Bytes<'_>,
        context: Given<ContextArgument>,
        version: Given<VersionNumber>,
        hash: Given<Named<HashAlgorithm>>,
    ) -> PyResult<Bound<'py, PyString>> {
        let message = self.settled(message);
        let item =
            said(Item::message(message.as_slice()), None, context.0.as_ref(), version.0).or_raise(py)?;
        let item = given(item, hash.0, |item, hash| item.hash(hash.0));
        let text = self.call(py, message.load(), |view| view.hmac_item(&item))?;
        ascii(py, text.as_bytes())
    }

    /// Verifies a mac: returns, or raises.
    #[pyo3(signature = (message, mac, *, context=Given(None), hash=Given(None)))]
    fn verify_hmac(
        &self,
        py: Python<'_>,
        message: Bytes<'_>,
        mac: Text<'_>,
        context: Given<ContextArgument>,
        hash: Given<Named<HashAlgorithm>>,
    ) -> PyResult<()> {
        let message = self.settled(message);
        let mac = mac.get().or_raise(py)?;
        let item =
            said(Item::signed(message.as_slice(), mac), None, context.0.as_ref(), None).or_raise(py)?;
        let item = given(item, hash.0, |item, hash| item.hash(hash.0));
        self.call(py, message.load(), |view| view.verify_hmac_item(&item))
    }
}
