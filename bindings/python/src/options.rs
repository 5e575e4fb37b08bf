//! Versions and the names of algorithms, as Python writes them.

use crate::errors::advised;
use crate::given::Whole;
use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use strongroom::{
    Column, Dialect, Error, ExportFormat, ExportKind, HashAlgorithm, Item, Kdf, KeyType, Near, Nonces,
    PublicKey, RsaPadding, SignatureForm, Version, VersionState,
};

/// A version: an `int` from 1 on. What is none is for the operation to report.
#[derive(Clone)]
pub(crate) struct VersionNumber(pub(crate) Result<Version, Error>, bool);

impl VersionNumber {
    /// The version of an item, whose operation says what 0 means.
    pub(crate) fn on(self, item: Item<'_>) -> Result<Item<'_>, Error> {
        if self.1 { Ok(item.version_number(0)) } else { self.0.map(|version| item.version(version)) }
    }

    /// The version of a column, whose operation says what 0 means.
    pub(crate) fn of(self, column: Column<'_>) -> Result<Column<'_>, Error> {
        if self.1 { Ok(column.version_number(0)) } else { self.0.map(|version| column.version(version)) }
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for VersionNumber {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let number = match object.extract::<Whole<u32>>() {
            Ok(number) => Some(number.0),
            Err(error) if error.is_instance_of::<PyOverflowError>(object.py()) => None,
            Err(error) => return Err(error),
        };
        let version = number.and_then(Version::new);
        Ok(Self(version.ok_or(const { Error::invalid_option("version_out_of_range") }), number == Some(0)))
    }
}

/// Something that is chosen by its name.
pub(crate) struct Named<T>(pub(crate) T);

impl<T: Copy> Clone for Named<T> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

/// What has names.
pub(crate) trait Names: Sized + Copy + 'static {
    const WHAT: &'static str;

    fn all() -> Vec<(&'static str, Self)>;
}

impl<'a, 'py, T: Names> FromPyObject<'a, 'py> for Named<T> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        named(object.extract()?).map(Self)
    }
}

pub(crate) fn named<T: Names>(name: &str) -> PyResult<T> {
    let all = T::all();
    let found = all.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names = all.iter().map(|(name, _)| format!("'{name}'")).collect::<Vec<_>>().join(", ");
        // What is longer than every name may be a secret in the wrong place.
        let is_short = name.len() <= LONGEST_SHOWN;
        let near = Near::of(name, all.iter().map(|(name, _)| *name));
        let said = if is_short { format!("'{name}'") } else { "what was given".to_owned() };
        PyValueError::new_err(format!("{said} is not a {}; it is one of {names}{near}", T::WHAT))
    })
}

/// How many bytes of a word that is no name an error repeats.
pub(crate) const LONGEST_SHOWN: usize = 24;

/// How a public key is written.
#[derive(Clone, Copy)]
pub(crate) enum PublicKeyFormat {
    Raw,
    Der,
    Pem,
    Jwk,
}

impl PublicKeyFormat {
    /// The key in this form: bytes, or text.
    pub(crate) fn write<'py>(self, py: Python<'py>, key: &PublicKey) -> Bound<'py, PyAny> {
        match self {
            Self::Raw => PyBytes::new(py, key.as_bytes()).into_any(),
            Self::Der => PyBytes::new(py, &key.to_der()).into_any(),
            Self::Pem => PyString::new(py, &key.to_pem()).into_any(),
            Self::Jwk => PyString::new(py, &key.to_jwk()).into_any(),
        }
    }
}

/// How key material from outside is written.
#[derive(Clone, Copy)]
pub(crate) enum MaterialFormat {
    Raw,
    Pkcs8,
    PrivateKey,
    PublicKey,
    Wrapped,
}

macro_rules! names {
    ($($type:ty, $what:literal: $all:expr;)*) => {$(
        impl Names for $type {
            const WHAT: &'static str = $what;
            fn all() -> Vec<(&'static str, Self)> {
                $all
            }
        }
    )*};
}

names! {
    HashAlgorithm, "hash": HashAlgorithm::WITH_SHA1.iter().map(|hash| (hash.name(), *hash)).collect();
    SignatureForm, "form of a signature": vec![("asn1", SignatureForm::Asn1), ("jws", SignatureForm::Jws)];
    RsaPadding, "padding": vec![("pss", RsaPadding::Pss), ("pkcs1v15", RsaPadding::Pkcs1v15)];
    ExportKind, "part of a key": vec![
        ("encryption-key", ExportKind::EncryptionKey),
        ("signing-key", ExportKind::SigningKey),
        ("hmac-key", ExportKind::HmacKey),
    ];
    ExportFormat, "format": vec![
        ("raw", ExportFormat::Raw), ("der", ExportFormat::Der), ("pem", ExportFormat::Pem),
        ("jwk", ExportFormat::Jwk),
    ];
    PublicKeyFormat, "format of a public key": vec![
        ("raw", PublicKeyFormat::Raw),
        ("der", PublicKeyFormat::Der),
        ("pem", PublicKeyFormat::Pem),
        ("jwk", PublicKeyFormat::Jwk),
    ];
    Dialect, "product": vec![("vault", Dialect::Vault), ("openbao", Dialect::OpenBao)];
    MaterialFormat, "format of key material": vec![
        ("raw", MaterialFormat::Raw), ("pkcs8", MaterialFormat::Pkcs8),
        ("private-key", MaterialFormat::PrivateKey), ("public-key", MaterialFormat::PublicKey),
        ("wrapped", MaterialFormat::Wrapped),
    ];
    Kdf, "key derivation function": vec![
        ("hkdf-sha256", Kdf::HkdfSha256), ("hmac-counter", Kdf::HmacCounter),
    ];
    Nonces, "source of nonces": vec![("pooled", Nonces::Pooled), ("unbuffered", Nonces::Unbuffered)];
}

/// The type of a key, by the library's own name for it; of a name that is none, what was perhaps meant.
pub(crate) struct TypeName(Result<KeyType, (Error, Option<String>)>);

impl TypeName {
    pub(crate) fn get(self, py: Python<'_>) -> PyResult<KeyType> {
        self.0.map_err(|(error, meant)| advised(py, &error, None, meant))
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for TypeName {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let name = object.extract::<&'a str>()?;
        Ok(Self(name.parse().map_err(|error| (error, KeyType::meant_by(name)))))
    }
}

/// The library's own word for it, in lower case.
pub(crate) fn state_name(state: VersionState) -> String {
    format!("{state:?}").to_ascii_lowercase()
}
