//! Seals: what wraps the root key.

use crate::buffer::Bytes;
use crate::calls::{no_copies, outside};
use crate::column::{elements, items};
use crate::errors::OrRaise;
use crate::given::{Given, Stray, only};
use crate::provider::Provider;
use crate::text::Secret;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use std::borrow::Cow;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use strongroom::{Error, SecretArray, SecretBytes};

const LONE_SURROGATE: Error =
    Error::InvalidRootKey { reason: Cow::Borrowed("it has a lone surrogate, which no UTF-8 can say") };

const NO_SEAL: Error = Error::invalid_option("no_seal");

/// How the URLs of seals begin that ask nobody: each is as the function of its own is.
const HERE: [&str; 3] = ["env:", "file:", "passphrase:"];

/// What a keyring is opened with. It can be used again.
#[pyclass(frozen, module = "strongroom")]
pub(crate) struct Seal {
    seal: strongroom::Seal,
    asks_others: bool,
}

/// A seal as an argument. What is none is told what makes one.
pub(crate) struct SealArgument<'py>(Bound<'py, Seal>);

impl<'py> FromPyObject<'_, 'py> for SealArgument<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        object.cast::<Seal>().map(|seal| Self(seal.to_owned())).map_err(|_| {
            let kind = object.get_type().name().map_or_else(|_| "this".to_owned(), |name| name.to_string());
            PyTypeError::new_err(format!(
                "a seal is made by Seal, such as Seal.root_key_env(...), or Seal.url(...) of a URL; it is not {kind}"
            ))
        })
    }
}

impl Deref for SealArgument<'_> {
    type Target = Seal;

    fn deref(&self) -> &Seal {
        Bound::get(&self.0)
    }
}

