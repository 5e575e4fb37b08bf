//! What one item of many takes in Rust, as JSON: in a loop, in a batch and in a column, with and without an
//! aad for each, in nanoseconds: `{"aes256-gcm96": {"encrypt": {"loop": ns, "batch": ns, "column": ns}, …},
//! …}`.

use std::hint::black_box;
use std::time::Instant;
use strongroom::{Aad, Column, Item, Key, KeyType, Keyring, Values};

const ITEMS: usize = 10_000;
const LEN: usize = 64;
const AAD: usize = 8;

fn main() {
    let rounds = std::env::args().nth(1).and_then(|rounds| rounds.parse().ok()).unwrap_or(60);
    let ring = Keyring::in_memory();
    let rows = [KeyType::Aes256Gcm96, KeyType::Xaes256Gcm].map(|key_type| {
        let key = ring.create_key(key_type.name(), key_type).expect("the name is free");
        format!("\"{key_type}\":{}", measured(&key, rounds))
    });
    println!("{{{}}}", rows.join(","));
}

fn offsets(len: usize) -> Vec<i32> {
    (0..=ITEMS).map(|at| i32::try_from(at * len).expect("it is small")).collect()
}

fn measured(key: &Key, rounds: usize) -> String {
    let (data, aads) = (vec![7; ITEMS * LEN], vec![b'a'; ITEMS * AAD]);
    let (ends, aad_ends) = (offsets(LEN), offsets(AAD));
    let (plain, bound) = (Values::new(&data, &ends), Values::new(&aads, &aad_ends));
    let plaintexts = || data.chunks_exact(LEN);
    let encrypted = key.encrypt_column(&Column::new(plain)).expect("the key encrypts");
    let texts: Vec<String> =
        plaintexts().map(|value| key.encrypt(value, Aad::NONE).expect("the key encrypts")).collect();
    // What is compared is measured in turns, so that what else the machine does falls on all of them.
    let calls: [(&str, &str, &dyn Fn()); 10] = [
        ("encrypt", "loop", &|| {
            drop(black_box(plaintexts().map(|value| key.encrypt(value, Aad::NONE)).collect::<Vec<_>>()));
        }),
        ("encrypt", "batch", &|| drop(black_box(key.encrypt_batch(plaintexts().map(Item::plaintext))))),
        ("encrypt", "column", &|| drop(black_box(key.encrypt_column(&Column::new(plain))))),
        ("encrypt", "batch with aads", &|| {
            let items = plaintexts().zip(aads.chunks_exact(AAD));
            drop(black_box(key.encrypt_batch(items.map(|(value, aad)| Item::plaintext(value).aad(aad)))));
        }),
        ("encrypt", "column with aads", &|| {
            drop(black_box(key.encrypt_column(&Column::new(plain).aads(bound))));
        }),
        ("encrypt", "column in two threads", &|| {
            drop(black_box(key.encrypt_column(&Column::new(plain).threads(2))));
        }),
        ("decrypt", "column in two threads", &|| {
            drop(black_box(key.decrypt_column(&Column::new(encrypted.as_values()).threads(2))));
        }),
        ("decrypt", "loop", &|| {
            drop(black_box(texts.iter().map(|text| key.decrypt(text, Aad::NONE)).collect::<Vec<_>>()));
        }),
        ("decrypt", "batch", &|| drop(black_box(key.decrypt_batch(texts.iter().map(Item::ciphertext))))),
        ("decrypt", "column", &|| drop(black_box(key.decrypt_column(&Column::new(encrypted.as_values()))))),
    ];
    let mut least = [f64::INFINITY; 10];
    for _ in 0..rounds {
        for (least, (_, _, call)) in least.iter_mut().zip(&calls) {
            let start = Instant::now();
            call();
            *least = least.min(start.elapsed().as_secs_f64() * 1e9 / ITEMS as f64);
        }
    }
    let of = |verb: &str| {
        let each = calls.iter().zip(least).filter(|((of, _, _), _)| *of == verb);
        let each = each.map(|((_, form, _), ns)| format!("\"{form}\":{ns:.1}"));
        format!("\"{verb}\":{{{}}}", each.collect::<Vec<_>>().join(","))
    };
    format!("{{{},{}}}", of("encrypt"), of("decrypt"))
}
