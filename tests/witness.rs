//! Opening with a witness: one old document that was put back is noticed by a process that starts now.

use strongroom::{Aad, DocName, Error, KeyConfig, KeySpec, KeyType, Keyring, Memory, Seal, SecretArray, Store};
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
    ring.create_key("gone", KeySpec::default()).unwrap().configure(KeyConfig::new().deletion_allowed(true)).unwrap();
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
    assert_eq!(now.check().unwrap().faults.iter().map(|fault| fault.document.as_str()).collect::<Vec<_>>(), ["key-cards.sr"]);
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
fn a_document_that_is_missing_is_noticed() {
    let scene = scene();
    let store = Memory::new();
    put(&store, &DocName::Root, bytes(&scene.store, "root.sr"));
    put(&store, &name("key-other.sr"), bytes(&scene.store, "key-other.sr"));
    let now = Keyring::builder().witness(&scene.witness).unwrap().open(store, seal()).unwrap();
    rolled_back(now.key("cards").map(drop), "key-cards.sr");
    rolled_back(now.create_key("cards", KeySpec::default()).map(drop), "key-cards.sr");
    now.key("other").unwrap();
    assert_eq!(now.check().unwrap().faults.len(), 3, "two keys and a usage document");
}

#[test]
fn a_witness_of_another_keyring_or_a_damaged_one_opens_nothing() {
    let (mine, other) = (scene(), scene());
    let open = |witness: &[u8]| Keyring::builder().witness(witness)?.open(mine.store.clone(), seal()).map(drop);
    assert_eq!(open(&mine.witness), Ok(()));
    assert_eq!(open(&other.witness), Err(Error::KeyringMismatch));
    for at in [0, 5, 40, mine.witness.len() / 2, mine.witness.len() - 1] {
        let mut damaged = mine.witness.clone();
        damaged[at] ^= 1;
        assert_eq!(open(&damaged).unwrap_err().name(), "corrupt_document", "byte {at}");
    }
    assert!(Keyring::in_memory().witness().is_err());
}
