//! Encryption stops when nobody can tell any more whether a key is still what it was; decryption goes on.

use crate::stores::Watched;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;
use strongroom::{
    Aad, DataKeySize, DocName, Error, Item, Key, KeyConfig, KeyName, KeySpec, KeyType, Keyring, Memory,
    Store, Version,
};
use strongroom_tests::clock::Told;
use strongroom_tests::forge::put;
use strongroom_tests::hooked::Hooked;
use strongroom_tests::process::seal;

struct Ring {
    ring: Keyring,
    clock: Arc<Told>,
    store: Arc<Watched>,
    /// Another process's keyring in the same store.
    other: Keyring,
}

fn ring(delay: Duration) -> Ring {
    let (clock, documents) = (Told::at(1_000_000), Memory::new());
    let other = Keyring::create(documents.clone(), seal()).unwrap();
    let store = Watched::new(documents).slow(delay).shared();
    let ring = Keyring::builder()
        .clock(clock.clone())
        .max_staleness(Duration::from_secs(60))
        .open(store.clone(), seal())
        .unwrap();
    Ring { ring, clock, store, other }
}

/// What every operation that makes something new says.
fn protects(key: &Key, old: &str) -> Vec<Result<(), Error>> {
    vec![
        key.encrypt(b"x", Aad::NONE).map(drop),
        key.encrypt_binary_item(&Item::plaintext(b"x")).map(drop),
        key.encrypt_into_item(&Item::plaintext(b"x"), &mut [0; 200]).map(drop),
        key.rewrap(old, Aad::NONE).map(drop),
        key.hmac(b"x").map(drop),
        key.data_key(DataKeySize::Bits256, Aad::NONE).map(drop),
    ]
}

#[test]
fn encryption_stops_with_the_store_and_goes_on_with_it() {
    let Ring { ring, clock, store, other: _ } = ring(Duration::ZERO);
    for key_type in [KeyType::Xaes256Gcm, KeyType::Aes256Gcm96] {
        let key = ring.create_key(key_type.name(), key_type).unwrap();
        let (old, mac) = (key.encrypt(b"x", Aad::NONE).unwrap(), key.hmac(b"x").unwrap());
        clock.pass(Duration::from_millis(250));
        assert!(protects(&key, &old).iter().all(Result::is_ok));
        store.fails.store(true, SeqCst);
        for _ in 0..8 {
            clock.pass(Duration::from_millis(7_500));
            assert_eq!(protects(&key, &old), vec![Ok(()); 6], "within max_staleness");
        }
        for milliseconds in [1, 250, 1_000_000] {
            clock.pass(Duration::from_millis(milliseconds));
            assert_eq!(protects(&key, &old), vec![Err(Error::Stale); 6]);
            assert_eq!(key.decrypt(&old, Aad::NONE).unwrap().expose(), b"x");
            assert_eq!(key.needs_rewrap(&old), Ok(false));
            key.verify_hmac(b"x", &mac).unwrap();
            assert!(matches!(key.rotate(), Err(Error::StoreFailed { .. })));
        }
        store.fails.store(false, SeqCst);
        clock.pass(Duration::from_millis(250));
        assert_eq!(protects(&key, &old), vec![Ok(()); 6], "the store is back");
    }
}

#[test]
fn signing_stops_too() {
    let Ring { ring, clock, store, other: _ } = ring(Duration::ZERO);
    let key = ring.create_key("releases", KeyType::Ed25519).unwrap();
    let signature = key.sign(b"x").unwrap();
    store.fails.store(true, SeqCst);
    clock.pass(Duration::from_millis(60_001));
    assert_eq!(key.sign(b"x").unwrap_err(), Error::Stale);
    key.verify(b"x", signature).unwrap();
}

