//! Keys that come from Vault's or OpenBao's Transit or go there.

use crate::failure::Failure;
use crate::input::Take;
use crate::job::Job;
use crate::js::call::Arguments;
use crate::js::{Env, Kind, Value};
use crate::{change, key, keyring, spec};
use strongroom::{Dialect, Error, ExportFormat, Expose, TransitBackup};

/// `restoreTransit(ring, backup, options)`, where the backup is bytes or a string.
pub(crate) fn restore<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let backup = env.message(arguments.at(1), Take::Copy, "a backup")?.owned();
    let (mut name, mut dialect) = (None, None);
    for (option, value) in env.options(arguments.at(2))? {
        match option.as_str() {
            "name" => name = Some(env.string(value, "the name of a key")?),
            "dialect" => dialect = Some(said(env, value)?),
            _ => return Err(spec::unknown(&option, ["name", "dialect"])),
        }
    }
    keyring::with_key(env, arguments, false, move |ring| {
        ring.restore_transit(&*backup, name.as_deref(), dialect)
    })
}

/// `backupTransit(key, dialect, options)`
pub(crate) fn backup<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let (mut exposed, mut to) = (false, TransitBackup::new(said(env, arguments.at(1))?));
    for (name, value) in env.options(arguments.at(2))? {
        match (name.as_str(), env.kind(value), env.boolean(value)) {
            ("exposeSecretMaterial", Kind::Boolean, on) => exposed = on == Some(true),
            ("evenIfUnusable", Kind::Boolean, Some(true)) => to = to.even_if_unusable(),
            ("evenIfUnusable", Kind::Boolean, _) => {}
            _ => {
                return Err(Failure::Type(
                    "the options are exposeSecretMaterial: true and evenIfUnusable: true".to_owned(),
                ));
            }
        }
    }
    let exposure =
        if exposed { Expose::SecretMaterial } else { return Err(Error::ExposureNotConfirmed.into()) };
    change::job(
        env,
        arguments,
        move |key| key.backup_transit(to, exposure),
        |env, backup| Ok(env.new_buffer(backup.expose())?),
    )
}

/// `exportTransit(key, kind, format, options)`: numbers of versions and texts as bytes, in turn.
pub(crate) fn export<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let (kind, format, exposure) = (
        key::kind(env, arguments.at(1))?,
        format(env, arguments.at(2))?,
        key::exposure(env, arguments.at(3))?,
    );
    change::job(env, arguments, move |key| key.export_transit(kind, format, exposure), key::material)
}

/// `publicKeysTransit(key, format)`: numbers of versions and texts, in turn.
pub(crate) fn public_keys<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let format = format(env, arguments.at(1))?;
    change::job(env, arguments, move |key| key.public_keys_transit(format), key::texts)
}

fn said<'s>(env: Env<'s>, value: Value<'s>) -> Result<Dialect, Failure> {
    match env.string(value, "the dialect")?.as_str() {
        "vault" => Ok(Dialect::Vault),
        "openbao" => Ok(Dialect::OpenBao),
        _ => Err(const { Error::invalid_option("unknown_dialect") }.into()),
    }
}

fn format<'s>(env: Env<'s>, value: Value<'s>) -> Result<ExportFormat, Failure> {
    match env.string(value, "the format")?.as_str() {
        "raw" => Ok(ExportFormat::Raw),
        "der" => Ok(ExportFormat::Der),
        "pem" => Ok(ExportFormat::Pem),
        "jwk" => Ok(ExportFormat::Jwk),
        _ => Err(const { Error::invalid_option("unknown_export_format") }.into()),
    }
}
