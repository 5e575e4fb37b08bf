//! The library's verbs.

use crate::rounds::Measure;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;
use strongroom::{Aad, ApiKey, Column, DataKeySize, Item, Key, KeySpec, KeyType, Keyring, Values};

const TYPES: [KeyType; 6] = [
    KeyType::Aes256Gcm96,
    KeyType::Aes128Gcm96,
    KeyType::Xaes256Gcm,
    KeyType::Aes256Siv,
    KeyType::ChaCha20Poly1305,
    KeyType::XChaCha20Poly1305,
];
/// Of a batch.
const ITEMS: usize = 10_000;
const SMALL: usize = 64;
/// For how long tokens are issued, and who issues them.
const HOUR: Duration = Duration::from_secs(3600);
const WHO: &str = "Strongroom xaes256-gcm";

pub(crate) fn add(measures: &mut Vec<Measure>, sizes: &[usize]) {
    let ring = Keyring::in_memory();
    for key_type in TYPES {
        let who = format!("Strongroom {key_type}");
        let key = ring.create_key(key_type.name(), key_type).unwrap();
        let rotated = ring.create_key(&format!("{key_type}-rotated"), key_type).unwrap();
        let derived = KeySpec::new(key_type).derived(true);
        let derived = ring.create_key(&format!("{key_type}-derived"), derived).unwrap();
        let old: Vec<String> =
            sizes.iter().map(|&size| rotated.encrypt(vec![1; size], Aad::NONE).unwrap()).collect();
        rotated.rotate().unwrap();
        for (&size, old) in sizes.iter().zip(old) {
            let message = vec![1; size];
            singles(measures, &who, &key, &message);
            rewraps(measures, &who, &rotated, &message, old);
            contexts(measures, &who, &derived, &message);
        }
        batches(measures, &who, &key);
        columns(measures, &who, &key);
    }
    tokens(measures, &ring, sizes);
    signatures_and_macs(measures, &ring, sizes);
}

/// Beside `encrypt text` and `decrypt text` of the same type.
fn tokens(measures: &mut Vec<Measure>, ring: &Keyring, sizes: &[usize]) {
    let key = ring.create_key("tokens", KeySpec::default()).unwrap();
    let tenants = ring.create_key("tokens-derived", KeySpec::default().derived(true)).unwrap();
    let view = tenants.context("tenant").unwrap();
    for &size in sizes {
        for (issues, redeems, view) in
            [("issue", "redeem", &*key), ("issue, context seen", "redeem, context seen", &view)]
        {
            let (ours, payload) = (view.clone(), vec![1; size]);
            let token = ours.issue(&payload, HOUR, Aad::NONE).unwrap();
            measures.push(Measure::of(issues, size, WHO, move || {
                drop(black_box(ours.issue(black_box(&payload), HOUR, Aad::NONE).unwrap()));
            }));
            let ours = view.clone();
            measures.push(Measure::of(redeems, size, WHO, move || {
                drop(black_box(ours.redeem(black_box(&token), Aad::NONE).unwrap()));
            }));
        }
    }
    measures.push(Measure::of("API key", 32, "Strongroom", || {
        drop(black_box(ApiKey::generate("acme").unwrap()));
    }));
    let api_key = ApiKey::generate("acme").unwrap().expose().to_owned();
    measures.push(Measure::of("API key check", 32, "Strongroom", move || {
        ApiKey::check(black_box(&api_key)).unwrap();
    }));
}

fn singles(measures: &mut Vec<Measure>, who: &str, key: &Key, message: &[u8]) {
    let mut add = |work, call: Box<dyn FnMut()>| measures.push(Measure::of(work, message.len(), who, call));
    let (ours, plain) = (key.clone(), message.to_vec());
    add(
        "encrypt text",
        Box::new(move || drop(black_box(ours.encrypt(black_box(&plain), Aad::NONE).unwrap()))),
    );
    let (ours, text) = (key.clone(), key.encrypt(message, Aad::NONE).unwrap());
    add(
        "decrypt text",
        Box::new(move || drop(black_box(ours.decrypt(black_box(&text), Aad::NONE).unwrap()))),
    );
    let (ours, plain, mut out) = (key.clone(), message.to_vec(), vec![0; message.len() + 128]);
    add(
        "encrypt_into",
        Box::new(move || {
            black_box(ours.encrypt_into_item(&Item::plaintext(black_box(&plain)), &mut out).unwrap());
        }),
    );
    let binary = key.encrypt_binary_item(&Item::plaintext(message)).unwrap();
    let (ours, mut out) = (key.clone(), vec![0; message.len() + 128]);
    add(
        "decrypt_into",
        Box::new(move || {
            black_box(ours.decrypt_into_item(&Item::binary(black_box(&binary)), &mut out).unwrap());
        }),
    );
}

