//! Keys for other programs.

use crate::aad::{Aad, ContextArgument};
use crate::buffer::Load;
use crate::errors::OrRaise;
use crate::given::{Given, Whole};
use crate::info::DataKey;
use crate::options::VersionNumber;
use crate::view::{View, said};
use pyo3::prelude::*;
use strongroom::{DataKeySize, Item};

#[pymethods]
impl View {
    /// A fresh key of `size` bytes for another program to encrypt with, in the clear and encrypted.
    #[pyo3(signature = (size=Given(None), *, aad=Given(None), context=Given(None), version=Given(None)))]
    fn data_key(
        &self,
        py: Python<'_>,
        size: Given<Whole<usize>>,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        version: Given<VersionNumber>,
    ) -> PyResult<DataKey> {
        let size =
            size.0.map_or(Ok(DataKeySize::default()), |size| DataKeySize::from_bytes(size.0)).or_raise(py)?;
        let item = said(Item::data_key(size), aad.0.as_ref(), context.0.as_ref(), version.0).or_raise(py)?;
        self.call(py, Load::Bytes(0), |view| view.data_key_item(&item)).map(|key| DataKey::new(py, &key))
    }
}
