//! Text from Python.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyString;
use strongroom::Error;

/// A ciphertext, signature or mac as text. A `str` that is no UTF-8 (lone surrogates) is none.
pub(crate) struct Text<'a>(Option<&'a str>);

impl<'a, 'py> FromPyObject<'a, 'py> for Text<'a> {
    type Error = PyErr;

    #[inline]
    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        match object.extract::<&'a str>() {
            Ok(text) => Ok(Self(Some(text))),
            Err(_) if object.is_instance_of::<PyString>() => Ok(Self(None)),
            Err(_) => Err(no_text(&object)),
        }
    }
}

impl<'a> Text<'a> {
    #[inline]
    pub(crate) fn get(&self) -> Result<&'a str, Error> {
        self.0.ok_or(Error::Malformed)
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.0.map_or(0, str::len)
    }
}

fn no_text(object: &Bound<'_, PyAny>) -> PyErr {
    let kind = object.get_type().name().map_or_else(|_| "this".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("the text as it was returned is needed, a str, not {kind}; bytes go to the functions whose names say binary"))
}

/// The name of a key. One that is no UTF-8 is not a name.
pub(crate) struct Name<'a>(Option<&'a str>);

impl<'a, 'py> FromPyObject<'a, 'py> for Name<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        match object.extract::<&'a str>() {
            Ok(name) => Ok(Self(Some(name))),
            Err(_) if object.is_instance_of::<PyString>() => Ok(Self(None)),
            Err(error) => Err(error),
        }
    }
}

impl<'a> Name<'a> {
    pub(crate) fn get(&self) -> Result<&'a str, Error> {
        self.0.ok_or(Error::InvalidKeyName)
    }
}
