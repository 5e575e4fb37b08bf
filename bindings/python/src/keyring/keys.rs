//! The keys of a keyring.

use super::Keyring;
use crate::buffer::Bytes;
use crate::calls::{named, outside};
use crate::errors::OrRaise;
use crate::given::{Given, Stray, only};
use crate::import::Said;
use crate::key::Key;
use crate::key_options::{Call, spec};
use crate::options::{MaterialFormat, Named, PublicKeyFormat, TypeName, VersionNumber};
use crate::seal::SealArgument;
use crate::text::{Document, Name, Secret};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use strongroom::{Error, HashAlgorithm, Kdf, PublicKey};

impl Keyring {
    pub(super) fn key_from<'py>(
        &self,
        py: Python<'py>,
        call: impl FnOnce(&strongroom::Keyring) -> Result<strongroom::Key, Error> + Send,
    ) -> PyResult<Bound<'py, Key>> {
        let key = outside(py, || call(&self.ring))?;
        Key::make(py, key, self.asks_others.clone())
    }

    /// A key that is called so, or is to be.
    fn key_named<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        call: impl FnOnce(&strongroom::Keyring) -> Result<strongroom::Key, Error> + Send,
    ) -> PyResult<Bound<'py, Key>> {
        let key = named(py, name, || call(&self.ring))?;
        Key::make(py, key, self.asks_others.clone())
    }
}

#[pymethods]
impl Keyring {
    /// A key by its name.
    #[pyo3(signature = (name, /))]
    fn key<'py>(&self, py: Python<'py>, name: Name<'_>) -> PyResult<Bound<'py, Key>> {
        let name = name.get().or_raise(py)?;
        self.key_named(py, name, |ring| ring.key(name))
    }

    /// The names of all keys, sorted, also of one whose document cannot be read; `key` says what is wrong
    /// with it.
    fn keys(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let names = outside(py, || self.ring.keys())?;
        Ok(names.iter().map(ToString::to_string).collect())
    }

    /// Deletes a key and its material. A tombstone stays.
    #[pyo3(signature = (name, /))]
    fn delete_key(&self, py: Python<'_>, name: Name<'_>) -> PyResult<()> {
        let name = name.get().or_raise(py)?;
        named(py, name, || self.ring.delete_key(name))
    }

