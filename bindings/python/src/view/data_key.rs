//! Keys for other programs.

use crate::aad::{Aad, ContextArgument};
use crate::buffer::Load;
use crate::errors::OrRaise;
use crate::info::DataKey;
use crate::options::VersionNumber;
use crate::view::{View, said};
use pyo3::prelude::*;
use strongroom::{DataKeySize, Item};

#[pymethods]
impl View {
    /// A fresh key of `size` bytes for another program to encrypt with, in the clear and encrypted.
    #[pyo3(signature = (size=None, *, aad=None, context=None, version=None))]
    fn data_key(
        &self,
        py: Python<'_>,
        size: Option<usize>,
        aad: Option<Aad<'_>>,
        context: Option<ContextArgument>,
        version: Option<VersionNumber>,
    ) -> PyResult<DataKey> {
        let size = size.map_or(Ok(DataKeySize::default()), DataKeySize::from_bytes).or_raise(py)?;
        let item = said(Item::data_key(size), aad.as_ref(), context.as_ref(), version).or_raise(py)?;
        self.call(py, Load::Bytes(0), |view| view.data_key_item(&item)).or_raise(py).map(|key| DataKey::new(py, &key))
    }
}
