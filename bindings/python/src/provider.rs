//! A seal that is written in Python.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::cell::RefCell;
use strongroom::{SealError, SealProvider, SecretArray};

thread_local! {
    /// What a provider raised last on this thread, until the library's error reaches Python.
    static RAISED: RefCell<Option<PyErr>> = const { RefCell::new(None) };
}

/// What a provider raised since the last call of this, on this thread.
pub(crate) fn take_raised() -> Option<PyErr> {
    RAISED.take()
}

/// An object with `kind`, `key_id`, `wrap(key, aad)` and `unwrap(blob, aad)`.
pub(crate) struct Provider {
    kind: String,
    key_id: String,
    object: Py<PyAny>,
}

impl Provider {
    pub(crate) fn new(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self { kind: object.getattr("kind")?.extract()?, key_id: object.getattr("key_id")?.extract()?, object: object.clone().unbind() })
    }

    fn call<T>(&self, method: &str, argument: &[u8], aad: &[u8], read: impl Fn(&[u8]) -> Option<T>) -> Result<T, SealError> {
        let called = Python::try_attach(|py| {
            let arguments = (PyBytes::new(py, argument), PyBytes::new(py, aad));
            let result = self.object.bind(py).call_method1(method, arguments).and_then(|result| Ok(read(result.extract::<&[u8]>()?)));
            match result {
                Ok(Some(result)) => Ok(result),
                Ok(None) => Err(SealError::Failed(format!("{method} of the provider returned bytes of another length than 32"))),
                Err(error) if is_refusal(py, &error) => Err(SealError::Refused),
                Err(error) => {
                    let failed = SealError::Failed(format!("{method} of the provider raised {}", kind_of(py, &error)));
                    RAISED.set(Some(error));
                    Err(failed)
                }
            }
        });
        called.unwrap_or_else(|| Err(SealError::Failed("the interpreter is shutting down".to_owned())))
    }
}

/// A provider says with `WrongSeal` that it cannot open a blob, and with any other exception that it could not be asked.
fn is_refusal(py: Python<'_>, error: &PyErr) -> bool {
    error.value(py).getattr("code").and_then(|code| code.extract::<String>()).is_ok_and(|code| code == strongroom::Error::WrongSeal.name())
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
