//! Leases, reseal, check, snapshot and what else keeps a keyring alive, as a user meets it.

use std::time::Duration;
use strongroom::{
    Aad, Directory, DocName, Error, KeyConfig, KeySpec, KeyType, Keyring, Memory, Seal, SecretArray, Store,
    Version,
};
use strongroom_tests::clock::Told;

fn seal(byte: u8) -> Seal {
    Seal::root_key(SecretArray::copy_of(&[byte, 1].repeat(16)).unwrap())
}

fn v(number: u32) -> Version {
    Version::new(number).unwrap()
}

#[test]
fn a_version_refuses_one_more_than_its_limit_and_decrypts_on() {
    let store = Memory::new();
    let ring = Keyring::builder().usage_limit(1000).create(store.clone(), seal(7)).unwrap();
    let key = ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let first = key.encrypt(b"first", Aad::NONE).unwrap();
    for _ in 1..1000 {
        key.encrypt(b"more", Aad::NONE).unwrap();
    }
    assert_eq!(key.encrypt(b"too many", Aad::NONE).unwrap_err(), Error::UsageLimitReached);
    assert_eq!(
        key.data_key(strongroom::DataKeySize::Bits256, Aad::NONE).unwrap_err(),
        Error::UsageLimitReached
    );
    assert_eq!(key.decrypt(&first, Aad::NONE).unwrap().expose(), b"first");
    let info = key.info().unwrap();
    assert_eq!(info.versions[0].uses, Some(1000));
    assert_eq!(info.warnings.len(), 1, "{:?}", info.warnings);
    let rotated = ring.rotate_due().unwrap();
    assert_eq!(rotated.len(), 1);
    assert_eq!(rotated[0].1, Ok(v(2)));
    assert!(ring.rotate_due().unwrap().is_empty());
    assert!(key.rewrap(&first, Aad::NONE).unwrap().starts_with("vault:v2:"));
    assert!(key.info().unwrap().warnings.is_empty());
}

#[test]
fn what_is_left_of_a_lease_comes_back_on_close() {
    let store = Memory::new();
    let ring = Keyring::create(store.clone(), seal(7)).unwrap();
    let key = ring.create_key("cards", KeyType::ChaCha20Poly1305).unwrap();
    for _ in 0..5 {
        key.encrypt(b"x", Aad::NONE).unwrap();
    }
    assert_eq!(key.info().unwrap().versions[0].uses, Some(256));
    ring.close();
    assert_eq!(key.encrypt(b"x", Aad::NONE).unwrap_err(), Error::Closed);
    let again = Keyring::open(store.clone(), seal(7)).unwrap();
    assert_eq!(again.key("cards").unwrap().info().unwrap().versions[0].uses, Some(5));
    again.key("cards").unwrap().encrypt(b"x", Aad::NONE).unwrap();
    drop(again);
    let third = Keyring::open(store, seal(7)).unwrap();
    assert_eq!(third.key("cards").unwrap().info().unwrap().versions[0].uses, Some(6), "dropping returns too");
}

#[test]
fn derived_keys_are_counted_and_not_refused_and_others_are_not_counted() {
    let ring = Keyring::builder().usage_limit(10).create(Memory::new(), seal(7)).unwrap();
    let tenants = ring.create_key("tenants", KeySpec::new(KeyType::Aes256Gcm96).derived(true)).unwrap();
    let view = tenants.context("acme").unwrap();
    for _ in 0..300 {
        view.encrypt(b"x", Aad::NONE).unwrap();
    }
    let info = tenants.info().unwrap();
    assert!(info.versions[0].uses >= Some(300));
    assert_eq!(info.warnings.len(), 1);
    for key_type in
        [KeyType::Xaes256Gcm, KeyType::Aes256Siv, KeyType::XChaCha20Poly1305, KeyType::Hmac, KeyType::Ed25519]
    {
        let key = ring.create_key(&format!("k-{key_type}"), key_type).unwrap();
        assert_eq!(key.info().unwrap().versions[0].uses, None, "{key_type}");
        if key_type.encrypts() {
            (0..50).for_each(|_| drop(key.encrypt(b"x", Aad::NONE).unwrap()));
        }
    }
}

#[test]
fn a_key_created_again_starts_its_counts_anew() {
    let ring = Keyring::create(Memory::new(), seal(7)).unwrap();
    for uses in [3, 5] {
        let key = ring.create_key("cards", KeyType::Aes128Gcm96).unwrap();
        (0..uses).for_each(|_| drop(key.encrypt(b"x", Aad::NONE).unwrap()));
        assert_eq!(key.info().unwrap().versions[0].uses, Some(256));
        key.configure(KeyConfig::new().deletion_allowed(true)).unwrap();
        ring.delete_key("cards").unwrap();
    }
}

