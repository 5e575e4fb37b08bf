//! What is said of a signature, as Python writes it.

use crate::given::{Given, Whole};
use crate::options::{Named, Names, named};
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::PyString;
use strongroom::{Error, HashAlgorithm, Item, RsaPadding, SaltLength, SignatureForm};

/// What was given, of one signature or of each in a batch.
#[derive(Default)]
pub(crate) struct Signing {
    pub(crate) form: Given<Named<SignatureForm>>,
    pub(crate) hash: Given<Named<Hashed>>,
    pub(crate) prehashed: Given<bool>,
    pub(crate) padding: Given<Named<RsaPadding>>,
    pub(crate) salt_length: Given<Salt>,
}

impl Signing {
    /// The item with what was given.
    pub(crate) fn on<'a>(&self, item: Item<'a>) -> Result<Item<'a>, Error> {
        about(
            item,
            self.form.0.as_ref(),
            self.hash.0.as_ref(),
            self.prehashed.0.as_ref(),
            self.padding.0.as_ref(),
            self.salt_length.0.as_ref(),
        )
    }
}

/// The item with what was said of its signature.
pub(crate) fn about<'a>(
    mut item: Item<'a>,
    form: Option<&Named<SignatureForm>>,
    hash: Option<&Named<Hashed>>,
    prehashed: Option<&bool>,
    padding: Option<&Named<RsaPadding>>,
    salt_length: Option<&Salt>,
) -> Result<Item<'a>, Error> {
    if let Some(form) = form {
        item = item.form(form.0);
    }
    if prehashed == Some(&true) {
        item = item.prehashed();
    }
    match hash {
        Some(Named(Hashed::By(hash))) => item = item.hash(*hash),
        Some(Named(Hashed::ByNone)) => item = item.unhashed(),
        None => {}
    }
    if let Some(padding) = padding {
        item = item.padding(padding.0);
    }
    if let Some(salt) = salt_length {
        item = item.salt_length(salt.0.clone()?);
    }
    Ok(item)
}

/// What hashes a message before it is signed.
#[derive(Clone, Copy)]
pub(crate) enum Hashed {
    By(HashAlgorithm),
    ByNone,
}

impl Names for Hashed {
    const WHAT: &'static str = "hash";

    fn all() -> Vec<(&'static str, Self)> {
        let hashes = HashAlgorithm::WITH_SHA1.into_iter().map(|hash| (hash.name(), Self::By(hash)));
        hashes.chain([("none", Self::ByNone)]).collect()
    }
}

/// How long a salt is: a word, or an `int`. What is no length is for the operation to report.
pub(crate) struct Salt(Result<SaltLength, Error>);

const UNKNOWN_LENGTH: Error = Error::invalid_option("unknown_salt_length");

impl<'a, 'py> FromPyObject<'a, 'py> for Salt {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return named(object.extract()?).map(|word| Self(Ok(word)));
        }
        match object.extract::<Whole<u16>>() {
            Ok(number) => Ok(Self(Ok(SaltLength::Bytes(number.0)))),
            Err(error) if error.is_instance_of::<PyOverflowError>(object.py()) => {
                Ok(Self(Err(UNKNOWN_LENGTH)))
            }
            Err(error) if error.is_instance_of::<PyTypeError>(object.py()) => {
                Err(PyTypeError::new_err("a salt_length is 'auto', 'hash' or a number of bytes"))
            }
            Err(error) => Err(error),
        }
    }
}

impl Names for SaltLength {
    const WHAT: &'static str = "salt_length, which may also be a number of bytes";

    fn all() -> Vec<(&'static str, Self)> {
        vec![("auto", Self::Auto), ("hash", Self::Hash)]
    }
}
