//! What keys there are to create and to import.

use strongroom::{KeySpec, KeyType, Store};

use crate::state::{KeyModel, Material, VersionModel};
use crate::world::World;

/// Type, derived, convergent.
pub(crate) const SHAPES: [(KeyType, bool, bool); 12] = [
    (KeyType::Xaes256Gcm, false, false),
    (KeyType::Xaes256Gcm, true, false),
    (KeyType::Aes256Siv, false, false),
    (KeyType::Aes256Siv, true, false),
    (KeyType::Aes256Gcm96, false, false),
    (KeyType::Aes256Gcm96, true, true),
    (KeyType::Aes128Gcm96, true, false),
    (KeyType::ChaCha20Poly1305, false, false),
    (KeyType::XChaCha20Poly1305, true, true),
    (KeyType::Ed25519, false, false),
    (KeyType::Ed25519, true, false),
    (KeyType::Hmac, false, false),
];

pub(crate) const TYPES: [KeyType; 8] = [
    KeyType::Xaes256Gcm,
    KeyType::Aes256Siv,
    KeyType::Aes256Gcm96,
    KeyType::Aes128Gcm96,
    KeyType::ChaCha20Poly1305,
    KeyType::XChaCha20Poly1305,
    KeyType::Ed25519,
    KeyType::Hmac,
];

pub(crate) fn spec((key_type, derived, convergent): (KeyType, bool, bool)) -> KeySpec {
    KeySpec::new(key_type).derived(derived).convergent(convergent)
}

pub(crate) fn fresh<S: Store + Clone + 'static>(
    world: &mut World<S>,
    (key_type, derived, convergent): (KeyType, bool, bool),
    material: Material,
    hmac_key: Material,
    imported: Option<bool>,
) -> KeyModel {
    KeyModel {
        lineage: world.number(),
        derived,
        convergent,
        disabled: false,
        imported: imported.is_some(),
        allow_rotation: imported.unwrap_or(false),
        deletion_allowed: false,
        exportable: false,
        min_available: 0,
        min_decryption: 1,
        min_encryption: None,
        versions: vec![added(key_type, material, hmac_key, imported.is_some())],
    }
}

/// A key of type `hmac` has no other key for macs than its material.
pub(crate) fn added(
    key_type: KeyType,
    material: Material,
    hmac_key: Material,
    imported: bool,
) -> VersionModel {
    let hmac_key = if key_type == KeyType::Hmac { material } else { hmac_key };
    VersionModel { key_type, material, hmac_key, imported, trimmed: false, retired: None, closed: None }
}

/// The number of one of the few materials that are imported.
pub(crate) fn known(key_type: KeyType, material: u64) -> Material {
    let place = TYPES.iter().position(|other| *other == key_type).expect("a type") as u64;
    place * 10 + material
}

pub(crate) fn raw(key_type: KeyType, material: u64) -> Vec<u8> {
    let len = match key_type {
        KeyType::Aes128Gcm96 => 16,
        KeyType::Aes256Siv => 64,
        _ => 32,
    };
    (0..len).map(|at: u8| at.wrapping_mul(7) ^ known(key_type, material) as u8).collect()
}
