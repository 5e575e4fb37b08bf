//! What is said about a keyring as a whole.

use crate::errors::exception;
use pyo3::exceptions::PyBaseException;
use pyo3::prelude::*;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What `Keyring.check` found.
#[pyclass(frozen, get_all, module = "strongroom")]
pub(crate) struct Report {
    documents: usize,
    keys: usize,
    unfinished_reseal: bool,
    faults: Vec<Py<Fault>>,
    warnings: Vec<Py<StoreWarning>>,
    witness: Option<Py<WitnessReport>>,
}

impl Report {
    pub(crate) fn new(py: Python<'_>, report: strongroom::Report, raised: Option<&PyErr>) -> PyResult<Self> {
        let fault = |fault: strongroom::Fault| {
            Py::new(
                py,
                Fault { document: fault.document, error: exception(py, &fault.error, raised).into_value(py) },
            )
        };
        Ok(Self {
            documents: report.documents,
            keys: report.keys,
            unfinished_reseal: report.unfinished_reseal,
            faults: report.faults.into_iter().map(fault).collect::<PyResult<_>>()?,
            warnings: report
                .warnings
                .into_iter()
                .map(|warning| Py::new(py, StoreWarning::from(warning)))
                .collect::<PyResult<_>>()?,
            witness: report.witness.map(|witness| Py::new(py, WitnessReport::from(witness))).transpose()?,
        })
    }
}

#[pymethods]
impl Report {
    fn __repr__(&self) -> String {
        format!(
            "<strongroom.Report {} documents, {} keys, {} faults>",
            self.documents,
            self.keys,
            self.faults.len()
        )
    }
}

/// Something wrong with a document.
#[pyclass(frozen, get_all, module = "strongroom")]
pub(crate) struct Fault {
    document: String,
    error: Py<PyBaseException>,
}

#[pymethods]
impl Fault {
    fn __repr__(&self) -> String {
        format!("<strongroom.Fault {}>", self.document)
    }
}

/// What lets others at the documents.
#[pyclass(frozen, get_all, module = "strongroom")]
pub(crate) struct StoreWarning {
    subject: String,
    code: &'static str,
    message: String,
}

impl From<strongroom::StoreWarning> for StoreWarning {
    fn from(warning: strongroom::StoreWarning) -> Self {
        Self { subject: warning.subject, code: warning.code, message: warning.message }
    }
}

#[pymethods]
impl StoreWarning {
    fn __repr__(&self) -> String {
        format!("<strongroom.StoreWarning {} {}>", self.code, self.subject)
    }
}

/// What has become of the documents since a witness was made.
#[pyclass(frozen, get_all, module = "strongroom")]
pub(crate) struct WitnessReport {
    made: SystemTime,
    documents: usize,
    missing: Vec<String>,
    older: Vec<String>,
    other_history: Vec<String>,
    deleted: Vec<String>,
    recreated: Vec<String>,
    unknown: Vec<String>,
}

impl From<strongroom::WitnessReport> for WitnessReport {
    fn from(report: strongroom::WitnessReport) -> Self {
        Self {
            made: UNIX_EPOCH + Duration::from_nanos(report.made),
            documents: report.documents,
            missing: report.missing,
            older: report.older,
            other_history: report.other_history,
            deleted: report.deleted,
            recreated: report.recreated,
            unknown: report.unknown,
        }
    }
}

#[pymethods]
impl WitnessReport {
    fn __repr__(&self) -> String {
        let faults = self.missing.len() + self.older.len() + self.other_history.len();
        format!("<strongroom.WitnessReport {} documents, {faults} faults>", self.documents)
    }
}

/// A wrapped copy of the root key.
#[pyclass(frozen, get_all, module = "strongroom")]
pub(crate) struct SealInfo {
    kind: String,
    id: String,
    label: Option<String>,
    added: Option<SystemTime>,
    in_use: bool,
}

impl From<strongroom::SealInfo> for SealInfo {
    fn from(info: strongroom::SealInfo) -> Self {
        let strongroom::SealInfo { kind, id, label, added, in_use, .. } = info;
        let added = added.map(|nanoseconds| UNIX_EPOCH + Duration::from_nanos(nanoseconds));
        Self { kind, id, label, added, in_use }
    }
}

#[pymethods]
impl SealInfo {
    fn __repr__(&self) -> String {
        format!("<strongroom.SealInfo {} {}>", self.kind, self.id)
    }
}