#[test]
fn a_process_that_did_nothing_for_long_is_not_stale() {
    let Ring { ring, clock, store, other: _ } = ring(Duration::from_millis(2));
    let key = ring.create_key("cards", KeySpec::default()).unwrap();
    let (barrier, done) = (std::sync::Barrier::new(9), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    barrier.wait();
                    if key.encrypt(b"x", Aad::NONE).is_ok() {
                        done.fetch_add(1, SeqCst);
                    }
                    barrier.wait();
                }
            });
        }
        for _ in 0..50 {
            clock.pass(Duration::from_millis(600_000));
            barrier.wait();
            barrier.wait();
        }
    });
    assert_eq!(done.into_inner(), 400, "the store was there all the time");
    assert!(store.calls() < 400, "the look was not shared");
}

#[test]
fn a_document_that_is_known_to_have_changed_and_cannot_be_read_makes_stale() {
    let Ring { ring, clock, store, other } = ring(Duration::ZERO);
    let key = ring.create_key("cards", KeySpec::default()).unwrap();
    let old = key.encrypt(b"x", Aad::NONE).unwrap();
    other.key("cards").unwrap().disable().unwrap();
    store.loads_fail.store(true, SeqCst);
    for _ in 0..240 {
        clock.pass(Duration::from_millis(250));
        key.encrypt(b"x", Aad::NONE).unwrap();
    }
    clock.pass(Duration::from_millis(251));
    assert_eq!(protects(&key, &old), vec![Err(Error::Stale); 6]);
    assert_eq!(key.decrypt(&old, Aad::NONE).unwrap().expose(), b"x", "decryption goes on with what is known");
    store.loads_fail.store(false, SeqCst);
    clock.pass(Duration::from_millis(250));
    assert!(matches!(key.encrypt(b"x", Aad::NONE), Err(Error::KeyDisabled { .. })));
}

/// A process that did nothing for long finds that a key has changed, and cannot read it: the change may be as
/// old as its last look, and the version that it knows destroyed.
#[test]
fn a_process_that_did_nothing_makes_nothing_before_it_has_read_what_changed() {
    for close in [false, true] {
        let Ring { ring, clock, store, other } = ring(Duration::ZERO);
        let key = ring.create_key("cards", KeySpec::default()).unwrap();
        key.encrypt(b"x", Aad::NONE).unwrap();
        let theirs = other.key("cards").unwrap();
        let second = theirs.rotate().unwrap();
        if close {
            theirs
                .configure(
                    KeyConfig::new().min_encryption_version(Some(second)).min_decryption_version(second),
                )
                .unwrap();
        }
        clock.pass(Duration::from_secs(71));
        store.loads_fail.store(true, SeqCst);
        for _ in 0..3 {
            assert_eq!(key.encrypt(b"x", Aad::NONE).unwrap_err(), Error::Stale);
            clock.pass(Duration::from_millis(250));
        }
        store.loads_fail.store(false, SeqCst);
        clock.pass(Duration::from_millis(250));
        assert!(key.encrypt(b"x", Aad::NONE).unwrap().starts_with("strongroom:v2:"));
    }
}

/// The same while another thread reads it: whoever comes meanwhile waits for that, and does not go on with
/// what is known.
#[test]
fn whoever_wakes_while_another_reads_waits_for_what_it_finds() {
    let (clock, documents) = (Told::at(1_000_000), Memory::new());
    let builder = || Keyring::builder().clock(clock.clone());
    let theirs =
        builder().create(documents.clone(), seal()).unwrap().create_key("cards", KeySpec::default()).unwrap();
    let store = Hooked::new(documents);
    let key = builder().open(store.clone(), seal()).unwrap().key("cards").unwrap();
    key.encrypt(b"x", Aad::NONE).unwrap();
    theirs.rotate().unwrap();
    clock.pass(Duration::from_secs(71));
    let (another, told) = (key.clone(), std::sync::mpsc::channel());
    store.set(move |_, name| {
        let is_it = matches!(name, DocName::Key(_));
        if is_it {
            let (another, tell) = (another.clone(), told.0.clone());
            std::thread::spawn(move || tell.send(another.encrypt(b"x", Aad::NONE)));
            // Long enough for it to come to where it has to wait.
            std::thread::sleep(Duration::from_millis(100));
        }
        is_it
    });
    assert!(key.encrypt(b"x", Aad::NONE).unwrap().starts_with("strongroom:v2:"));
    assert!(
        told.1.recv().unwrap().unwrap().starts_with("strongroom:v2:"),
        "it was made with a version that may be destroyed"
    );
}

