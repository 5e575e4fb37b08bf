//! What is done with a keyring.

use crate::failure::{Failure, error_value};
use crate::handle::{Held, KeyHandle, RingHandle, Scripted};
use crate::info;
use crate::input::Take;
use crate::job::{Job, nothing};
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::public_key::PublicKeyFormat;
use crate::seal::SealHandle;
use crate::{certificates, import, seal, spec};
use std::path::PathBuf;
use strongroom::{Error, Key, Keyring, PublicKey};

/// `keyringId(ring)`
pub(crate) fn id<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    Ok(env.new_string(&ring(env, arguments)?.ring.id().to_string())?)
}

/// `close(ring)`
pub(crate) fn close<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    ring(env, arguments)?.ring.close();
    Ok(env.undefined()?)
}

/// `key(ring, name)`
pub(crate) fn key<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let name = env.string(arguments.at(1), "the name of a key")?;
    with_key(env, arguments, false, move |ring| {
        ring.key(&name).map_err(|error| Failure::of_name(&name, error))
    })
}

/// `createKey(ring, name, spec)`
pub(crate) fn create_key<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let (name, spec) = (env.string(arguments.at(1), "the name of a key")?, spec::spec(env, arguments.at(2))?);
    with_key(env, arguments, false, move |ring| {
        ring.create_key(&name, spec).map_err(|error| Failure::of_name(&name, error))
    })
}

/// `keyOrCreate(ring, name, spec)`
pub(crate) fn key_or_create<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let (name, spec) = (env.string(arguments.at(1), "the name of a key")?, spec::spec(env, arguments.at(2))?);
    with_key(env, arguments, false, move |ring| {
        ring.key_or_create(&name, spec).map_err(|error| Failure::of_name(&name, error))
    })
}

/// `importKey(ring, name, material, spec, options)`
pub(crate) fn import_key<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let (name, spec) = (env.string(arguments.at(1), "the name of a key")?, spec::spec(env, arguments.at(3))?);
    let import = import::import(env, arguments.at(2), arguments.at(4))?;
    with_key(env, arguments, false, move |ring| {
        ring.import_key(&name, import, spec).map_err(|error| Failure::of_name(&name, error))
    })
}

/// `deriveKey(ring, name, base, peer, spec, options)`
pub(crate) fn derive_key<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let (name, spec) = (env.string(arguments.at(1), "the name of a key")?, spec::spec(env, arguments.at(4))?);
    let version = certificates::only_version(env, arguments.at(5))?;
    let base: &KeyHandle = env.held(arguments.at(2))?;
    let peer = PublicKey::parse(&*env.message(arguments.at(3), Take::Copy, "a public key")?)?;
    let (key, calls_back) = (base.key()?.clone(), base.scripted.get());
    with_key(env, arguments, calls_back, move |ring| {
        ring.derive_key(&name, &key, version, &peer, spec).map_err(|error| Failure::of_name(&name, error))
    })
}

/// `wrappingKey(ring, options)`: PEM unless a format is named.
pub(crate) fn wrapping_key<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let format = PublicKeyFormat::read(env, arguments.at(1))?.unwrap_or(PublicKeyFormat::Pem);
    job(env, arguments, Keyring::wrapping_key, move |env, key| Ok(format.write(env, &key)?))
}

/// `restoreKey(ring, backup, seal, name)`
pub(crate) fn restore_key<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let backup = env.binary(arguments.at(1), Take::Copy, "a backup")?.owned();
    let (seal, calls_back) = env.held::<SealHandle>(arguments.at(2))?.seal();
    let name = if env.is_undefined(arguments.at(3)) {
        None
    } else {
        Some(env.string(arguments.at(3), "the name of a key")?)
    };
    with_key(env, arguments, calls_back, move |ring| ring.restore_key(&backup, seal, name.as_deref()))
}

/// `pin(ring)`
pub(crate) fn pin<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    job(env, arguments, Keyring::pin, |env, pin| Ok(env.new_string(&pin.to_string())?))
}

/// `witness(ring)`
pub(crate) fn witness<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    job(env, arguments, Keyring::witness, |env, witness| Ok(env.new_buffer(&witness)?))
}

/// `keys(ring)`
pub(crate) fn keys<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    job(env, arguments, Keyring::keys, |env, names| {
        info::list(env, &names, |name| Ok(env.new_string(name.as_str())?))
    })
}

/// `deleteKey(ring, name)`
pub(crate) fn delete_key<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let name = env.string(arguments.at(1), "the name of a key")?;
    job(env, arguments, move |ring| ring.delete_key(&name), nothing)
}

/// `check(ring)`
pub(crate) fn check<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    job(env, arguments, Keyring::check, info::report)
}

/// `snapshot(ring, path)`
pub(crate) fn snapshot<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let path = PathBuf::from(env.any_string(arguments.at(1), "a path")?);
    job(env, arguments, move |ring| ring.snapshot(&path), nothing)
}

/// `snapshotBytes(ring)`
pub(crate) fn snapshot_bytes<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    job(env, arguments, Keyring::snapshot_bytes, |env, bytes| Ok(env.new_buffer(&bytes)?))
}

/// `refresh(ring)`
pub(crate) fn refresh<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    job(env, arguments, Keyring::refresh, nothing)
}

