//! Seals: what wraps the root key.

use crate::buffer::Bytes;
use crate::calls::no_copies;
use crate::errors::OrRaise;
use crate::given::Given;
use crate::provider::Provider;
use crate::text::utf8;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::path::PathBuf;
use std::sync::Arc;
use strongroom::{Error, SecretArray, SecretBytes};

const LONE_SURROGATE: Error =
    Error::InvalidRootKey { reason: "it has a lone surrogate, which no UTF-8 can say" };

/// What a keyring is opened with. It can be used again.
#[pyclass(frozen, module = "strongroom")]
pub(crate) struct Seal {
    source: Arc<Source>,
    allow_costly: bool,
}

enum Source {
    Key(SecretArray<32>),
    Env(String),
    File(PathBuf),
    Passphrase(Option<String>, SecretBytes),
    Provider(Arc<Provider>),
}

#[pymethods]
impl Seal {
    /// A 32-byte key.
    #[staticmethod]
    #[pyo3(signature = (key, /))]
    fn root_key(py: Python<'_>, key: Bytes<'_>) -> PyResult<Self> {
        let key = SecretArray::copy_of(key.as_slice())
            .ok_or(Error::InvalidRootKey { reason: "it is not 32 bytes long" });
        key.map(|key| Self::of(Source::Key(key))).or_raise(py)
    }

    /// A 32-byte key in an environment variable: 64 hexadecimal digits or 44 characters of base64.
    #[staticmethod]
    #[pyo3(signature = (variable, /))]
    fn root_key_env(variable: String) -> Self {
        Self::of(Source::Env(variable))
    }

    /// A 32-byte key in a file that only its owner can read.
    #[staticmethod]
    #[pyo3(signature = (path, /))]
    fn root_key_file(path: PathBuf) -> Self {
        Self::of(Source::File(path))
    }

    /// A passphrase, stretched with Argon2id; `id` tells several apart and is not secret.
    #[staticmethod]
    #[pyo3(signature = (passphrase, /, *, id=Given(None)))]
    fn passphrase(py: Python<'_>, passphrase: &Bound<'_, PyAny>, id: Given<String>) -> PyResult<Self> {
        let bytes = match passphrase.cast::<PyString>() {
            Ok(text) => utf8(text.as_any().as_borrowed())?
                .map(|text| text.as_bytes().to_vec())
                .ok_or(LONE_SURROGATE)
                .or_raise(py)?,
            Err(_) => passphrase.extract::<Bytes<'_>>()?.as_slice().to_vec(),
        };
        Ok(Self::of(Source::Passphrase(id.0, bytes.into())))
    }

    /// The same passphrase, stretched with up to 1 GiB in 16 passes where the copy that it is to open says
    /// so. For files that you trust.
    fn allow_costly(&self) -> Self {
        Self { source: Arc::clone(&self.source), allow_costly: true }
    }

    /// A seal written in Python: an object with `kind`, `key_id`, `wrap(key, aad)` and `unwrap(blob, aad)`.
    #[staticmethod]
    #[pyo3(signature = (provider, /))]
    fn provider(provider: &Bound<'_, PyAny>) -> PyResult<Self> {
        Provider::new(provider).map(|provider| Self::of(Source::Provider(Arc::new(provider))))
    }

    /// A fresh key for `Seal.root_key_env` or `Seal.root_key_file`, as text. Keep it outside the keyring.
    #[staticmethod]
    fn generate_root_key(py: Python<'_>) -> PyResult<String> {
        let key = strongroom::Seal::generate_root_key().or_raise(py)?;
        Ok(String::from_utf8_lossy(key.expose()).into_owned())
    }

    fn __repr__(&self) -> &'static str {
        match &*self.source {
            Source::Key(_) => "Seal.root_key(...)",
            Source::Env(_) => "Seal.root_key_env(...)",
            Source::File(_) => "Seal.root_key_file(...)",
            Source::Passphrase(..) => "Seal.passphrase(...)",
            Source::Provider(_) => "Seal.provider(...)",
        }
    }

    fn __reduce__(&self) -> PyResult<()> {
        no_copies("a Seal cannot be pickled or copied: it holds the key; make it anew where it is needed")
    }
}

impl Seal {
    pub(crate) fn get(&self) -> strongroom::Seal {
        let seal = match &*self.source {
            Source::Key(key) => {
                let mut copy = SecretArray::zeroed();
                copy.expose_mut().copy_from_slice(key.expose());
                strongroom::Seal::root_key(copy)
            }
            Source::Env(variable) => strongroom::Seal::root_key_env(variable),
            Source::File(path) => strongroom::Seal::root_key_file(path),
            Source::Passphrase(None, passphrase) => strongroom::Seal::passphrase(passphrase.expose()),
            Source::Passphrase(Some(id), passphrase) => {
                strongroom::Seal::passphrase_named(id, passphrase.expose())
            }
            Source::Provider(provider) => strongroom::Seal::provider(provider.clone()),
        };
        if self.allow_costly { seal.allow_costly() } else { seal }
    }

    fn of(source: Source) -> Self {
        Self { source: Arc::new(source), allow_costly: false }
    }

    /// Whether the library calls Python to use the seal.
    pub(crate) fn calls_python(&self) -> bool {
        matches!(*self.source, Source::Provider(_))
    }
}
