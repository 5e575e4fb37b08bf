//! Text from Python.

use crate::buffer::{Bytes, is_buffer};
use pyo3::exceptions::{PyTypeError, PyUnicodeEncodeError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::ptr::null;
use strongroom::{Error, SecretBytes};

/// What a `str` says, or `None` where no UTF-8 can say it (lone surrogates). Python's own error is not passed
/// on: it would hold the whole text.
#[inline]
pub(crate) fn utf8<'a>(text: Borrowed<'a, '_, PyAny>) -> PyResult<Option<&'a str>> {
    match text.extract::<&'a str>() {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.is_instance_of::<PyUnicodeEncodeError>(text.py()) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A ciphertext, signature or mac as text. A `str` that is no UTF-8 (lone surrogates) is none.
pub(crate) struct Text<'a>(Option<&'a str>);

impl<'a, 'py> FromPyObject<'a, 'py> for Text<'a> {
    type Error = PyErr;

    #[inline]
    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() { utf8(object).map(Self) } else { Err(no_text(&object)) }
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

/// A secret that is text or bytes; none of a `str` that is no UTF-8.
pub(crate) struct Secret(pub(crate) Option<SecretBytes>);

impl<'a, 'py> FromPyObject<'a, 'py> for Secret {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return utf8(object).map(|text| Self(text.map(|text| text.as_bytes().into())));
        }
        object.extract::<Bytes<'_>>().map(|bytes| Self(Some(bytes.as_slice().into())))
    }
}

/// A `str` of a text that the library made, which is ASCII. Of the decoders the one for ASCII does the least:
/// it copies while it looks, where that for Latin-1 looks first, and that for UTF-8 goes byte by byte.
pub(crate) fn ascii<'py>(py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyString>> {
    // SAFETY: as many bytes as said are read from there; what comes back is a new reference, or NULL with an
    // exception set.
    let made = unsafe {
        Bound::from_owned_ptr_or_err(
            py,
            ffi::PyUnicode_DecodeASCII(text.as_ptr().cast(), text.len() as ffi::Py_ssize_t, null()),
        )
    }?;
    Ok(made.cast_into()?)
}

fn no_text(object: &Bound<'_, PyAny>) -> PyErr {
    let kind = object.get_type().name().map_or_else(|_| "this".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!(
        "the text as it was returned is needed, a str, not {kind}; bytes go to the functions whose names say binary"
    ))
}

/// The name of a key. One that is no UTF-8 is not a name.
pub(crate) struct Name<'a>(Option<&'a str>);

impl<'a, 'py> FromPyObject<'a, 'py> for Name<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        utf8(object).map(Self)
    }
}

impl<'a> Name<'a> {
    pub(crate) fn get(&self) -> Result<&'a str, Error> {
        self.0.ok_or(Error::InvalidKeyName)
    }
}

/// A document that is text or bytes, such as PEM or DER.
pub(crate) struct Document<'a>(pub(crate) Bytes<'a>);

impl<'a, 'py> FromPyObject<'a, 'py> for Document<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            // Text that is no UTF-8 is none of the documents.
            return utf8(object).map(|text| Self(Bytes::Constant(text.unwrap_or_default().as_bytes())));
        }
        object.extract().map(Self)
    }
}

/// A value of a column that is searched: text, or its UTF-8 bytes.
pub(crate) struct Value<'a>(pub(crate) Bytes<'a>);

/// No text is these bytes, so the library refuses them as what is none.
const NO_TEXT: &[u8] = &[0xFF];

impl<'a, 'py> FromPyObject<'a, 'py> for Value<'a> {
    type Error = PyErr;

    #[inline]
    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return utf8(object).map(|text| Self(Bytes::Constant(text.map_or(NO_TEXT, str::as_bytes))));
        }
        // What a buffer raises is the program's, and stays what it is.
        object.extract().map(Self).map_err(|error| if is_buffer(&object) { error } else { no_value(&object) })
    }
}

#[cold]
fn no_value(object: &Bound<'_, PyAny>) -> PyErr {
    let kind = object.get_type().name().map_or_else(|_| "this".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("a value is str or its UTF-8 bytes, not {kind}"))
}
