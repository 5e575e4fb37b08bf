//! A key, to manage it and to work with it.

mod transit;

use crate::aad::ContextArgument;
use crate::buffer::Bytes;
use crate::calls::outside;
use crate::errors::OrRaise;
use crate::info::KeyInfo;
use crate::options::{MaterialFormat, Named, TypeName, VersionNumber};
use crate::seal::Seal;
use crate::spec::{ConfigArguments, Setting, import};
use crate::view::View;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use strongroom::{Error, ExportKind, Expose, Kdf};

/// A key of a keyring. It follows rotations, also those of other processes.
#[pyclass(frozen, extends = View, module = "strongroom")]
pub(crate) struct Key {
    key: strongroom::Key,
}

impl Key {
    pub(crate) fn make<'py>(py: Python<'py>, key: strongroom::Key, calls_python: Arc<AtomicBool>) -> PyResult<Bound<'py, Self>> {
        let view = View::new(strongroom::View::clone(&key), calls_python);
        Bound::new(py, PyClassInitializer::from(view).add_subclass(Self { key }))
    }
}

#[pymethods]
impl Key {
    /// A view of a derived key under a context: every operation of it works with the subkey.
    #[pyo3(signature = (context, /))]
    fn context(this: &Bound<'_, Self>, context: ContextArgument) -> PyResult<View> {
        let py = this.py();
        let (key, calls_python) = (&this.get().key, this.as_super().get().shared_flag());
        outside(py, || key.context(&context)).or_raise(py).map(|view| View::new(view, calls_python))
    }

    /// What the key is, now.
    fn info(&self, py: Python<'_>) -> PyResult<KeyInfo> {
        KeyInfo::new(py, outside(py, || self.key.info()).or_raise(py)?)
    }

    /// Adds a version of fresh material, perhaps of another type, and makes it the latest. Returns its number.
    #[pyo3(signature = (key_type=None))]
    fn rotate(&self, py: Python<'_>, key_type: Option<TypeName>) -> PyResult<u32> {
        let version = match key_type {
            None => outside(py, || self.key.rotate()),
            Some(key_type) => {
                let key_type = key_type.0.or_raise(py)?;
                outside(py, || self.key.rotate_to(key_type))
            }
        };
        version.or_raise(py).map(|version| version.get())
    }

    /// Changes settings: all of them or, with an error, none. What is not named stays as it is.
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        *, min_decryption_version=None, min_encryption_version=Setting::Keep, deletion_allowed=None, exportable=None,
        allow_plaintext_backup=None, auto_rotate_period=None, labels=None
    ))]
    fn configure(
        &self,
        py: Python<'_>,
        min_decryption_version: Option<VersionNumber>,
        min_encryption_version: Setting<Option<VersionNumber>>,
        deletion_allowed: Option<bool>,
        exportable: Option<bool>,
        allow_plaintext_backup: Option<bool>,
        auto_rotate_period: Option<Duration>,
        labels: Option<BTreeMap<String, Option<String>>>,
    ) -> PyResult<KeyInfo> {
        let arguments = ConfigArguments {
            min_decryption_version,
            min_encryption_version,
            deletion_allowed,
            exportable,
            allow_plaintext_backup,
            auto_rotate_period,
            labels,
        };
        let config = arguments.into_config().or_raise(py)?;
        KeyInfo::new(py, outside(py, || self.key.configure(config)).or_raise(py)?)
    }

    /// Suspends the key as a whole.
    fn disable(&self, py: Python<'_>) -> PyResult<()> {
        outside(py, || self.key.disable()).or_raise(py)
    }

    /// Ends what `disable` began.
    fn enable(&self, py: Python<'_>) -> PyResult<()> {
        outside(py, || self.key.enable()).or_raise(py)
    }

    /// Destroys the material of every version below `min_available`. This cannot be undone.
    #[pyo3(signature = (min_available, /))]
    fn trim(&self, py: Python<'_>, min_available: VersionNumber) -> PyResult<()> {
        let version = min_available.0.or_raise(py)?;
        outside(py, || self.key.trim(version)).or_raise(py)
    }

    /// Adds material from outside as the latest version of an imported key. Returns its number.
    #[pyo3(signature = (material, *, format=None, allow_rotation=None, kdf=None))]
    fn import_version(
        &self,
        py: Python<'_>,
        material: Bytes<'_>,
        format: Option<Named<MaterialFormat>>,
        allow_rotation: Option<bool>,
        kdf: Option<Named<Kdf>>,
    ) -> PyResult<u32> {
        let import = import(&material, format, allow_rotation, kdf);
        outside(py, || self.key.import_version(import)).or_raise(py).map(|version| version.get())
    }

    /// The raw material by version, if the key is exportable and the caller says `expose_secret_material=True`.
    #[pyo3(signature = (kind, *, expose_secret_material=false))]
    fn export<'py>(&self, py: Python<'py>, kind: Named<ExportKind>, expose_secret_material: bool) -> PyResult<Bound<'py, PyDict>> {
        let expose = exposure(py, expose_secret_material)?;
        let exported = outside(py, || self.key.export(kind.0, expose)).or_raise(py)?;
        let material = PyDict::new(py);
        for (version, bytes) in exported {
            material.set_item(version.get(), PyBytes::new(py, bytes.expose()))?;
        }
        Ok(material)
    }

    /// The whole key, sealed to a seal of the caller's.
    fn backup<'py>(&self, py: Python<'py>, seal: &Seal) -> PyResult<Bound<'py, PyBytes>> {
        let seal = seal.get();
        let backup = outside(py, || self.key.backup(seal)).or_raise(py)?;
        Ok(PyBytes::new(py, &backup))
    }
}

/// The phrase of the library, if the caller said it.
fn exposure(py: Python<'_>, expose_secret_material: bool) -> PyResult<Expose> {
    if expose_secret_material { Ok(Expose::SecretMaterial) } else { Err(Error::ExposureNotConfirmed) }.or_raise(py)
}
