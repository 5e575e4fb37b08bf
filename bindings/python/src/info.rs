//! What can be said about a key, and a data key.

use crate::options::state_name;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};
use strongroom::{Unusable, Version};

/// What a key is, now. No field is secret.
#[pyclass(frozen, get_all, module = "strongroom")]
pub(crate) struct KeyInfo {
    name: String,
    key_type: &'static str,
    derived: bool,
    convergent: bool,
    disabled: bool,
    imported: bool,
    allow_rotation: bool,
    exportable: bool,
    allow_plaintext_backup: bool,
    deletion_allowed: bool,
    auto_rotate_period: Duration,
    latest_version: u32,
    min_available_version: u32,
    min_decryption_version: u32,
    min_encryption_version: Option<u32>,
    key_size: Option<u16>,
    version_template: Option<String>,
    labels: BTreeMap<String, String>,
    versions: Vec<Py<VersionInfo>>,
    warnings: Vec<String>,
}

impl KeyInfo {
    pub(crate) fn new(py: Python<'_>, info: strongroom::KeyInfo) -> PyResult<Self> {
        let versions = info
            .versions
            .into_iter()
            .map(|version| Py::new(py, VersionInfo::new(version)))
            .collect::<PyResult<_>>()?;
        Ok(Self {
            name: info.name.to_string(),
            key_type: info.key_type.name(),
            derived: info.derived,
            convergent: info.convergent,
            disabled: info.disabled,
            imported: info.imported,
            allow_rotation: info.allow_rotation,
            exportable: info.exportable,
            allow_plaintext_backup: info.allow_plaintext_backup,
            deletion_allowed: info.deletion_allowed,
            auto_rotate_period: info.auto_rotate_period,
            latest_version: info.latest_version.get(),
            min_available_version: info.min_available_version,
            min_decryption_version: info.min_decryption_version.get(),
            min_encryption_version: info.min_encryption_version.map(Version::get),
            key_size: info.key_size,
            version_template: info.version_template,
            labels: info.labels,
            versions,
            warnings: info.warnings,
        })
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
