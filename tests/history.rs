//! Documents that tell another story than the one that a process has seen, and counts that are lost or would
//! begin anew.

use strongroom::{
    Aad, DocName, Error, Item, KeyConfig, KeySpec, KeyType, Keyring, Memory, Seal, SecretArray, Store,
    Version,
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

/// A folder that was restored from an old copy and went on from there: the same key, the same number of
/// versions, a higher generation, and other material in version 2. Whoever has seen the first version 2 makes
/// nothing under either, and opens what it could open.
#[test]
fn a_restored_history_is_not_taken_for_the_one_that_was_seen() {
    for derived in [false, true] {
        let store = Memory::new();
        let first = Keyring::create(store.clone(), seal()).unwrap();
        let mine = first.create_key("cards", KeySpec::default().derived(derived)).unwrap();
        let item = |text| if derived { Item::plaintext(text).context("acme") } else { Item::plaintext(text) };
        let old_copy = bytes(&store, "key-cards.sr");
        mine.rotate().unwrap();
        let ciphertext = mine.encrypt_item(&item(b"4111")).unwrap();
        put(&store, &name("key-cards.sr"), old_copy);
        let second = Keyring::open(store, seal()).unwrap().key("cards").unwrap();
        for _ in 0..3 {
            second.rotate().unwrap();
        }
        let foreign = second.encrypt_item(&item(b"4111").version(Version::new(4).unwrap())).unwrap();
        first.refresh().unwrap();
        let rolled_back = |error: Error| {
            assert!(
                matches!(&error, Error::RolledBack { document } if document == "key-cards.sr"),
                "{error:?}"
            )
        };
        rolled_back(mine.encrypt_item(&item(b"4111")).unwrap_err());
        rolled_back(mine.rotate().unwrap_err());
        rolled_back(mine.info().unwrap_err());
        let open = |text: &str| {
            mine.decrypt_item(&if derived {
                Item::ciphertext(text).context("acme")
            } else {
                Item::ciphertext(text)
            })
        };
        assert_eq!(open(&ciphertext).unwrap().expose(), b"4111", "what was opened before goes on opening");
        rolled_back(open(&foreign).unwrap_err());
    }
}

/// A damaged document, too, leaves what is in memory alone.
#[test]
fn a_damaged_document_keeps_nobody_from_opening() {
    let store = Memory::new();
    let ring = Keyring::create(store.clone(), seal()).unwrap();
    let key = ring.create_key("cards", KeySpec::default()).unwrap();
    let ciphertext = key.encrypt(b"4111", Aad::NONE).unwrap();
    let mut damaged = bytes(&store, "key-cards.sr");
    damaged.last_mut().into_iter().for_each(|byte| *byte ^= 1);
    put(&store, &name("key-cards.sr"), damaged);
    ring.refresh().unwrap();
    assert_eq!(key.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
    assert_eq!(key.encrypt(b"4111", Aad::NONE).unwrap_err().name(), "corrupt_document");
}

/// Backed up and restored, a key counts on from where it was, and from half of its limit at least: what it
/// was backed up from may go on.
#[test]
fn counts_go_on_in_a_key_that_is_restored() {
    let (store, half) = (Memory::new(), 1 << 31);
    let ring = Keyring::create(store.clone(), seal()).unwrap();
    let key = ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    key.configure(KeyConfig::new().deletion_allowed(true)).unwrap();
    key.encrypt(b"4111", Aad::NONE).unwrap();
    let backup = key.backup(seal()).unwrap();
    ring.delete_key("cards").unwrap();
    let restored = ring.restore_key(&backup, seal(), None).unwrap();
    let uses = restored.info().unwrap().versions[0].uses;
    assert!(uses >= Some(half), "{uses:?}");
    restored.encrypt(b"4111", Aad::NONE).unwrap();
    // And once more, which does not begin at half again.
    let again = restored.backup(seal()).unwrap();
    let other = ring.restore_key(&again, seal(), Some("other")).unwrap();
    assert!(other.info().unwrap().versions[0].uses > Some(half));
    let due: Vec<String> = ring
        .rotate_due()
        .unwrap()
        .into_iter()
        .map(|(name, version)| format!("{name} {}", version.unwrap()))
        .collect();
    assert_eq!(due, ["cards 2", "other 2"]);
    // What cannot be restored leaves nothing behind.
    assert!(matches!(ring.restore_key(&backup, seal(), None), Err(Error::KeyExists { .. })));
    assert!(restored.info().unwrap().versions[1].uses < Some(half));
}

/// A usage document that cannot be read takes nothing with it but encryption under the versions that it
/// counts.
#[test]
fn lost_counts_stop_what_they_count_and_nothing_else() {
    for repaired in [false, true] {
        let store = Memory::new();
        let ring = Keyring::create(store.clone(), seal()).unwrap();
        let key = ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
        let ciphertext = key.encrypt(b"4111", Aad::NONE).unwrap();
        ring.close();
        put(&store, &name("usage-cards.sr"), b"SRU1 and nothing that could be read".to_vec());
        let ring = Keyring::open(store.clone(), seal()).unwrap();
        let key = ring.key("cards").unwrap();
        if repaired {
            assert_eq!(ring.repair().unwrap().iter().map(ToString::to_string).collect::<Vec<_>>(), ["cards"]);
            assert!(ring.repair().unwrap().is_empty(), "once is enough");
        }
        assert_eq!(ring.check().unwrap().faults.len(), usize::from(!repaired));
        assert_eq!(key.encrypt(b"4111", Aad::NONE).unwrap_err(), Error::UsageUnknown);
        assert_eq!(key.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
        assert_eq!(ring.keys().unwrap().len(), 1);
        let info = key.info().unwrap();
        assert_eq!(info.versions[0].uses, None);
        assert!(info.warnings.iter().any(|warning| warning.contains("not known")), "{:?}", info.warnings);
        key.configure(KeyConfig::new().deletion_allowed(true)).unwrap();
        // Elsewhere the counts are not known either.
        let backup = key.backup(seal()).unwrap();
        let snapshot = ring.snapshot_bytes().unwrap();
        let copy = Keyring::builder().restore_bytes(&snapshot, Memory::new(), seal()).unwrap();
        let restored = copy.restore_key(&backup, seal(), Some("restored")).unwrap();
        for copied in [copy.key("cards").unwrap(), restored] {
            assert_eq!(copied.encrypt(b"4111", Aad::NONE).unwrap_err(), Error::UsageUnknown);
        }
        assert!(copy.check().unwrap().faults.is_empty());
        ring.reseal([seal()]).unwrap();
        assert_eq!(key.encrypt(b"4111", Aad::NONE).unwrap_err(), Error::UsageUnknown);
        // A new version has encrypted nothing.
        let due = ring.rotate_due().unwrap();
        assert_eq!(due.len(), 1, "what is not known is due");
        key.encrypt(b"4111", Aad::NONE).unwrap();
        let versions = key.info().unwrap().versions;
        assert_eq!((versions[0].uses, versions[1].uses), (None, Some(256)));
        assert!(ring.check().unwrap().faults.is_empty());
    }
}

/// What is left of a lease does not make a number of what is not known.
#[test]
fn lost_counts_stay_lost_when_a_lease_comes_back() {
    let store = Memory::new();
    let ring = Keyring::create(store.clone(), seal()).unwrap();
    let key = ring.create_key("cards", KeySpec::new(KeyType::Aes256Gcm96).derived(true)).unwrap();
    key.context("acme").unwrap().encrypt(b"4111", Aad::NONE).unwrap();
    put(&store, &name("usage-cards.sr"), b"SRU1 and nothing that could be read".to_vec());
    let other = Keyring::open(store, seal()).unwrap();
    assert_eq!(other.repair().unwrap().len(), 1);
    ring.close();
    let here = other.key("cards").unwrap();
    assert_eq!(here.info().unwrap().versions[0].uses, None);
    assert_eq!(here.context("acme").unwrap().encrypt(b"4111", Aad::NONE).unwrap_err(), Error::UsageUnknown);
}

/// A key whose first document was sealed under a root key that a reseal took away, as older programs could
/// leave it.
#[test]
fn a_key_that_was_never_readable_can_be_taken_away_by_name() {
    let store = Memory::new();
    let ring = Keyring::create(store.clone(), seal()).unwrap();
    ring.create_key("lost", KeySpec::default()).unwrap();
    let first = bytes(&store, "key-lost.sr");
    ring.create_key("used", KeySpec::default()).unwrap().rotate().unwrap();
    let second = bytes(&store, "key-used.sr");
    ring.reseal([seal()]).unwrap();
    put(&store, &name("key-lost.sr"), first);
    put(&store, &name("key-used.sr"), second);
    let ring = Keyring::open(store, seal()).unwrap();
    let names: Vec<_> = ring.keys().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["lost", "used"], "the damaged one hides no other");
    assert_eq!(ring.key("lost").unwrap_err().name(), "corrupt_document");
    assert_eq!(
        ring.remove_unreadable("used").unwrap_err().name(),
        "corrupt_document",
        "it was written more than once: it may be restored"
    );
    assert!(matches!(ring.remove_unreadable("never"), Err(Error::KeyNotFound { .. })));
    ring.remove_unreadable("lost").unwrap();
    assert!(matches!(ring.remove_unreadable("lost"), Err(Error::KeyNotFound { .. })));
    ring.create_key("lost", KeySpec::default()).unwrap().encrypt(b"4111", Aad::NONE).unwrap();
    assert!(matches!(ring.remove_unreadable("lost").unwrap_err(), Error::InvalidOption { .. }));
}
