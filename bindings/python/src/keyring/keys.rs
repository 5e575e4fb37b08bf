//! The keys of a keyring.

use super::Keyring;
use crate::buffer::Bytes;
use crate::calls::outside;
use crate::errors::OrRaise;
use crate::given::{Given, Whole};
use crate::key::Key;
use crate::options::{MaterialFormat, Named, TypeName};
use crate::seal::Seal;
use crate::spec::{SpecArguments, import};
use crate::text::Name;
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;
use strongroom::{Error, Kdf};

impl Keyring {
    pub(super) fn key_from<'py>(
        &self,
        py: Python<'py>,
        call: impl FnOnce(&strongroom::Keyring) -> Result<strongroom::Key, Error> + Send,
    ) -> PyResult<Bound<'py, Key>> {
        let key = outside(py, || call(&self.ring))?;
        Key::make(py, key, self.calls_python.clone())
    }
}

#[pymethods]
impl Keyring {
    /// A key by its name.
    #[pyo3(signature = (name, /))]
    fn key<'py>(&self, py: Python<'py>, name: Name<'_>) -> PyResult<Bound<'py, Key>> {
        let name = name.get().or_raise(py)?;
        self.key_from(py, |ring| ring.key(name))
    }

    /// The names of all keys, sorted.
    fn keys(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let names = outside(py, || self.ring.keys())?;
        Ok(names.iter().map(ToString::to_string).collect())
    }

    /// Deletes a key and its material. A tombstone stays.
    #[pyo3(signature = (name, /))]
    fn delete_key(&self, py: Python<'_>, name: Name<'_>) -> PyResult<()> {
        let name = name.get().or_raise(py)?;
        outside(py, || self.ring.delete_key(name))
    }

    /// Restores a key from a sealed backup, under the name it had or another.
    #[pyo3(signature = (backup, seal, *, name=Given(None)))]
    fn restore_key<'py>(
        &self,
        py: Python<'py>,
        backup: Bytes<'_>,
        seal: &Seal,
        name: Given<Name<'_>>,
    ) -> PyResult<Bound<'py, Key>> {
        let (backup, seal) = (backup.fixed(), seal.get());
        let (name, backup) = (name.0.map(|name| name.get()).transpose().or_raise(py)?, backup.as_slice());
        self.key_from(py, |ring| ring.restore_key(backup, seal, name))
    }

    /// Creates a key. The defaults are those of the library: type `xaes256-gcm`, every option off.
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        name, key_type=Given(None), *, derived=Given(None), convergent=Given(None), key_size=Given(None),
        version_template=Given(None), exportable=Given(None), allow_plaintext_backup=Given(None),
        deletion_allowed=Given(None), auto_rotate_period=Given(None), labels=Given(None)
    ))]
    fn create_key<'py>(
        &self,
        py: Python<'py>,
        name: Name<'_>,
        key_type: Given<TypeName>,
        derived: Given<bool>,
        convergent: Given<bool>,
        key_size: Given<Whole<u16>>,
        version_template: Given<String>,
        exportable: Given<bool>,
        allow_plaintext_backup: Given<bool>,
        deletion_allowed: Given<bool>,
        auto_rotate_period: Given<Duration>,
        labels: Given<BTreeMap<String, String>>,
    ) -> PyResult<Bound<'py, Key>> {
        let name = name.get().or_raise(py)?;
        let arguments = SpecArguments {
            key_type,
            derived,
            convergent,
            key_size,
            version_template,
            exportable,
            allow_plaintext_backup,
            deletion_allowed,
            auto_rotate_period,
            labels,
        };
        let spec = arguments.into_spec().or_raise(py)?;
        self.key_from(py, |ring| ring.create_key(name, spec))
    }

    /// A key by its name, created if there is none; a key made to another specification is refused.
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        name, key_type=Given(None), *, derived=Given(None), convergent=Given(None), key_size=Given(None),
        version_template=Given(None), exportable=Given(None), allow_plaintext_backup=Given(None),
        deletion_allowed=Given(None), auto_rotate_period=Given(None), labels=Given(None)
    ))]
    fn key_or_create<'py>(
        &self,
        py: Python<'py>,
        name: Name<'_>,
        key_type: Given<TypeName>,
        derived: Given<bool>,
        convergent: Given<bool>,
        key_size: Given<Whole<u16>>,
        version_template: Given<String>,
        exportable: Given<bool>,
        allow_plaintext_backup: Given<bool>,
        deletion_allowed: Given<bool>,
        auto_rotate_period: Given<Duration>,
        labels: Given<BTreeMap<String, String>>,
    ) -> PyResult<Bound<'py, Key>> {
        let name = name.get().or_raise(py)?;
        let arguments = SpecArguments {
            key_type,
            derived,
            convergent,
            key_size,
            version_template,
            exportable,
            allow_plaintext_backup,
            deletion_allowed,
            auto_rotate_period,
            labels,
        };
        let spec = arguments.into_spec().or_raise(py)?;
        self.key_from(py, |ring| ring.key_or_create(name, spec))
    }

    /// Creates a key with material from outside as its first version.
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        name, material, key_type=Given(None), *, derived=Given(None), convergent=Given(None),
        key_size=Given(None), version_template=Given(None), exportable=Given(None),
        allow_plaintext_backup=Given(None), deletion_allowed=Given(None), auto_rotate_period=Given(None),
        labels=Given(None), format=Given(None), allow_rotation=Given(None), kdf=Given(None)
    ))]
    fn import_key<'py>(
        &self,
        py: Python<'py>,
        name: Name<'_>,
        material: Bytes<'_>,
        key_type: Given<TypeName>,
        derived: Given<bool>,
        convergent: Given<bool>,
        key_size: Given<Whole<u16>>,
        version_template: Given<String>,
        exportable: Given<bool>,
        allow_plaintext_backup: Given<bool>,
        deletion_allowed: Given<bool>,
        auto_rotate_period: Given<Duration>,
        labels: Given<BTreeMap<String, String>>,
        format: Given<Named<MaterialFormat>>,
        allow_rotation: Given<bool>,
        kdf: Given<Named<Kdf>>,
    ) -> PyResult<Bound<'py, Key>> {
        let name = name.get().or_raise(py)?;
        let arguments = SpecArguments {
            key_type,
            derived,
            convergent,
            key_size,
            version_template,
            exportable,
            allow_plaintext_backup,
            deletion_allowed,
            auto_rotate_period,
            labels,
        };
        let spec = arguments.into_spec().or_raise(py)?;
        let import = import(&material, format, allow_rotation, kdf);
        self.key_from(py, |ring| ring.import_key(name, import, spec))
    }
}
