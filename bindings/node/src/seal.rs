//! Seals, as JavaScript holds them: each can be used any number of times.

use crate::failure::Failure;
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::provider::Provider;
use std::path::PathBuf;
use std::sync::Arc;
use strongroom::{Error, Seal, SealProvider, SecretArray, SecretBytes};

pub(crate) enum SealHandle {
    RootKey(SecretArray<32>),
    Env(String),
    File(PathBuf),
    Passphrase { id: Option<String>, passphrase: SecretBytes },
    Provider(Arc<Provider>),
}

impl SealHandle {
    /// The seal, and whether it has to be asked on the thread of JavaScript.
    pub(crate) fn seal(&self) -> Result<(Seal, bool), Error> {
        Ok(match self {
            Self::RootKey(key) => (Seal::root_key(SecretArray::copy_of(key.expose()).ok_or(WRONG_LENGTH)?), false),
            Self::Env(variable) => (Seal::root_key_env(variable), false),
            Self::File(path) => (Seal::root_key_file(path), false),
            Self::Passphrase { id: None, passphrase } => (Seal::passphrase(passphrase.expose()), false),
            Self::Passphrase { id: Some(id), passphrase } => (Seal::passphrase_named(id, passphrase.expose()), false),
            Self::Provider(provider) => (Seal::provider(Arc::clone(provider) as Arc<dyn SealProvider>), true),
        })
    }
}

const WRONG_LENGTH: Error = Error::InvalidRootKey { reason: "a root key has 32 bytes" };

/// `sealRootKey(bytes)`
pub(crate) fn root_key<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key = env.binary(arguments.at(0), Take::Borrow, "a root key")?;
    Ok(env.hold(SealHandle::RootKey(SecretArray::copy_of(&key).ok_or(WRONG_LENGTH)?))?)
}

/// `sealRootKeyEnv(variable)`
pub(crate) fn root_key_env<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    Ok(env.hold(SealHandle::Env(env.any_string(arguments.at(0), "the name of a variable")?))?)
}

/// `sealRootKeyFile(path)`
pub(crate) fn root_key_file<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    Ok(env.hold(SealHandle::File(env.any_string(arguments.at(0), "a path")?.into()))?)
}

/// `sealPassphrase(passphrase, id)`
pub(crate) fn passphrase<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let passphrase = SecretBytes::from(&*env.message(arguments.at(0), Take::Borrow, "a passphrase")?);
    let id = if env.is_undefined(arguments.at(1)) { None } else { Some(env.any_string(arguments.at(1), "the id of a passphrase")?) };
    Ok(env.hold(SealHandle::Passphrase { id, passphrase })?)
}

/// `sealProvider(object, kind, keyId)`
pub(crate) fn provider<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let kind = env.any_string(arguments.at(1), "the kind of a seal")?;
    let key_id = env.any_string(arguments.at(2), "the keyId of a seal")?;
    Ok(env.hold(SealHandle::Provider(Arc::new(Provider::new(env, arguments.at(0), kind, key_id)?)))?)
}

/// `generateRootKey()`: the text as a `Buffer`, which can be wiped.
pub(crate) fn generate_root_key<'s>(env: Env<'s>, _: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    Ok(env.new_buffer(Seal::generate_root_key()?.expose())?)
}
