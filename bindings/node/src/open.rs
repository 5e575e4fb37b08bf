//! Creating and opening keyrings.

use crate::failure::Failure;
use crate::handle::{RingHandle, Scripted};
use crate::input::Take;
use crate::job::Job;
use crate::js::call::Arguments;
use crate::js::{Env, Kind, Value};
use crate::seal::SealHandle;
use crate::spec;
use std::path::PathBuf;
use strongroom::{Directory, Error, Keyring, KeyringBuilder, Seal};

/// `open(folder, seal, options)`
pub(crate) fn open<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    job(env, arguments, |builder, folder, seal| builder.open(folder, seal))
}

/// `create(folder, seal, options)`
pub(crate) fn create<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    job(env, arguments, |builder, folder, seal| builder.create(folder, seal))
}

/// `openOrCreate(folder, seal, options)`
pub(crate) fn open_or_create<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    job(env, arguments, |builder, folder, seal| builder.open_or_create(folder, seal))
}

/// `restore(folder, seal, options, snapshot)`, where the snapshot is a path or bytes.
pub(crate) fn restore<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    match env.kind(arguments.at(3)) {
        Kind::String => {
            let path = PathBuf::from(env.any_string(arguments.at(3), "a path")?);
            job(env, arguments, move |builder, folder, seal| builder.restore(path, folder, seal))
        }
        _ => {
            let bytes = env.binary(arguments.at(3), Take::Copy, "a snapshot")?.owned();
            job(env, arguments, move |builder, folder, seal| builder.restore_bytes(&bytes, folder, seal))
        }
    }
}

/// `inMemory()`
pub(crate) fn in_memory<'s>(env: Env<'s>, _: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    Ok(env.hold(RingHandle { ring: Keyring::in_memory(), scripted: Scripted::default() })?)
}

fn job<'s>(
    env: Env<'s>,
    arguments: &Arguments<'s>,
    call: impl FnOnce(KeyringBuilder, Directory, Seal) -> Result<Keyring, Error> + Send + 'static,
) -> Result<Job, Failure> {
    let folder = Directory::new(env.any_string(arguments.at(0), "a folder")?);
    let (seal, calls_back) = env.held::<SealHandle>(arguments.at(1))?.seal();
    let builder = spec::builder(env, arguments.at(2))?;
    let work = move || {
        let store = folder.clone();
        call(builder, folder, seal.clone()).map_err(|error| {
            let ask = || Keyring::seals_named_in(&store, &seal);
            match matches!(error, Error::WrongSeal).then(ask).flatten() {
                Some(has) => Failure::Advised(error, has),
                None => error.into(),
            }
        })
    };
    Ok(Job::new(Scripted::default(), calls_back, work, move |env, ring| {
        let scripted = Scripted::default();
        scripted.mark(calls_back);
        Ok(env.hold(RingHandle { ring, scripted })?)
    }))
}