fn rewraps(measures: &mut Vec<Measure>, who: &str, key: &Key, message: &[u8], old: String) {
    let current = key.encrypt(message, Aad::NONE).unwrap();
    assert!(!key.needs_rewrap(&current).unwrap() && key.needs_rewrap(&old).unwrap());
    for (work, text) in [("rewrap current", current), ("rewrap old", old)] {
        let ours = key.clone();
        measures.push(Measure::of(work, message.len(), who, move || {
            drop(black_box(ours.rewrap(black_box(&text), Aad::NONE).unwrap()));
        }));
    }
}

fn contexts(measures: &mut Vec<Measure>, who: &str, derived: &Key, message: &[u8]) {
    let (view, plain) = (derived.context("tenant").unwrap(), message.to_vec());
    measures.push(Measure::of("context seen", message.len(), who, move || {
        drop(black_box(view.encrypt(black_box(&plain), Aad::NONE).unwrap()));
    }));
    let (ours, plain, mut number) = (derived.clone(), message.to_vec(), 0_u64);
    measures.push(Measure::of("context new", message.len(), who, move || {
        number += 1;
        let item = Item::plaintext(black_box(&plain)).context(&number.to_be_bytes());
        drop(black_box(ours.encrypt_item(&item).unwrap()));
    }));
}

fn batches(measures: &mut Vec<Measure>, who: &str, key: &Key) {
    let plain: Vec<[u8; SMALL]> = (0..ITEMS).map(|number| [number as u8; SMALL]).collect();
    let texts: Vec<String> = plain.iter().map(|plain| key.encrypt(plain, Aad::NONE).unwrap()).collect();
    let ours = key.clone();
    measures.push(Measure::of_many("encrypt batch", SMALL, who, ITEMS as u32, move || {
        drop(black_box(ours.encrypt_batch(black_box(&plain).iter().map(Item::plaintext))));
    }));
    let ours = key.clone();
    measures.push(Measure::of_many("decrypt batch", SMALL, who, ITEMS as u32, move || {
        drop(black_box(ours.decrypt_batch(black_box(&texts).iter().map(Item::ciphertext))));
    }));
}

fn columns(measures: &mut Vec<Measure>, who: &str, key: &Key) {
    let (data, ends) = (vec![1; ITEMS * SMALL], (0..=ITEMS as i32).map(|at| at * SMALL as i32).collect());
    let (data, ends): (Arc<Vec<u8>>, Arc<Vec<i32>>) = (Arc::new(data), Arc::new(ends));
    let made = Arc::new(key.encrypt_column(&Column::new(Values::new(&*data, &*ends))).unwrap());
    for (threads, encrypts, decrypts) in [
        (1, "encrypt column", "decrypt column"),
        (2, "encrypt column, two threads", "decrypt column, two threads"),
    ] {
        let (ours, data, ends) = (key.clone(), Arc::clone(&data), Arc::clone(&ends));
        measures.push(Measure::of_many(encrypts, SMALL, who, ITEMS as u32, move || {
            let column = Column::new(Values::new(&*data, &*ends)).threads(threads);
            drop(black_box(ours.encrypt_column(&column).unwrap()));
        }));
        let (ours, made) = (key.clone(), Arc::clone(&made));
        measures.push(Measure::of_many(decrypts, SMALL, who, ITEMS as u32, move || {
            let column = Column::new(made.as_values()).threads(threads);
            drop(black_box(ours.decrypt_column(&column).unwrap()));
        }));
    }
}

fn signatures_and_macs(measures: &mut Vec<Measure>, ring: &Keyring, sizes: &[usize]) {
    let signs = ring.create_key("signs", KeyType::Ed25519).unwrap();
    let macs = ring.create_key("macs", KeyType::Hmac).unwrap();
    for &size in sizes {
        let mut add = |work, who: &str, call: Box<dyn FnMut()>| {
            measures.push(Measure::of(work, size, format!("Strongroom {who}"), call));
        };
        let message = vec![1; size];
        let (signature, mac) = (signs.sign(&message).unwrap(), macs.hmac(&message).unwrap());
        let (ours, signed) = (signs.clone(), message.clone());
        add("sign", "ed25519", Box::new(move || drop(black_box(ours.sign(black_box(&signed)).unwrap()))));
        let (ours, signed) = (signs.clone(), message.clone());
        add("verify", "ed25519", Box::new(move || ours.verify(black_box(&signed), &signature).unwrap()));
        let (ours, signed) = (macs.clone(), message.clone());
        add("hmac", "hmac", Box::new(move || drop(black_box(ours.hmac(black_box(&signed)).unwrap()))));
        let ours = macs.clone();
        add("verify_hmac", "hmac", Box::new(move || ours.verify_hmac(black_box(&message), &mac).unwrap()));
    }
    let wraps = ring.create_key("wraps", KeySpec::default()).unwrap();
    measures.push(Measure::of("data key", 32, "Strongroom xaes256-gcm", move || {
        drop(black_box(wraps.data_key(DataKeySize::Bits256, Aad::NONE).unwrap()));
    }));
}
