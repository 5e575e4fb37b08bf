//! What real servers of Vault's and OpenBao's Transit answered (`tests/vectors/transit/`).

use serde::Deserialize;
use serde_json::Value;

use crate::vectors::load;
use strongroom::KeyType;

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
