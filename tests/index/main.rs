//! Blind indexes: what is made by which key, what is refused, and that a search finds what was stored before
//! and after rotations, also by those who hear of them late.

mod chance;
mod formula;
mod late;
mod page;
mod refusals;
mod written;

use std::time::Duration;
use strongroom::{BlindIndex, Key, KeyConfig, KeySpec, Keyring, Normalize, Seal, SecretArray, Version};

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap())
}

fn v(number: u32) -> Version {
    Version::new(number).unwrap()
}

fn emails() -> BlindIndex {
    BlindIndex::new("users.email").normalize(Normalize::Email)
}

fn users() -> Key {
    Keyring::in_memory().create_key("users", KeySpec::default()).unwrap()
}

/// As long as somebody may not have heard of a version, and the margin for clocks.
const KNOWN_AFTER: Duration = Duration::from_secs(70);

fn raise(key: &Key, minimum: u32) {
    key.configure(KeyConfig::new().min_decryption_version(v(minimum))).unwrap();
}

/// The version that a text names.
fn version_of(text: &str) -> u32 {
    text.strip_prefix("strongroom:i").and_then(|rest| rest.split(':').next()).unwrap().parse().unwrap()
}
