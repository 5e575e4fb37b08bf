//! A seal that is written in Python.

use crate::errors::is_of;
use pyo3::exceptions::{PyException, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::cell::{Cell, RefCell};
use strongroom::{SealError, SealProvider, SecretArray};

thread_local! {
    /// Whether this thread is in a call that hands on what a provider raises.
    static LISTENING: Cell<bool> = const { Cell::new(false) };
    /// What a provider raised during that call: the last exception, or the first that is no `Exception`.
    static RAISED: RefCell<Option<PyErr>> = const { RefCell::new(None) };
}

/// A call, and what a provider raised on this thread meanwhile. A provider may make calls of its own: each
/// has what was raised in it.
pub(crate) fn listening<T>(call: impl FnOnce() -> T) -> (T, Option<PyErr>) {
    let before = (LISTENING.replace(true), RAISED.replace(None));
    let result = call();
    LISTENING.set(before.0);
    (result, RAISED.replace(before.1))
}

fn is_interrupt(py: Python<'_>, error: &PyErr) -> bool {
    !error.is_instance_of::<PyException>(py)
}

/// An object with `kind`, `key_id`, `wrap(key, aad)` and `unwrap(blob, aad)`.
pub(crate) struct Provider {
    kind: String,
    key_id: String,
    object: Py<PyAny>,
}

impl Provider {
    pub(crate) fn new(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (kind, key_id) = (object.getattr("kind")?.extract()?, object.getattr("key_id")?.extract()?);
        for method in ["wrap", "unwrap"] {
            if !object.getattr(method)?.is_callable() {
                return Err(PyTypeError::new_err(format!("{method} of the provider is no function")));
            }
        }
        Ok(Self { kind, key_id, object: object.clone().unbind() })
    }

    fn call<T>(
        &self,
        method: &str,
        argument: &[u8],
        aad: &[u8],
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<T, SealError> {
        let called = Python::try_attach(|py| {
            if RAISED.with_borrow(|raised| raised.as_ref().is_some_and(|raised| is_interrupt(py, raised))) {
                return Err(SealError::Failed("the program is being interrupted".into()));
            }
            let arguments = (PyBytes::new(py, argument), PyBytes::new(py, aad));
            let result = self
                .object
                .bind(py)
                .call_method1(method, arguments)
                .and_then(|result| Ok(read(result.extract::<&[u8]>()?)));
            match result {
                Ok(Some(result)) => Ok(result),
                Ok(None) => Err(SealError::Failed(
                    format!("{method} of the provider returned bytes of another length than 32").into(),
                )),
                Err(error) if is_refusal(py, &error) => Err(SealError::Refused),
                Err(error) => {
                    let sentence = format!("{method} of the provider raised {}", kind_of(py, &error));
                    self.keep(py, error);
                    Err(SealError::Failed(sentence.into()))
                }
            }
        });
        called.unwrap_or_else(|| Err(SealError::Failed("the interpreter is shutting down".into())))
    }

    /// Keeps what was raised for the call on this thread. Where there is none, nobody else would hear of an
    /// interruption.
    fn keep(&self, py: Python<'_>, error: PyErr) {
        if LISTENING.get() {
            drop(RAISED.replace(Some(error)));
        } else if is_interrupt(py, &error) {
            error.write_unraisable(py, Some(self.object.bind(py)));
        }
    }
}

/// A provider says with `WrongSeal` that it cannot open a blob, and with any other exception that it could
/// not be asked.
fn is_refusal(py: Python<'_>, error: &PyErr) -> bool {
    is_of(py, error, &strongroom::Error::WrongSeal)
}

/// The class alone: the message is the provider's, may hold anything, and is there as the cause.
fn kind_of(py: Python<'_>, error: &PyErr) -> String {
    error.get_type(py).name().map_or_else(|_| "an exception".to_owned(), |name| name.to_string())
}

impl SealProvider for Provider {
    fn kind(&self) -> &str {
        &self.kind
    }

    fn key_id(&self) -> &str {
        &self.key_id
    }

    fn wrap(&self, key: &SecretArray<32>, aad: &[u8]) -> Result<Vec<u8>, SealError> {
        self.call("wrap", key.expose(), aad, |blob| Some(blob.to_vec()))
    }

    fn unwrap(&self, blob: &[u8], aad: &[u8]) -> Result<SecretArray<32>, SealError> {
        self.call("unwrap", blob, aad, SecretArray::copy_of)
    }
}
