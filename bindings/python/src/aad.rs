//! Aad and context from `bytes`, `str` or a `dict` of `str`.

use crate::buffer::{Bytes, is_buffer};
use crate::text::utf8;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyList, PyString, PyTuple};
use strongroom::{Context, Error};

const LONE_SURROGATE: &str = "it has a lone surrogate, which no UTF-8 can say";

/// What was given as an aad, wrong ones included: those are for the operation to report.
pub(crate) struct Aad<'a>(Result<Form<'a>, Error>);

enum Form<'a> {
    Encoded(strongroom::Aad<'a>),
    Buffer(Bytes<'a>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Aad<'a> {
    type Error = PyErr;

    #[inline]
    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            let text = utf8(object)?.ok_or(Error::InvalidAad { reason: LONE_SURROGATE });
            return Ok(Self(text.map(|text| Form::Encoded(text.into()))));
        }
        Ok(Self(match said(object)? {
            Said::Bytes(Bytes::Constant(bytes)) => Ok(Form::Encoded(bytes.into())),
            Said::Bytes(buffer) => Ok(Form::Buffer(buffer.fixed())),
            Said::Map(pairs) => strongroom::Aad::map(pairs).map(Form::Encoded),
            Said::Surrogate => Err(Error::InvalidAad { reason: LONE_SURROGATE }),
        }))
    }
}

impl Aad<'_> {
    #[inline]
    pub(crate) fn get(&self) -> Result<strongroom::Aad<'_>, Error> {
        match &self.0 {
            Ok(Form::Encoded(aad)) => Ok(aad.into()),
            Ok(Form::Buffer(bytes)) => Ok(bytes.as_slice().into()),
            Err(error) => Err(error.clone()),
        }
    }
}

/// What was given as a context, wrong ones included.
pub(crate) struct ContextArgument(pub(crate) Result<Context, Error>);

impl<'a, 'py> FromPyObject<'a, 'py> for ContextArgument {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            let text = utf8(object)?.ok_or(Error::InvalidContext { reason: LONE_SURROGATE });
            return Ok(Self(text.and_then(Context::bytes)));
        }
        Ok(Self(match said(object)? {
            Said::Bytes(bytes) => Context::bytes(bytes.as_slice()),
            Said::Map(pairs) => Context::map(pairs),
            Said::Surrogate => Err(Error::InvalidContext { reason: LONE_SURROGATE }),
        }))
    }
}

impl strongroom::IntoContext for &ContextArgument {
    fn into_context(self) -> Result<Context, Error> {
        self.0.clone()
    }
}

/// An aad or context that is not simply text.
enum Said<'a> {
    Bytes(Bytes<'a>),
    Map(Vec<(String, String)>),
    /// A map with text that is not UTF-8.
    Surrogate,
}

fn said<'a>(object: Borrowed<'a, '_, PyAny>) -> PyResult<Said<'a>> {
    if let Ok(map) = object.cast::<PyDict>() {
        return pairs(&map);
    }
    object.extract::<Bytes<'a>>().map(Said::Bytes).map_err(|error| {
        // What a buffer raises is the program's, and stays what it is.
        if is_buffer(&object) {
            return error;
        }
        let kind = object.get_type().name().map_or_else(|_| "this".to_owned(), |name| name.to_string());
        let instead = if object.is_instance_of::<PyInt>() {
            "; of a number give its text, as in str(row.id)"
        } else if kind == "UUID" {
            "; of a UUID give its text, as in str(row.id), or its bytes, as in row.id.bytes, and always \
             the same of the two"
        } else if object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>() {
            "; one for each value goes to a function with batch in its name"
        } else {
            ""
        };
        let refused = PyTypeError::new_err(format!(
            "an aad or a context is bytes, str or a dict of str, not {kind}{instead}"
        ));
        refused.set_cause(object.py(), Some(error));
        refused
    })
}

fn pairs<'a>(map: &Bound<'_, PyDict>) -> PyResult<Said<'a>> {
    let mut pairs = Vec::with_capacity(map.len());
    for (name, value) in map.iter() {
        let (name, value) = (string(&name)?, string(&value)?);
        match (utf8(name.as_any().as_borrowed())?, utf8(value.as_any().as_borrowed())?) {
            (Some(name), Some(value)) => pairs.push((name.to_owned(), value.to_owned())),
            _ => return Ok(Said::Surrogate),
        }
    }
    Ok(Said::Map(pairs))
}

fn string<'a, 'py>(object: &'a Bound<'py, PyAny>) -> PyResult<&'a Bound<'py, PyString>> {
    object.cast::<PyString>().map_err(|_| {
        let kind = object.get_type().name().map_or_else(|_| "this".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!("a dict of str is needed; it holds {kind}"))
    })
}
