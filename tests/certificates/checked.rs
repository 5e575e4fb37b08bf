//! A request taken apart, and checked against the key that made it.

use super::der::{elements, first, of_pem};
use base64_simd::STANDARD;
use strongroom::{HashAlgorithm, Item, Key, KeyType, RsaPadding, Version};

pub(crate) const LABEL: &str = "CERTIFICATE REQUEST";

/// What a request has: its subject, its public key, its attributes, and how it is signed.
struct Parts {
    info: Vec<u8>,
    subject: Vec<u8>,
    key: Vec<u8>,
    attributes: Vec<u8>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
}

fn parts(request: &str) -> Parts {
    let der = of_pem(LABEL, request);
    let [info, algorithm, signature] = elements(&der)[..] else { panic!() };
    let [version, subject, key, attributes] = elements(info)[..] else { panic!() };
    assert_eq!((version, attributes[0]), (&[2, 1, 0][..], 0xa0));
    let (_, signature, _) = first(signature);
    assert_eq!(signature[0], 0);
    Parts {
        info: info.into(),
        subject: subject.into(),
        key: key.into(),
        attributes: first(attributes).1.into(),
        algorithm: first(algorithm).1.into(),
        signature: signature[1..].into(),
    }
}

/// How a type signs requests: the identifier, the hash where it takes one, and whether it has a padding.
fn how(key_type: KeyType) -> (&'static str, Option<HashAlgorithm>) {
    match key_type {
        KeyType::Ed25519 => ("06032b6570", None),
        KeyType::EcdsaP256 => ("06082a8648ce3d040302", Some(HashAlgorithm::Sha256)),
        KeyType::EcdsaP384 => ("06082a8648ce3d040303", Some(HashAlgorithm::Sha384)),
        KeyType::EcdsaP521 => ("06082a8648ce3d040304", Some(HashAlgorithm::Sha512)),
        KeyType::Rsa2048 | KeyType::Rsa3072 | KeyType::Rsa4096 => {
            ("06092a864886f70d01010b0500", Some(HashAlgorithm::Sha256))
        }
        KeyType::MlDsa44 => ("0609608648016503040311", None),
        KeyType::MlDsa65 => ("0609608648016503040312", None),
        KeyType::MlDsa87 => ("0609608648016503040313", None),
        other => panic!("{other} signs"),
    }
}

/// That a request has this subject and these attributes and is one of the key, by whose signature it holds.
pub(crate) fn check(key: &Key, version: Version, request: &str, subject: &[u8], attributes: &[u8]) {
    let key_type = key.info().unwrap().key_type;
    let parts = parts(request);
    assert_eq!(parts.subject, subject, "{key_type}");
    assert_eq!(parts.attributes, attributes, "{key_type}");
    assert_eq!(parts.key, key.public_key(Some(version)).unwrap().to_der(), "{key_type}");
    let (algorithm, hash) = how(key_type);
    assert_eq!(hex::encode(&parts.algorithm), algorithm, "{key_type}");
    let text = format!("vault:v{version}:{}", STANDARD.encode_to_string(&parts.signature));
    let mut item = Item::signed(&parts.info, &text);
    if let Some(hash) = hash {
        item = item.hash(hash);
    }
    if key_type.encrypts() {
        item = item.padding(RsaPadding::Pkcs1v15);
    }
    key.verify_item(&item).unwrap_or_else(|error| panic!("{key_type}: {error}"));
}