#[test]
fn no_version_is_destroyed_that_a_process_without_its_store_may_encrypt_with() {
    let (clock, documents) = (Told::at(1_000_000), Memory::new());
    let builder = || Keyring::builder().clock(clock.clone()).max_staleness(Duration::from_secs(60));
    let trims =
        builder().create(documents.clone(), seal()).unwrap().create_key("cards", KeySpec::default()).unwrap();
    let store = Watched::new(documents).shared();
    let encrypts = builder().open(store.clone(), seal()).unwrap().key("cards").unwrap();
    let mut made = vec![encrypts.encrypt(b"x", Aad::NONE).unwrap()];
    store.fails.store(true, SeqCst);
    clock.pass(Duration::from_millis(1));
    let second = trims.rotate().unwrap();
    trims
        .configure(KeyConfig::new().min_encryption_version(Some(second)).min_decryption_version(second))
        .unwrap();
    for _ in 0..600 {
        let trimmed = trims.trim(second);
        match encrypts.encrypt(b"x", Aad::NONE) {
            Ok(ciphertext) => {
                assert!(
                    matches!(trimmed, Err(Error::InvalidWindow { .. })),
                    "what was made just now can never be opened"
                );
                made.push(ciphertext);
            }
            Err(error) => assert_eq!(error, Error::Stale),
        }
        if trimmed.is_ok() {
            break;
        }
        clock.pass(Duration::from_millis(125));
    }
    assert!(made.len() > 400 && made.iter().all(|ciphertext| ciphertext.starts_with("strongroom:v1:")));
    assert_eq!(trims.info().unwrap().min_available_version, Version::get(second));
}

#[test]
fn while_the_store_fails_nobody_is_told_that_a_version_does_not_exist() {
    let Ring { ring, store, other, .. } = ring(Duration::from_millis(5));
    let there = other.create_key("cards", KeySpec::default()).unwrap();
    let here = ring.key("cards").unwrap();
    let old = there.encrypt(b"x", Aad::NONE).unwrap();
    assert!(here.decrypt(&old, Aad::NONE).is_ok());
    there.rotate().unwrap();
    let new = there.encrypt(b"x", Aad::NONE).unwrap();
    for fails in [&store.fails, &store.loads_fail] {
        fails.store(true, SeqCst);
        // Some of them look, the others wait for those.
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        assert_eq!(here.decrypt(&new, Aad::NONE).unwrap_err().name(), "store_failed");
                        assert_eq!(here.needs_rewrap(&new).unwrap_err().name(), "store_failed");
                        assert_eq!(here.decrypt(&old, Aad::NONE).unwrap().expose(), b"x");
                    }
                });
            }
        });
        fails.store(false, SeqCst);
    }
    assert_eq!(here.decrypt(&new, Aad::NONE).unwrap().expose(), b"x");
    assert_eq!(here.decrypt(new.replace(":v2:", ":v9:"), Aad::NONE).unwrap_err(), Error::VersionTooNew);
}

#[test]
fn every_failed_look_is_told_to_all_who_waited_for_it() {
    let documents = Memory::new();
    let there =
        Keyring::create(documents.clone(), seal()).unwrap().create_key("cards", KeySpec::default()).unwrap();
    // Without an epoch each look reads the document.
    let store = Watched::new(documents.clone()).without_epoch().slow(Duration::from_millis(2)).shared();
    let here = Keyring::open(store, seal()).unwrap().key("cards").unwrap();
    there.rotate().unwrap();
    let new = there.encrypt(b"x", Aad::NONE).unwrap();
    let name = DocName::Key(KeyName::new("cards").unwrap());
    let (document, _) = documents.load(&name).unwrap().unwrap();
    let mut damaged = document.as_bytes().to_vec();
    damaged.last_mut().into_iter().for_each(|byte| *byte ^= 1);
    put(&documents, &name, damaged);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                (0..10).for_each(|_| {
                    assert_eq!(here.decrypt(&new, Aad::NONE).unwrap_err().name(), "corrupt_document")
                })
            });
        }
    });
}
