//! Keys that are wrapped for a real server, and by it.

use super::Transit;
use serde_json::Value;
use strongroom::{Aad, Expose, HashAlgorithm, Import, Key, KeySpec, KeyType, Keyring, PublicKey, Version};

/// Each type that the server takes, with one of its hashes and the server's name for it.
const TYPES: [(KeyType, HashAlgorithm, &str); 10] = [
    (KeyType::Aes128Gcm96, HashAlgorithm::Sha1, "SHA1"),
    (KeyType::Aes256Gcm96, HashAlgorithm::Sha224, "SHA224"),
    (KeyType::ChaCha20Poly1305, HashAlgorithm::Sha256, "SHA256"),
    (KeyType::XChaCha20Poly1305, HashAlgorithm::Sha384, "SHA384"),
    (KeyType::Hmac, HashAlgorithm::Sha512, "SHA512"),
    (KeyType::Ed25519, HashAlgorithm::Sha256, "SHA256"),
    (KeyType::EcdsaP256, HashAlgorithm::Sha1, "SHA1"),
    (KeyType::EcdsaP384, HashAlgorithm::Sha384, "SHA384"),
    (KeyType::EcdsaP521, HashAlgorithm::Sha512, "SHA512"),
    (KeyType::Rsa2048, HashAlgorithm::Sha256, "SHA256"),
];

/// Whether two keys are one: what one makes the other takes.
fn check(key: &Key, same: &Key, key_type: KeyType) {
    if key_type.encrypts() {
        let ciphertext = key.encrypt(b"4111", Aad::NONE).unwrap();
        assert_eq!(same.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111", "{key_type}");
    }
    if key_type.signs() {
        assert_eq!(same.public_key(None).unwrap(), key.public_key(None).unwrap(), "{key_type}");
        key.verify(b"v1.0", same.sign(b"v1.0").unwrap()).unwrap();
    }
    if key_type == KeyType::Hmac {
        assert_eq!(key.hmac(b"message").unwrap(), same.hmac(b"message").unwrap());
    }
}

#[test]
fn wrapped_keys_go_to_a_server_and_come_back() {
    if !KeyType::Rsa4096.is_supported() {
        return println!(
            "SKIPPED: no RSA in this build: wrapped_keys_go_to_a_server_and_come_back, 0 checks"
        );
    }
    let server = match Transit::start() {
        Ok(server) => server,
        Err(skipped) => {
            return println!("{skipped}: wrapped_keys_go_to_a_server_and_come_back, 0 checks");
        }
    };
    let ring = Keyring::in_memory();
    let pem = server.ask(&["read", "-field=public_key", "transit/wrapping_key"]).unwrap();
    let theirs = PublicKey::parse(&pem).unwrap();
    assert_eq!(theirs.key_type(), KeyType::Rsa4096);
    // The server wraps for keys of its own only, also for those of which it has the public half alone.
    let ours = ring.wrapping_key().unwrap().to_pem();
    let public = format!("public_key={ours}");
    server.ask(&["write", "transit/keys/ours/import", "type=rsa-4096", &public]).unwrap();
    let mut checks = 0;
    for (key_type, hash, name) in TYPES {
        let key = ring.create_key(key_type.name(), KeySpec::new(key_type).exportable(true)).unwrap();
        let wrapped = key.export_wrapped(&theirs, hash, Expose::SecretMaterial).unwrap();
        let path = format!("transit/keys/{key_type}/import");
        let (ciphertext, key_type_said, hash_said) = (
            format!("ciphertext={}", wrapped[&Version::FIRST]),
            format!("type={key_type}"),
            format!("hash_function={name}"),
        );
        let asked = ["write", &path, &key_type_said, &hash_said, "exportable=true", &ciphertext];
        server.ask(&asked).unwrap_or_else(|error| panic!("{key_type}: {error}"));
        let path = format!("transit/byok-export/ours/{key_type}");
        let answer = server.ask(&["read", "-format=json", &path, &format!("hash={name}")]).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let blob = answer["data"]["keys"]["1"].as_str().unwrap();
        let import = Import::wrapped(blob.as_bytes(), hash);
        let same = ring.import_key(&format!("{key_type}-back"), import, key_type).unwrap();
        check(&key, &same, key_type);
        checks += 1;
    }
    println!("transit_live: {checks} keys were wrapped for a real server, and by it");
    assert_eq!(checks, TYPES.len());
}
