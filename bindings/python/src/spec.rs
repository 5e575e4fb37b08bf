//! Specifications of new keys and changes of settings, from keyword arguments.

use crate::buffer::Bytes;
use crate::given::{Given, Whole};
use crate::options::{MaterialFormat, Named, TypeName, VersionNumber};
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;
use strongroom::{Error, Import, Kdf, KeyConfig, KeySpec};

/// The keyword arguments of `create_key`, `key_or_create` and `import_key`.
#[derive(Default)]
pub(crate) struct SpecArguments {
    pub(crate) key_type: Given<TypeName>,
    pub(crate) derived: Given<bool>,
    pub(crate) convergent: Given<bool>,
    pub(crate) key_size: Given<Whole<u16>>,
    pub(crate) version_template: Given<String>,
    pub(crate) exportable: Given<bool>,
    pub(crate) allow_plaintext_backup: Given<bool>,
    pub(crate) deletion_allowed: Given<bool>,
    pub(crate) auto_rotate_period: Given<Duration>,
    pub(crate) labels: Given<BTreeMap<String, String>>,
}

impl SpecArguments {
    pub(crate) fn into_spec(self) -> Result<KeySpec, Error> {
        let Self {
            key_type,
            derived,
            convergent,
            key_size,
            version_template,
            exportable,
            allow_plaintext_backup,
            deletion_allowed,
            auto_rotate_period,
            labels,
        } = self;
        let spec = match key_type.0 {
            Some(key_type) => KeySpec::new(key_type.0?),
            None => KeySpec::default(),
        };
        let spec = given(spec, derived.0, KeySpec::derived);
        let spec = given(spec, convergent.0, KeySpec::convergent);
        let spec = given(spec, key_size.0, |spec, size| spec.key_size(size.0));
        let spec = given(spec, version_template.0, KeySpec::version_template);
        let spec = given(spec, exportable.0, KeySpec::exportable);
        let spec = given(spec, allow_plaintext_backup.0, KeySpec::allow_plaintext_backup);
        let spec = given(spec, deletion_allowed.0, KeySpec::deletion_allowed);
        let spec = given(spec, auto_rotate_period.0, KeySpec::auto_rotate_period);
        Ok(labels.0.into_iter().flatten().fold(spec, |spec, (name, value)| spec.label(name, value)))
    }
}

/// A setting in which `None` has a meaning of its own. One that is not to change is left out, or `...`.
pub(crate) enum Setting<T> {
    Keep,
    To(T),
}

impl<'a, 'py, T: FromPyObject<'a, 'py>> FromPyObject<'a, 'py> for Setting<T> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is(object.py().Ellipsis()) {
            Ok(Self::Keep)
        } else {
            object.extract().map(Self::To).map_err(Into::into)
        }
    }
}

/// The keyword arguments of `configure`.
pub(crate) struct ConfigArguments {
    pub(crate) min_decryption_version: Given<VersionNumber>,
    pub(crate) min_encryption_version: Setting<Option<VersionNumber>>,
    pub(crate) deletion_allowed: Given<bool>,
    pub(crate) exportable: Given<bool>,
    pub(crate) allow_plaintext_backup: Given<bool>,
    pub(crate) auto_rotate_period: Given<Duration>,
    pub(crate) labels: Given<BTreeMap<String, Option<String>>>,
}

impl ConfigArguments {
    pub(crate) fn into_config(self) -> Result<KeyConfig, Error> {
        let Self {
            min_decryption_version,
            min_encryption_version,
            deletion_allowed,
            exportable,
            allow_plaintext_backup,
            auto_rotate_period,
            labels,
        } = self;
        let config = given(
            KeyConfig::new(),
            min_decryption_version.0.map(|version| version.0).transpose()?,
            KeyConfig::min_decryption_version,
        );
        let config = match min_encryption_version {
            Setting::Keep => config,
            Setting::To(version) => {
                config.min_encryption_version(version.map(|version| version.0).transpose()?)
            }
        };
        let config = given(config, deletion_allowed.0, KeyConfig::deletion_allowed);
        let config = given(config, exportable.0, KeyConfig::exportable);
        let config = given(config, allow_plaintext_backup.0, KeyConfig::allow_plaintext_backup);
        let config = given(config, auto_rotate_period.0, KeyConfig::auto_rotate_period);
        Ok(labels.0.into_iter().flatten().fold(config, |config, (name, value)| config.label(name, value)))
    }
}

/// Applies an option that was given; the library has the default of one that was not.
pub(crate) fn given<B, T>(builder: B, value: Option<T>, apply: impl FnOnce(B, T) -> B) -> B {
    match value {
        Some(value) => apply(builder, value),
        None => builder,
    }
}

/// Material from outside, with what was said about it.
pub(crate) fn import(
    material: &Bytes<'_>,
    format: Given<Named<MaterialFormat>>,
    allow_rotation: Given<bool>,
    kdf: Given<Named<Kdf>>,
) -> Import {
    let import = match format.0 {
        None | Some(Named(MaterialFormat::Raw)) => Import::raw(material.as_slice()),
        Some(Named(MaterialFormat::Pkcs8)) => Import::pkcs8(material.as_slice()),
    };
    given(given(import, allow_rotation.0, Import::allow_rotation), kdf.0, |import, kdf| import.kdf(kdf.0))
}
