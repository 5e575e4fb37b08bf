//! Periods of time.

use crate::given::Whole;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt};
use std::time::Duration;

/// A `timedelta`, or a number of seconds, wherever a period is given. Whether it is too long is for the
/// operation to say.
pub(crate) struct Period(pub(crate) Duration);

impl<'a, 'py> FromPyObject<'a, 'py> for Period {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyFloat>() || object.is_instance_of::<PyInt>() {
            let Whole(seconds) = object.extract::<Whole<f64>>()?;
            if seconds.is_nan() || seconds < 0.0 {
                return Err(PyValueError::new_err("a period is not negative"));
            }
            return Ok(Self(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)));
        }
        // A `timedelta`, and nothing else that has what one is asked for.
        object.extract().map(Self).map_err(|error: PyErr| {
            if error.is_instance_of::<PyTypeError>(object.py()) { no_period(&object) } else { error }
        })
    }
}

#[cold]
fn no_period(object: &Bound<'_, PyAny>) -> PyErr {
    let kind = object.get_type().name().map_or_else(|_| "this".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("a period is a timedelta or a number of seconds, not {kind}"))
}
