//! When old versions may be destroyed: not before everybody has seen that nobody may make anything with them.

use std::time::Duration;
use strongroom::{
    Aad, DocName, Error, Item, Key, KeyConfig, KeySpec, Keyring, Memory, Seal, SecretArray, Version,
};
use strongroom_tests::cbor::Cbor;
use strongroom_tests::clock::Told;
use strongroom_tests::forge::{Known, key_fields, put, version};
use strongroom_tests::hooked::{Hooked, Step};

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap())
}

fn v(number: u32) -> Version {
    Version::new(number).unwrap()
}

/// Both minimum versions at 2.
fn close_first(key: &Key) {
    key.configure(KeyConfig::new().min_decryption_version(v(2)).min_encryption_version(Some(v(2)))).unwrap();
}

fn not_yet(key: &Key) {
    let refused = key.trim(v(2));
    assert!(
        matches!(refused, Err(Error::InvalidWindow { reason }) if reason.contains("max_staleness")),
        "{refused:?}"
    );
}

/// A version that could be named until now is not destroyed although it has not been the latest for long: a
/// process that is behind goes on making ciphertexts with it.
#[test]
fn the_time_counts_from_when_a_version_could_no_longer_be_chosen() {
    for transit in [false, true] {
        let (store, clock, behind) = (Memory::new(), Told::at(1_000_000_000), Told::at(1_000_000_000));
        let ring = Keyring::builder().clock(clock.clone()).create(store.clone(), seal()).unwrap();
        let key = ring.create_key("cards", strongroom::KeyType::XChaCha20Poly1305).unwrap();
        key.rotate().unwrap();
        if !transit {
            key.configure(KeyConfig::new().min_encryption_version(Some(v(1)))).unwrap();
        }
        // It looks at the store no more: its clock stands still.
        let other =
            Keyring::builder().clock(behind).open(store.clone(), seal()).unwrap().key("cards").unwrap();
        let write = || {
            let item = || Item::plaintext(b"4111").version(v(1));
            if transit {
                other.transit().encrypt_item(&item()).unwrap()
            } else {
                other.encrypt_item(&item()).unwrap()
            }
        };
        write();
        clock.pass(Duration::from_secs(24 * 3600));
        close_first(&key);
        let ciphertext = write();
        not_yet(&key);
        // So what it wrote meanwhile can be brought to the new version.
        key.configure(KeyConfig::new().min_decryption_version(v(1))).unwrap();
        assert_eq!(key.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
        close_first(&key);
        clock.pass(Duration::from_secs(69));
        not_yet(&key);
        clock.pass(Duration::from_secs(1));
        key.trim(v(2)).unwrap();
    }
}

/// It is the keyring's bound that counts, not that of whoever trims, and the one of before for as long as
/// somebody may go by it.
#[test]
fn the_longest_bound_of_any_process_counts() {
    let (store, clock) = (Memory::new(), Told::at(1_000_000_000));
    let builder =
        |seconds| Keyring::builder().clock(clock.clone()).max_staleness(Duration::from_secs(seconds));
    let ring = builder(1).create(store.clone(), seal()).unwrap();
    let key = ring.create_key("cards", KeySpec::default()).unwrap();
    key.rotate().unwrap();
    let refused = builder(600).open(store.clone(), seal()).unwrap_err();
    assert!(
        matches!(refused, Error::InvalidOption { reason } if reason.contains("strongroom configure --max-staleness")),
        "{refused:?}"
    );
    ring.set_max_staleness(Duration::from_secs(600)).unwrap();
    builder(600).open(store.clone(), seal()).unwrap();
    close_first(&key);
    clock.pass(Duration::from_secs(609));
    not_yet(&key);
    clock.pass(Duration::from_secs(1));
    key.trim(v(2)).unwrap();
    // Lowered: whoever has not seen that yet goes by 600 s for 600 s more.
    key.rotate().unwrap();
    ring.set_max_staleness(Duration::from_secs(5)).unwrap();
    key.configure(KeyConfig::new().min_decryption_version(v(3)).min_encryption_version(Some(v(3)))).unwrap();
    clock.pass(Duration::from_secs(599));
    assert!(key.trim(v(3)).is_err());
    clock.pass(Duration::from_secs(1));
    key.trim(v(3)).unwrap();
    for refused in [Duration::from_millis(999), Duration::from_secs(366 * 24 * 3600), Duration::MAX] {
        assert!(matches!(ring.set_max_staleness(refused), Err(Error::InvalidOption { .. })), "{refused:?}");
    }
}

/// A process that runs goes by the shorter of its own bound and the keyring's, from when it has seen the root
/// document.
#[test]
fn a_bound_that_is_lowered_holds_for_those_who_run() {
    let (store, clock) = (Memory::new(), Told::at(1_000_000_000));
    let ring = Keyring::builder()
        .clock(clock.clone())
        .max_staleness(Duration::from_secs(600))
        .create(store.clone(), seal())
        .unwrap();
    let key = ring.create_key("cards", KeySpec::default()).unwrap();
    let faulty = Hooked::new(store);
    let here = Keyring::builder()
        .clock(clock.clone())
        .max_staleness(Duration::from_secs(600))
        .open(faulty.clone(), seal())
        .unwrap();
    let mine = here.key("cards").unwrap();
    ring.set_max_staleness(Duration::from_secs(30)).unwrap();
    // Any change makes it read the root document.
    mine.configure(KeyConfig::new().deletion_allowed(true)).unwrap();
    faulty.unplug(true);
    clock.pass(Duration::from_secs(29));
    mine.encrypt(b"4111", Aad::NONE).unwrap();
    clock.pass(Duration::from_secs(3));
    assert_eq!(mine.encrypt(b"4111", Aad::NONE).unwrap_err(), Error::Stale);
    key.encrypt(b"4111", Aad::NONE).unwrap();
}

/// The bound is raised by somebody else between the moment when it is read and the write: then it is read
/// again.
#[test]
fn a_bound_that_changes_meanwhile_is_noticed() {
    let (store, clock) = (Memory::new(), Told::at(1_000_000_000));
    let ring = Keyring::builder().clock(clock.clone()).create(store.clone(), seal()).unwrap();
    let hooked = Hooked::new(store);
    let here = Keyring::builder().clock(clock.clone()).open(hooked.clone(), seal()).unwrap();
    let key = here.create_key("cards", KeySpec::default()).unwrap();
    key.rotate().unwrap();
    close_first(&key);
    clock.pass(Duration::from_secs(70));
    hooked.set(move |step, name| {
        let is_it = step == Step::Putting && matches!(name, DocName::Key(_));
        if is_it {
            ring.set_max_staleness(Duration::from_secs(600)).unwrap();
        }
        is_it
    });
    not_yet(&key);
}

#[test]
fn a_version_that_is_opened_again_waits_anew_and_a_clock_that_goes_back_says_nothing() {
    let (store, clock) = (Memory::new(), Told::at(1_000_000_000));
    let ring = Keyring::builder().clock(clock.clone()).create(store, seal()).unwrap();
    let key = ring.create_key("cards", KeySpec::default()).unwrap();
    key.rotate().unwrap();
    close_first(&key);
    clock.pass(Duration::from_secs(1000));
    key.configure(KeyConfig::new().min_decryption_version(v(1)).min_encryption_version(Some(v(1)))).unwrap();
    close_first(&key);
    not_yet(&key);
    clock.set_back(Duration::from_secs(500));
    not_yet(&key);
    clock.pass(Duration::from_secs(570));
    key.trim(v(2)).unwrap();
}

/// A key that was written before the time was noted: it counts from the first write, which a trim that comes
/// too early is.
#[test]
fn without_a_note_the_time_counts_from_the_next_write() {
    let (known, store, clock) = (Known::default(), Memory::new(), Told::at(1_000_000_000));
    put(&store, &DocName::Root, known.own_root_document());
    let mut fields = key_fields("cards", Cbor::Array(vec![version(), version(), version()]));
    for (name, value) in &mut fields {
        if name.starts_with("min_") && *name != "min_available_version" {
            *value = Cbor::Uint(2);
        }
    }
    put(
        &store,
        &DocName::from_file_name("key-cards.sr").unwrap(),
        known.key_document("cards", 1, &Cbor::map(fields).encode()),
    );
    let seal = Seal::root_key(SecretArray::copy_of(&known.sealing).unwrap());
    let key = Keyring::builder().clock(clock.clone()).open(store, seal).unwrap().key("cards").unwrap();
    not_yet(&key);
    clock.pass(Duration::from_secs(69));
    not_yet(&key);
    clock.pass(Duration::from_secs(1));
    key.trim(v(2)).unwrap();
}
