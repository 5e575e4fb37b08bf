//! What real servers of Vault's and OpenBao's Transit answered (`tests/vectors/transit/`).

use serde::Deserialize;
use serde_json::{Value, json};

use crate::vectors::load;
use strongroom::{Error, Key, KeyInfo, KeyType, Version, View};

/// A file of keys, with what was done with them.
#[derive(Deserialize)]
pub struct Answers {
    /// The keys.
    pub keys: Vec<Fixture>,
}

/// A key and what a server did with it.
#[derive(Deserialize)]
pub struct Fixture {
    /// Where the key is from.
    pub id: String,
    /// Its backup, as the server wrote it.
    pub backup: String,
    /// What the key was later.
    #[serde(default)]
    pub states: Vec<State>,
    /// What the server said about the key.
    pub key: Value,
    /// What was imported, if the key was: raw bytes, or PKCS#8 for Ed25519.
    #[serde(default)]
    pub imported_material: Value,
    /// What the server exported, by version and form.
    pub material: Value,
    /// Requests with their answers.
    pub cases: Vec<Value>,
}

/// What a key was at some time.
#[derive(Deserialize)]
pub struct State {
    /// The name by which cases speak of it.
    pub id: String,
    /// The backup that was taken, unless the server refused to.
    pub backup: Option<String>,
}

/// The two products, each with the name of its file.
pub const PRODUCTS: [&str; 2] = ["openbao", "vault"];

/// Every key of a product, but for those of types that need a feature which this build does not have.
///
/// # Panics
/// When the file is not there or has another form.
pub fn fixtures(product: &str) -> Vec<Fixture> {
    let all = load::<Answers>(&format!("transit/{product}.json")).keys;
    let (here, elsewhere): (Vec<_>, Vec<_>) = all.into_iter().partition(|fixture| {
        let key_type = fixture.key["type"].as_str().and_then(|name| name.parse::<KeyType>().ok());
        key_type.expect("a type with a number").is_supported()
    });
    if !elsewhere.is_empty() {
        println!("{} keys of {product} are of types that are not in this build", elsewhere.len());
    }
    here
}

/// Bytes that a file holds as base64.
///
/// # Panics
/// When they are not.
pub fn base64(value: &Value) -> Vec<u8> {
    base64_simd::STANDARD.decode_to_vec(value.as_str().unwrap_or_default()).expect("base64")
}

/// What a server says of a key and [`strongroom::KeyInfo`] does not.
pub const NOT_TOLD: &[&str] =
    &["backup_info", "restore_info", "kdf", "kdf_mode", "convergent_encryption_version"];

/// What is known of a key, as a server's `read` says it.
///
/// # Errors
/// Those of the calls
pub fn read_key(key: &Key, context: Option<&[u8]>) -> Result<Value, Error> {
    let info = key.info()?;
    let key_type = info.key_type;
    let mut said = json!({
        "name": info.name.as_str(),
        "type": key_type.name(),
        "derived": info.derived,
        "latest_version": info.latest_version.get(),
        "min_decryption_version": info.min_decryption_version.get(),
        "min_encryption_version": info.min_encryption_version.map_or(0, Version::get),
        "min_available_version": info.min_available_version,
        "exportable": info.exportable,
        "allow_plaintext_backup": info.allow_plaintext_backup,
        "deletion_allowed": info.deletion_allowed,
        "auto_rotate_period": info.auto_rotate_period.as_secs(),
        "imported_key": info.imported,
        "soft_deleted": info.disabled,
        "supports_encryption": key_type.encrypts(),
        "supports_decryption": key_type.encrypts(),
        "supports_signing": key_type.signs(),
        "supports_derivation": key_type.derives(),
    });
    if info.derived {
        said["convergent_encryption"] = info.convergent.into();
    }
    if info.imported {
        said["imported_key_allow_rotation"] = info.allow_rotation.into();
    }
    if let Some(size) = info.key_size {
        said["key_size"] = size.into();
    }
    if key_type != KeyType::Hmac {
        said["keys"] = versions(key, &info, context)?;
    }
    Ok(said)
}

/// The versions that are read: of key pairs with their public keys, of others when they were made.
fn versions(key: &Key, info: &KeyInfo, context: Option<&[u8]>) -> Result<Value, Error> {
    let view = match context.filter(|_| info.derived) {
        Some(context) => key.context(context)?,
        None => View::clone(key),
    };
    let mut keys = json!({});
    for version in info.versions.iter().filter(|version| version.version >= info.min_decryption_version) {
        let created = version.created.unwrap_or(0);
        let name = match info.key_type.name() {
            "ecdsa-p256" => "P-256",
            "ecdsa-p384" => "P-384",
            "ecdsa-p521" => "P-521",
            name => name,
        };
        keys[version.version.to_string()] = match view.public_key(Some(version.version)) {
            Err(Error::OperationNotSupported { .. }) => (created / 1_000_000_000).into(),
            public => {
                let public = match public {
                    // Which it is depends on the context.
                    Err(Error::ContextRequired) => String::new(),
                    public if info.key_type == KeyType::Ed25519 => {
                        base64_simd::STANDARD.encode_to_string(public?.as_bytes())
                    }
                    public => public?.to_pem(),
                };
                json!({ "name": name, "public_key": public, "creation_time": time(created) })
            }
        };
    }
    Ok(keys)
}

/// A time as Go writes it (RFC 3339), from nanoseconds since 1970.
fn time(nanoseconds: u64) -> String {
    let (seconds, fraction) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Years begin in March, so that leap days are at their ends (Hinnant, "chrono-compatible low-level date
    // algorithms").
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, late) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = year + era * 400 + late;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let fraction = format!(".{fraction:09}");
    let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// What the texts of servers mean in errors of the library (`reasons.json`).
#[derive(Deserialize)]
pub struct Reasons {
    reasons: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    says: String,
    /// Names of errors, where there is a detail with it behind a slash.
    errors: Vec<String>,
}

impl Reasons {
    /// All of them.
    pub fn load() -> Self {
        load("transit/reasons.json")
    }

    /// Whether an error says the same as a text of a server, by the first row that fits the text.
    pub fn allow(&self, text: &str, error: &Error) -> bool {
        let row = self.reasons.iter().find(|reason| text.contains(&reason.says));
        let name = match error.detail() {
            Some(detail) => format!("{}/{detail}", error.name()),
            None => error.name().to_owned(),
        };
        row.is_some_and(|row| row.errors.contains(&name))
    }
}
