//! Opening with a witness: one old document that was put back is noticed by a process that starts now.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use strongroom::{
    Aad, Clock, DocName, Error, KeyConfig, KeySpec, KeyType, Keyring, Memory, Seal, SecretArray, Store,
    WitnessReport,
};
use strongroom_tests::forge::put;

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap())
}

fn name(file: &str) -> DocName {
    DocName::from_file_name(file).unwrap()
}

fn bytes(store: &Memory, file: &str) -> Vec<u8> {
    store.load(&name(file)).unwrap().unwrap().0.as_bytes().to_vec()
}

struct Scene {
    store: Memory,
    ring: Keyring,
    old_key: Vec<u8>,
    old_usage: Vec<u8>,
    witness: Vec<u8>,
}

/// Three keys, a counted one rotated and used since the old copies were taken; then the witness.
fn scene() -> Scene {
    let store = Memory::new();
    let ring = Keyring::create(store.clone(), seal()).unwrap();
    let cards = ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    ring.create_key("other", KeySpec::default()).unwrap();
    ring.create_key("gone", KeySpec::default())
        .unwrap()
        .configure(KeyConfig::new().deletion_allowed(true))
        .unwrap();
    cards.encrypt(b"4111", Aad::NONE).unwrap();
    let (old_key, old_usage) = (bytes(&store, "key-cards.sr"), bytes(&store, "usage-cards.sr"));
    cards.rotate().unwrap();
    cards.encrypt(b"4111", Aad::NONE).unwrap();
    let witness = ring.witness().unwrap();
    Scene { store, ring, old_key, old_usage, witness }
}

impl Scene {
    fn open(&self) -> Result<Keyring, Error> {
        Keyring::builder().witness(&self.witness)?.open(self.store.clone(), seal())
    }
}

/// Says the time that it was told.
struct Told(AtomicU64);

impl Clock for Told {
    fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn coarse_millis(&self) -> u64 {
        self.now() / 1_000_000
    }
}

fn rolled_back(result: Result<(), Error>, document: &str) {
    assert!(matches!(&result, Err(Error::RolledBack { document: named }) if named == document), "{result:?}");
}

#[test]
fn what_goes_on_from_a_witness_opens() {
    let scene = scene();
    let cards = scene.ring.key("cards").unwrap();
    for _ in 0..3 {
        cards.rotate().unwrap();
    }
    scene.ring.delete_key("gone").unwrap();
    scene.ring.reseal([seal()]).unwrap();
    scene.ring.create_key("gone", KeySpec::default()).unwrap();
    let now = scene.open().unwrap();
    assert!(now.check().unwrap().faults.is_empty());
    assert_eq!(now.keys().unwrap().len(), 3);
    now.key("cards").unwrap().encrypt(b"4111", Aad::NONE).unwrap();
    now.key("gone").unwrap().rotate().unwrap();
}

#[test]
fn an_old_document_is_refused_and_the_others_work() {
    let scene = scene();
    put(&scene.store, &name("key-cards.sr"), scene.old_key.clone());
    // Without a witness nobody who starts now can know.
    Keyring::open(scene.store.clone(), seal()).unwrap().key("cards").unwrap();
    let now = scene.open().unwrap();
    rolled_back(now.key("cards").map(drop), "key-cards.sr");
    rolled_back(now.create_key("cards", KeySpec::default()).map(drop), "key-cards.sr");
    now.key("other").unwrap().encrypt(b"4111", Aad::NONE).unwrap();
    assert_eq!(
        now.check().unwrap().faults.iter().map(|fault| fault.document.as_str()).collect::<Vec<_>>(),
        ["key-cards.sr"]
    );
}

#[test]
fn old_counts_and_other_histories_are_refused() {
    let scene = scene();
    put(&scene.store, &name("usage-cards.sr"), scene.old_usage.clone());
    let now = scene.open().unwrap();
    rolled_back(now.key("cards").unwrap().encrypt(b"4111", Aad::NONE).map(drop), "usage-cards.sr");
    // The same number of versions, and a higher generation, from an old copy.
    let restored = self::scene();
    put(&restored.store, &name("key-cards.sr"), restored.old_key.clone());
    let other = Keyring::open(restored.store.clone(), seal()).unwrap().key("cards").unwrap();
    for _ in 0..3 {
        other.rotate().unwrap();
    }
    rolled_back(restored.open().unwrap().key("cards").map(drop), "key-cards.sr");
}

