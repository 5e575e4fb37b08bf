//! The batch of every verb.

use crate::batch::{Column, Columns, Errors, Inputs, items, read, run, same_length};
use crate::info::DataKey;
use crate::text::ascii;
use crate::view::View;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

#[pymethods]
impl View {
    /// `encrypt` of each. An option is one for all, or a column with one for each.
    #[pyo3(signature = (plaintexts, *, aad=None, context=None, version=None, errors="raise"))]
    fn encrypt_batch<'py>(
        &self,
        py: Python<'py>,
        plaintexts: &Bound<'py, PyAny>,
        aad: Option<Column<'py>>,
        context: Option<Column<'py>>,
        version: Option<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let plaintexts = items(plaintexts)?;
        let inputs = Inputs::Plaintexts(self.all_settled(read(&plaintexts)?));
        let columns = Columns { aad, context, version, ..Columns::default() };
        let options = columns.read(plaintexts.len())?;
        run(py, self, &inputs, &options, Errors::named(errors)?, |view, items| view.encrypt_batch(items), |text| Ok(ascii(py, text.as_bytes())?.into_any()))
    }

    /// `decrypt` of each.
    #[pyo3(signature = (ciphertexts, *, aad=None, context=None, errors="raise"))]
    fn decrypt_batch<'py>(
        &self,
        py: Python<'py>,
        ciphertexts: &Bound<'py, PyAny>,
        aad: Option<Column<'py>>,
        context: Option<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let ciphertexts = items(ciphertexts)?;
        let inputs = Inputs::Ciphertexts(read(&ciphertexts)?);
        let columns = Columns { aad, context, ..Columns::default() };
        let options = columns.read(ciphertexts.len())?;
        run(
            py,
            self,
            &inputs,
            &options,
            Errors::named(errors)?,
            |view, items| view.decrypt_batch(items),
            |plaintext| Ok(PyBytes::new(py, plaintext.expose()).into_any()),
        )
    }

    /// `rewrap` of each.
    #[pyo3(signature = (ciphertexts, *, aad=None, context=None, version=None, errors="raise"))]
    fn rewrap_batch<'py>(
        &self,
        py: Python<'py>,
        ciphertexts: &Bound<'py, PyAny>,
        aad: Option<Column<'py>>,
        context: Option<Column<'py>>,
        version: Option<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let ciphertexts = items(ciphertexts)?;
        let inputs = Inputs::Ciphertexts(read(&ciphertexts)?);
        let columns = Columns { aad, context, version, ..Columns::default() };
        let options = columns.read(ciphertexts.len())?;
        run(py, self, &inputs, &options, Errors::named(errors)?, |view, items| view.rewrap_batch(items), |text| Ok(ascii(py, text.as_bytes())?.into_any()))
    }

    /// `sign` of each.
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (messages, *, context=None, version=None, form=None, hash=None, errors="raise"))]
    fn sign_batch<'py>(
        &self,
        py: Python<'py>,
        messages: &Bound<'py, PyAny>,
        context: Option<Column<'py>>,
        version: Option<Column<'py>>,
        form: Option<Column<'py>>,
        hash: Option<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let messages = items(messages)?;
        let inputs = Inputs::Messages(self.all_settled(read(&messages)?));
        let columns = Columns { context, version, form, hash, ..Columns::default() };
        let options = columns.read(messages.len())?;
        run(py, self, &inputs, &options, Errors::named(errors)?, |view, items| view.sign_batch(items), |text| Ok(ascii(py, text.as_bytes())?.into_any()))
    }

    /// `verify` of each: `None` where the signature fits.
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (messages, signatures, *, context=None, form=None, hash=None, errors="raise"))]
    fn verify_batch<'py>(
        &self,
        py: Python<'py>,
        messages: &Bound<'py, PyAny>,
        signatures: &Bound<'py, PyAny>,
        context: Option<Column<'py>>,
        form: Option<Column<'py>>,
        hash: Option<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let (messages, signatures) = (items(messages)?, items(signatures)?);
        same_length(signatures.len(), messages.len())?;
        let inputs = Inputs::Signed(self.all_settled(read(&messages)?), read(&signatures)?);
        let columns = Columns { context, form, hash, ..Columns::default() };
        let options = columns.read(messages.len())?;
        run(py, self, &inputs, &options, Errors::named(errors)?, |view, items| view.verify_batch(items), |()| Ok(py.None().into_bound(py)))
    }

    /// `hmac` of each.
    #[pyo3(signature = (messages, *, context=None, version=None, hash=None, errors="raise"))]
    fn hmac_batch<'py>(
        &self,
        py: Python<'py>,
        messages: &Bound<'py, PyAny>,
        context: Option<Column<'py>>,
        version: Option<Column<'py>>,
        hash: Option<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let messages = items(messages)?;
        let inputs = Inputs::Messages(self.all_settled(read(&messages)?));
        let columns = Columns { context, version, hash, ..Columns::default() };
        let options = columns.read(messages.len())?;
        run(py, self, &inputs, &options, Errors::named(errors)?, |view, items| view.hmac_batch(items), |text| Ok(ascii(py, text.as_bytes())?.into_any()))
    }

    /// `verify_hmac` of each: `None` where the mac fits.
    #[pyo3(signature = (messages, macs, *, context=None, hash=None, errors="raise"))]
    fn verify_hmac_batch<'py>(
        &self,
        py: Python<'py>,
        messages: &Bound<'py, PyAny>,
        macs: &Bound<'py, PyAny>,
        context: Option<Column<'py>>,
        hash: Option<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let (messages, macs) = (items(messages)?, items(macs)?);
        same_length(macs.len(), messages.len())?;
        let inputs = Inputs::Signed(self.all_settled(read(&messages)?), read(&macs)?);
        let columns = Columns { context, hash, ..Columns::default() };
        let options = columns.read(messages.len())?;
        run(py, self, &inputs, &options, Errors::named(errors)?, |view, items| view.verify_hmac_batch(items), |()| Ok(py.None().into_bound(py)))
    }

    /// `data_key` of each size.
    #[pyo3(signature = (sizes, *, aad=None, context=None, version=None, errors="raise"))]
    fn data_key_batch<'py>(
        &self,
        py: Python<'py>,
        sizes: &Bound<'py, PyAny>,
        aad: Option<Column<'py>>,
        context: Option<Column<'py>>,
        version: Option<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let sizes = items(sizes)?;
        let inputs = Inputs::Sizes(read(&sizes)?);
        let columns = Columns { aad, context, version, ..Columns::default() };
        let options = columns.read(sizes.len())?;
        run(
            py,
            self,
            &inputs,
            &options,
            Errors::named(errors)?,
            |view, items| view.data_key_batch(items),
            |key| Bound::new(py, DataKey::new(py, &key)).map(Bound::into_any),
        )
    }
}
