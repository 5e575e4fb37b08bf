//! A key that is opened and ready: its record, and what was prepared from it so far.

use crate::Error;
use crate::alg::hash::HashAlgorithm;
use crate::alg::mac::HmacKey;
use crate::context::Context;
use crate::derive::{Source, plain};
use crate::entropy::Nonces;
use crate::key::record::Record;
use crate::material::KeyType;
use crate::subkey::Subkey;
use crate::version::Version;
use crate::wire::text::{Prefix, Template};
use arc_swap::ArcSwapOption;
use std::sync::Arc;

/// Immutable but for what is prepared when it is first needed. Two threads may prepare the same; one of them wins, nobody waits.
pub(crate) struct KeyState {
    pub(crate) record: Record,
    pub(crate) nonces: Nonces,
    prepared: Vec<PreparedVersion>,
}

#[derive(Default)]
struct PreparedVersion {
    plain: ArcSwapOption<Subkey>,
    source: ArcSwapOption<Source>,
    mac: ArcSwapOption<HmacKey>,
}

/// Where subkeys of contexts that were seen before are found again.
pub(crate) trait Subkeys {
    fn find(&self, version: Version, context: &Context) -> Option<Arc<Subkey>>;
    fn keep(&self, version: Version, context: &Context, subkey: &Arc<Subkey>);
}

impl KeyState {
    pub(crate) fn new(record: Record, nonces: Nonces) -> Self {
        let prepared = record.versions.iter().map(|_| PreparedVersion::default()).collect();
        Self { record, nonces, prepared }
    }

    /// Refuses a disabled key, and a type that does not do the operation.
    pub(crate) fn admit(&self, operation: &'static str, does: fn(KeyType) -> bool) -> Result<(), Error> {
        let key_type = self.record.key_type();
        if !key_type.is_supported() {
            return Err(Error::TypeNotSupported { key_type: key_type.name() });
        }
        if !does(key_type) {
            return Err(Error::OperationNotSupported { operation, key_type: key_type.name() });
        }
        if self.record.disabled { Err(Error::KeyDisabled) } else { Ok(()) }
    }

    /// How new ciphertexts and signatures of a version start, and those of it that are read.
    pub(crate) fn prefix(&self, version: Version) -> Prefix {
        self.record.version(version).map_or(Prefix::Vault, |v| v.key_type.profile().prefix)
    }

    pub(crate) fn template(&self) -> Option<&Template> {
        self.record.template.as_ref()
    }

    /// Calls with the subkey of a version and, if the key is derived, a context.
    pub(crate) fn with_subkey<T>(
        &self,
        version: Version,
        context: Option<&Context>,
        subkeys: &dyn Subkeys,
        call: impl FnOnce(&Subkey) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let prepared = self.prepared.get(version.index()).ok_or(Error::NoSuchVersion)?;
        match (self.record.derived, context) {
            (false, Some(_)) => Err(Error::ContextNotAllowed),
            (true, None) => Err(Error::ContextRequired),
            (false, None) => {
                // A guard instead of a clone of the Arc: two threads would fight over its count.
                if let Some(subkey) = prepared.plain.load().as_deref() {
                    return call(subkey);
                }
                let subkey = Arc::new(self.plain_subkey(version)?);
                prepared.plain.store(Some(subkey.clone()));
                call(&subkey)
            }
            (true, Some(context)) => {
                if let Some(subkey) = subkeys.find(version, context) {
                    return call(&subkey);
                }
                let subkey = Arc::new(self.source(prepared, version)?.subkey(version, Some(context))?);
                subkeys.keep(version, context, &subkey);
                call(&subkey)
            }
        }
    }

    fn plain_subkey(&self, version: Version) -> Result<Subkey, Error> {
        let record = self.record.version(version).ok_or(Error::NoSuchVersion)?;
        match (&record.material, &record.public) {
            (Some(material), _) => plain(record.key_type, material.expose(), version),
            (None, Some(public)) if record.key_type == KeyType::Ed25519 => Subkey::verifying(public.as_ref().try_into().map_err(|_| Error::NoSuchVersion)?),
            _ => Err(Error::NoSuchVersion),
        }
    }

    fn source(&self, prepared: &PreparedVersion, version: Version) -> Result<Arc<Source>, Error> {
        if let Some(source) = prepared.source.load_full() {
            return Ok(source);
        }
        let record = self.record.version(version).ok_or(Error::NoSuchVersion)?;
        let material = record.material.as_ref().ok_or(Error::NoSuchVersion)?;
        let source = Arc::new(Source::new(record.key_type, material.expose(), self.record.rules(record))?);
        prepared.source.store(Some(source.clone()));
        Ok(source)
    }

    /// Calls with the MAC key of a version. The state for SHA-256 is kept.
    pub(crate) fn with_mac<T>(&self, version: Version, hash: HashAlgorithm, call: impl FnOnce(&HmacKey) -> T) -> Result<T, Error> {
        let prepared = self.prepared.get(version.index()).ok_or(Error::NoSuchVersion)?;
        if hash == HashAlgorithm::Sha256
            && let Some(key) = prepared.mac.load().as_deref()
        {
            return Ok(call(key));
        }
        let record = self.record.version(version).ok_or(Error::NoSuchVersion)?;
        let bytes = match (record.key_type, &record.material, &record.hmac_key) {
            (KeyType::Hmac, Some(material), _) => material.expose(),
            (_, _, Some(key)) => key.expose().as_slice(),
            _ => return Err(Error::NoSuchVersion),
        };
        let key = Arc::new(HmacKey::new(hash, bytes));
        if hash == HashAlgorithm::Sha256 {
            prepared.mac.store(Some(key.clone()));
        }
        Ok(call(&key))
    }
}