#[test]
fn trim_waits_until_nobody_can_be_behind() {
    let clock = Told::at(1_000_000);
    let ring = Keyring::builder()
        .clock(clock.clone())
        .max_staleness(Duration::from_secs(60))
        .create(Memory::new(), seal(7))
        .unwrap();
    let key = ring.create_key("cards", KeySpec::default()).unwrap();
    key.rotate().unwrap();
    key.configure(KeyConfig::new().min_encryption_version(Some(v(2))).min_decryption_version(v(2))).unwrap();
    clock.pass(Duration::from_millis(69_999));
    assert!(
        matches!(key.trim(v(2)), Err(Error::InvalidWindow { reason }) if reason.contains("max_staleness"))
    );
    clock.pass(Duration::from_millis(1));
    key.trim(v(2)).unwrap();
}

#[test]
fn a_reseal_shuts_out_the_old_seals_and_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    let store = || Directory::new(folder.path());
    let ring = Keyring::create(store(), seal(7)).unwrap();
    ring.add_seal(seal(8)).unwrap();
    let other = Keyring::open(store(), seal(8)).unwrap();
    let cards = ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let others_cards = other.key("cards").unwrap();
    let ciphertext = cards.encrypt(b"4111", Aad::NONE).unwrap();
    let gone = ring.create_key("gone", KeySpec::default()).unwrap();
    gone.configure(KeyConfig::new().deletion_allowed(true)).unwrap();
    ring.delete_key("gone").unwrap();

    // cards, its usage, and the tombstone.
    assert_eq!(ring.reseal([seal(8), seal(9)]).unwrap(), 3);
    assert_eq!(Keyring::open(store(), seal(7)).unwrap_err(), Error::WrongSeal);
    for byte in [8, 9] {
        let ring = Keyring::open(store(), seal(byte)).unwrap();
        assert_eq!(ring.key("cards").unwrap().decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
        assert!(ring.check().unwrap().faults.is_empty());
        assert!(matches!(ring.key("gone"), Err(Error::KeyNotFound { .. })));
    }
    // A process with a seal that stayed goes on, and writes under the new root key.
    assert_eq!(others_cards.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
    others_cards.rotate().unwrap();
    other.create_key("new", KeySpec::default()).unwrap();
    assert_eq!(
        cards.decrypt(others_cards.encrypt(b"5", Aad::NONE).unwrap(), Aad::NONE).unwrap().expose(),
        b"5"
    );
    assert!(ring.check().unwrap().faults.is_empty());
    assert_eq!(ring.seals().unwrap().len(), 2);
    // Again, with a passphrase of the same id and another text.
    ring.reseal([seal(8)]).unwrap();
    assert_eq!(Keyring::open(store(), seal(9)).unwrap_err(), Error::WrongSeal);
    assert_eq!(Keyring::open(store(), seal(8)).unwrap().keys().unwrap().len(), 2);
    assert!(matches!(ring.reseal([]), Err(Error::InvalidOption { .. })));
    assert_eq!(ring.reseal([seal(2), seal(2)]).unwrap_err(), Error::SealExists);
}

#[test]
fn a_seal_says_what_people_call_it_and_since_when_it_is_there() {
    let (store, clock) = (Memory::new(), Told::at(0));
    let ring = Keyring::builder().clock(clock.clone()).create(store.clone(), seal(7).labelled("the safe"));
    let ring = ring.unwrap();
    let told = |ring: &Keyring| -> Vec<(Option<String>, Option<u64>, bool)> {
        ring.seals().unwrap().into_iter().map(|seal| (seal.label, seal.added, seal.in_use)).collect()
    };
    let made = ring.seals().unwrap()[0].added.unwrap();
    let said = |label: &str, added| (Some(label.to_owned()), Some(added), false);
    clock.pass(Duration::from_secs(60));
    ring.add_seal(seal(8)).unwrap();
    ring.add_seal(seal(9).labelled("the desk")).unwrap();
    let later = made + 60_000_000_000;
    let in_use = |(label, added, _): (Option<String>, Option<u64>, bool)| (label, added, true);
    assert_eq!(told(&ring), [in_use(said("the safe", made)), (None, None, false), said("the desk", later)]);
    // A label that is given to open with is written nowhere.
    let other = Keyring::open(store.clone(), seal(8).labelled("not written")).unwrap();
    assert_eq!(told(&other), [said("the safe", made), (None, None, true), said("the desk", later)]);

    // What is known of a seal outlives a reseal, in which it can get a label or another one.
    clock.pass(Duration::from_secs(60));
    ring.reseal([
        seal(7),
        seal(8).labelled("the car"),
        seal(9).labelled("the shelf"),
        seal(10),
        seal(11).labelled("new"),
    ])
    .unwrap();
    let last = later + 60_000_000_000;
    let car = (Some("the car".to_owned()), None, false);
    let expected = [
        in_use(said("the safe", made)),
        car,
        said("the shelf", later),
        (None, None, false),
        said("new", last),
    ];
    assert_eq!(told(&ring), expected);
    assert_eq!(told(&Keyring::open(store.clone(), seal(7)).unwrap()), expected);
    assert_eq!(ring.seals().unwrap()[4].id, seal(11).id().unwrap());

    for label in [String::new(), "x".repeat(256)] {
        let refused = ring.add_seal(seal(12).labelled(label)).unwrap_err();
        assert_eq!(refused.detail(), Some("seal_label_out_of_range"));
    }
    ring.add_seal(seal(12).labelled("x".repeat(255))).unwrap();
    // Without labels the document is what it was before there were any.
    let plain = Memory::new();
    Keyring::create(plain.clone(), seal(7)).unwrap().add_seal(seal(8)).unwrap();
    let document = plain.load(&DocName::Root).unwrap().unwrap().0;
    assert!(!document.as_bytes().windows(5).any(|word| word == b"added"));
}

#[test]
fn a_file_that_is_larger_than_any_snapshot_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large");
    // Without a block on the disk.
    std::fs::File::create(&path).unwrap().set_len((3 << 29) + 1).unwrap();
    let error = Keyring::restore(&path, Memory::new(), seal(1)).unwrap_err();
    assert!(
        matches!(&error, Error::StoreFailed { reason } if reason.contains("larger than 1.5 GiB")),
        "{error:?}"
    );
}