/// `refreshAsync(ring)`: what `refresh` reads, and the root keys, for which the seal is asked if they are
/// new.
pub(crate) fn refresh_with_seal<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let call = |ring: &Keyring| {
        ring.refresh()?;
        // Asked for its pin, a keyring reads its root document. One in memory has none.
        match ring.pin() {
            Ok(_) | Err(Error::KeyringNotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    };
    job(env, arguments, call, nothing)
}

/// `rotateDue(ring)`: each key that was due, with its new version or the error.
pub(crate) fn rotate_due<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    job(env, arguments, Keyring::rotate_due, |env, rotated| {
        info::list(env, &rotated, |(name, result)| {
            let entry = env.new_object()?;
            env.set(entry, "name", env.new_string(name.as_str())?)?;
            match result {
                Ok(version) => env.set(entry, "version", env.new_number(version.get().into())?)?,
                Err(error) => env.set(entry, "error", error_value(env, error)?)?,
            }
            Ok(entry)
        })
    })
}

/// `setMaxStaleness(ring, milliseconds)`
pub(crate) fn set_max_staleness<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let limit = env.millis(arguments.at(1), "the longest staleness")?;
    job(env, arguments, move |ring| ring.set_max_staleness(limit), nothing)
}

/// `repair(ring)`: the names of the keys whose counts were written anew.
pub(crate) fn repair<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    job(env, arguments, Keyring::repair, |env, names| {
        info::list(env, &names, |name| Ok(env.new_string(name.as_str())?))
    })
}

/// `removeUnreadable(ring, name)`
pub(crate) fn remove_unreadable<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let name = env.string(arguments.at(1), "the name of a key")?;
    job(env, arguments, move |ring| ring.remove_unreadable(&name), nothing)
}

/// `seals(ring)`
pub(crate) fn seals<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    job(env, arguments, Keyring::seals, |env, seals| {
        info::list(env, &seals, |seal| {
            let entry = env.new_object()?;
            env.set(entry, "kind", env.new_string(&seal.kind)?)?;
            env.set(entry, "id", env.new_string(&seal.id)?)?;
            let label = seal.label.as_deref();
            env.set(entry, "label", label.map_or_else(|| env.null(), |label| env.new_string(label))?)?;
            env.set(entry, "added", info::date(env, seal.added)?)?;
            env.set(entry, "inUse", env.new_boolean(seal.in_use)?)?;
            Ok(entry)
        })
    })
}

/// `addSeal(ring, seal)`
pub(crate) fn add_seal<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let handle = ring(env, arguments)?;
    let (seal, calls_back) = env.held::<SealHandle>(arguments.at(1))?.seal();
    Ok(on(handle, calls_back, move |ring| ring.add_seal(seal), nothing))
}

/// `removeSeal(ring, kind, id)`
pub(crate) fn remove_seal<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let (kind, id) = (
        env.string(arguments.at(1), "the kind of a seal")?,
        env.string(arguments.at(2), "the id of a seal")?,
    );
    job(env, arguments, move |ring| ring.remove_seal(&kind, &id), nothing)
}

/// `rewrapSeals(ring, seals)`: of the seals that are given, or of the one that opened the keyring.
pub(crate) fn rewrap_seals<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let handle = ring(env, arguments)?;
    let (seals, calls_back) = seal::all(env, arguments.at(1))?;
    Ok(on(handle, calls_back, move |ring| ring.rewrap_seals(seals), nothing))
}

/// `reseal(ring, seals)`: how many documents were sealed anew.
pub(crate) fn reseal<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let handle = ring(env, arguments)?;
    let (seals, calls_back) = seal::all(env, arguments.at(1))?;
    // The keyring may use one of them from now on.
    handle.scripted.mark(calls_back);
    Ok(on(handle, calls_back, move |ring| ring.reseal(seals), |env, count| Ok(env.new_number(count as f64)?)))
}

/// `upgrade(ring)`: how many documents were written anew.
pub(crate) fn upgrade<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    job(env, arguments, Keyring::upgrade, |env, count| Ok(env.new_number(count as f64)?))
}

fn ring<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<&'s RingHandle, Failure> {
    env.held(arguments.at(0))
}

fn job<'s, T: Send + 'static>(
    env: Env<'s>,
    arguments: &Arguments<'s>,
    call: impl FnOnce(&Keyring) -> Result<T, Error> + Send + 'static,
    finish: impl for<'f> FnOnce(Env<'f>, T) -> Result<Value<'f>, Failure> + Send + 'static,
) -> Result<Job, Failure> {
    Ok(on(ring(env, arguments)?, false, call, finish))
}

fn on<T: Send + 'static, E: Into<Failure>>(
    handle: &RingHandle,
    calls_back: bool,
    call: impl FnOnce(&Keyring) -> Result<T, E> + Send + 'static,
    finish: impl for<'f> FnOnce(Env<'f>, T) -> Result<Value<'f>, Failure> + Send + 'static,
) -> Job {
    let ring = handle.ring.clone();
    Job::new(handle.scripted.clone(), calls_back, move || call(&ring), finish)
}

/// A new handle of the key that `call` gives.
pub(crate) fn with_key<'s, E: Into<Failure>>(
    env: Env<'s>,
    arguments: &Arguments<'s>,
    calls_back: bool,
    call: impl FnOnce(&Keyring) -> Result<Key, E> + Send + 'static,
) -> Result<Job, Failure> {
    let handle = ring(env, arguments)?;
    let scripted: Scripted = handle.scripted.clone();
    Ok(on(handle, calls_back, call, move |env, key| {
        Ok(env.hold(KeyHandle { held: Held::Key(key), scripted })?)
    }))
}
