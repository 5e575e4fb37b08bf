//! Changing a key.

use crate::failure::Failure;
use crate::handle::KeyHandle;
use crate::job::{Job, nothing};
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::{import, info, spec};
use strongroom::{Error, Key, Version};

/// `rotate(key, keyType)`: the new version.
pub(crate) fn rotate<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    if env.is_undefined(arguments.at(1)) {
        return job(env, arguments, Key::rotate, version);
    }
    let key_type = spec::key_type(env, arguments.at(1))?;
    job(env, arguments, move |key| key.rotate_to(key_type), version)
}

/// `configure(key, changes)`: what the key is then.
pub(crate) fn configure<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let config = spec::config(env, arguments.at(1))?;
    job(env, arguments, move |key| key.configure(config), info::key)
}

/// `disable(key)`
pub(crate) fn disable<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    job(env, arguments, Key::disable, nothing)
}

/// `enable(key)`
pub(crate) fn enable<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    job(env, arguments, Key::enable, nothing)
}

/// `trim(key, minAvailable)`
pub(crate) fn trim<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let min_available = env.version(arguments.at(1))?;
    job(env, arguments, move |key| key.trim(min_available), nothing)
}

/// `importVersion(key, material, options)`: the new version.
pub(crate) fn import_version<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let import = import::import(env, arguments.at(1), arguments.at(2))?;
    job(env, arguments, move |key| key.import_version(import), version)
}

fn version<'s>(env: Env<'s>, version: Version) -> Result<Value<'s>, Failure> {
    Ok(env.new_number(version.get().into())?)
}

pub(crate) fn job<'s, T: Send + 'static>(
    env: Env<'s>,
    arguments: &Arguments<'s>,
    call: impl FnOnce(&Key) -> Result<T, Error> + Send + 'static,
    finish: impl for<'f> FnOnce(Env<'f>, T) -> Result<Value<'f>, Failure> + Send + 'static,
) -> Result<Job, Failure> {
    job_on(env, arguments, false, call, finish)
}

/// It `calls_back` if a seal that it uses is written in JavaScript, beside those of the keyring.
pub(crate) fn job_on<'s, T: Send + 'static>(
    env: Env<'s>,
    arguments: &Arguments<'s>,
    calls_back: bool,
    call: impl FnOnce(&Key) -> Result<T, Error> + Send + 'static,
    finish: impl for<'f> FnOnce(Env<'f>, T) -> Result<Value<'f>, Failure> + Send + 'static,
) -> Result<Job, Failure> {
    let handle: &KeyHandle = env.held(arguments.at(0))?;
    let key = handle.key()?.clone();
    Ok(Job::new(handle.scripted.clone(), calls_back, move || call(&key), finish))
}
