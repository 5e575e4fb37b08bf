//! Options that may be left out.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBool;

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