#[pymethods]
impl Seal {
    /// A 32-byte key.
    #[staticmethod]
    #[pyo3(signature = (key, /))]
    fn root_key(py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<Self> {
        if key.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err(
                "a root key is 32 bytes, not str; its text goes to Seal.root_key_text",
            ));
        }
        let key = key.extract::<Bytes<'_>>()?;
        let len = key.as_slice().len();
        let wrong = || Error::InvalidRootKey {
            reason: format!("a root key has 32 bytes, not {len}; its text goes to Seal.root_key_text").into(),
        };
        let key = SecretArray::copy_of(key.as_slice()).ok_or_else(wrong);
        key.map(|key| Self::of(strongroom::Seal::root_key(key))).or_raise(py)
    }

    /// A 32-byte key as text: 64 hexadecimal digits or 44 characters of base64.
    #[staticmethod]
    #[pyo3(signature = (text, /))]
    fn root_key_text(py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<Self> {
        Self::checked(py, strongroom::Seal::root_key_text(secret(py, text)?))
    }

    /// A 32-byte key in an environment variable: 64 hexadecimal digits or 44 characters of base64.
    #[staticmethod]
    #[pyo3(signature = (variable, /))]
    fn root_key_env(variable: String) -> Self {
        Self::of(strongroom::Seal::root_key_env(variable))
    }

    /// A 32-byte key in a file that only its owner can read, or that a container platform mounts with mode
    /// 0440, 0640 or 0444 where others cannot write.
    #[staticmethod]
    #[pyo3(signature = (path, /))]
    fn root_key_file(path: PathBuf) -> Self {
        Self::of(strongroom::Seal::root_key_file(path))
    }

    /// A passphrase, stretched with Argon2id; `id` tells several apart and is not secret.
    #[staticmethod]
    #[pyo3(signature = (passphrase, /, *, id=Given(None), **others))]
    #[pyo3(text_signature = "(passphrase, /, *, id=...)")]
    fn passphrase(
        py: Python<'_>,
        passphrase: &Bound<'_, PyAny>,
        id: Given<String>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        only("Seal.passphrase", Stray(false), others, &["passphrase", "id"])?;
        let passphrase = secret(py, passphrase)?;
        let seal = match id.0 {
            None => strongroom::Seal::passphrase(passphrase),
            Some(id) => strongroom::Seal::passphrase_named(id, passphrase),
        };
        Self::checked(py, seal)
    }

    /// A passphrase in a file that only its owner can read, or that a container platform mounts with mode
    /// 0440, 0640 or 0444 where others cannot write. One newline at its end does not count.
    #[staticmethod]
    #[pyo3(signature = (path, /, *, id=Given(None)))]
    fn passphrase_file(path: PathBuf, id: Given<String>) -> Self {
        Self::of(match id.0 {
            None => strongroom::Seal::passphrase_file(path),
            Some(id) => strongroom::Seal::passphrase_file_named(id, path),
        })
    }

    /// The seal that a URL names, such as `vault://HOST/transit/NAME`: `docs/seals.md` lists them. It never
    /// holds a secret. Nothing is asked until the seal is used.
    #[staticmethod]
    #[pyo3(signature = (url, /))]
    fn url(py: Python<'_>, url: &str) -> PyResult<Self> {
        let seal = strongroom_platforms::seal(url).or_raise(py)?;
        let asks_others = !HERE.iter().any(|scheme| url.starts_with(scheme));
        Ok(Self { seal, asks_others })
    }

    /// Several seals, each of which opens the keyring, tried in this order. A keyring that is created with
    /// them has a copy for each; a sealed backup takes one seal only.
    #[staticmethod]
    #[pyo3(signature = (seals, /))]
    fn any(seals: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = seals.py();
        let seals = items(seals)?;
        let seals: Vec<PyRef<'_, Self>> = elements(&seals)?;
        if seals.is_empty() {
            return Err(NO_SEAL).or_raise(py);
        }
        let asks_others = seals.iter().any(|seal| seal.asks_others);
        let seals = seals.iter().map(|seal| seal.get());
        Ok(Self { seal: strongroom::Seal::any(seals), asks_others })
    }

    /// The same passphrase, stretched with up to 1 GiB in 16 passes where the copy that it is to open says
    /// so. For files that you trust.
    fn allow_costly(&self) -> Self {
        Self { seal: self.seal.clone().allow_costly(), asks_others: self.asks_others }
    }

    /// The same root key or passphrase in a file, which whoever may be able to read.
    fn insecure_mode_ok(&self) -> Self {
        Self { seal: self.seal.clone().insecure_mode_ok(), asks_others: self.asks_others }
    }

    /// The same seal with a label of 1 to 255 bytes, which is not secret. It is written beside the copy of
    /// the root key that is made for the seal, with the time.
    #[pyo3(signature = (label, /))]
    fn labelled(&self, label: String) -> Self {
        Self { seal: self.seal.clone().labelled(label), asks_others: self.asks_others }
    }

    /// The id of the seal, as `Keyring.seals` shows it. What the seal needs, such as a file, is read; no
    /// keyring is.
    fn id(&self, py: Python<'_>) -> PyResult<String> {
        outside(py, || self.seal.id())
    }

    /// A seal written in Python: an object with `kind`, `key_id`, `wrap(key, aad)` and `unwrap(blob, aad)`.
    #[staticmethod]
    #[pyo3(signature = (provider, /))]
    fn provider(provider: &Bound<'_, PyAny>) -> PyResult<Self> {
        let provider = Provider::new(provider)?;
        Ok(Self { seal: strongroom::Seal::provider(Arc::new(provider)), asks_others: true })
    }

    /// A fresh key for `Seal.root_key_env` or `Seal.root_key_file`, as text. Keep it outside the keyring.
    #[staticmethod]
    fn generate_root_key(py: Python<'_>) -> PyResult<String> {
        let key = strongroom::Seal::generate_root_key().or_raise(py)?;
        Ok(String::from_utf8_lossy(key.expose()).into_owned())
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.seal).replace("::", ".").replace("(..)", "(...)")
    }

    fn __reduce__(&self) -> PyResult<()> {
        no_copies("a Seal cannot be pickled or copied: it holds the key; make it anew where it is needed")
    }
}

impl Seal {
    pub(crate) fn get(&self) -> strongroom::Seal {
        self.seal.clone()
    }

    const fn of(seal: strongroom::Seal) -> Self {
        Self { seal, asks_others: false }
    }

    /// One that has what it needs with it, which is refused at once where it cannot be that.
    fn checked(py: Python<'_>, seal: strongroom::Seal) -> PyResult<Self> {
        seal.check().or_raise(py)?;
        Ok(Self::of(seal))
    }

    /// Whether the library calls Python to use the seal, or asks a platform.
    pub(crate) const fn asks_others(&self) -> bool {
        self.asks_others
    }
}

/// A secret that is text or bytes.
fn secret(py: Python<'_>, given: &Bound<'_, PyAny>) -> PyResult<SecretBytes> {
    given.extract::<Secret>()?.0.ok_or(LONE_SURROGATE).or_raise(py)
}
