//! Certificate requests, and certificates that are kept with keys.

mod chains;
mod checked;
mod der;
mod issued;
mod requests;

use strongroom::{KeyType, hazmat};

/// Every type that signs and that this build has.
fn signing() -> impl Iterator<Item = KeyType> {
    hazmat::few_rsa_keys();
    KeyType::ALL.iter().copied().filter(|key_type| key_type.signs())
}