#[test]
fn a_snapshot_is_the_whole_keyring_elsewhere() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ring = Keyring::create(Directory::new(folder.path().join("keys")), seal(7)).unwrap();
    let cards = ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let old = cards.encrypt(b"old", Aad::NONE).unwrap();
    let file = folder.path().join("backup.sr");
    ring.snapshot(&file).unwrap();
    assert!(matches!(ring.snapshot(&file), Err(Error::StoreFailed { .. })), "never overwrites");
    cards.rotate().unwrap();
    let new = cards.encrypt(b"new", Aad::NONE).unwrap();

    let place = elsewhere.path().join("restored");
    assert_eq!(Keyring::restore(&file, Directory::new(&place), seal(8)).unwrap_err(), Error::WrongSeal);
    assert!(!place.exists());
    let copy = Keyring::restore(&file, Directory::new(&place), seal(7)).unwrap();
    assert_eq!(copy.id(), ring.id());
    assert_eq!(copy.key("cards").unwrap().decrypt(&old, Aad::NONE).unwrap().expose(), b"old");
    assert_eq!(copy.key("cards").unwrap().decrypt(&new, Aad::NONE).unwrap_err(), Error::VersionTooNew);
    copy.key("cards").unwrap().rotate().unwrap();
    assert!(matches!(
        Keyring::restore(&file, Directory::new(&place), seal(7)),
        Err(Error::KeyringExists { .. })
    ));
    assert_eq!(Keyring::open(Directory::new(&place), seal(7)).unwrap().keys().unwrap().len(), 1);

    let bytes = std::fs::read(&file).unwrap();
    for cut in [0, 3, 8, 20, bytes.len() - 1] {
        let restored = Keyring::builder().restore_bytes(&bytes[..cut], Memory::new(), seal(7));
        assert!(
            matches!(restored, Err(Error::CorruptBackup { .. } | Error::CorruptDocument { .. })),
            "{cut}"
        );
    }
}

#[test]
fn check_names_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let ring = Keyring::create(Directory::new(folder.path()), seal(7)).unwrap();
    for name in ["a", "b", "c"] {
        ring.create_key(name, KeyType::Aes256Gcm96).unwrap().encrypt(b"x", Aad::NONE).unwrap();
    }
    let report = ring.check().unwrap();
    assert_eq!((report.documents, report.keys, report.unfinished_reseal), (7, 3, false));
    assert!(report.faults.is_empty());
    let file = |name: &str| folder.path().join(name);
    let mut damaged = std::fs::read(file("key-a.sr")).unwrap();
    *damaged.last_mut().unwrap() ^= 1;
    std::fs::write(file("key-a.sr"), damaged).unwrap();
    std::fs::remove_file(file("key-b.sr")).unwrap();
    std::fs::copy(file("key-c.sr"), file("usage-c.sr")).unwrap();
    let fresh = Keyring::open(Directory::new(folder.path()), seal(7)).unwrap();
    let faults: Vec<_> = fresh.check().unwrap().faults.into_iter().map(|fault| fault.document).collect();
    assert_eq!(faults, ["key-a.sr", "key-b.sr", "usage-c.sr"]);
    assert!(fresh.upgrade().is_err());
    assert!(fresh.snapshot_bytes().is_err());
}
