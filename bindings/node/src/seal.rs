//! Seals, as JavaScript holds them: each can be used any number of times.

use crate::failure::Failure;
use crate::handle::Holdable;
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Kind, Value};
use crate::provider::Provider;
use std::sync::Arc;
use std::time::Duration;
use strongroom::{Error, Seal, SecretArray, SecretBytes};

const NO_SEAL: Error = Error::invalid_option("no_seal");

pub(crate) struct SealHandle {
    seal: Seal,
    /// Whether it is written in JavaScript.
    calls_back: bool,
}

impl Holdable for SealHandle {
    const TAG: u64 = 0x5347_5249_4e47_0003;
}

impl SealHandle {
    /// The seal, and whether it is written in JavaScript.
    pub(crate) fn seal(&self) -> (Seal, bool) {
        (self.seal.clone(), self.calls_back)
    }

    /// This seal with something more said of it.
    fn with(&self, say: fn(Seal) -> Seal) -> Self {
        Self { seal: say(self.seal.clone()), calls_back: self.calls_back }
    }

    const fn new(seal: Seal) -> Self {
        Self { seal, calls_back: false }
    }
}

/// `sealRootKey(bytes)`
pub(crate) fn root_key<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    const TEXT: &str = "its text goes to Seal.rootKeyText";
    let given = arguments.at(0);
    let key = env.binary(given, Take::Borrow, "a root key").map_err(|failure| match failure {
        Failure::Type(message) if env.kind(given) == Kind::String => {
            Failure::Type(format!("{message}; {TEXT}"))
        }
        other => other,
    })?;
    let wrong = || {
        let reason = format!("a root key has 32 bytes, not {}; {TEXT}", key.len());
        Error::InvalidRootKey { reason: reason.into() }
    };
    let key = SecretArray::copy_of(&key).ok_or_else(wrong)?;
    Ok(env.hold(SealHandle::new(Seal::root_key(key)))?)
}

/// `sealRootKeyText(text)`
pub(crate) fn root_key_text<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let text = env.message(arguments.at(0), Take::Borrow, "the text of a root key")?;
    checked(env, Seal::root_key_text(&*text))
}

/// `sealRootKeyEnv(variable)`
pub(crate) fn root_key_env<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let variable = env.any_string(arguments.at(0), "the name of a variable")?;
    Ok(env.hold(SealHandle::new(Seal::root_key_env(variable)))?)
}

/// `sealRootKeyFile(path)`
pub(crate) fn root_key_file<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    Ok(env.hold(SealHandle::new(Seal::root_key_file(env.any_string(arguments.at(0), "a path")?)))?)
}

/// `sealPassphrase(passphrase, id)`
pub(crate) fn passphrase<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let passphrase = SecretBytes::from(&*env.message(arguments.at(0), Take::Borrow, "a passphrase")?);
    let seal = match id(env, arguments)? {
        None => Seal::passphrase(passphrase),
        Some(id) => Seal::passphrase_named(id, passphrase),
    };
    checked(env, seal)
}

/// One that has what it needs with it, which is refused at once where it cannot be that.
fn checked(env: Env<'_>, seal: Seal) -> Result<Value<'_>, Failure> {
    seal.check()?;
    Ok(env.hold(SealHandle::new(seal))?)
}

/// `sealPassphraseFile(path, id)`
pub(crate) fn passphrase_file<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let path = env.any_string(arguments.at(0), "a path")?;
    Ok(env.hold(SealHandle::new(match id(env, arguments)? {
        None => Seal::passphrase_file(path),
        Some(id) => Seal::passphrase_file_named(id, path),
    }))?)
}

/// `sealUrl(url)`
pub(crate) fn url<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let url = env.any_string(arguments.at(0), "the URL of a seal")?;
    Ok(env.hold(SealHandle::new(strongroom_platforms::seal(&url)?))?)
}

/// `sealAny(seals)`
pub(crate) fn any<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let (seals, calls_back) = all(env, arguments.at(0))?;
    if seals.is_empty() {
        return Err(NO_SEAL.into());
    }
    Ok(env.hold(SealHandle { seal: Seal::any(seals), calls_back })?)
}

/// The seals of an array, and whether one of them is written in JavaScript.
pub(crate) fn all<'s>(env: Env<'s>, array: Value<'s>) -> Result<(Vec<Seal>, bool), Failure> {
    let (mut seals, mut calls_back) = (Vec::new(), false);
    for value in env.elements(array)? {
        let handle = env.held::<SealHandle>(value)?;
        calls_back |= handle.calls_back;
        seals.push(handle.seal.clone());
    }
    Ok((seals, calls_back))
}

/// The second argument: what tells passphrases apart.
fn id<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Option<String>, Failure> {
    let id = arguments.at(1);
    if env.is_undefined(id) { Ok(None) } else { Ok(Some(env.any_string(id, "the id of a passphrase")?)) }
}

/// `sealAllowCostly(seal)`
pub(crate) fn allow_costly<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let costly = env.held::<SealHandle>(arguments.at(0))?.with(Seal::allow_costly);
    Ok(env.hold(costly)?)
}

/// `sealInsecureModeOk(seal)`
pub(crate) fn insecure_mode_ok<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let lenient = env.held::<SealHandle>(arguments.at(0))?.with(Seal::insecure_mode_ok);
    Ok(env.hold(lenient)?)
}

/// `sealLabelled(seal, label)`
pub(crate) fn labelled<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let label = env.any_string(arguments.at(1), "the label of a seal")?;
    let held = env.held::<SealHandle>(arguments.at(0))?;
    Ok(env.hold(SealHandle { seal: held.seal.clone().labelled(label), calls_back: held.calls_back })?)
}

/// `sealId(seal)`
pub(crate) fn id_of<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    Ok(env.new_string(&env.held::<SealHandle>(arguments.at(0))?.seal.id()?)?)
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
    let seal = Seal::provider(Arc::new(provider));
    Ok(env.hold(SealHandle { seal, calls_back: true })?)
}

/// `generateRootKey()`: the text as a `Buffer`, which can be wiped.
pub(crate) fn generate_root_key<'s>(env: Env<'s>, _: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    Ok(env.new_buffer(Seal::generate_root_key()?.expose())?)
}