#[test]
fn counts_that_are_not_to_be_trusted_are_repaired() {
    for lost in ["broken", "old", "missing", "key"] {
        let scene = scene();
        let usage = match lost {
            "broken" => Some(b"broken".to_vec()),
            "old" | "key" => Some(scene.old_usage.clone()),
            _ => None,
        };
        // A store of its own, since nothing takes a document away.
        let store = Memory::new();
        for file in ["root.sr", "key-cards.sr", "key-other.sr", "key-gone.sr"] {
            put(&store, &name(file), bytes(&scene.store, file));
        }
        usage.into_iter().for_each(|usage| put(&store, &name("usage-cards.sr"), usage));
        let open =
            || Keyring::builder().witness(&scene.witness).unwrap().open(store.clone(), seal()).unwrap();
        if lost == "key" {
            // Of an old key nobody can say which versions there are.
            put(&store, &name("key-cards.sr"), scene.old_key.clone());
            assert!(open().repair().unwrap().is_empty());
            continue;
        }
        if lost == "broken" {
            let copy = open().snapshot_bytes().unwrap();
            Keyring::builder()
                .witness(&scene.witness)
                .unwrap()
                .restore_bytes(&copy, Memory::new(), seal())
                .unwrap();
        }
        assert_eq!(open().repair().unwrap(), ["cards".parse().unwrap()], "{lost}");
        assert!(open().repair().unwrap().is_empty(), "{lost}");
        let now = open();
        assert!(now.check().unwrap().faults.is_empty(), "{lost}");
        let cards = now.key("cards").unwrap();
        assert_eq!(cards.encrypt(b"4111", Aad::NONE).unwrap_err().name(), "usage_unknown", "{lost}");
        cards.rotate().unwrap();
        cards.encrypt(b"4111", Aad::NONE).unwrap();
        now.witness().unwrap();
    }
}

#[test]
fn a_document_that_is_missing_is_noticed() {
    let scene = scene();
    let now_store = Memory::new();
    put(&now_store, &DocName::Root, bytes(&scene.store, "root.sr"));
    put(&now_store, &name("key-other.sr"), bytes(&scene.store, "key-other.sr"));
    let now = Keyring::builder().witness(&scene.witness).unwrap().open(now_store.clone(), seal()).unwrap();
    rolled_back(now.key("cards").map(drop), "key-cards.sr");
    rolled_back(now.create_key("cards", KeySpec::default()).map(drop), "key-cards.sr");
    now.key("other").unwrap();
    assert_eq!(now.check().unwrap().faults.len(), 3, "two keys and a usage document");
    // Its counts miss the key, too, which is the same fault.
    put(&now_store, &name("usage-cards.sr"), bytes(&scene.store, "usage-cards.sr"));
    let faults: Vec<_> = now.check().unwrap().faults.into_iter().map(|fault| fault.document).collect();
    assert_eq!(faults, ["key-cards.sr", "key-gone.sr"]);
}

