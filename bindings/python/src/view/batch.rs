//! The batch of every verb.

use super::columns::{Columns, Errors, Inputs, run};
use crate::column::{Column, elements, items, same_length};
use crate::given::Given;
use crate::info::DataKey;
use crate::text::ascii;
use crate::view::View;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyList};

#[pymethods]
impl View {
    /// `encrypt` of each. An option is one for all, or a column with one for each.
    #[pyo3(signature = (
        plaintexts, *, aad=Given(None), context=Given(None), version=Given(None), errors="raise"
    ))]
    fn encrypt_batch<'py>(
        &self,
        py: Python<'py>,
        plaintexts: &Bound<'py, PyAny>,
        aad: Given<Column<'py>>,
        context: Given<Column<'py>>,
        version: Given<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let plaintexts = items(plaintexts)?;
        let inputs = Inputs::Plaintexts(self.all_settled(elements(&plaintexts)?));
        let columns = Columns { aad, context, version, ..Columns::default() };
        let options = columns.read(plaintexts.len())?;
        run(
            py,
            self,
            &inputs,
            &options,
            Errors::named(errors)?,
            |view, items| view.encrypt_batch(items),
            |text| Ok(ascii(py, text.as_bytes())?.into_any()),
        )
    }

    /// `decrypt` of each.
    #[pyo3(signature = (ciphertexts, *, aad=Given(None), context=Given(None), errors="raise"))]
    fn decrypt_batch<'py>(
        &self,
        py: Python<'py>,
        ciphertexts: &Bound<'py, PyAny>,
        aad: Given<Column<'py>>,
        context: Given<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let ciphertexts = items(ciphertexts)?;
        let inputs = Inputs::Ciphertexts(elements(&ciphertexts)?);
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
    #[pyo3(signature = (
        ciphertexts, *, aad=Given(None), context=Given(None), version=Given(None), errors="raise"
    ))]
    fn rewrap_batch<'py>(
        &self,
        py: Python<'py>,
        ciphertexts: &Bound<'py, PyAny>,
        aad: Given<Column<'py>>,
        context: Given<Column<'py>>,
        version: Given<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let ciphertexts = items(ciphertexts)?;
        let inputs = Inputs::Ciphertexts(elements(&ciphertexts)?);
        let columns = Columns { aad, context, version, ..Columns::default() };
        let options = columns.read(ciphertexts.len())?;
        run(
            py,
            self,
            &inputs,
            &options,
            Errors::named(errors)?,
            |view, items| view.rewrap_batch(items),
            |text| Ok(ascii(py, text.as_bytes())?.into_any()),
        )
    }

    /// `encrypt_binary` of each.
    #[pyo3(signature = (plaintexts, *, aad=Given(None), context=Given(None), version=Given(None), errors="raise"))]
    fn encrypt_binary_batch<'py>(
        &self,
        py: Python<'py>,
        plaintexts: &Bound<'py, PyAny>,
        aad: Given<Column<'py>>,
        context: Given<Column<'py>>,
        version: Given<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let plaintexts = items(plaintexts)?;
        let inputs = Inputs::Plaintexts(self.all_settled(elements(&plaintexts)?));
        let columns = Columns { aad, context, version, ..Columns::default() };
        let options = columns.read(plaintexts.len())?;
        run(
            py,
            self,
            &inputs,
            &options,
            Errors::named(errors)?,
            |view, items| view.encrypt_binary_batch(items),
            |binary| Ok(PyBytes::new(py, &binary).into_any()),
        )
    }

    /// `decrypt_binary` of each.
    #[pyo3(signature = (ciphertexts, *, aad=Given(None), context=Given(None), errors="raise"))]
    fn decrypt_binary_batch<'py>(
        &self,
        py: Python<'py>,
        ciphertexts: &Bound<'py, PyAny>,
        aad: Given<Column<'py>>,
        context: Given<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let ciphertexts = items(ciphertexts)?;
        let inputs = Inputs::Binaries(self.all_settled(elements(&ciphertexts)?));
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

    /// `rewrap_binary` of each.
    #[pyo3(signature = (ciphertexts, *, aad=Given(None), context=Given(None), version=Given(None), errors="raise"))]
    fn rewrap_binary_batch<'py>(
        &self,
        py: Python<'py>,
        ciphertexts: &Bound<'py, PyAny>,
        aad: Given<Column<'py>>,
        context: Given<Column<'py>>,
        version: Given<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let ciphertexts = items(ciphertexts)?;
        let inputs = Inputs::Binaries(self.all_settled(elements(&ciphertexts)?));
        let columns = Columns { aad, context, version, ..Columns::default() };
        let options = columns.read(ciphertexts.len())?;
        run(
            py,
            self,
            &inputs,
            &options,
            Errors::named(errors)?,
            |view, items| view.rewrap_binary_batch(items),
            |binary| Ok(PyBytes::new(py, &binary).into_any()),
        )
    }

    /// `needs_rewrap` of each.
    #[pyo3(signature = (ciphertexts, *, errors="raise"))]
    fn needs_rewrap_batch<'py>(
        &self,
        py: Python<'py>,
        ciphertexts: &Bound<'py, PyAny>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let ciphertexts = items(ciphertexts)?;
        let inputs = Inputs::Ciphertexts(elements(&ciphertexts)?);
        let columns = Columns::default();
        let options = columns.read(ciphertexts.len())?;
        run(
            py,
            self,
            &inputs,
            &options,
            Errors::named(errors)?,
            |view, items| view.needs_rewrap_batch(items),
            |needed| Ok(PyBool::new(py, needed).to_owned().into_any()),
        )
    }

    /// `needs_rewrap_binary` of each.
    #[pyo3(signature = (ciphertexts, *, errors="raise"))]
    fn needs_rewrap_binary_batch<'py>(
        &self,
        py: Python<'py>,
        ciphertexts: &Bound<'py, PyAny>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let ciphertexts = items(ciphertexts)?;
        let inputs = Inputs::Binaries(self.all_settled(elements(&ciphertexts)?));
        let columns = Columns::default();
        let options = columns.read(ciphertexts.len())?;
        run(
            py,
            self,
            &inputs,
            &options,
            Errors::named(errors)?,
            |view, items| view.needs_rewrap_batch(items),
            |needed| Ok(PyBool::new(py, needed).to_owned().into_any()),
        )
    }

    /// `sign` of each.
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        messages, *, context=Given(None), version=Given(None), form=Given(None), hash=Given(None),
        errors="raise"
    ))]
    fn sign_batch<'py>(
        &self,
        py: Python<'py>,
        messages: &Bound<'py, PyAny>,
        context: Given<Column<'py>>,
        version: Given<Column<'py>>,
        form: Given<Column<'py>>,
        hash: Given<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let messages = items(messages)?;
        let inputs = Inputs::Messages(self.all_settled(elements(&messages)?));
        let columns = Columns { context, version, form, hash, ..Columns::default() };
        let options = columns.read(messages.len())?;
        run(
            py,
            self,
            &inputs,
            &options,
            Errors::named(errors)?,
            |view, items| view.sign_batch(items),
            |text| Ok(ascii(py, text.as_bytes())?.into_any()),
        )
    }

    /// `verify` of each: `None` where the signature fits.
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        messages, signatures, *, context=Given(None), form=Given(None), hash=Given(None), errors="raise"
    ))]
    fn verify_batch<'py>(
        &self,
        py: Python<'py>,
        messages: &Bound<'py, PyAny>,
        signatures: &Bound<'py, PyAny>,
        context: Given<Column<'py>>,
        form: Given<Column<'py>>,
        hash: Given<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let (messages, signatures) = (items(messages)?, items(signatures)?);
        same_length(signatures.len(), messages.len())?;
        let inputs = Inputs::Signed(self.all_settled(elements(&messages)?), elements(&signatures)?);
        let columns = Columns { context, form, hash, ..Columns::default() };
        let options = columns.read(messages.len())?;
        run(
            py,
            self,
            &inputs,
            &options,
            Errors::named(errors)?,
            |view, items| view.verify_batch(items),
            |()| Ok(py.None().into_bound(py)),
        )
    }

    /// `hmac` of each.
    #[pyo3(signature = (
        messages, *, context=Given(None), version=Given(None), hash=Given(None), errors="raise"
    ))]
    fn hmac_batch<'py>(
        &self,
        py: Python<'py>,
        messages: &Bound<'py, PyAny>,
        context: Given<Column<'py>>,
        version: Given<Column<'py>>,
        hash: Given<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let messages = items(messages)?;
        let inputs = Inputs::Messages(self.all_settled(elements(&messages)?));
        let columns = Columns { context, version, hash, ..Columns::default() };
        let options = columns.read(messages.len())?;
        run(
            py,
            self,
            &inputs,
            &options,
            Errors::named(errors)?,
            |view, items| view.hmac_batch(items),
            |text| Ok(ascii(py, text.as_bytes())?.into_any()),
        )
    }

    /// `verify_hmac` of each: `None` where the mac fits.
    #[pyo3(signature = (messages, macs, *, context=Given(None), hash=Given(None), errors="raise"))]
    fn verify_hmac_batch<'py>(
        &self,
        py: Python<'py>,
        messages: &Bound<'py, PyAny>,
        macs: &Bound<'py, PyAny>,
        context: Given<Column<'py>>,
        hash: Given<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let (messages, macs) = (items(messages)?, items(macs)?);
        same_length(macs.len(), messages.len())?;
        let inputs = Inputs::Signed(self.all_settled(elements(&messages)?), elements(&macs)?);
        let columns = Columns { context, hash, ..Columns::default() };
        let options = columns.read(messages.len())?;
        run(
            py,
            self,
            &inputs,
            &options,
            Errors::named(errors)?,
            |view, items| view.verify_hmac_batch(items),
            |()| Ok(py.None().into_bound(py)),
        )
    }

    /// `data_key` of each size.
    #[pyo3(signature = (sizes, *, aad=Given(None), context=Given(None), version=Given(None), errors="raise"))]
    fn data_key_batch<'py>(
        &self,
        py: Python<'py>,
        sizes: &Bound<'py, PyAny>,
        aad: Given<Column<'py>>,
        context: Given<Column<'py>>,
        version: Given<Column<'py>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let sizes = items(sizes)?;
        let inputs = Inputs::Sizes(elements(&sizes)?);
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
