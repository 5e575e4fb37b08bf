//! `scenarios NAME CALLS`: does one thing so many times, for `cargo xtask instructions` to count what it
//! takes. Without words it lists what there is.

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;
use strongroom::{
    Aad, BlindIndex, Clock, Import, Item, Key, KeySpec, KeyType, Keyring, Memory, Seal, SecretArray,
};

const MESSAGE: [u8; 64] = [7; 64];
const CUSTOMERS: [&str; 4] = ["acme", "globex", "initech", "umbrella"];

/// Prepares a key and gives back what is to be counted.
type Scenario = fn(&Keyring) -> Box<dyn FnMut(u32)>;

const SCENARIOS: [(&str, Scenario); 13] = [
    ("encrypt", |ring| {
        let key = key(ring, KeyType::Aes256Gcm96);
        Box::new(move |_| drop(black_box(key.encrypt(black_box(MESSAGE), Aad::NONE).unwrap())))
    }),
    ("decrypt", |ring| {
        let (key, text) = encrypted(ring, KeyType::Aes256Gcm96, &MESSAGE);
        Box::new(move |_| drop(black_box(key.decrypt(black_box(&text), Aad::NONE).unwrap())))
    }),
    ("encrypt-xaes", |ring| {
        let key = key(ring, KeyType::Xaes256Gcm);
        Box::new(move |_| drop(black_box(key.encrypt(black_box(MESSAGE), Aad::from("row 17")).unwrap())))
    }),
    ("decrypt-xaes", |ring| {
        let (key, text) = encrypted(ring, KeyType::Xaes256Gcm, &MESSAGE);
        Box::new(move |_| drop(black_box(key.decrypt(black_box(&text), Aad::NONE).unwrap())))
    }),
    ("encrypt-64KiB", |ring| {
        let (key, message) = (key(ring, KeyType::Aes256Gcm96), vec![7; 1 << 16]);
        Box::new(move |_| drop(black_box(key.encrypt(black_box(&message), Aad::NONE).unwrap())))
    }),
    ("decrypt-64KiB", |ring| {
        let (key, text) = encrypted(ring, KeyType::Aes256Gcm96, &[7; 1 << 16]);
        Box::new(move |_| drop(black_box(key.decrypt(black_box(&text), Aad::NONE).unwrap())))
    }),
    ("encrypt-derived", |ring| {
        let key = key(ring, KeySpec::new(KeyType::Xaes256Gcm).derived(true));
        Box::new(move |call| {
            let view = key.context(CUSTOMERS[call as usize % CUSTOMERS.len()]).unwrap();
            drop(black_box(view.encrypt(black_box(MESSAGE), Aad::NONE).unwrap()));
        })
    }),
    ("encrypt-batch-100", |ring| {
        let key = key(ring, KeyType::Aes256Gcm96);
        Box::new(move |_| {
            let items = black_box([&MESSAGE; 100]).map(Item::plaintext);
            drop(black_box(key.encrypt_batch(items)));
        })
    }),
    ("rewrap", |ring| {
        let (key, text) = encrypted(ring, KeyType::Aes256Gcm96, &MESSAGE);
        key.rotate().unwrap();
        Box::new(move |_| drop(black_box(key.rewrap(black_box(&text), Aad::NONE).unwrap())))
    }),
    ("hmac", |ring| {
        let key = key(ring, KeyType::Hmac);
        Box::new(move |_| drop(black_box(key.hmac(black_box(MESSAGE)).unwrap())))
    }),
    ("index", |ring| {
        let (key, column) = (key(ring, KeyType::Xaes256Gcm), BlindIndex::new("users.email"));
        Box::new(move |_| drop(black_box(key.index(black_box("ann@example.com"), &column).unwrap())))
    }),
    ("sign", |ring| {
        let key = key(ring, KeyType::Ed25519);
        Box::new(move |_| drop(black_box(key.sign(black_box(MESSAGE)).unwrap())))
    }),
    ("verify", |ring| {
        let key = key(ring, KeyType::Ed25519);
        let signature = key.sign(MESSAGE).unwrap();
        Box::new(move |_| key.verify(black_box(MESSAGE), black_box(&signature)).unwrap())
    }),
];

/// Of the same material each time: how long a signature takes to verify depends on its bytes.
fn key(ring: &Keyring, spec: impl Into<KeySpec>) -> Key {
    ring.import_key("cards", Import::raw((1..=32).collect::<Vec<u8>>()).allow_rotation(true), spec).unwrap()
}

/// It stands still, so that nobody looks at the store in some runs and not in others.
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> u64 {
        1_800_000_000_000_000_000
    }

    fn coarse_millis(&self) -> u64 {
        1000
    }
}

fn keyring() -> Keyring {
    let seal = Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    Keyring::builder().clock(Arc::new(Stopped)).create(Memory::new(), seal).unwrap()
}

fn encrypted(ring: &Keyring, key_type: KeyType, message: &[u8]) -> (Key, String) {
    let key = key(ring, key_type);
    let text = key.encrypt(message, Aad::NONE).unwrap();
    (key, text)
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.as_slice() {
        [] => SCENARIOS.iter().for_each(|(name, _)| println!("{name}")),
        [name, calls] => {
            let Some((_, scenario)) = SCENARIOS.iter().find(|(known, _)| known == name) else {
                return ExitCode::from(2);
            };
            let mut call = scenario(&keyring());
            (0..calls.parse().expect("a number of calls")).for_each(&mut *call);
        }
        _ => return ExitCode::from(2),
    }
    ExitCode::SUCCESS
}
