//! Every verb beside the raw primitive of the same run: `cargo xtask bench`.

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ed25519_dalek::{Signer, SigningKey};
use hmac::Mac;
use std::hint::black_box;
use std::time::Duration;
use strongroom::{Aad, DataKeySize, Item, KeySpec, KeyType, Keyring};

const SIZES: [usize; 4] = [64, 1 << 10, 16 << 10, 1 << 20];
const AEADS: [KeyType; 6] = [
    KeyType::Xaes256Gcm,
    KeyType::Aes256Gcm96,
    KeyType::Aes128Gcm96,
    KeyType::Aes256Siv,
    KeyType::ChaCha20Poly1305,
    KeyType::XChaCha20Poly1305,
];

/// In-place sealing under a ready key with a fixed nonce: what nothing built on the primitive can be faster
/// than.
fn primitive(c: &mut Criterion) {
    let mut group = c.benchmark_group("primitive/aes-256-gcm/seal");
    let cipher = Aes256Gcm::new(&[7; 32].into());
    for size in SIZES {
        let mut buffer = vec![1; size];
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |b| {
            b.iter(|| {
                cipher
                    .encrypt_inout_detached(&Nonce::default(), b"", black_box(buffer.as_mut_slice()).into())
                    .map(|tag| tag[0])
            })
        });
    }
}

fn encryption(c: &mut Criterion) {
    let ring = Keyring::in_memory();
    for key_type in AEADS {
        let Ok(key) = ring.create_key(key_type.name(), key_type) else { continue };
        let Ok(derived) =
            ring.create_key(&format!("{key_type}-derived"), KeySpec::new(key_type).derived(true))
        else {
            continue;
        };
        let Ok(view) = derived.context("tenant") else { continue };
        for size in SIZES {
            let message = vec![1; size];
            let (Ok(text), Ok(binary)) =
                (key.encrypt(&message, Aad::NONE), key.encrypt_binary_item(&Item::plaintext(&message)))
            else {
                continue;
            };
            let mut out = vec![0; size + 128];
            let mut group = c.benchmark_group(key_type.name());
            group.throughput(Throughput::Bytes(size as u64));
            group.bench_function(BenchmarkId::new("encrypt", size), |b| {
                b.iter(|| key.encrypt(black_box(&message), Aad::NONE))
            });
            group.bench_function(BenchmarkId::new("decrypt", size), |b| {
                b.iter(|| key.decrypt(black_box(&text), Aad::NONE))
            });
            group.bench_function(BenchmarkId::new("encrypt_into", size), |b| {
                b.iter(|| key.encrypt_into_item(&Item::plaintext(&black_box(&message)), &mut out))
            });
            group.bench_function(BenchmarkId::new("decrypt_into", size), |b| {
                b.iter(|| key.decrypt_into_item(&Item::binary(&black_box(&binary)), &mut out))
            });
            group.bench_function(BenchmarkId::new("rewrap_current", size), |b| {
                b.iter(|| key.rewrap(black_box(&text), Aad::NONE))
            });
            group.bench_function(BenchmarkId::new("derived_seen", size), |b| {
                b.iter(|| view.encrypt(black_box(&message), Aad::NONE))
            });
            if size == SIZES[0] {
                let mut context = 0u64;
                group.bench_function(BenchmarkId::new("derived_new", size), |b| {
                    b.iter(|| {
                        context += 1;
                        derived.encrypt_item(
                            &Item::plaintext(black_box(&message)).context(&context.to_be_bytes()),
                        )
                    })
                });
            }
        }
    }
}

fn signatures_and_macs(c: &mut Criterion) {
    let ring = Keyring::in_memory();
    let (Ok(signing), Ok(mac)) =
        (ring.create_key("s", KeyType::Ed25519), ring.create_key("m", KeyType::Hmac))
    else {
        return;
    };
    let raw = SigningKey::from_bytes(&[7; 32]);
    let Ok(raw_mac) = <hmac::Hmac<sha2::Sha256> as hmac::KeyInit>::new_from_slice(&[7; 32]) else { return };
    for size in SIZES {
        let message = vec![1; size];
        let (Ok(signature), Ok(tag)) = (signing.sign(&message), mac.hmac(&message)) else { continue };
        let mut group = c.benchmark_group("sign");
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("primitive/ed25519", size), |b| {
            b.iter(|| raw.sign(black_box(&message)))
        });
        group
            .bench_function(BenchmarkId::new("sign", size), |b| b.iter(|| signing.sign(black_box(&message))));
        group.bench_function(BenchmarkId::new("verify", size), |b| {
            b.iter(|| signing.verify(black_box(&message), &signature))
        });
        group.finish();
        let mut group = c.benchmark_group("hmac");
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("primitive/hmac-sha256", size), |b| {
            b.iter(|| raw_mac.clone().chain_update(black_box(&message)).finalize())
        });
        group.bench_function(BenchmarkId::new("hmac", size), |b| b.iter(|| mac.hmac(black_box(&message))));
        group.bench_function(BenchmarkId::new("verify_hmac", size), |b| {
            b.iter(|| mac.verify_hmac(black_box(&message), &tag))
        });
    }
}

fn data_keys(c: &mut Criterion) {
    let ring = Keyring::in_memory();
    let Ok(key) = ring.create_key("k", KeySpec::default()) else { return };
    c.bench_function("data_key/32", |b| b.iter(|| key.data_key(DataKeySize::Bits256, Aad::NONE)));
}

fn config() -> Criterion {
    let (warm, measured) = (Duration::from_millis(300), Duration::from_millis(700));
    Criterion::default().sample_size(20).warm_up_time(warm).measurement_time(measured)
}

criterion_group! {
    name = verbs;
    config = config();
    targets = primitive, encryption, signatures_and_macs, data_keys
}
criterion_main!(verbs);
