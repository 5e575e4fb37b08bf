//! Signatures of one short message with each algorithm, beside what the library has them from, called
//! directly under a key that is ready, with the same hash and salt.
//!
//! How long ML-DSA takes is chance, so a call of it signs many messages; the rounds with the most luck count,
//! which are as lucky on both sides.

use crate::rounds::Measure;
use std::hint::black_box;
use std::rc::Rc;
use strongroom::{HashAlgorithm, Item, KeyType, Keyring, RsaPadding, SaltLength};

pub(crate) const WORKS: [&str; 2] = ["signature", "verification"];
const SIZE: usize = 64;
const MANY: u8 = 64;

/// An algorithm, in the library and in a table, with the hash that others have for it.
struct Algorithm {
    name: &'static str,
    key_type: KeyType,
    hash: Option<HashAlgorithm>,
    padding: Option<RsaPadding>,
}

impl Algorithm {
    fn said<'a>(&self, item: Item<'a>) -> Item<'a> {
        let item = match self.hash {
            Some(hash) => item.hash(hash),
            None => item,
        };
        match self.padding {
            Some(RsaPadding::Pss) => item.padding(RsaPadding::Pss).salt_length(SaltLength::Hash),
            Some(padding) => item.padding(padding),
            None => item,
        }
    }
}

const fn algorithm(name: &'static str, key_type: KeyType, hash: Option<HashAlgorithm>) -> Algorithm {
    Algorithm { name, key_type, hash, padding: None }
}

const fn rsa(name: &'static str, key_type: KeyType, padding: RsaPadding) -> Algorithm {
    Algorithm { name, key_type, hash: Some(HashAlgorithm::Sha256), padding: Some(padding) }
}

static ALGORITHMS: [Algorithm; 9] = [
    algorithm("ed25519", KeyType::Ed25519, None),
    algorithm("ecdsa-p256", KeyType::EcdsaP256, Some(HashAlgorithm::Sha256)),
    algorithm("ecdsa-p384", KeyType::EcdsaP384, Some(HashAlgorithm::Sha384)),
    algorithm("ecdsa-p521", KeyType::EcdsaP521, Some(HashAlgorithm::Sha512)),
    rsa("rsa-2048 pss", KeyType::Rsa2048, RsaPadding::Pss),
    rsa("rsa-2048 pkcs1v15", KeyType::Rsa2048, RsaPadding::Pkcs1v15),
    rsa("rsa-3072 pss", KeyType::Rsa3072, RsaPadding::Pss),
    rsa("rsa-4096 pss", KeyType::Rsa4096, RsaPadding::Pss),
    algorithm("ml-dsa-65", KeyType::MlDsa65, None),
];

pub(crate) fn add(measures: &mut Vec<Measure>) {
    let ring = Keyring::in_memory();
    for algorithm in ALGORITHMS.iter().filter(|algorithm| algorithm.key_type.is_supported()) {
        ours(measures, &ring, algorithm);
    }
    #[cfg(feature = "aws-lc")]
    aws_lc::add(measures);
    #[cfg(not(feature = "aws-lc"))]
    rust_crypto::add(measures);
}

fn ours(measures: &mut Vec<Measure>, ring: &Keyring, algorithm: &'static Algorithm) {
    let key = ring.create_key(&algorithm.name.replace(' ', "-"), algorithm.key_type).unwrap();
    let signing = key.clone();
    let sign = move |message: &[u8]| signing.sign_item(&algorithm.said(Item::message(message))).unwrap();
    let verify = move |message: &[u8], signature: &String| {
        key.verify_item(&algorithm.said(Item::signed(message, signature))).unwrap();
    };
    push(measures, &format!("Strongroom {}", algorithm.name), sign, verify);
}

/// Measures both with one message, or with many.
fn push<S: 'static>(
    measures: &mut Vec<Measure>,
    who: &str,
    sign: impl Fn(&[u8]) -> S + 'static,
    verify: impl Fn(&[u8], &S) + 'static,
) {
    let many = if who.contains("ml-dsa") { MANY } else { 1 };
    let messages: Rc<Vec<[u8; SIZE]>> = Rc::new((0..many).map(|number| [number; SIZE]).collect());
    let signatures: Vec<S> = messages.iter().map(|message| sign(message)).collect();
    let signed = Rc::clone(&messages);
    measures.push(Measure::of_many(WORKS[0], SIZE, who, many.into(), move || {
        messages.iter().for_each(|message| drop(black_box(sign(black_box(message)))));
    }));
    measures.push(Measure::of_many(WORKS[1], SIZE, who, many.into(), move || {
        signed
            .iter()
            .zip(&signatures)
            .for_each(|(message, made)| verify(black_box(message), black_box(made)));
    }));
}

