//! A keyring is closed or dropped while others are in the middle of calls: those end normally, or say that it
//! is closed.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use strongroom::{
    Aad, DataKeySize, Directory, Error, Key, KeyConfig, KeySpec, KeyType, Keyring, Memory, Store,
};
use strongroom_tests::process::{Place, seal};
use strongroom_tests::soak::scaled;

const THREADS: usize = 16;

#[test]
fn closing_in_the_middle_of_calls_in_memory() {
    close_many_times(Memory::new(), scaled(60, 2_000));
}

#[test]
fn closing_in_the_middle_of_calls_in_a_folder() {
    let place = Place::in_memory();
    close_many_times(Directory::new(place.keys()), scaled(40, 1_000));
}

fn close_many_times(store: impl Store + Clone + 'static, times: u64) {
    let ring = Keyring::create(store.clone(), seal()).unwrap();
    ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    ring.create_key("tenants", KeySpec::new(KeyType::Xaes256Gcm).derived(true)).unwrap();
    let (done, refused) = (AtomicU64::new(0), AtomicU64::new(0));
    for time in 0..times {
        // Small leases of few uses, so that closing meets them being taken.
        let ring = Keyring::open(store.clone(), seal()).unwrap();
        let ciphertext = ring.key("cards").unwrap().encrypt(b"x", Aad::NONE).unwrap();
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let (ring, ciphertext, done, refused) = (ring.clone(), ciphertext.clone(), &done, &refused);
                scope.spawn(move || {
                    let (cards, tenants) = match (ring.key("cards"), ring.key("tenants")) {
                        (Ok(cards), Ok(tenants)) => (cards, tenants),
                        (cards, tenants) => {
                            return expect_closed(&[cards.map(drop), tenants.map(drop)], refused);
                        }
                    };
                    loop {
                        let results = call(thread, &ring, &cards, &tenants, &ciphertext);
                        if results.iter().any(Result::is_err) {
                            return expect_closed(&results, refused);
                        }
                        done.fetch_add(results.len() as u64, Relaxed);
                    }
                });
            }
            std::thread::sleep(Duration::from_micros(200 + time % 16 * 300));
            ring.close();
        });
        assert_eq!(ring.keys().unwrap_err(), Error::Closed);
    }
    let report = ring.check().unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    println!("closing: {times} times under {THREADS} threads, {done:?} calls done, {refused:?} refused");
    assert!(refused.into_inner() >= times * THREADS as u64 && done.into_inner() > times);
}

fn expect_closed(results: &[Result<(), Error>], refused: &AtomicU64) {
    let other = results.iter().find(|result| !matches!(result, Ok(()) | Err(Error::Closed)));
    assert!(other.is_none(), "{other:?}");
    refused.fetch_add(1, Relaxed);
}

fn call(
    thread: usize,
    ring: &Keyring,
    cards: &Key,
    tenants: &Key,
    ciphertext: &str,
) -> Vec<Result<(), Error>> {
    match thread {
        0 => vec![cards.rotate().map(drop)],
        1 => vec![cards.configure(KeyConfig::new().label("a", Some("b".to_owned()))).map(drop)],
        2 => vec![ring.keys().map(drop), ring.check().map(drop), ring.snapshot_bytes().map(drop)],
        3 => vec![ring.refresh(), ring.rotate_due().map(drop), cards.info().map(drop)],
        4 => vec![
            ring.key("cards").map(drop),
            ring.key_or_create("tenants", KeySpec::new(KeyType::Xaes256Gcm).derived(true)).map(drop),
        ],
        5 | 6 => vec![
            tenants.context([("tenant", "acme")]).and_then(|view| view.encrypt(b"x", Aad::NONE)).map(drop),
        ],
        7 | 8 => vec![
            cards.rewrap(ciphertext, Aad::NONE).map(drop),
            cards.data_key(DataKeySize::Bits128, Aad::NONE).map(drop),
        ],
        9 | 10 => {
            vec![cards.decrypt(ciphertext, Aad::NONE).map(drop), cards.needs_rewrap(ciphertext).map(drop)]
        }
        11 => vec![cards.hmac(b"x").and_then(|mac| cards.verify_hmac(b"x", mac))],
        _ => vec![cards.encrypt(b"x", Aad::NONE).map(drop)],
    }
}

#[test]
fn the_last_handle_may_be_dropped_anywhere() {
    let store = Memory::new();
    Keyring::create(store.clone(), seal()).unwrap().create_key("cards", KeyType::Aes256Gcm96).unwrap();
    for _ in 0..scaled(50, 1_000) {
        let ring = Keyring::open(store.clone(), seal()).unwrap();
        let cards = ring.key("cards").unwrap();
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let cards = cards.clone();
                std::thread::spawn(move || {
                    (0..=thread * 10).for_each(|_| drop(cards.encrypt(b"x", Aad::NONE).unwrap()))
                })
            })
            .collect();
        drop((ring, cards));
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    }
    let uses = Keyring::open(store, seal()).unwrap().key("cards").unwrap().info().unwrap().versions[0].uses;
    let encryptions: u64 = scaled(50, 1_000) * (0..THREADS as u64).map(|thread| thread * 10 + 1).sum::<u64>();
    assert_eq!(uses, Some(encryptions), "whoever dropped the last handle gave back what was left");
}
