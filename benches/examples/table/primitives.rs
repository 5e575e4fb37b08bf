//! The bare primitives: sealing in place under a ready key with a fixed nonce, which nothing that is built on
//! one can be faster than. Nobody may use them so.

use crate::rounds::Measure;
use aes_gcm::aead::{AeadInOut, KeyInit};
use hmac::Mac;
use std::hint::black_box;

const WORK: &str = "seal in place";
const KEY: [u8; 32] = [7; 32];
const NONCE: [u8; 12] = [1; 12];

pub(crate) fn add(measures: &mut Vec<Measure>, sizes: &[usize]) {
    for &size in sizes {
        for (name, algorithm) in
            [("AES-256-GCM", &ring::aead::AES_256_GCM), ("ChaCha20-Poly1305", &ring::aead::CHACHA20_POLY1305)]
        {
            use ring::aead::{Aad, LessSafeKey, Nonce, UnboundKey};
            let key = LessSafeKey::new(UnboundKey::new(algorithm, &KEY).unwrap());
            measures.push(sealing(size, format!("ring {name}"), move |buffer| {
                let nonce = Nonce::assume_unique_for_key(NONCE);
                key.seal_in_place_separate_tag(nonce, Aad::empty(), buffer)
            }));
        }
        for (name, algorithm) in [
            ("AES-256-GCM", &aws_lc_rs::aead::AES_256_GCM),
            ("ChaCha20-Poly1305", &aws_lc_rs::aead::CHACHA20_POLY1305),
        ] {
            use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce, UnboundKey};
            let key = LessSafeKey::new(UnboundKey::new(algorithm, &KEY).unwrap());
            measures.push(sealing(size, format!("aws-lc-rs {name}"), move |buffer| {
                let nonce = Nonce::assume_unique_for_key(NONCE);
                key.seal_in_place_separate_tag(nonce, Aad::empty(), buffer)
            }));
        }
        let key = aes_gcm::Aes256Gcm::new(&KEY.into());
        measures.push(sealing(size, "RustCrypto AES-256-GCM", move |buffer| {
            key.encrypt_inout_detached(&NONCE.into(), b"", buffer.into())
        }));
        let key = chacha20poly1305::ChaCha20Poly1305::new(&KEY.into());
        measures.push(sealing(size, "RustCrypto ChaCha20-Poly1305", move |buffer| {
            key.encrypt_inout_detached(&NONCE.into(), b"", buffer.into())
        }));
        by_graviola(measures, size);
        macs_and_signatures(measures, size);
    }
}

/// It panics on processors without what it needs.
fn by_graviola(measures: &mut Vec<Measure>, size: usize) {
    use graviola::aead::{AesGcm, ChaCha20Poly1305};
    if !graviola::util::is_cpu_supported() {
        return;
    }
    let key = AesGcm::new(&KEY);
    let mut tag = [0; 16];
    measures.push(sealing(size, "graviola AES-256-GCM", move |buffer| {
        key.encrypt(&NONCE, b"", buffer, &mut tag);
        tag
    }));
    let key = ChaCha20Poly1305::new(KEY);
    measures.push(sealing(size, "graviola ChaCha20-Poly1305", move |buffer| {
        key.encrypt(&NONCE, b"", buffer, &mut tag);
        tag
    }));
}

/// RustCrypto's, which the library has as well.
fn macs_and_signatures(measures: &mut Vec<Measure>, size: usize) {
    use ed25519_dalek::Signer;
    let message = vec![1; size];
    let key = ed25519_dalek::SigningKey::from_bytes(&KEY);
    let signed = message.clone();
    measures.push(Measure::of("sign", size, "RustCrypto Ed25519", move || {
        black_box(key.sign(black_box(&signed)));
    }));
    let key = <hmac::Hmac<sha2::Sha256> as hmac::KeyInit>::new_from_slice(&KEY).unwrap();
    measures.push(Measure::of("hmac", size, "RustCrypto HMAC-SHA-256", move || {
        black_box(key.clone().chain_update(black_box(&message)).finalize());
    }));
}

/// `seal` gives back the tag.
fn sealing<T>(
    size: usize,
    who: impl Into<String>,
    mut seal: impl FnMut(&mut [u8]) -> T + 'static,
) -> Measure {
    let mut buffer = vec![1; size];
    Measure::of(WORK, size, who, move || {
        black_box(seal(black_box(&mut buffer)));
    })
}
