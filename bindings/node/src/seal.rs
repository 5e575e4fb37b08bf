//! Seals, as JavaScript holds them: each can be used any number of times.

use crate::failure::Failure;
use crate::handle::Holdable;
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::provider::Provider;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use strongroom::{Error, Seal, SealProvider, SecretArray, SecretBytes};

pub(crate) struct SealHandle {
    source: Arc<Source>,
    allow_costly: bool,
}

impl Holdable for SealHandle {
    const TAG: u64 = 0x5347_5249_4e47_0003;
}

enum Source {
    RootKey(SecretArray<32>),
    Env(String),
    File(PathBuf),
    Passphrase { id: Option<String>, passphrase: SecretBytes },
    Provider(Arc<Provider>),
}

impl SealHandle {
    /// The seal, and whether it is written in JavaScript.
    pub(crate) fn seal(&self) -> Result<(Seal, bool), Error> {
        let (seal, here) = match &*self.source {
            Source::RootKey(key) => {
                (Seal::root_key(SecretArray::copy_of(key.expose()).ok_or(WRONG_LENGTH)?), false)
            }
            Source::Env(variable) => (Seal::root_key_env(variable), false),
            Source::File(path) => (Seal::root_key_file(path), false),
            Source::Passphrase { id: None, passphrase } => (Seal::passphrase(passphrase.expose()), false),
            Source::Passphrase { id: Some(id), passphrase } => {
                (Seal::passphrase_named(id, passphrase.expose()), false)
            }
            Source::Provider(provider) => {
                (Seal::provider(Arc::clone(provider) as Arc<dyn SealProvider>), true)
            }
        };
        Ok((if self.allow_costly { seal.allow_costly() } else { seal }, here))
    }

    fn new(source: Source) -> Self {
        Self { source: Arc::new(source), allow_costly: false }
    }
}

const WRONG_LENGTH: Error = Error::InvalidRootKey { reason: "a root key has 32 bytes" };

/// `sealRootKey(bytes)`
pub(crate) fn root_key<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key = env.binary(arguments.at(0), Take::Borrow, "a root key")?;
    Ok(env.hold(SealHandle::new(Source::RootKey(SecretArray::copy_of(&key).ok_or(WRONG_LENGTH)?)))?)
}

/// `sealRootKeyEnv(variable)`
pub(crate) fn root_key_env<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    Ok(env.hold(SealHandle::new(Source::Env(env.any_string(arguments.at(0), "the name of a variable")?)))?)
}

/// `sealRootKeyFile(path)`
pub(crate) fn root_key_file<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    Ok(env.hold(SealHandle::new(Source::File(env.any_string(arguments.at(0), "a path")?.into())))?)
}

/// `sealPassphrase(passphrase, id)`
pub(crate) fn passphrase<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let passphrase = SecretBytes::from(&*env.message(arguments.at(0), Take::Borrow, "a passphrase")?);
    let id = if env.is_undefined(arguments.at(1)) {
        None
    } else {
        Some(env.any_string(arguments.at(1), "the id of a passphrase")?)
    };
    Ok(env.hold(SealHandle::new(Source::Passphrase { id, passphrase }))?)
}

/// `sealAllowCostly(seal)`
pub(crate) fn allow_costly<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let source = Arc::clone(&env.held::<SealHandle>(arguments.at(0))?.source);
    Ok(env.hold(SealHandle { source, allow_costly: true })?)
}

/// How long a seal written in JavaScript is waited for, unless it says otherwise.
const PATIENCE: Duration = Duration::from_secs(30);

/// No promise is waited for longer.
const MOST_PATIENCE: Duration = Duration::from_secs(3600);

/// `sealProvider(object, kind, keyId, timeoutMs)`
pub(crate) fn provider<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let kind = env.any_string(arguments.at(1), "the kind of a seal")?;
    let key_id = env.any_string(arguments.at(2), "the keyId of a seal")?;
    let limit = if env.is_undefined(arguments.at(3)) {
        PATIENCE
    } else {
        env.millis(arguments.at(3), "the timeoutMs of a seal")?
    };
    if limit.is_zero() || limit > MOST_PATIENCE {
        return Err(Failure::Type("the timeoutMs of a seal is 1 to 3600000".to_owned()));
    }
    let provider = Provider::new(env, arguments.at(0), kind, key_id, limit)?;
    Ok(env.hold(SealHandle::new(Source::Provider(Arc::new(provider))))?)
}

/// `generateRootKey()`: the text as a `Buffer`, which can be wiped.
pub(crate) fn generate_root_key<'s>(env: Env<'s>, _: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    Ok(env.new_buffer(Seal::generate_root_key()?.expose())?)
}
