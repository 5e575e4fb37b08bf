//! Ciphertexts of versions that nobody ever made neither keep honest ones from opening nor wear the store
//! out.

use crate::stores::Watched;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::Duration;
use strongroom::{Aad, Directory, Error, Key, KeyType, Keyring, Memory, Store};
use strongroom_tests::process::{Place, seal};
use strongroom_tests::soak::scaled;

const THREADS: usize = 8;

/// Stops the threads, also when a check fails.
struct AtTheEnd<'a>(&'a AtomicBool);

impl Drop for AtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

/// Eight threads decrypt garbage with `key` while `meanwhile` runs; says how often they did.
fn flooded(key: &Key, meanwhile: impl FnOnce()) -> u64 {
    let garbage = |number: u64| format!("vault:v{}:{}", 999_999 + number % 1000, "A".repeat(80));
    let (over, tried) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while !over.load(SeqCst) {
                    let number = tried.fetch_add(1, SeqCst);
                    assert_eq!(key.decrypt(garbage(number), Aad::NONE).unwrap_err(), Error::VersionTooNew);
                }
            });
        }
        let _end = AtTheEnd(&over);
        meanwhile();
    });
    tried.into_inner()
}

/// Another process rotates and encrypts; each ciphertext opens at the first attempt. Gives the number of
/// rotations.
fn honest(here: &Key, there: &Key, rotations: u64) {
    for _ in 0..rotations {
        here.rotate().unwrap();
        let ciphertext = here.encrypt(b"honest", Aad::NONE).unwrap();
        assert_eq!(there.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"honest");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn two(documents: impl Store + Clone + 'static, watch: fn(Watched) -> Watched) -> (Key, Key, Arc<Watched>) {
    let here = Keyring::create(documents.clone(), seal())
        .unwrap()
        .create_key("cards", KeyType::Aes256Gcm96)
        .unwrap();
    let store = watch(Watched::new(documents)).shared();
    let there = Keyring::open(store.clone(), seal()).unwrap().key("cards").unwrap();
    (here, there, store)
}

#[test]
fn with_an_epoch_garbage_reads_no_document_and_starves_nobody() {
    let place = Place::in_memory();
    let (here, there, store) = two(Directory::new(place.keys()), |watched| watched);
    let before = store.loads();
    let tried = flooded(&there, || std::thread::sleep(Duration::from_millis(300)));
    assert_eq!(store.loads(), before, "garbage alone reads no document");
    assert!(tried > 100, "{tried}");

    let rotations = scaled(100, 1_000);
    let tried = flooded(&there, || honest(&here, &there, rotations));
    let loads = store.loads() - before;
    println!("flood: {tried} ciphertexts of no version and {rotations} rotations, {loads} documents read");
    // Each of the threads may notice a change by itself.
    assert!(loads >= rotations && loads <= rotations * (THREADS as u64 + 2), "{loads}");
}

#[test]
fn without_an_epoch_one_look_serves_all_who_wait() {
    let (here, there, store) =
        two(Memory::new(), |watched| watched.without_epoch().slow(Duration::from_millis(1)));
    let rotations = scaled(100, 1_000);
    let before = store.loads();
    let tried = flooded(&there, || honest(&here, &there, rotations));
    let loads = store.loads() - before;
    println!(
        "flood: {tried} ciphertexts of no version and {rotations} rotations without an epoch, {loads} documents read"
    );
    assert_eq!(store.most_at_once(), 1, "several looked at the same time");
    assert!(tried > rotations && loads < tried * 2 / 3, "{loads} documents read for {tried} ciphertexts");
}
