//! The exceptions: one class for every row of the library's table, under a base class for each family.

use pyo3::exceptions::{PyException, PyOSError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple, PyType};
use std::error::Error as _;
use std::ffi::CString;
use std::io;
use strongroom::{Error, ErrorFamily, ErrorInfo};

const MODULE: &str = "strongroom.errors";

/// In the order of [`Error::TABLE`].
static CLASSES: PyOnceLock<Vec<Py<PyType>>> = PyOnceLock::new();

/// Puts every exception class into `_native.errors`, a tuple with the base classes first.
pub(crate) fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let base = py.get_type::<PyException>();
    let about = "Whatever a call of Strongroom can fail with.";
    // Of a single exception, where it has one.
    let detail = ("detail", py.None().into_bound(py));
    let root = class(py, "StrongroomError", about, &base, &[detail])?;
    let family = |name, doc, code: &str| {
        class(py, name, doc, &root, &[("family", code.into_pyobject(py)?.into_any())])
    };
    let misuse = family(
        "MisuseError",
        "The program asked for something it must not ask for. Never caused by untrusted data.",
        "misuse",
    )?;
    let untrusted = family("UntrustedInputError", "Data from outside was refused.", "untrusted_input")?;
    let environment = family(
        "EnvironmentFailure",
        "The store, a seal, the operating system or the files they hold.",
        "environment",
    )?;
    let mut classes = Vec::with_capacity(Error::TABLE.len());
    for row in Error::TABLE {
        let base = match row.family() {
            ErrorFamily::Misuse => &misuse,
            ErrorFamily::UntrustedInput => &untrusted,
            ErrorFamily::Environment => &environment,
        };
        classes.push(of_row(py, row, base)?.unbind());
    }
    let bases = [root, misuse, untrusted, environment].map(Bound::unbind);
    let all: Vec<_> = bases.iter().chain(&classes).map(|class| class.clone_ref(py)).collect();
    let _ = CLASSES.set(py, classes);
    module.add("error_classes", PyTuple::new(py, all)?)
}

fn of_row<'py>(py: Python<'py>, row: &ErrorInfo, base: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyType>> {
    let code = row.name.into_pyobject(py)?.into_any();
    let number = row.number.into_pyobject(py)?.into_any();
    class(
        py,
        &class_name(row.name),
        &format!("{}\n\n{}", row.meaning, row.remedy),
        base,
        &[("code", code), ("number", number)],
    )
}

fn class<'py>(
    py: Python<'py>,
    name: &str,
    doc: &str,
    base: &Bound<'py, PyType>,
    attributes: &[(&str, Bound<'py, PyAny>)],
) -> PyResult<Bound<'py, PyType>> {
    let dict = PyDict::new(py);
    for (name, value) in attributes {
        dict.set_item(name, value)?;
    }
    let (name, doc) = (CString::new(format!("{MODULE}.{name}"))?, CString::new(doc)?);
    // PyO3 0.30 lets go of the dict that it is given before it is used, so another reference is kept here.
    let class = PyErr::new_type(py, &name, Some(&doc), Some(base), Some(dict.clone().into_any().unbind()))?;
    drop(dict);
    Ok(class.into_bound(py))
}

/// `decrypt_failed` → `DecryptFailed`, as the library's own variant is called.
fn class_name(code: &str) -> String {
    let word = |word: &str| word[..1].to_uppercase() + &word[1..];
    code.split('_').map(word).collect()
}

/// The exception for an error, with what a provider raised as its cause if that was the reason.
pub(crate) fn exception(py: Python<'_>, error: &Error, raised: Option<&PyErr>) -> PyErr {
    advised(py, error, raised, None)
}

/// The exception for an error of which more is known here than it says.
#[cold]
pub(crate) fn advised(
    py: Python<'_>,
    error: &Error,
    raised: Option<&PyErr>,
    advice: Option<String>,
) -> PyErr {
    let message = match advice {
        Some(advice) => format!("{error} ({advice})"),
        None => error.to_string(),
    };
    let Some(class) = class_of(py, error) else { return PyException::new_err(message) };
    let exception = PyErr::from_type(class.bind(py).clone(), (message,));
    if let Some(detail) = error.detail() {
        drop(exception.value(py).setattr("detail", detail));
    }
    if let Error::BufferTooSmall { needed } = error {
        drop(exception.value(py).setattr("needed", *needed));
    }
    let raised = raised.filter(|_| matches!(error, Error::SealFailed { .. }));
    if let Some(cause) = raised.map(|raised| raised.clone_ref(py)).or_else(|| of_system(error)) {
        exception.set_cause(py, Some(cause));
    }
    exception
}

/// What the operating system said, as Python would have raised it: of a number it makes the class, such as
/// `PermissionError`.
fn of_system(error: &Error) -> Option<PyErr> {
    let system = error.source()?.downcast_ref::<io::Error>()?;
    let said = system.to_string();
    Some(match system.raw_os_error() {
        // Python writes the number itself.
        Some(number) => {
            let words = said.split(" (os error ").next().unwrap_or_default().to_owned();
            PyOSError::new_err((number, words))
        }
        None => PyOSError::new_err(said),
    })
}

/// Whether something that was raised is the exception of an error of the library.
pub(crate) fn is_of(py: Python<'_>, raised: &PyErr, error: &Error) -> bool {
    class_of(py, error).is_some_and(|class| raised.matches(py, class.bind(py)).unwrap_or(false))
}

fn class_of<'a>(py: Python<'a>, error: &Error) -> Option<&'a Py<PyType>> {
    let index = Error::TABLE.iter().position(|row| row.number == error.number());
    CLASSES.get(py)?.get(index?)
}

/// A result of the library as a result of Python.
pub(crate) trait OrRaise<T> {
    /// The value, or the exception of the error.
    fn or_raise(self, py: Python<'_>) -> PyResult<T>;
}

impl<T> OrRaise<T> for Result<T, Error> {
    #[inline]
    fn or_raise(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| exception(py, &error, None))
    }
}
