//! Options that may be left out.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict};

/// An option that was given, or one that was left out.
///
/// `None` says neither. It is what a program has where a value is missing, such as the key of a row that was
/// never saved, and what was encrypted without the aad that was meant could be moved to any other row. A
/// program that decides at run time says `...`, which nothing gives by accident and which `help` shows as the
/// default.
pub(crate) struct Given<T>(pub(crate) Option<T>);

impl<T> Default for Given<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'a, 'py, T: FromPyObject<'a, 'py>> FromPyObject<'a, 'py> for Given<T> {
    type Error = PyErr;

    #[inline]
    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is(object.py().Ellipsis()) {
            return Ok(Self(None));
        }
        if object.is_none() {
            return Err(none());
        }
        object.extract().map(|value| Self(Some(value))).map_err(Into::into)
    }
}

#[cold]
fn none() -> PyErr {
    PyTypeError::new_err(
        "a value is needed, not None: what is not to be said is left out, or given as ... where a program decides",
    )
}

/// An argument in a place that has none: whether there is one, whatever it is.
pub(crate) struct Stray(pub(crate) bool);

impl<'a, 'py> FromPyObject<'a, 'py> for Stray {
    type Error = PyErr;

    fn extract(_: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(true))
    }
}

/// Refuses what a call does not take, as Python's own functions do, with what was perhaps meant: another name
/// for an option, and an aad in its place instead of by its name. `names` are those of all arguments.
#[inline]
pub(crate) fn only(
    call: &str,
    stray: Stray,
    others: Option<&Bound<'_, PyDict>>,
    names: &[&str],
) -> PyResult<()> {
    match (stray, others) {
        (Stray(false), None) => Ok(()),
        (Stray(true), _) => Err(PyTypeError::new_err(format!(
            "{call}() takes one argument by its place; an aad is given by its name, aad=..."
        ))),
        (Stray(false), Some(others)) => Err(unexpected(call, others, names)),
    }
}

#[cold]
fn unexpected(call: &str, others: &Bound<'_, PyDict>, names: &[&str]) -> PyErr {
    let first = others.keys().get_item(0).and_then(|name| name.extract::<String>());
    first.map_or_else(|error| error, |name| unexpected_name(others.py(), call, &name, names))
}

/// The error of Python's own functions, with the name that was perhaps meant.
pub(crate) fn unexpected_name(py: Python<'_>, call: &str, name: &str, names: &[&str]) -> PyErr {
    let elsewhere = ["ad", "associated_data", "additional_data", "additional_authenticated_data"];
    let meant = match name {
        name if elsewhere.contains(&name) && names.contains(&"aad") => Some("aad".to_owned()),
        name => close(py, name, names),
    };
    let meant = meant.map(|meant| format!(". Did you mean '{meant}'?")).unwrap_or_default();
    PyTypeError::new_err(format!("{call}() got an unexpected keyword argument '{name}'{meant}"))
}

fn close(py: Python<'_>, name: &str, names: &[&str]) -> Option<String> {
    let difflib = py.import("difflib").ok()?;
    let close = difflib.call_method1("get_close_matches", (name, names.to_vec(), 1)).ok()?;
    close.extract::<Vec<String>>().ok()?.into_iter().next()
}

/// Applies an option that was given; the library has the default of one that was not.
pub(crate) fn given<B, T>(builder: B, value: Option<T>, apply: impl FnOnce(B, T) -> B) -> B {
    match value {
        Some(value) => apply(builder, value),
        None => builder,
    }
}

/// A number. `True` is no number here, though Python takes it for one.
#[derive(Clone, Copy)]
pub(crate) struct Whole<T>(pub(crate) T);

impl<'a, 'py, T: FromPyObject<'a, 'py>> FromPyObject<'a, 'py> for Whole<T> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyBool>() {
            return Err(PyTypeError::new_err("a number is needed, not bool"));
        }
        object.extract().map(Self).map_err(Into::into)
    }
}
