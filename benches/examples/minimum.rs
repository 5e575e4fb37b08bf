//! The least time that a call takes in Rust, as JSON, for the bindings to compare with: `{"aes256-gcm96":
//! {"encrypt": ns, "decrypt": ns}, …}`.

use std::hint::black_box;
use std::time::Instant;
use strongroom::{Aad, KeyType, Keyring};

const ROUNDS: usize = 200;
const CALLS: u32 = 2000;

fn main() {
    let ring = Keyring::in_memory();
    let message = [7; 64];
    let mut rows = Vec::new();
    for key_type in [KeyType::Aes256Gcm96, KeyType::Xaes256Gcm] {
        let key = ring.create_key(key_type.name(), key_type).expect("the name is free");
        let ciphertext = key.encrypt(message, Aad::NONE).expect("the key encrypts");
        let encrypt = minimum(|| drop(black_box(key.encrypt(black_box(&message), Aad::NONE))));
        let decrypt = minimum(|| drop(black_box(key.decrypt(black_box(&ciphertext), Aad::NONE))));
        rows.push(format!("\"{key_type}\":{{\"encrypt\":{encrypt:.1},\"decrypt\":{decrypt:.1}}}"));
    }
    println!("{{{}}}", rows.join(","));
}

/// In nanoseconds for one call. The least of many rounds is what the machine takes when nobody else wants it.
fn minimum(mut call: impl FnMut()) -> f64 {
    (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            (0..CALLS).for_each(|_| call());
            start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
        })
        .fold(f64::INFINITY, f64::min)
}