    /// Restores a key from a sealed backup, under the name it had or another.
    #[pyo3(signature = (backup, seal, *, name=Given(None), **others))]
    #[pyo3(text_signature = "($self, backup, seal, *, name=...)")]
    fn restore_key<'py>(
        &self,
        py: Python<'py>,
        backup: Bytes<'_>,
        seal: SealArgument<'_>,
        name: Given<Name<'_>>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, Key>> {
        only("Keyring.restore_key", Stray(false), others, &["backup", "seal", "name"])?;
        let (backup, seal) = (backup.fixed(), seal.get());
        let (name, backup) = (name.0.map(|name| name.get()).transpose().or_raise(py)?, backup.as_slice());
        self.key_from(py, |ring| ring.restore_key(backup, seal, name))
    }

    /// Creates a key. The defaults are those of the library: type `xaes256-gcm`, every option off.
    #[pyo3(signature = (name, key_type=Given(None), **options))]
    // Options of create_key, made by `cargo xtask bless`.
    #[pyo3(text_signature = "($self, name, key_type=..., *, derived=..., convergent=..., key_size=..., \
        version_template=..., exportable=..., allow_plaintext_backup=..., deletion_allowed=..., \
        auto_rotate_period=..., labels=...)")]
    // End of options of create_key.
    fn create_key<'py>(
        &self,
        py: Python<'py>,
        name: Name<'_>,
        key_type: Given<TypeName>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, Key>> {
        let spec = spec(py, &Call("Keyring.create_key", &NEW), key_type, options);
        let (name, spec) = (name.get().or_raise(py)?, spec?);
        self.key_named(py, name, |ring| ring.create_key(name, spec))
    }

    /// A key by its name, created if there is none; a key made to another specification is refused.
    #[pyo3(signature = (name, key_type=Given(None), **options))]
    // Options of key_or_create, made by `cargo xtask bless`.
    #[pyo3(text_signature = "($self, name, key_type=..., *, derived=..., convergent=..., key_size=..., \
        version_template=..., exportable=..., allow_plaintext_backup=..., deletion_allowed=..., \
        auto_rotate_period=..., labels=...)")]
    // End of options of key_or_create.
    fn key_or_create<'py>(
        &self,
        py: Python<'py>,
        name: Name<'_>,
        key_type: Given<TypeName>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, Key>> {
        let spec = spec(py, &Call("Keyring.key_or_create", &NEW), key_type, options);
        let (name, spec) = (name.get().or_raise(py)?, spec?);
        self.key_named(py, name, |ring| ring.key_or_create(name, spec))
    }

    /// Creates a key with material from outside as its first version.
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        name, material, key_type=Given(None), *, format=Given(None), hash=Given(None),
        passphrase=Given(None), allow_rotation=Given(None), kdf=Given(None), **options
    ))]
    // Options of import_key, made by `cargo xtask bless`.
    #[pyo3(text_signature = "($self, name, material, key_type=..., *, derived=..., convergent=..., \
        key_size=..., version_template=..., exportable=..., allow_plaintext_backup=..., \
        deletion_allowed=..., auto_rotate_period=..., labels=..., format=..., hash=..., passphrase=..., \
        allow_rotation=..., kdf=...)")]
    // End of options of import_key.
    fn import_key<'py>(
        &self,
        py: Python<'py>,
        name: Name<'_>,
        material: Bytes<'_>,
        key_type: Given<TypeName>,
        format: Given<Named<MaterialFormat>>,
        hash: Given<Named<HashAlgorithm>>,
        passphrase: Given<Secret>,
        allow_rotation: Given<bool>,
        kdf: Given<Named<Kdf>>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, Key>> {
        let spec = spec(py, &Call("Keyring.import_key", &IMPORTED), key_type, options);
        let (name, spec) = (name.get().or_raise(py)?, spec?);
        let said = Said { format, hash, passphrase, version: Given(None), allow_rotation, kdf };
        let import = said.of(py, &material)?;
        self.key_named(py, name, |ring| ring.import_key(name, import, spec))
    }

    /// A key that two sides agree on, each with a key of ECDSA and the other's public key.
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (name, base, peer, key_type, *, version=Given(None), **options))]
    // Options of derive_key, made by `cargo xtask bless`.
    #[pyo3(text_signature = "($self, name, base, peer, key_type, *, derived=..., convergent=..., \
        key_size=..., version_template=..., exportable=..., allow_plaintext_backup=..., \
        deletion_allowed=..., auto_rotate_period=..., labels=..., version=...)")]
    // End of options of derive_key.
    fn derive_key<'py>(
        &self,
        py: Python<'py>,
        name: Name<'_>,
        base: &Bound<'_, Key>,
        peer: Document<'_>,
        key_type: TypeName,
        version: Given<VersionNumber>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, Key>> {
        let spec = spec(py, &Call("Keyring.derive_key", &DERIVED), Given(Some(key_type)), options);
        let (name, spec) = (name.get().or_raise(py)?, spec?);
        let version = version.0.map(|version| version.0).transpose().or_raise(py)?;
        let peer = PublicKey::parse(peer.0.as_slice()).or_raise(py)?;
        let base = base.get().inner();
        self.key_named(py, name, |ring| ring.derive_key(name, base, version, &peer, spec))
    }

    /// The public key that others wrap keys for, to import them here.
    #[pyo3(signature = (*, format=Given(None)))]
    fn wrapping_key<'py>(
        &self,
        py: Python<'py>,
        format: Given<Named<PublicKeyFormat>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let key = outside(py, || self.ring.wrapping_key())?;
        Ok(format.0.map_or(PublicKeyFormat::Pem, |format| format.0).write(py, &key))
    }
}

/// What is said about a new key beside its options.
const NEW: [&str; 2] = ["name", "key_type"];
const DERIVED: [&str; 5] = ["name", "base", "peer", "key_type", "version"];
const IMPORTED: [&str; 8] =
    ["name", "material", "key_type", "format", "hash", "passphrase", "allow_rotation", "kdf"];
