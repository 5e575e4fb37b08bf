//! What another process changes is seen within a quarter of a second, and its ciphertexts open at once.

use crate::stores::Watched;
use std::sync::Arc;
use std::time::Duration;
use strongroom::{Aad, Directory, Error, Item, Key, KeyConfig, KeySpec, KeyType, Keyring, Memory, Version};
use strongroom_tests::clock::Told;
use strongroom_tests::process::seal;

/// A key twice: as the process that changes it has it, and as another that looks at its clock.
struct Two {
    here: Key,
    there: Key,
    there_ring: Keyring,
    here_ring: Keyring,
    clock: Arc<Told>,
    store: Arc<Watched>,
    _folder: tempfile::TempDir,
}

impl Two {
    fn new(spec: impl Into<KeySpec>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let here_ring = Keyring::create(Directory::new(folder.path()), seal()).unwrap();
        let here = here_ring.create_key("cards", spec).unwrap();
        let (clock, store) = (Told::at(1_000_000), Watched::new(Directory::new(folder.path())).shared());
        let there_ring = Keyring::builder().clock(clock.clone()).open(store.clone(), seal()).unwrap();
        let there = there_ring.key("cards").unwrap();
        Self { here, there, there_ring, here_ring, clock, store, _folder: folder }
    }

    /// Whatever `change` does is seen by `sees` when the clock says so and not before, and the store is left
    /// alone until then.
    fn seen_in_time(&self, change: impl FnOnce(&Self), sees: impl Fn(&Self) -> bool) {
        self.clock.pass(Duration::from_millis(250));
        assert!(!sees(self));
        change(self);
        let calls = self.store.calls();
        for _ in 0..249 {
            self.clock.pass(Duration::from_millis(1));
            assert!(!sees(self), "seen without a look");
        }
        assert_eq!(self.store.calls(), calls, "the store was asked before it was time");
        self.clock.pass(Duration::from_millis(1));
        assert!(sees(self), "not seen after 250 ms");
    }
}

fn v(number: u32) -> Version {
    Version::new(number).unwrap()
}

#[test]
fn a_rotation_is_seen_in_time() {
    let two = Two::new(KeySpec::default());
    for version in 2..10 {
        let prefix = format!("strongroom:v{version}:");
        two.seen_in_time(
            |two| _ = two.here.rotate().unwrap(),
            |two| two.there.encrypt(b"x", Aad::NONE).unwrap().starts_with(&prefix),
        );
    }
}

#[test]
fn disabling_and_enabling_are_seen_in_time() {
    let two = Two::new(KeySpec::default());
    let ciphertext = two.here.encrypt(b"x", Aad::NONE).unwrap();
    let encrypts = |two: &Two| two.there.encrypt(b"x", Aad::NONE).map(drop);
    let decrypts = |two: &Two| two.there.decrypt(&ciphertext, Aad::NONE).map(drop);
    let disabled = || Err(Error::KeyDisabled { name: "cards".to_owned() });
    two.seen_in_time(|two| two.here.disable().unwrap(), |two| encrypts(two) == disabled());
    assert_eq!(decrypts(&two), disabled());
    two.seen_in_time(|two| two.here.enable().unwrap(), |two| encrypts(two).is_ok());
    two.seen_in_time(|two| two.here.disable().unwrap(), |two| decrypts(two) == disabled());
    two.seen_in_time(|two| two.here.enable().unwrap(), |two| decrypts(two).is_ok());
}

#[test]
fn a_change_of_windows_is_seen_in_time() {
    let two = Two::new(KeySpec::default());
    let ciphertext = two.here.encrypt(b"x", Aad::NONE).unwrap();
    two.here.rotate().unwrap();
    let minimum = |version| KeyConfig::new().min_decryption_version(version);
    let decrypts = |two: &Two| two.there.decrypt(&ciphertext, Aad::NONE).map(drop);
    two.seen_in_time(
        |two| drop(two.here.configure(minimum(v(2))).unwrap()),
        |two| decrypts(two) == Err(Error::VersionTooOld),
    );
    two.seen_in_time(|two| drop(two.here.configure(minimum(v(1))).unwrap()), |two| decrypts(two).is_ok());
    let asked =
        |two: &Two| two.there.encrypt_item(&strongroom::Item::plaintext(b"x").version(v(1))).map(drop);
    assert_eq!(asked(&two), Err(Error::VersionNotAllowed));
    two.seen_in_time(
        |two| drop(two.here.configure(KeyConfig::new().min_encryption_version(Some(v(1)))).unwrap()),
        |two| asked(two).is_ok(),
    );
}

