//! The key that others wrap keys for: kept as a user's key is, under a name that none can have.

use crate::Error;
use crate::engine::slot::Slot;
use crate::engine::{At, Engine};
use crate::error::invalid;
use crate::key::import::Import;
use crate::key::record::Record;
use crate::key::spec::KeySpec;
use crate::key::terms::Terms;
use crate::manner::Manner;
use crate::material::KeyType;
use crate::name::KeyName;
use crate::public_key::PublicKey;
use crate::version::Version;
use std::sync::Arc;

const TYPE: KeyType = KeyType::WRAPPING;

impl Engine {
    /// The public half, of a key that is made when it is first asked for.
    pub(crate) fn wrapping_key(&self) -> Result<PublicKey, Error> {
        supported()?;
        let name = KeyName::wrapping();
        let slot = match self.existing(&name) {
            Err(Error::KeyNotFound { .. }) => self.make_wrapping_key(&name)?,
            found => found?,
        };
        self.with_wrapping_key(&slot, |record| {
            let version = record.version(Version::FIRST).ok_or(Error::NoSuchVersion)?;
            let algorithm = version.key_type.signature().ok_or(Error::NoSuchVersion)?;
            let public = version.public_key().ok_or(Error::NoSuchVersion)?;
            Ok(PublicKey::new(version.key_type, algorithm, &public))
        })
    }

    /// What was wrapped for that key; nothing of an import that was not wrapped.
    pub(crate) fn unwrapped(&self, import: &Import) -> Result<Option<Import>, Error> {
        if !import.is_wrapped() {
            return Ok(None);
        }
        supported()?;
        let slot = self.existing(&KeyName::wrapping()).map_err(|error| match error {
            Error::KeyNotFound { .. } => Error::InvalidOption { reason: invalid::NO_WRAPPING_KEY },
            other => other,
        })?;
        self.with_wrapping_key(&slot, |record| {
            let version = record.version(Version::FIRST).ok_or(Error::NoSuchVersion)?;
            let material = version.material.as_ref().ok_or(Error::NoSuchVersion)?;
            import.unwrapped_with(material).map(Some)
        })
    }

    fn make_wrapping_key(&self, name: &KeyName) -> Result<Arc<Slot>, Error> {
        let spec = KeySpec::new(TYPE);
        // It takes seconds, and a write that is tried again needs no other.
        let mut made = Some(spec.create(name.clone(), self.now())?);
        let make = |name: &KeyName| made.take().map_or_else(|| spec.create(name.clone(), self.now()), Ok);
        match self.add(self.candidate(name), make) {
            // Somebody else was faster.
            Err(Error::KeyExists { .. }) => self.existing(name),
            added => added,
        }
    }

    fn with_wrapping_key<T>(
        &self,
        slot: &Arc<Slot>,
        work: impl FnOnce(&Record) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let terms = Terms { context: None, manner: Manner::Strict };
        At { engine: self, slot, terms }.record(work)
    }
}

/// Whether this build has RSA; a keyring may have a wrapping key that another build made.
fn supported() -> Result<(), Error> {
    if TYPE.is_supported() { Ok(()) } else { Err(Error::TypeNotSupported { key_type: TYPE.name() }) }
}
