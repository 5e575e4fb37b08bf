//! What a backup would be, made of what `export` gives.
//!
//! Beside the material of a version, a backup has its key for macs, which is exported too. What only a backup
//! has are versions below `min_decryption_version`, which are in no export: such a key is refused.

use super::mount::{MountError, MountedKey, TransitMount};
use crate::base64;
use crate::json::{self, Object};
use serde_json::Value;
use std::collections::BTreeMap;
use strongroom::{Dialect, Error, Expose, Import, KeySpec, KeyType, Keyring, SecretBytes, TransitBackup};

impl TransitMount {
    /// What a backup of the key would be, made of what the server exports: for keys that are exportable and
    /// allow no plaintext backup. The key that is restored from it answers as the server does.
    ///
    /// # Errors
    /// [`MountError`], also for a key of which not all is exported.
    pub fn exported(&self, key: &MountedKey, product: Dialect) -> Result<SecretBytes, MountError> {
        backup(self, key, product)
    }
}

fn backup(mount: &TransitMount, key: &MountedKey, product: Dialect) -> Result<SecretBytes, MountError> {
    let key_type: KeyType =
        key.key_type().parse().map_err(|_| refuse("the type of the key is not one that is known here"))?;
    let first = key.version("min_decryption_version");
    if first > key.version("min_available_version").max(1) {
        return Err(refuse(&format!("versions below its min_decryption_version, {first}, are not exported")));
    }
    // The rule of older versions may be an older one, of which nothing is told.
    if key.flag("convergent_encryption")
        && key.number("convergent_encryption_version") != -1
        && key.latest_version() > 1
    {
        return Err(refuse(
            "of a convergent key of an older kind nobody is told how each version makes nonces",
        ));
    }
    let material = match key_type {
        KeyType::Hmac => mount.export("hmac-key", key.name())?,
        _ if key_type.encrypts() => mount.export("encryption-key", key.name())?,
        _ if key_type.signs() => mount.export("signing-key", key.name())?,
        _ => return Err(refuse("keys of its type are not exported as a whole")),
    };
    let hmac_keys = match key_type {
        KeyType::Hmac => BTreeMap::new(),
        _ => mount.export("hmac-key", key.name())?,
    };
    let mut versions = Object::default();
    let mut number = None;
    for version in first..=key.latest_version() {
        let (import, spec) = import(key, key_type, material.get(&version), version)?;
        // A keyring of its own writes the one version in the form of a backup.
        let ring = Keyring::in_memory();
        let written = ring.import_key("version", import, spec).and_then(|one| {
            one.backup_transit(TransitBackup::new(product).even_if_unusable(), Expose::SecretMaterial)
        });
        let written =
            written.map_err(|error| refuse(&format!("version {version}: {}", of_version(&error))))?;
        let unreadable = || refuse("a version cannot be written");
        let written = base64::decode(written.expose()).ok_or_else(unreadable)?;
        let entry = json::members(written.expose(), &["policy", "keys", "1"]).ok_or_else(unreadable)?;
        let entry = entry_of(key, key_type, version, &entry, hmac_keys.get(&version));
        versions = versions.object(&version.to_string(), entry);
        number = number.or_else(|| json::number(written.expose(), &["policy", "type"]));
    }
    let number = number.ok_or_else(|| refuse("it has no version"))?;
    let backup = Object::default().object("policy", policy(key, product, number, versions));
    Ok(base64::encode(backup.into_body().expose()))
}

fn refuse(what: &str) -> MountError {
    MountError::Refused(format!("its exports are not all of it: {what}"))
}

fn of_version(error: &Error) -> String {
    match error {
        Error::InvalidMaterial { .. }
        | Error::TypeNotSupported { .. }
        | Error::OperationNotSupported { .. } => error.to_string(),
        _ => "what is exported is not what a key of this type has".to_owned(),
    }
}

/// What a version is made of: its material, or the public key where that is all it has.
fn import(
    key: &MountedKey,
    key_type: KeyType,
    text: Option<&SecretBytes>,
    version: u32,
) -> Result<(Import, KeySpec), MountError> {
    let refuse = |what: &str| refuse(&format!("version {version}: {what}"));
    let is_pem = |text: &[u8]| text.starts_with(b"-----BEGIN ");
    let decode = |text: &[u8]| base64::decode(text).ok_or_else(|| refuse("what is exported is no base64"));
    let spec = KeySpec::new(key_type).exportable(true).allow_plaintext_backup(true);
    let import = match text.map(SecretBytes::expose) {
        Some(pem) if is_pem(pem) => Import::private_key(pem),
        Some(text) => Import::raw(decode(text)?),
        None => match fact(key, version, "public_key").and_then(Value::as_str) {
            Some(pem) if is_pem(pem.as_bytes()) => Import::public_key(pem.as_bytes()),
            Some(text) if !text.is_empty() => Import::public_key(decode(text.as_bytes())?),
            _ => return Err(refuse("it is not exported")),
        },
    };
    Ok((import, spec))
}