#[cfg(feature = "aws-lc")]
mod aws_lc {
    use super::{Measure, push};
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1,
        ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1, ECDSA_P521_SHA512_ASN1_SIGNING, ED25519,
        EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, ParsedPublicKey,
        RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RSA_PSS_2048_8192_SHA256, RSA_PSS_SHA256, RsaEncoding,
        RsaKeyPair, VerificationAlgorithm,
    };

    pub(super) fn add(measures: &mut Vec<Measure>) {
        let pair = Ed25519KeyPair::generate().unwrap();
        let public = ParsedPublicKey::new(&ED25519, pair.public_key()).unwrap();
        let verify =
            move |message: &[u8], made: &_| public.verify_sig(message, AsRef::<[u8]>::as_ref(made)).unwrap();
        push(measures, "aws-lc-rs ed25519", move |message| pair.sign(message), verify);
        for (name, signing, verifying) in CURVES {
            let pair = EcdsaKeyPair::generate(signing).unwrap();
            let public = ParsedPublicKey::new(verifying, pair.public_key()).unwrap();
            let (sign, verify) = (
                move |message: &[u8]| pair.sign(&SystemRandom::new(), message).unwrap(),
                move |message: &[u8], made: &_| {
                    public.verify_sig(message, AsRef::<[u8]>::as_ref(made)).unwrap();
                },
            );
            push(measures, &format!("aws-lc-rs {name}"), sign, verify);
        }
        for (name, size, padding, verifying) in RSA {
            let pair = RsaKeyPair::generate(size).unwrap();
            let public = ParsedPublicKey::new(verifying, pair.public_key()).unwrap();
            let sign = move |message: &[u8]| {
                let mut made = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &SystemRandom::new(), message, &mut made).unwrap();
                made
            };
            let verify = move |message: &[u8], made: &Vec<u8>| public.verify_sig(message, made).unwrap();
            push(measures, &format!("aws-lc-rs {name}"), sign, verify);
        }
    }

    type Verifying = &'static dyn VerificationAlgorithm;

    static CURVES: [(&str, &EcdsaSigningAlgorithm, Verifying); 3] = [
        ("ecdsa-p256", &ECDSA_P256_SHA256_ASN1_SIGNING, &ECDSA_P256_SHA256_ASN1),
        ("ecdsa-p384", &ECDSA_P384_SHA384_ASN1_SIGNING, &ECDSA_P384_SHA384_ASN1),
        ("ecdsa-p521", &ECDSA_P521_SHA512_ASN1_SIGNING, &ECDSA_P521_SHA512_ASN1),
    ];
    static RSA: [(&str, KeySize, &dyn RsaEncoding, Verifying); 4] = [
        ("rsa-2048 pss", KeySize::Rsa2048, &RSA_PSS_SHA256, &RSA_PSS_2048_8192_SHA256),
        ("rsa-2048 pkcs1v15", KeySize::Rsa2048, &RSA_PKCS1_SHA256, &RSA_PKCS1_2048_8192_SHA256),
        ("rsa-3072 pss", KeySize::Rsa3072, &RSA_PSS_SHA256, &RSA_PSS_2048_8192_SHA256),
        ("rsa-4096 pss", KeySize::Rsa4096, &RSA_PSS_SHA256, &RSA_PSS_2048_8192_SHA256),
    ];
}

#[cfg(not(feature = "aws-lc"))]
mod rust_crypto {
    use super::{Measure, push};
    use ed25519_dalek::Signer;
    use ml_dsa::{ExpandedSigningKey, MlDsa65};
    use p256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
    use rand_core::{TryCryptoRng, TryRng};
    use sha2::Digest;
    use std::convert::Infallible;

    macro_rules! curve {
        ($measures:ident, $name:literal, $curve:ident, $hash:ident) => {
            let key = $curve::ecdsa::SigningKey::from_slice(&[1; size_of::<$curve::FieldBytes>()]).unwrap();
            let public = *key.verifying_key();
            let sign = move |message: &[u8]| {
                let made: $curve::ecdsa::Signature = key.sign_prehash(&sha2::$hash::digest(message)).unwrap();
                made.to_der()
            };
            let verify = move |message: &[u8], made: &$curve::ecdsa::DerSignature| {
                public.verify_prehash(&sha2::$hash::digest(message), made).unwrap();
            };
            push($measures, $name, sign, verify);
        };
    }

    pub(super) fn add(measures: &mut Vec<Measure>) {
        let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
        let public = key.verifying_key();
        let verify = move |message: &[u8], made: &_| public.verify_strict(message, made).unwrap();
        push(measures, "RustCrypto ed25519", move |message| key.sign(message), verify);
        curve!(measures, "RustCrypto ecdsa-p256", p256, Sha256);
        curve!(measures, "RustCrypto ecdsa-p384", p384, Sha384);
        curve!(measures, "RustCrypto ecdsa-p521", p521, Sha512);
        let key = ExpandedSigningKey::<MlDsa65>::from_seed(&[7; 32].into());
        let public = key.verifying_key();
        let sign = move |message: &[u8]| key.sign_randomized(message, &[], &mut System).unwrap();
        let verify = move |message: &[u8], made: &_| {
            assert!(public.verify_with_context(message, &[], made));
        };
        push(measures, "RustCrypto ml-dsa-65", sign, verify);
    }

    /// The operating system's generator, asked for each signature.
    struct System;

    impl TryRng for System {
        type Error = Infallible;

        fn try_next_u32(&mut self) -> Result<u32, Infallible> {
            Ok(getrandom::u32().unwrap())
        }

        fn try_next_u64(&mut self) -> Result<u64, Infallible> {
            Ok(getrandom::u64().unwrap())
        }

        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
            getrandom::fill(bytes).unwrap();
            Ok(())
        }
    }

    impl TryCryptoRng for System {}
}
