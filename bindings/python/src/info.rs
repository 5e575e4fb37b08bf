//! What can be said about a key, and a data key.

use crate::key_options;
use crate::options::state_name;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCFunction, PyDict, PyString, PyTuple};
use std::time::{Duration, SystemTime};
use strongroom::{KeyOption, Unusable};

/// A key as it is now: type, options, versions and counts. No field is secret.
#[pyclass(frozen, module = "strongroom")]
pub(crate) struct KeyInfo {
    #[pyo3(get)]
    name: String,
    #[pyo3(get)]
    key_type: &'static str,
    #[pyo3(get)]
    disabled: bool,
    #[pyo3(get)]
    imported: bool,
    #[pyo3(get)]
    allow_rotation: bool,
    #[pyo3(get)]
    latest_version: u32,
    #[pyo3(get)]
    min_available_version: u32,
    #[pyo3(get)]
    versions: Vec<Py<VersionInfo>>,
    #[pyo3(get)]
    warnings: Vec<String>,
    /// The options are told from here.
    info: strongroom::KeyInfo,
}

impl KeyInfo {
    pub(crate) fn new(py: Python<'_>, mut info: strongroom::KeyInfo) -> PyResult<Self> {
        let versions = std::mem::take(&mut info.versions);
        let versions = versions
            .into_iter()
            .map(|version| Py::new(py, VersionInfo::new(version)))
            .collect::<PyResult<_>>()?;
        Ok(Self {
            name: info.name.to_string(),
            key_type: info.key_type.name(),
            disabled: info.disabled,
            imported: info.imported,
            allow_rotation: info.allow_rotation,
            latest_version: info.latest_version.get(),
            min_available_version: info.min_available_version,
            versions,
            warnings: std::mem::take(&mut info.warnings),
            info,
        })
    }

    /// Gives the class a property for each option.
    pub(crate) fn add_options(py: Python<'_>) -> PyResult<()> {
        let property = py.import("builtins")?.getattr("property")?;
        for option in KeyOption::ALL {
            let get = move |arguments: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| {
                let this = arguments.get_item(0)?;
                key_options::told(this.py(), this.cast::<Self>()?.get().info.get(*option))
            };
            let get = PyCFunction::new_closure(py, None, None, get)?;
            let (none, class) = (py.None(), py.get_type::<Self>());
            class.setattr(option.name(), property.call1((get, &none, &none, option.about()))?)?;
        }
        Ok(())
    }
}

#[pymethods]
impl KeyInfo {
    fn __repr__(&self) -> String {
        format!("<strongroom.KeyInfo {} {} version {}>", self.name, self.key_type, self.latest_version)
    }
}

/// What a version of a key is, now.
#[pyclass(frozen, get_all, module = "strongroom")]
pub(crate) struct VersionInfo {
    version: u32,
    key_type: &'static str,
    state: String,
    imported: bool,
    created: Option<SystemTime>,
    retired: Option<SystemTime>,
    trimmed: Option<SystemTime>,
    uses: Option<u64>,
    unusable: Option<&'static str>,
}

impl VersionInfo {
    fn new(info: strongroom::VersionInfo) -> Self {
        let time =
            |nanoseconds: Option<u64>| nanoseconds.map(|n| SystemTime::UNIX_EPOCH + Duration::from_nanos(n));
        Self {
            version: info.version.get(),
            key_type: info.key_type.name(),
            state: state_name(info.state),
            imported: info.imported,
            created: time(info.created),
            retired: time(info.retired),
            trimmed: time(info.trimmed),
            uses: info.uses,
            unusable: info.unusable.map(Unusable::name),
        }
    }
}

#[pymethods]
impl VersionInfo {
    fn __repr__(&self) -> String {
        format!("<strongroom.VersionInfo {} {} {}>", self.version, self.key_type, self.state)
    }
}

/// A fresh key: use `plaintext` now, store `ciphertext`.
#[pyclass(frozen, get_all, module = "strongroom")]
pub(crate) struct DataKey {
    plaintext: Py<PyBytes>,
    ciphertext: Py<PyString>,
}

impl DataKey {
    pub(crate) fn new(py: Python<'_>, key: &strongroom::DataKey) -> Self {
        Self {
            plaintext: PyBytes::new(py, key.plaintext.expose()).unbind(),
            ciphertext: PyString::new(py, &key.ciphertext).unbind(),
        }
    }
}

#[pymethods]
impl DataKey {
    fn __repr__(&self) -> &'static str {
        "<strongroom.DataKey>"
    }

    fn __reduce__(&self) -> PyResult<()> {
        crate::calls::no_copies(
            "a DataKey cannot be pickled or copied: it holds the key in the clear; pass its ciphertext on",
        )
    }
}
