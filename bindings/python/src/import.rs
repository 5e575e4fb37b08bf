//! Material from outside, from keyword arguments.

use crate::buffer::Bytes;
use crate::errors::OrRaise;
use crate::given::{Given, given};
use crate::options::{MaterialFormat, Named, VersionNumber};
use crate::text::Secret;
use pyo3::prelude::*;
use strongroom::{Error, HashAlgorithm, Import, Kdf};

/// What is said about material from outside.
pub(crate) struct Said {
    pub(crate) format: Given<Named<MaterialFormat>>,
    /// Of wrapped material.
    pub(crate) hash: Given<Named<HashAlgorithm>>,
    /// Of an encrypted private key.
    pub(crate) passphrase: Given<Secret>,
    /// The version to complete.
    pub(crate) version: Given<VersionNumber>,
    pub(crate) allow_rotation: Given<bool>,
    pub(crate) kdf: Given<Named<Kdf>>,
}

const HASH_NEEDS_WRAPPED: Error = Error::invalid_option("hash_needs_wrapped");
const NOT_UNICODE: Error = Error::invalid_option("not_unicode");

impl Said {
    /// The material, with what was said about it.
    pub(crate) fn of(self, py: Python<'_>, material: &Bytes<'_>) -> PyResult<Import> {
        let Self { format, hash, passphrase, version, allow_rotation, kdf } = self;
        let (format, hash) = (format.0.map_or(MaterialFormat::Raw, |format| format.0), hash.0);
        let material = material.as_slice();
        let import = match (format, hash) {
            (MaterialFormat::Wrapped, hash) => {
                Import::wrapped(material, hash.map(|hash| hash.0).unwrap_or_default())
            }
            (_, Some(_)) => return Err(HASH_NEEDS_WRAPPED).or_raise(py),
            (MaterialFormat::Raw, None) => Import::raw(material),
            (MaterialFormat::Pkcs8, None) => Import::pkcs8(material),
            (MaterialFormat::PrivateKey, None) => Import::private_key(material),
            (MaterialFormat::PublicKey, None) => Import::public_key(material),
        };
        let passphrase = passphrase.0.map(|Secret(passphrase)| passphrase.ok_or(NOT_UNICODE));
        let passphrase = passphrase.transpose().or_raise(py)?;
        let version = version.0.map(|version| version.0).transpose().or_raise(py)?;
        let import = given(given(import, passphrase, Import::passphrase), version, Import::at);
        let import = given(import, allow_rotation.0, Import::allow_rotation);
        Ok(given(import, kdf.0, |import, kdf| import.kdf(kdf.0)))
    }
}
