//! Keys that come and go: backups, exports, imports, wrapped or not.

use crate::keys::spec;
use crate::mount::Mount;
use crate::request::{Answer, Exchange, READING, Refusal, Said, unknown};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use strongroom::{
    Aad, Dialect, Error, ExportFormat, ExportKind, Expose, HashAlgorithm, Import, Kdf, KeySpec, KeyType,
    Keyring, Version, hazmat,
};

fn decoded(text: &str) -> Vec<u8> {
    base64_simd::STANDARD.decode_to_vec(text).unwrap()
}

fn encoded(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

pub(crate) fn restore(mount: &mut Mount, exchange: &Exchange, name: &str) -> Answer {
    let backup = Said(&exchange.body).text("backup")?.ok_or(READING)?;
    let key = mount.ring.restore_transit(backup, Some(name).filter(|name| !name.is_empty()), None)?;
    let info = key.info()?;
    mount.same.insert(info.name.to_string(), info.latest_version.get());
    Ok(Value::Null)
}

/// A backup's JSON without what is new in every backup: when it was taken, and when it was last restored.
fn undated(backup: &str) -> String {
    let json = String::from_utf8(decoded(backup)).unwrap();
    let (before, rest) = json.split_once("\"backup_info\":").unwrap();
    let (_, after) = rest.split_once(",\"allow_plaintext_backup\"").unwrap();
    format!("{before}{after}")
}

pub(crate) fn backup(mount: &Mount, exchange: &Exchange, name: &str) -> Answer {
    let backup = mount.key(name)?.backup_transit(Dialect::OpenBao, Expose::SecretMaterial)?;
    let ours = String::from_utf8(backup.expose().to_vec()).unwrap();
    let theirs = exchange.data["backup"].as_str().unwrap_or_default();
    let is_same = !theirs.is_empty() && undated(theirs) == undated(&ours);
    Ok(json!({ "backup": if is_same { theirs } else { &ours } }))
}

/// Of all versions those that are asked for.
fn asked<T>(
    all: BTreeMap<Version, T>,
    version: Option<&str>,
    latest: Version,
) -> Result<BTreeMap<String, T>, Refusal> {
    let all = all.into_iter();
    let number = match version {
        None => return Ok(all.map(|(version, one)| (version.to_string(), one)).collect()),
        Some("latest") => latest,
        Some(text) => {
            let number = text.trim_start_matches('v').parse().map_err(|_| READING)?;
            Version::new(number).ok_or(READING)?
        }
    };
    let mut found = all.filter(|(version, _)| *version == number);
    let (version, one) = found.next().ok_or(Error::NoSuchVersion)?;
    Ok(BTreeMap::from([(version.to_string(), one)]))
}

pub(crate) fn export(
    mount: &Mount,
    exchange: &Exchange,
    kind: &str,
    name: &str,
    version: Option<&str>,
) -> Answer {
    let key = mount.key(name)?;
    let info = key.info()?;
    let format = match exchange.parameter("format").as_deref() {
        None | Some("raw") => ExportFormat::Raw,
        Some("der") => ExportFormat::Der,
        Some("pem") => ExportFormat::Pem,
        Some(_) => return unknown("unknown_export_format"),
    };
    let secret = |kind| {
        let all = key.export_transit(kind, format, Expose::SecretMaterial)?;
        let text = |secret: strongroom::SecretBytes| String::from_utf8(secret.expose().to_vec()).unwrap();
        Ok::<_, Error>(all.into_iter().map(|(version, secret)| (version, text(secret))).collect())
    };
    let all = match kind {
        "encryption-key" => secret(ExportKind::EncryptionKey)?,
        "signing-key" => secret(ExportKind::SigningKey)?,
        "hmac-key" => secret(ExportKind::HmacKey)?,
        "public-key" => key.public_keys_transit(format)?,
        _ => return unknown("unknown_part"),
    };
    let mut keys = asked(all, version, info.latest_version)?;
    // A part that a version does not have is an empty text of the servers.
    if exchange.data["keys"]["1"] == "" && keys.is_empty() {
        keys.insert("1".to_owned(), String::new());
    }
    Ok(json!({ "keys": keys, "name": name, "type": info.key_type.name() }))
}

fn hash(name: Option<&str>) -> Result<HashAlgorithm, Refusal> {
    Ok(match name.unwrap_or("SHA256") {
        "SHA1" => HashAlgorithm::Sha1,
        "SHA224" => HashAlgorithm::Sha224,
        "SHA256" => HashAlgorithm::Sha256,
        "SHA384" => HashAlgorithm::Sha384,
        "SHA512" => HashAlgorithm::Sha512,
        _ => return unknown("unknown_hash"),
    })
}

/// Wraps for another key of the mount. What a server wrapped for it is opened, with the hash that encryption
/// has, and so is what was wrapped here.
pub(crate) fn wrapped(
    mount: &Mount,
    exchange: &Exchange,
    to: &str,
    name: &str,
    version: Option<&str>,
) -> Answer {
    let (to, key) = (mount.key(to)?, mount.key(name)?);
    let hash = hash(exchange.parameter("hash").as_deref())?;
    let info = key.info()?;
    let all = key.export_wrapped(&to.public_key(None)?, hash, Expose::SecretMaterial)?;
    let mut keys = asked(all, version, info.latest_version)?;
    let latest = to.info()?.latest_version;
    let open = |blob: &str| {
        let blob = decoded(blob);
        let (head, wrapped) = blob.split_at(256);
        let ephemeral = to.decrypt(format!("vault:v{latest}:{}", encoded(head)), Aad::NONE);
        let ephemeral = ephemeral.unwrap().expose().try_into().unwrap();
        hazmat::key_unwrap(&ephemeral, wrapped).unwrap()
    };
    for (version, ours) in &mut keys {
        let Some(theirs) = exchange.data["keys"][version].as_str() else { continue };
        let is_same = ours.len() == theirs.len()
            && (hash != HashAlgorithm::Sha256 || open(ours.as_str()) == open(theirs));
        if is_same {
            *ours = theirs.to_owned();
        }
    }
    Ok(json!({ "keys": keys, "name": name, "type": info.key_type.name() }))
}

/// One for a keyring, of the form that a server's has.
pub(crate) fn wrapping_key(mount: &Mount, exchange: &Exchange) -> Answer {
    let ours = mount.ring.wrapping_key()?.to_pem();
    assert_eq!(ours, mount.ring.wrapping_key()?.to_pem());
    let theirs = exchange.data["public_key"].as_str().unwrap();
    let is_of_form = theirs.trim_end().len() == ours.trim_end().len();
    Ok(json!({ "public_key": if is_of_form { theirs } else { &ours } }))
}

/// What a request imports. What was wrapped for the server is wrapped again for the keyring.
fn material(mount: &Mount, exchange: &Exchange) -> Result<Import, Refusal> {
    let said = Said(&exchange.body);
    let hash = hash(said.text("hash_function")?)?;
    let import = match (&exchange.wrap_target, said.text("ciphertext")?, said.text("public_key")?) {
        (Some(target), ..) => Import::wrapped(wrap(mount, exchange, &decoded(target))?.as_slice(), hash),
        (None, Some(blob), _) => Import::wrapped(blob.as_bytes(), hash),
        (None, None, Some(public)) => Import::public_key(public.as_bytes()),
        (None, None, None) => return Err(READING),
    };
    let import = import.allow_rotation(said.flag("allow_rotation")?.unwrap_or(false));
    Ok(match said.number("version")? {
        Some(number) => import.at(Version::new(number).ok_or(READING)?),
        None => import,
    })
}

/// Wraps anything, also what is no key. With another hash than encryption has, only keys.
fn wrap(mount: &Mount, exchange: &Exchange, target: &[u8]) -> Result<Vec<u8>, Refusal> {
    let (to, ring) = (mount.ring.wrapping_key()?, Keyring::in_memory());
    let hash = hash(exchange.wrap_hash.as_deref())?;
    if hash != HashAlgorithm::Sha256 {
        let spec = KeySpec::new(KeyType::Aes256Gcm96).exportable(true);
        let key = ring.import_key("target", Import::raw(target), spec)?;
        let wrapped = key.export_wrapped(&to, hash, Expose::SecretMaterial)?;
        return Ok(decoded(&wrapped[&Version::FIRST]));
    }
    let to = ring.import_key("to", Import::public_key(to.to_pem().as_bytes()), KeyType::Rsa4096)?;
    let ephemeral = [7; 32];
    let head = to.encrypt(ephemeral, Aad::NONE)?;
    let mut blob = decoded(head.strip_prefix("vault:v1:").unwrap());
    blob.extend(hazmat::key_wrap(&ephemeral, target).unwrap());
    Ok(blob)
}

pub(crate) fn import(mount: &Mount, exchange: &Exchange, name: &str) -> Answer {
    let spec = spec(Said(&exchange.body))?;
    // This server derives subkeys of what is imported by the older function.
    let is_derived = exchange.body["derived"] == true;
    let kdf = if is_derived { Kdf::HmacCounter } else { Kdf::HkdfSha256 };
    mount.ring.import_key(name, material(mount, exchange)?.kdf(kdf), spec)?;
    Ok(Value::Null)
}

pub(crate) fn import_version(mount: &Mount, exchange: &Exchange, name: &str) -> Answer {
    mount.key(name)?.import_version(material(mount, exchange)?)?;
    Ok(Value::Null)
}
