//! A key, to manage it and to work with it.

mod certificates;
mod transit;
mod wrapped;

use crate::aad::ContextArgument;
use crate::buffer::Bytes;
use crate::calls::outside;
use crate::errors::OrRaise;
use crate::given::Given;
use crate::import::Said;
use crate::info::KeyInfo;
use crate::key_options::{Call, config};
use crate::options::{MaterialFormat, Named, TypeName, VersionNumber};
use crate::seal::SealArgument;
use crate::text::Secret;
use crate::view::View;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use strongroom::{Error, ExportKind, Expose, HashAlgorithm, Kdf};

/// A key of a keyring. It follows rotations, also those of other processes.
#[pyclass(frozen, extends = View, module = "strongroom")]
pub(crate) struct Key {
    key: strongroom::Key,
}

impl Key {
    /// The key, for calls of its keyring.
    pub(crate) fn inner(&self) -> &strongroom::Key {
        &self.key
    }

    pub(crate) fn make<'py>(
        py: Python<'py>,
        key: strongroom::Key,
        asks_others: Arc<AtomicBool>,
    ) -> PyResult<Bound<'py, Self>> {
        let view = View::new(strongroom::View::clone(&key), asks_others);
        Bound::new(py, PyClassInitializer::from(view).add_subclass(Self { key }))
    }
}

#[pymethods]
impl Key {
    /// A view of a derived key under a context: every operation of it works with the subkey.
    #[pyo3(signature = (context, /))]
    fn context(this: &Bound<'_, Self>, context: ContextArgument) -> PyResult<View> {
        let py = this.py();
        let (key, asks_others) = (&this.get().key, this.as_super().get().shared_flag());
        outside(py, || key.context(&context)).map(|view| View::new(view, asks_others))
    }

    /// The key as it is now: type, options, versions and counts.
    fn info(&self, py: Python<'_>) -> PyResult<KeyInfo> {
        KeyInfo::new(py, outside(py, || self.key.info())?)
    }

    /// Adds a version of fresh material, perhaps of another type, and makes it the latest. Returns its
    /// number.
    #[pyo3(signature = (key_type=Given(None)))]
    fn rotate(&self, py: Python<'_>, key_type: Given<TypeName>) -> PyResult<u32> {
        let version = match key_type.0 {
            None => outside(py, || self.key.rotate()),
            Some(key_type) => {
                let key_type = key_type.get(py)?;
                outside(py, || self.key.rotate_to(key_type))
            }
        };
        version.map(|version| version.get())
    }

    /// Changes settings: all of them or, with an error, none. What is not named stays as it is.
    #[pyo3(signature = (**options))]
    // Options of configure, made by `cargo xtask bless`.
    #[pyo3(text_signature = "($self, *, exportable=..., allow_plaintext_backup=..., deletion_allowed=..., \
        auto_rotate_period=..., labels=..., min_decryption_version=..., min_encryption_version=...)")]
    // End of options of configure.
    fn configure(&self, py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<KeyInfo> {
        let config = config(py, &Call("Key.configure", &[]), options)?;
        KeyInfo::new(py, outside(py, || self.key.configure(config))?)
    }

    /// Suspends the key as a whole.
    fn disable(&self, py: Python<'_>) -> PyResult<()> {
        outside(py, || self.key.disable())
    }

    /// Lets a key that `disable` has stopped work again.
    fn enable(&self, py: Python<'_>) -> PyResult<()> {
        outside(py, || self.key.enable())
    }

    /// Destroys the material of every version below `min_available`. This cannot be undone.
    #[pyo3(signature = (min_available, /))]
    fn trim(&self, py: Python<'_>, min_available: VersionNumber) -> PyResult<()> {
        let version = min_available.0.or_raise(py)?;
        outside(py, || self.key.trim(version))
    }

    /// Adds material from outside as the latest version of an imported key, or gives a version that has a
    /// public key alone its private half. Returns its number.
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        material, *, format=Given(None), hash=Given(None), passphrase=Given(None), version=Given(None),
        allow_rotation=Given(None), kdf=Given(None)
    ))]
    fn import_version(
        &self,
        py: Python<'_>,
        material: Bytes<'_>,
        format: Given<Named<MaterialFormat>>,
        hash: Given<Named<HashAlgorithm>>,
        passphrase: Given<Secret>,
        version: Given<VersionNumber>,
        allow_rotation: Given<bool>,
        kdf: Given<Named<Kdf>>,
    ) -> PyResult<u32> {
        let said = Said { format, hash, passphrase, version, allow_rotation, kdf };
        let import = said.of(py, &material)?;
        outside(py, || self.key.import_version(import)).map(|version| version.get())
    }

    /// The raw material by version, if the key is exportable and the caller says
    /// `expose_secret_material=True`.
    #[pyo3(signature = (kind, *, expose_secret_material=false))]
    fn export<'py>(
        &self,
        py: Python<'py>,
        kind: Named<ExportKind>,
        expose_secret_material: bool,
    ) -> PyResult<Bound<'py, PyDict>> {
        let expose = exposure(py, expose_secret_material)?;
        let exported = outside(py, || self.key.export(kind.0, expose))?;
        let material = PyDict::new(py);
        for (version, bytes) in exported {
            material.set_item(version.get(), PyBytes::new(py, bytes.expose()))?;
        }
        Ok(material)
    }

    /// The whole key, sealed to a seal of the caller's.
    fn backup<'py>(&self, py: Python<'py>, seal: SealArgument<'_>) -> PyResult<Bound<'py, PyBytes>> {
        let seal = seal.get();
        let backup = outside(py, || self.key.backup(seal))?;
        Ok(PyBytes::new(py, &backup))
    }
}

/// The phrase of the library, if the caller said it.
fn exposure(py: Python<'_>, expose_secret_material: bool) -> PyResult<Expose> {
    if expose_secret_material { Ok(Expose::SecretMaterial) } else { Err(Error::ExposureNotConfirmed) }
        .or_raise(py)
}
