//! A key in the forms of Vault's and OpenBao's Transit.

use super::{Key, exposure};
use crate::calls::outside;
use crate::given::{Given, Stray, only};
use crate::options::Named;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};
use strongroom::{Dialect, ExportFormat, ExportKind, TransitBackup};

#[pymethods]
impl Key {
    /// The whole key in the clear, as Vault or OpenBao writes it and restores it, if the key allows it and
    /// the caller says `expose_secret_material=True`.
    #[pyo3(signature = (dialect, *, expose_secret_material=false, even_if_unusable=false, **others))]
    #[pyo3(text_signature = "($self, dialect, *, expose_secret_material=False, even_if_unusable=False)")]
    fn backup_transit<'py>(
        &self,
        py: Python<'py>,
        dialect: Named<Dialect>,
        expose_secret_material: bool,
        even_if_unusable: bool,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        only(
            "Key.backup_transit",
            Stray(false),
            others,
            &["dialect", "expose_secret_material", "even_if_unusable"],
        )?;
        let (expose, usable) = (exposure(py, expose_secret_material)?, TransitBackup::new(dialect.0));
        let to = if even_if_unusable { usable.even_if_unusable() } else { usable };
        let backup = outside(py, || self.key.backup_transit(to, expose))?;
        Ok(PyBytes::new(py, backup.expose()))
    }

    /// `export` as text in the forms of Transit's export.
    #[pyo3(signature = (kind, format=Given(None), *, expose_secret_material=false, **others))]
    #[pyo3(text_signature = "($self, kind, format=..., *, expose_secret_material=False)")]
    fn export_transit<'py>(
        &self,
        py: Python<'py>,
        kind: Named<ExportKind>,
        format: Given<Named<ExportFormat>>,
        expose_secret_material: bool,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        only("Key.export_transit", Stray(false), others, &["kind", "format", "expose_secret_material"])?;
        let expose = exposure(py, expose_secret_material)?;
        let format = format.0.map(|format| format.0).unwrap_or_default();
        let exported = outside(py, || self.key.export_transit(kind.0, format, expose))?;
        let texts = PyDict::new(py);
        for (version, text) in exported {
            texts.set_item(version.get(), PyString::from_bytes(py, text.expose())?)?;
        }
        Ok(texts)
    }

    /// The public keys by version, as text in the forms of Transit's export.
    #[pyo3(signature = (format=Given(None)))]
    fn public_keys_transit<'py>(
        &self,
        py: Python<'py>,
        format: Given<Named<ExportFormat>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let format = format.0.map(|format| format.0).unwrap_or_default();
        let public = outside(py, || self.key.public_keys_transit(format))?;
        let texts = PyDict::new(py);
        for (version, text) in public {
            texts.set_item(version.get(), text)?;
        }
        Ok(texts)
    }
}