/// What the server tells of one version of a key pair.
fn fact<'a>(key: &'a MountedKey, version: u32, name: &str) -> Option<&'a Value> {
    key.facts.get("keys")?.get(version.to_string())?.get(name)
}

/// The entry of a version, with what the server has beside its material.
fn entry_of(
    key: &MountedKey,
    key_type: KeyType,
    version: u32,
    entry: &BTreeMap<String, &str>,
    hmac_key: Option<&SecretBytes>,
) -> Object {
    const REPLACED: [&str; 5] =
        ["hmac_key", "time", "creation_time", "convergent_version", "certificate_chain"];
    let mut written = Object::default();
    for (name, value) in entry.iter().filter(|(name, _)| !REPLACED.contains(&name.as_str())) {
        written = written.raw(name, value.as_bytes());
    }
    written = match (hmac_key, entry.get("hmac_key")) {
        (Some(hmac_key), _) => written.text("hmac_key", hmac_key.expose()),
        // Of the type that is for macs alone it is the material.
        (None, Some(own)) if key_type == KeyType::Hmac => written.raw("hmac_key", own.as_bytes()),
        _ => written.raw("hmac_key", b"null"),
    };
    // Of key pairs the time is a text, of others a number of seconds.
    written = match fact(key, version, "creation_time").and_then(Value::as_str) {
        Some(time) => written.text("time", time),
        None => {
            let seconds = key.facts.get("keys").and_then(|keys| keys.get(version.to_string()));
            written.number("creation_time", seconds.and_then(Value::as_u64).unwrap_or_default())
        }
    };
    let chain = fact(key, version, "certificate_chain").and_then(Value::as_str).unwrap_or_default();
    let certificates: Vec<String> = chain
        .split("-----BEGIN CERTIFICATE-----")
        .filter_map(|part| part.split_once("-----END CERTIFICATE-----"))
        .map(|(body, _)| body.split_whitespace().collect())
        .collect();
    if !certificates.is_empty() {
        let certificates: Vec<&str> = certificates.iter().map(String::as_str).collect();
        written = written.texts("certificate_chain", &certificates);
    }
    // Versions that were imported as convergent have no rule in the product.
    let has_rule = key.flag("convergent_encryption")
        && key.number("convergent_encryption_version") == -1
        && !key.flag("imported_key");
    written.number("convergent_version", if has_rule { 3 } else { 0 })
}

fn policy(key: &MountedKey, product: Dialect, number: u64, versions: Object) -> Object {
    let flags = [
        ("derived", "derived"),
        ("convergent_encryption", "convergent_encryption"),
        ("exportable", "exportable"),
        ("allow_plaintext_backup", "allow_plaintext_backup"),
        ("deletion_allowed", "deletion_allowed"),
        ("Imported", "imported_key"),
        ("AllowImportedKeyRotation", "imported_key_allow_rotation"),
    ];
    let numbers = [
        ("min_decryption_version", key.number("min_decryption_version")),
        ("min_encryption_version", key.number("min_encryption_version")),
        ("latest_version", key.number("latest_version")),
        ("archive_version", key.number("latest_version")),
        ("archive_min_version", key.number("min_available_version")),
        ("min_available_version", key.number("min_available_version")),
        ("convergent_version", key.number("convergent_encryption_version")),
        ("kdf", i64::from(key.flag("derived") && key.text("kdf").starts_with("hkdf"))),
        // Seconds, which a backup has as nanoseconds.
        ("auto_rotate_period", key.number("auto_rotate_period").saturating_mul(1_000_000_000)),
    ];
    let mut policy = Object::default().text("name", key.name()).number("type", number);
    for (name, fact) in flags {
        policy = policy.raw(name, if key.flag(fact) { b"true" } else { b"false" });
    }
    for (name, value) in numbers {
        policy = policy.raw(name, value.to_string().as_bytes());
    }
    // What tells one product's backups from the other's.
    policy = match product {
        Dialect::Vault => policy.text("ParameterSet", ""),
        _ => policy.raw("soft_deleted", b"false"),
    };
    policy.object("keys", versions)
}
