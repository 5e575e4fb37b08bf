//! How a keyring is opened, from keyword arguments.

use crate::buffer::Bytes;
use crate::given::{Given, Whole, given};
use crate::options::Named;
use crate::period::Period;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use strongroom::{Error, Keyring, KeyringBuilder, KeyringId, Nonces};

/// The options of `create`, `open`, `open_or_create` and `restore`.
pub(crate) struct Options<'a> {
    pub(crate) label: Given<String>,
    pub(crate) max_staleness: Given<Period>,
    pub(crate) usage_limit: Given<Whole<u64>>,
    pub(crate) nonces: Given<Named<Nonces>>,
    pub(crate) pin: Given<Pinned>,
    pub(crate) witness: Given<Bytes<'a>>,
}

/// The one keyring that is to be opened.
pub(crate) enum Pinned {
    /// As `Keyring.pin` gives it.
    Text(String),
    /// An id and the lowest generation that will do.
    Id(String, Whole<u64>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Pinned {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return object.extract().map(Self::Text);
        }
        if !object.is_instance_of::<PyTuple>() {
            return Err(PyTypeError::new_err(
                "a pin is text, or an id and the lowest generation that will do",
            ));
        }
        object.extract().map(|(id, generation)| Self::Id(id, generation))
    }
}

impl Options<'_> {
    pub(crate) fn into_builder(self) -> Result<KeyringBuilder, Error> {
        let Self { label, max_staleness, usage_limit, nonces, pin, witness } = self;
        let builder = given(Keyring::builder(), label.0, KeyringBuilder::label);
        let builder = given(builder, max_staleness.0, |builder, limit| builder.max_staleness(limit.0));
        let builder = given(builder, usage_limit.0, |builder, limit| builder.usage_limit(limit.0));
        let builder = given(builder, nonces.0, |builder, nonces| builder.nonces(nonces.0));
        let builder = match pin.0 {
            Some(Pinned::Text(text)) => builder.pinned(text.parse()?),
            Some(Pinned::Id(id, generation)) => builder.pin(id.parse::<KeyringId>()?, generation.0),
            None => builder,
        };
        match witness.0 {
            Some(witness) => builder.witness(witness.as_slice()),
            None => Ok(builder),
        }
    }
}
