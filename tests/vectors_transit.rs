//! Known answers of Transit's derivations, put together from bare algorithms.

use serde::Deserialize;
use strongroom::HashAlgorithm;
use strongroom::hazmat::{
    Aead, counter_hmac_sha256, ed25519_public, ed25519_sign, hkdf_sha256, hmac, open, seal,
};
use strongroom_tests::tally::Tally;
use strongroom_tests::vectors::{Hex, load};

#[derive(Deserialize)]
struct Derivations {
    hkdf: Derivation,
    counter: Derivation,
    convergent: Vec<Convergent>,
    ed25519: Ed25519,
    hmac: Vec<Mac>,
}

#[derive(Deserialize)]
struct Derivation {
    key: Hex,
    context: Hex,
    output: Hex,
}

#[derive(Deserialize)]
struct Convergent {
    id: String,
    cipher: String,
    rule: u8,
    nonce: Option<Hex>,
    key: Hex,
    context: Hex,
    plaintext: Hex,
    payload: Hex,
}

#[derive(Deserialize)]
struct Ed25519 {
    seed: Hex,
    context: Hex,
    derived_seed: Hex,
    public: Hex,
    message: Hex,
    signature: Hex,
}

#[derive(Deserialize)]
struct Mac {
    id: String,
    hash: String,
    key: Hex,
    message: Hex,
    tag: Hex,
}

fn derivations() -> Derivations {
    load("transit/derivations.json")
}

#[test]
fn key_derivations() {
    let Derivations { hkdf, counter, .. } = derivations();
    let okm = hkdf_sha256(b"", &hkdf.key, &hkdf.context, hkdf.output.len()).unwrap();
    assert_eq!(okm, *hkdf.output);
    // "No salt" is a salt of HashLen zeros (RFC 5869 section 2.2).
    let okm = hkdf_sha256(&[0; 32], &hkdf.key, &hkdf.context, hkdf.output.len()).unwrap();
    assert_eq!(okm, *hkdf.output);
    assert_eq!(counter_hmac_sha256(&counter.key, &counter.context), *counter.output);
}

#[test]
fn convergent_encryption() {
    let mut tally = Tally::default();
    for v in derivations().convergent {
        let aead = match v.cipher.as_str() {
            "aes128-gcm96" => Aead::Aes128Gcm,
            "aes256-gcm96" => Aead::Aes256Gcm,
            "chacha20-poly1305" => Aead::ChaCha20Poly1305,
            other => panic!("{other}"),
        };
        let okm = hkdf_sha256(b"", &v.key, &v.context, v.key.len() + 32).unwrap();
        let (key, hmac_key) = okm.split_at(v.key.len());
        let (nonce, ciphertext) = match v.rule {
            1 => (v.nonce.unwrap().0, v.payload.to_vec()),
            2 => stored(&v.context, &v.plaintext, &v.payload),
            3 => stored(hmac_key, &v.plaintext, &v.payload),
            other => panic!("{other}"),
        };
        let sealed = seal(aead, key, &nonce, b"", &v.plaintext).unwrap();
        assert_eq!(sealed, ciphertext, "{}", v.id);
        assert_eq!(open(aead, key, &nonce, b"", &ciphertext).unwrap(), *v.plaintext, "{}", v.id);
        tally.ran += 1;
    }
    tally.expect_at_least("Transit convergent encryption", 5, 0);
}

/// Recomputes the nonce, finds it in front of the payload, and splits it off.
fn stored(hmac_key: &[u8], plaintext: &[u8], payload: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let nonce = hmac(HashAlgorithm::Sha256, hmac_key, plaintext)[..12].to_vec();
    assert_eq!(nonce, payload[..12]);
    (nonce, payload[12..].to_vec())
}

#[test]
fn derived_ed25519() {
    let v = derivations().ed25519;
    let private = [&v.seed[..], &ed25519_public(v.seed.array())].concat();
    let seed = hkdf_sha256(b"", &private, &v.context, 32).unwrap();
    assert_eq!(seed, *v.derived_seed);
    assert_eq!(ed25519_public(v.derived_seed.array()), *v.public);
    assert_eq!(ed25519_sign(v.derived_seed.array(), &v.message), *v.signature);
}

#[test]
fn hmac_of_every_hash() {
    let mut tally = Tally::default();
    for v in derivations().hmac {
        let algorithm = HashAlgorithm::from_name(&v.hash).expect("a hash of that name");
        assert_eq!(hmac(algorithm, &v.key, &v.message), *v.tag, "{}", v.id);
        tally.ran += 1;
    }
    tally.expect_at_least("Transit HMAC", HashAlgorithm::ALL.len(), 0);
}
