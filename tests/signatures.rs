//! Signing and verifying with the types that have options: every option of every type, and what is refused.

use strongroom::{Error, HashAlgorithm, Item, Key, KeyType, Keyring, RsaPadding, SaltLength, SignatureForm};

const ECDSA: [KeyType; 3] = [KeyType::EcdsaP256, KeyType::EcdsaP384, KeyType::EcdsaP521];
const ML_DSA: [KeyType; 3] = [KeyType::MlDsa44, KeyType::MlDsa65, KeyType::MlDsa87];
const FORMS: [SignatureForm; 2] = [SignatureForm::Asn1, SignatureForm::Jws];

fn key(key_type: KeyType) -> Key {
    Keyring::in_memory().create_key("releases", key_type).unwrap()
}

#[test]
fn ecdsa_signs_with_every_hash_in_both_forms() {
    for key_type in ECDSA {
        let key = key(key_type);
        for hash in HashAlgorithm::ALL {
            for form in FORMS {
                let signature = key.sign_item(&Item::message(b"v1.0").hash(hash).form(form)).unwrap();
                let verify = |message: &[u8], hash, form| {
                    key.verify_item(&Item::signed(message, &signature).hash(hash).form(form))
                };
                assert_eq!(verify(b"v1.0", hash, form), Ok(()), "{key_type} {hash:?} {form:?}");
                assert_eq!(verify(b"v1.1", hash, form), Err(Error::BadSignature));
                for other in HashAlgorithm::ALL.into_iter().filter(|other| *other != hash) {
                    assert_eq!(verify(b"v1.0", other, form), Err(Error::BadSignature));
                }
                for other in FORMS.into_iter().filter(|other| *other != form) {
                    assert!(verify(b"v1.0", hash, other).is_err());
                }
            }
        }
        let view = key.transit();
        for digest in [&[7; 100][..], &[7; 31], b""] {
            let item = Item::message(digest).prehashed();
            assert!(
                matches!(key.sign_item(&item), Err(Error::InvalidOption { reason }) if reason.contains("digest"))
            );
            let signature = view.sign_item(&item).unwrap();
            let item = Item::signed(digest, &signature).prehashed();
            assert!(matches!(key.verify_item(&item), Err(Error::InvalidOption { .. })));
            view.verify_item(&item).unwrap();
        }
        assert_ne!(key.sign(b"v1.0").unwrap(), key.sign(b"v1.0").unwrap(), "nonces are hedged");
    }
}

#[test]
fn ml_dsa_signs() {
    for key_type in ML_DSA {
        let key = key(key_type);
        let signature = key.sign(b"v1.0").unwrap();
        key.verify(b"v1.0", &signature).unwrap();
        assert_eq!(key.verify(b"v1.1", &signature), Err(Error::BadSignature));
        let hashed = key.sign_item(&Item::message(b"v1.0").hash(HashAlgorithm::Sha512));
        assert!(matches!(hashed, Err(Error::InvalidOption { .. })));
        let public = key.public_key(None).unwrap();
        assert!(public.to_jwk().contains(r#""kty":"AKP""#), "{}", public.to_jwk());
    }
}

#[test]
fn cmac_keys_mac() {
    for key_type in [KeyType::Aes128Cmac, KeyType::Aes256Cmac] {
        let key = key(key_type);
        let mac = key.hmac(b"v1.0").unwrap();
        key.verify_hmac(b"v1.0", &mac).unwrap();
        assert_eq!(key.verify_hmac(b"v1.1", &mac), Err(Error::BadSignature));
        let hashed = key.hmac_item(&Item::message(b"v1.0").hash(HashAlgorithm::Sha512));
        assert!(matches!(hashed, Err(Error::InvalidOption { .. })));
    }
}

#[test]
fn what_a_type_does_not_have_is_refused() {
    let refused = |key_type: KeyType, item: Item<'_>| {
        let refused = key(key_type).sign_item(&item);
        assert!(matches!(refused, Err(Error::InvalidOption { .. })), "{key_type} {refused:?}");
    };
    let message = || Item::message(b"v1.0");
    for key_type in [KeyType::Ed25519, KeyType::MlDsa65] {
        refused(key_type, message().hash(HashAlgorithm::Sha256));
        refused(key_type, message().prehashed());
    }
    for key_type in [KeyType::Ed25519, KeyType::MlDsa65, KeyType::EcdsaP256] {
        refused(key_type, message().padding(RsaPadding::Pss));
        refused(key_type, message().salt_length(SaltLength::Auto));
        refused(key_type, message().unhashed());
    }
    refused(KeyType::EcdsaP256, message().hash(HashAlgorithm::Sha1));
}

/// A thread of a program may have less stack than the matrices of ML-DSA need.
#[test]
fn ml_dsa_works_on_a_small_stack() {
    let key = key(KeyType::MlDsa87);
    let work = move || {
        let signature = key.sign(b"v1.0").unwrap();
        key.verify(b"v1.0", &signature).unwrap();
    };
    std::thread::Builder::new().stack_size(96 << 10).spawn(work).unwrap().join().unwrap();
}
