//! What is done with a key, beside its data operations.

use crate::failure::Failure;
use crate::handle::{Held, KeyHandle};
use crate::input::Take;
use crate::job::Job;
use crate::js::call::Arguments;
use crate::js::{Env, Kind, Value};
use crate::options;
use crate::public_key::PublicKeyFormat;
use crate::seal::SealHandle;
use crate::{change, info, signing};
use std::collections::BTreeMap;
use strongroom::{Error, ExportKind, Expose, HashAlgorithm, Key, PublicKey, SecretBytes, Version};

const UNKNOWN_PART: Error = Error::invalid_option("unknown_part");

/// `context(key, context)`: a view.
pub(crate) fn context<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let handle: &KeyHandle = env.held(arguments.at(0))?;
    let context =
        options::context(env.spoken(arguments.at(1), Take::copy_if(handle.scripted.get()), "a context")?)?;
    let view = handle.key()?.context(context)?;
    Ok(env.hold(KeyHandle { held: Held::View(view), scripted: handle.scripted.clone() })?)
}

/// `transit(key or view)`: a view.
pub(crate) fn transit<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let handle: &KeyHandle = env.held(arguments.at(0))?;
    Ok(env.hold(KeyHandle { held: Held::View(handle.view().transit()), scripted: handle.scripted.clone() })?)
}

/// `keyName(key or view)`
pub(crate) fn name<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let handle: &KeyHandle = env.held(arguments.at(0))?;
    Ok(env.new_string(handle.view().name().as_str())?)
}

/// `info(key)`
pub(crate) fn info<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    change::job(env, arguments, Key::info, info::key)
}

/// `publicKey(key or view, version, options)`
pub(crate) fn public_key<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let handle: &KeyHandle = env.held(arguments.at(0))?;
    let version = if env.is_undefined(arguments.at(1)) { None } else { Some(env.version(arguments.at(1))?) };
    // The format is looked at first: it does not depend on the key whether there is such a one.
    let format = PublicKeyFormat::read(env, arguments.at(2))?.unwrap_or(PublicKeyFormat::Raw);
    Ok(format.write(env, &handle.view().public_key(version)?)?)
}

/// `exportKey(key, kind, options)`: numbers of versions and their material, in turn.
pub(crate) fn export<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let (kind, exposure) = (kind(env, arguments.at(1))?, exposure(env, arguments.at(2))?);
    change::job(env, arguments, move |key| key.export(kind, exposure), material)
}

/// `exportWrapped(key, to, options)`: numbers of versions and texts, in turn.
pub(crate) fn export_wrapped<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let (mut hash, mut exposed) = (HashAlgorithm::default(), false);
    for (name, value) in env.options(arguments.at(2))? {
        match (name.as_str(), env.kind(value)) {
            ("hash", _) => hash = signing::hash_function(env, value)?,
            ("exposeSecretMaterial", Kind::Boolean) => exposed = env.boolean(value) == Some(true),
            _ => {
                return Err(Failure::Type("the options are hash and exposeSecretMaterial: true".to_owned()));
            }
        }
    }
    let exposure = exposed_if(exposed)?;
    let to = PublicKey::parse(&*env.message(arguments.at(1), Take::Borrow, "a public key")?)?;
    change::job(env, arguments, move |key| key.export_wrapped(&to, hash, exposure), texts)
}

/// `jwks(key)`
pub(crate) fn jwks<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    change::job(env, arguments, Key::jwks, |env, set| Ok(env.new_string(&set)?))
}

/// Which part of a key is to be exported.
pub(crate) fn kind<'s>(env: Env<'s>, value: Value<'s>) -> Result<ExportKind, Failure> {
    match env.string(value, "the part to export")?.as_str() {
        "encryption-key" => Ok(ExportKind::EncryptionKey),
        "signing-key" => Ok(ExportKind::SigningKey),
        "hmac-key" => Ok(ExportKind::HmacKey),
        _ => Err(UNKNOWN_PART.into()),
    }
}

/// The phrase of [`Expose`], as the one option there is.
pub(crate) fn exposure<'s>(env: Env<'s>, options: Value<'s>) -> Result<Expose, Failure> {
    let mut exposed = false;
    for (name, value) in env.options(options)? {
        match (name.as_str(), env.kind(value)) {
            ("exposeSecretMaterial", Kind::Boolean) => exposed = env.boolean(value) == Some(true),
            _ => return Err(Failure::Type("the one option is exposeSecretMaterial: true".to_owned())),
        }
    }
    exposed_if(exposed)
}

/// The phrase of [`Expose`], if the caller said it.
fn exposed_if(exposed: bool) -> Result<Expose, Failure> {
    if exposed { Ok(Expose::SecretMaterial) } else { Err(Error::ExposureNotConfirmed.into()) }
}

/// Numbers of versions and secret bytes, in turn.
pub(crate) fn material<'s>(
    env: Env<'s>,
    versions: BTreeMap<Version, SecretBytes>,
) -> Result<Value<'s>, Failure> {
    let mut flat = Vec::with_capacity(2 * versions.len());
    for (version, material) in versions {
        flat.extend([env.new_number(version.get().into())?, env.new_buffer(material.expose())?]);
    }
    Ok(env.new_array(&flat)?)
}

/// Numbers of versions and texts, in turn.
pub(crate) fn texts<'s>(env: Env<'s>, versions: BTreeMap<Version, String>) -> Result<Value<'s>, Failure> {
    let mut flat = Vec::with_capacity(2 * versions.len());
    for (version, text) in versions {
        flat.extend([env.new_number(version.get().into())?, env.new_string(&text)?]);
    }
    Ok(env.new_array(&flat)?)
}

/// `backup(key, seal)`
pub(crate) fn backup<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let (seal, calls_back) = env.held::<SealHandle>(arguments.at(1))?.seal();
    change::job_on(
        env,
        arguments,
        calls_back,
        move |key| key.backup(seal),
        |env, backup| Ok(env.new_buffer(&backup)?),
    )
}
