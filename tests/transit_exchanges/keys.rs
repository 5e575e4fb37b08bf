//! What is asked about keys themselves: made, read, changed, listed.

use crate::mount::Mount;
use crate::request::{Answer, Exchange, READING, Refusal, Said};
use serde_json::{Value, json};
use std::time::Duration;
use strongroom::{KeyConfig, KeySpec, KeyType, Version};
use strongroom_tests::transit::read_key;

/// What creating and importing say of a key.
pub(crate) fn spec(said: Said<'_>) -> Result<KeySpec, Refusal> {
    let key_type = match said.0.get("type") {
        // A number is the name of no type.
        Some(Value::Number(number)) => number.to_string(),
        _ => said.text("type")?.unwrap_or("aes256-gcm96").to_owned(),
    };
    let flag = |name| Ok::<_, Refusal>(said.flag(name)?.unwrap_or(false));
    let spec = KeySpec::new(key_type.parse::<KeyType>()?)
        .derived(flag("derived")?)
        .convergent(flag("convergent_encryption")?)
        .exportable(flag("exportable")?)
        .allow_plaintext_backup(flag("allow_plaintext_backup")?)
        .auto_rotate_period(Duration::from_secs(said.seconds("auto_rotate_period")?.unwrap_or(0)));
    Ok(match said.number("key_size")? {
        Some(size) => spec.key_size(u16::try_from(size).map_err(|_| READING)?),
        None => spec,
    })
}

/// As often as it is asked, a key of one name is made once.
pub(crate) fn create(mount: &Mount, exchange: &Exchange, name: &str) -> Answer {
    if exchange.body.get("raw").is_some() {
        return Err(READING);
    }
    mount.ring.key_or_create(&name.replace("%20", " "), spec(Said(&exchange.body))?)?;
    read(mount, exchange, name)
}

/// The key as a server reads it. Of versions that it made itself the dates and public keys are its own.
pub(crate) fn read(mount: &Mount, exchange: &Exchange, name: &str) -> Answer {
    let key = mount.key(name)?;
    let context = exchange.parameter("context");
    let context = context.map(|text| base64_simd::STANDARD.decode_to_vec(text).map_err(|_| READING));
    let mut ours = read_key(&key, context.transpose()?.as_deref())?;
    let theirs = &exchange.data["keys"];
    let versions = ours.get_mut("keys").and_then(Value::as_object_mut);
    for (version, said) in versions.into_iter().flatten() {
        let is_same_form = theirs[version].is_number() == said.is_number()
            && theirs[version]["public_key"].as_str().map(form) == said["public_key"].as_str().map(form);
        if mount.is_same(name, version.parse().unwrap()) || !is_same_form {
            continue;
        }
        if said.is_number() {
            *said = theirs[version].clone();
        } else {
            for member in ["public_key", "creation_time"] {
                said[member] = theirs[version][member].clone();
            }
        }
    }
    Ok(ours)
}

/// How long a public key is, and whether it is in lines.
fn form(public_key: &str) -> (usize, bool) {
    (public_key.len(), public_key.starts_with("-----"))
}

pub(crate) fn list(mount: &Mount, exchange: &Exchange) -> Answer {
    if exchange.parameter("after").is_some() {
        return Err(Refusal::Outside("pages of lists"));
    }
    // The wrapping key is listed as a folder, and so is what has a slash in its name.
    let theirs = exchange.data["keys"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let ours = mount.ring.keys()?;
    let ours: Vec<&str> = ours.iter().map(|name| name.as_str()).collect();
    let elsewhere =
        theirs.filter(|name| (mount.is_missing(name) && !ours.contains(name)) || name.ends_with('/'));
    let mut all: Vec<&str> = ours.iter().copied().chain(elsewhere).collect();
    all.sort_unstable();
    Ok(json!({ "keys": all }))
}

pub(crate) fn configure(mount: &Mount, exchange: &Exchange, name: &str) -> Answer {
    let (key, said) = (mount.key(name)?, Said(&exchange.body));
    let mut config = KeyConfig::new();
    if let Some(number) = said.number("min_decryption_version")? {
        // Servers take 0 for 1.
        config = config.min_decryption_version(Version::new(number).unwrap_or(Version::FIRST));
    }
    if let Some(number) = said.number("min_encryption_version")? {
        config = config.min_encryption_version(Version::new(number));
    }
    if let Some(on) = said.flag("deletion_allowed")? {
        config = config.deletion_allowed(on);
    }
    if let Some(on) = said.flag("exportable")? {
        config = config.exportable(on);
    }
    if let Some(on) = said.flag("allow_plaintext_backup")? {
        config = config.allow_plaintext_backup(on);
    }
    if let Some(seconds) = said.seconds("auto_rotate_period")? {
        config = config.auto_rotate_period(Duration::from_secs(seconds));
    }
    key.configure(config)?;
    read(mount, exchange, name)
}

pub(crate) fn rotate(mount: &Mount, exchange: &Exchange, name: &str) -> Answer {
    mount.key(name)?.rotate()?;
    read(mount, exchange, name)
}

pub(crate) fn trim(mount: &Mount, exchange: &Exchange, name: &str) -> Answer {
    let key = mount.key(name)?;
    let number = Said(&exchange.body).number("min_available_version")?.ok_or(READING)?;
    key.trim(Version::new(number).ok_or(Refusal::Outside("a version 0 to trim to"))?)?;
    read(mount, exchange, name)
}

/// Enables a key, or disables it.
pub(crate) fn switch(mount: &Mount, exchange: &Exchange, name: &str, on: bool) -> Answer {
    let key = mount.key(name)?;
    if on { key.enable() } else { key.disable() }?;
    read(mount, exchange, name)
}
