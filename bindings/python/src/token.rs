//! What a token says, and the keys of an API.

use crate::errors::{OrRaise, advised};
use crate::text::{Text, ascii, utf8};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyMappingProxy, PyString};
use std::time::SystemTime;
use strongroom::Error;

/// What a token says.
#[pyclass(frozen, get_all, module = "strongroom")]
pub(crate) struct Token {
    payload: Py<PyBytes>,
    issued: SystemTime,
    expires: SystemTime,
}

impl Token {
    pub(crate) fn new(py: Python<'_>, token: &strongroom::Token) -> Self {
        let payload = PyBytes::new(py, token.payload.expose()).unbind();
        Self { payload, issued: token.issued, expires: token.expires }
    }
}

#[pymethods]
impl Token {
    fn __repr__(&self) -> &'static str {
        "<strongroom.Token>"
    }

    fn __reduce__(&self) -> PyResult<()> {
        crate::calls::no_copies(
            "a Token cannot be pickled or copied: it holds what was encrypted in the clear; pass its text on",
        )
    }
}

/// What a text begins with.
pub(crate) struct Prefix<'a>(Option<&'a str>);

impl<'a, 'py> FromPyObject<'a, 'py> for Prefix<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return utf8(object).map(Self);
        }
        let kind = object.get_type().name().map_or_else(|_| "this".to_owned(), |name| name.to_string());
        Err(PyTypeError::new_err(format!("a prefix is str, not {kind}")))
    }
}

impl<'a> Prefix<'a> {
    pub(crate) fn get(&self) -> Result<&'a str, Error> {
        self.0.ok_or(const { Error::invalid_option("not_unicode") })
    }
}

/// The keys of an API: texts that whoever calls it shows, and of which nobody keeps more than an index.
#[pyclass(frozen, module = "strongroom")]
pub(crate) struct ApiKey;

/// As the library's own `ApiKey::index` says, of the format.
const INDEX_NAME: &str = "strongroom.api-key";
const INDEX_BITS: u16 = 256;

static INDEX: PyOnceLock<Py<PyMappingProxy>> = PyOnceLock::new();

#[pymethods]
impl ApiKey {
    /// A fresh one.
    #[staticmethod]
    #[pyo3(signature = (prefix, /))]
    fn generate<'py>(py: Python<'py>, prefix: Prefix<'_>) -> PyResult<Bound<'py, PyString>> {
        let key = strongroom::ApiKey::generate(prefix.get().or_raise(py)?).or_raise(py)?;
        ascii(py, key.expose().as_bytes())
    }

    /// Refuses a text that was mistyped or cut off.
    #[staticmethod]
    #[pyo3(signature = (text, /))]
    fn check(py: Python<'_>, text: Text<'_>) -> PyResult<()> {
        let text = text.get().or_raise(py)?;
        strongroom::ApiKey::check(text).map_err(|error| {
            let why = strongroom::ApiKey::why_malformed(text);
            advised(py, &error, None, why.map(str::to_owned))
        })
    }

    /// How they are indexed, for `**ApiKey.INDEX`.
    #[classattr]
    #[pyo3(name = "INDEX")]
    fn index(py: Python<'_>) -> PyResult<Bound<'_, PyMappingProxy>> {
        let index = INDEX.get_or_try_init(py, || {
            let index = PyDict::new(py);
            index.set_item("name", INDEX_NAME)?;
            index.set_item("bits", INDEX_BITS)?;
            PyResult::Ok(PyMappingProxy::new(py, index.as_mapping()).unbind())
        })?;
        Ok(index.bind(py).clone())
    }
}
