//! Keys of Vault's and OpenBao's Transit.

use super::Keyring;
use crate::buffer::Bytes;
use crate::errors::OrRaise;
use crate::given::{Given, Stray, only};
use crate::key::Key;
use crate::options::Named;
use crate::text::{Name, utf8};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use strongroom::{Dialect, Error};

const LONE_SURROGATE: Error =
    Error::CorruptBackup { reason: "it has a lone surrogate, which no UTF-8 can say" };

#[pymethods]
impl Keyring {
    /// Restores a key from a plaintext backup of Vault's or OpenBao's Transit, under the name it had or
    /// another.
    #[pyo3(signature = (backup, *, name=Given(None), dialect=Given(None), **others))]
    #[pyo3(text_signature = "($self, backup, *, name=..., dialect=...)")]
    fn restore_transit<'py>(
        &self,
        py: Python<'py>,
        backup: &Bound<'py, PyAny>,
        name: Given<Name<'_>>,
        dialect: Given<Named<Dialect>>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, Key>> {
        only("Keyring.restore_transit", Stray(false), others, &["backup", "name", "dialect"])?;
        let copy;
        let backup = match backup.cast::<PyString>() {
            Ok(text) => {
                utf8(text.as_any().as_borrowed())?.map(str::as_bytes).ok_or(LONE_SURROGATE).or_raise(py)?
            }
            Err(_) => {
                copy = backup.extract::<Bytes<'_>>()?.fixed();
                copy.as_slice()
            }
        };
        let (name, dialect) =
            (name.0.map(|name| name.get()).transpose().or_raise(py)?, dialect.0.map(|dialect| dialect.0));
        self.key_from(py, |ring| ring.restore_transit(backup, name, dialect))
    }
}