#[test]
fn a_deletion_and_a_new_key_of_the_name_are_seen_in_time() {
    let two = Two::new(KeySpec::default().deletion_allowed(true));
    let ciphertext = two.here.encrypt(b"x", Aad::NONE).unwrap();
    let decrypts = |two: &Two| two.there.decrypt(&ciphertext, Aad::NONE).map(drop);
    two.seen_in_time(
        |two| two.here_ring.delete_key("cards").unwrap(),
        |two| matches!(decrypts(two), Err(Error::KeyNotFound { .. })),
    );
    assert!(matches!(two.there.encrypt(b"x", Aad::NONE), Err(Error::KeyNotFound { .. })));
    let create = |two: &Two| drop(two.here_ring.create_key("cards", KeySpec::default()).unwrap());
    two.seen_in_time(create, |two| two.there_ring.key("cards").is_ok());
    assert_eq!(decrypts(&two), Err(Error::DecryptFailed), "another key under the same name");
    two.here.decrypt(two.there.encrypt(b"x", Aad::NONE).unwrap(), Aad::NONE).unwrap();
}

#[test]
fn what_was_made_with_an_unknown_version_opens_at_once() {
    let two = Two::new(KeySpec::default());
    let old = two.here.encrypt(b"x", Aad::NONE).unwrap();
    let rotate = || two.here.rotate().unwrap();
    rotate();
    assert_eq!(
        two.there.decrypt(two.here.encrypt(b"x", Aad::NONE).unwrap(), Aad::NONE).unwrap().expose(),
        b"x"
    );
    rotate();
    assert_eq!(
        two.there
            .decrypt_item(&Item::binary(&two.here.encrypt_binary_item(&Item::plaintext(b"x")).unwrap()))
            .unwrap()
            .expose(),
        b"x"
    );
    rotate();
    assert_eq!(
        two.there
            .decrypt_into_item(
                &Item::binary(&two.here.encrypt_binary_item(&Item::plaintext(b"x")).unwrap()),
                &mut [0]
            )
            .unwrap(),
        1
    );
    rotate();
    assert_eq!(two.there.needs_rewrap(two.here.encrypt(b"x", Aad::NONE).unwrap()), Ok(false));
    rotate();
    two.there.verify_hmac(b"x", two.here.hmac(b"x").unwrap()).unwrap();
    rotate();
    let new = two.here.rewrap(&old, Aad::NONE).unwrap();
    assert_eq!(two.there.rewrap(&new, Aad::NONE).unwrap(), new);
    let none = format!("strongroom:v99{}", &new[new.find(":v").unwrap() + 3..]);
    assert_eq!(two.there.decrypt(none, Aad::NONE).unwrap_err(), Error::VersionTooNew);

    let signing = Two::new(KeyType::Ed25519);
    signing.here.rotate().unwrap();
    signing.there.verify(b"x", signing.here.sign(b"x").unwrap()).unwrap();
    signing.here.rotate().unwrap();
    assert_eq!(signing.there.public_key(Some(v(3))).unwrap(), signing.here.public_key(Some(v(3))).unwrap());
}

#[cfg(unix)]
#[test]
fn a_real_process_is_seen_too() {
    use strongroom_tests::process::Place;
    let mut place = Place::in_memory();
    let ring = Keyring::create(Directory::new(place.keys()), seal()).unwrap();
    let cards = ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    cards.encrypt(b"x", Aad::NONE).unwrap();
    let (success, lines) =
        place.start(crate::WORKER, "rotate", &["0", "3", "slot0"].map(str::to_owned)).wait();
    assert!(success);
    let made = lines.iter().filter_map(|line| line.strip_prefix("encrypted cards ")?.split_once(' '));
    let opened = made
        .map(|(ciphertext, text)| {
            assert_eq!(cards.decrypt(ciphertext, Aad::NONE).unwrap().expose(), text.as_bytes())
        })
        .count();
    assert_eq!(opened, 12);
    assert!(
        cards.encrypt(b"x", Aad::NONE).unwrap().starts_with("vault:v4:"),
        "a look for the sake of a ciphertext serves encryption too"
    );
}

#[test]
fn without_an_epoch_a_refresh_shows_what_has_changed() {
    let documents = Memory::new();
    let here =
        Keyring::create(documents.clone(), seal()).unwrap().create_key("cards", KeySpec::default()).unwrap();
    let store = Watched::new(documents).without_epoch().shared();
    let there_ring = Keyring::open(store.clone(), seal()).unwrap();
    let there = there_ring.key("cards").unwrap();
    here.rotate().unwrap();
    there_ring.refresh().unwrap();
    assert!(there.encrypt(b"x", Aad::NONE).unwrap().starts_with("strongroom:v2:"));
    here.rotate().unwrap();
    assert_eq!(there.decrypt(here.encrypt(b"x", Aad::NONE).unwrap(), Aad::NONE).unwrap().expose(), b"x");
    let loads = store.loads();
    (0..1000).for_each(|_| drop(there.encrypt(b"x", Aad::NONE).unwrap()));
    assert_eq!(store.loads(), loads, "encryption reads no document that it knows");
}