#[test]
fn a_check_says_what_has_become_of_each_document() {
    let store = Memory::new();
    let clock = Arc::new(Told(AtomicU64::new(1_700_000_000_000_000_000)));
    let ring = Keyring::builder().clock(clock.clone()).create(store.clone(), seal()).unwrap();
    for name in ["older", "other", "missing", "deleted", "recreated", "fits", "broken"] {
        ring.create_key(name, KeyType::Aes256Gcm96)
            .unwrap()
            .configure(KeyConfig::new().deletion_allowed(true))
            .unwrap();
    }
    let before = bytes(&store, "key-older.sr");
    let restored = bytes(&store, "key-other.sr");
    for name in ["older", "other"] {
        ring.key(name).unwrap().rotate().unwrap();
    }
    let witness = ring.witness().unwrap();
    clock.0.store(1_700_000_060_000_000_000, Ordering::Relaxed);
    for name in ["deleted", "recreated"] {
        ring.delete_key(name).unwrap();
    }
    ring.create_key("recreated", KeyType::Aes256Gcm96).unwrap().encrypt(b"4111", Aad::NONE).unwrap();
    ring.key("fits").unwrap().rotate().unwrap();
    ring.create_key("new", KeySpec::default()).unwrap();
    put(&store, &name("key-older.sr"), before);
    put(&store, &name("key-other.sr"), restored);
    let other = Keyring::open(store.clone(), seal()).unwrap().key("other").unwrap();
    for _ in 0..2 {
        other.rotate().unwrap();
    }
    put(&store, &name("key-broken.sr"), b"broken".to_vec());
    // A store of its own, since nothing takes a document away.
    let rest = Memory::new();
    for document in
        store.list(None, 100).unwrap().into_iter().filter(|document| *document != name("key-missing.sr"))
    {
        put(&rest, &document, bytes(&store, &document.file_name()));
    }

    let report =
        Keyring::builder().witness(&witness).unwrap().open(rest.clone(), seal()).unwrap().check().unwrap();
    let WitnessReport { made, documents, missing, older, other_history, deleted, recreated, unknown, .. } =
        report.witness.unwrap();
    assert_eq!((made, documents), (1_700_000_000_000_000_000, 7));
    assert_eq!([missing, older, other_history], [["key-missing.sr"], ["key-older.sr"], ["key-other.sr"]]);
    assert_eq!([deleted, recreated], [["key-deleted.sr"], ["key-recreated.sr"]]);
    assert_eq!(unknown, ["key-new.sr", "usage-recreated.sr"]);
    let faults: Vec<_> =
        report.faults.iter().map(|fault| (fault.document.as_str(), fault.error.name())).collect();
    let rolled_back =
        ["key-older.sr", "key-other.sr", "key-missing.sr"].map(|document| (document, "rolled_back"));
    assert_eq!(faults, [&[("key-broken.sr", "corrupt_document")][..], &rolled_back].concat());
    assert_eq!(Keyring::open(rest, seal()).unwrap().check().unwrap().witness, None);
}

#[test]
fn what_a_witness_refuses_is_not_copied() {
    let scene = scene();
    let snapshot = scene.ring.snapshot_bytes().unwrap();
    scene.open().unwrap().witness().unwrap();
    scene.open().unwrap().snapshot_bytes().unwrap();
    let restore = |snapshot: &[u8]| {
        Keyring::builder().witness(&scene.witness)?.restore_bytes(snapshot, Memory::new(), seal()).map(drop)
    };
    assert_eq!(restore(&snapshot), Ok(()));

    let missing = Memory::new();
    for file in ["root.sr", "key-other.sr", "key-gone.sr"] {
        put(&missing, &name(file), bytes(&scene.store, file));
    }
    put(&scene.store, &name("key-cards.sr"), scene.old_key.clone());
    for store in [&scene.store, &missing] {
        let without = Keyring::open(store.clone(), seal()).unwrap();
        without.witness().unwrap();
        rolled_back(restore(&without.snapshot_bytes().unwrap()), "key-cards.sr");
        let with = Keyring::builder().witness(&scene.witness).unwrap().open(store.clone(), seal()).unwrap();
        rolled_back(with.witness().map(drop), "key-cards.sr");
        rolled_back(with.snapshot_bytes().map(drop), "key-cards.sr");
    }
    // Nor what this process has seen to be newer.
    rolled_back(scene.ring.witness().map(drop), "key-cards.sr");
}

#[test]
fn a_witness_of_another_keyring_or_a_damaged_one_opens_nothing() {
    let (mine, other) = (scene(), scene());
    let open =
        |witness: &[u8]| Keyring::builder().witness(witness)?.open(mine.store.clone(), seal()).map(drop);
    assert_eq!(open(&mine.witness), Ok(()));
    assert_eq!(open(&other.witness), Err(Error::KeyringMismatch));
    for at in [0, 5, 40, mine.witness.len() / 2, mine.witness.len() - 1] {
        let mut damaged = mine.witness.clone();
        damaged[at] ^= 1;
        assert_eq!(open(&damaged).unwrap_err().name(), "corrupt_document", "byte {at}");
    }
    let later = [b"SRW2", &mine.witness[4..]].concat();
    assert_eq!(open(&later).unwrap_err().name(), "unsupported_format");
    assert!(Keyring::in_memory().witness().is_err());
}
