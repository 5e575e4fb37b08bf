//! How a seal is made, as often as one is needed.

use crate::failure::Failure;
use std::sync::Arc;
use strongroom::{Error, Seal, SealProvider, SecretArray, SecretBytes};

/// How to make a seal.
#[derive(Clone)]
pub(crate) struct Recipe {
    source: Arc<Source>,
    allow_costly: bool,
}

/// What a seal is made from.
pub(crate) enum Source {
    RootKey(SecretArray<32>),
    RootKeyEnv(String),
    RootKeyFile(String),
    Passphrase { id: Option<String>, passphrase: SecretBytes },
    Provider(Arc<dyn SealProvider>),
}

impl Recipe {
    pub(crate) fn new(source: Source) -> Self {
        Self { source: Arc::new(source), allow_costly: false }
    }

    /// The same, but for a copy that is costly to open too.
    pub(crate) fn allow_costly(self) -> Self {
        Self { allow_costly: true, ..self }
    }

    pub(crate) fn seal(&self) -> Result<Seal, Failure> {
        let seal = match &*self.source {
            Source::RootKey(key) => Seal::root_key(SecretArray::copy_of(key.expose()).ok_or(WRONG_SIZE)?),
            Source::RootKeyEnv(variable) => Seal::root_key_env(variable),
            Source::RootKeyFile(path) => Seal::root_key_file(path),
            Source::Passphrase { id: None, passphrase } => Seal::passphrase(passphrase.expose()),
            Source::Passphrase { id: Some(id), passphrase } => {
                Seal::passphrase_named(id, passphrase.expose())
            }
            Source::Provider(provider) => Seal::provider(provider.clone()),
        };
        Ok(if self.allow_costly { seal.allow_costly() } else { seal })
    }
}

pub(crate) const WRONG_SIZE: Failure =
    Failure::Core(Error::InvalidRootKey { reason: "it does not have 32 bytes" });
