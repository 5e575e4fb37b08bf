//! The keyring as a user meets it: keys in a folder, rotation, windows, backups, seals, refusals.

use std::sync::Arc;
use strongroom::{
    Aad, DataKeySize, Directory, Error, ExportKind, Expose, Import, Item, KeyConfig, KeySpec, KeyType,
    Keyring, Memory, Seal, SealError, SealProvider, SecretArray, Version,
};

fn seal(byte: u8) -> Seal {
    let mut key = SecretArray::zeroed();
    key.expose_mut().iter_mut().zip(byte..).for_each(|(k, b)| *k = b);
    Seal::root_key(key)
}

fn supported() -> impl Iterator<Item = KeyType> {
    KeyType::ALL.iter().copied().filter(|t| t.is_supported())
}

fn v(number: u32) -> Version {
    Version::new(number).unwrap()
}

#[test]
fn a_folder_outlives_the_process_and_two_handles_see_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let open = || Keyring::open(Directory::new(&path), seal(1));
    assert!(matches!(open(), Err(Error::KeyringNotFound { .. })));
    let first = Keyring::create(Directory::new(&path), seal(1)).unwrap();
    assert!(matches!(Keyring::create(Directory::new(&path), seal(1)), Err(Error::KeyringExists { .. })));
    assert_eq!(Keyring::open(Directory::new(&path), seal(2)).unwrap_err(), Error::WrongSeal);
    let cards = first.create_key("Cards", KeySpec::default()).unwrap();
    let second = open().unwrap();
    let same = second.key("Cards").unwrap();
    let old = cards.encrypt(b"4111", Aad::from("order-17")).unwrap();
    assert_eq!(same.decrypt(&old, Aad::from("order-17")).unwrap().expose(), b"4111");
    cards.rotate().unwrap();
    // The other handle has not looked yet; a version that it does not know makes it look at once.
    let new = cards.encrypt(b"4242", Aad::NONE).unwrap();
    assert!(new.starts_with("strongroom:v2:"));
    assert_eq!(same.decrypt(&new, Aad::NONE).unwrap().expose(), b"4242");
    assert_eq!(same.info().unwrap().latest_version, v(2));
    assert_eq!(second.keys().unwrap().len(), 1);
    first.close();
    assert_eq!(cards.encrypt(b"", Aad::NONE).unwrap_err(), Error::Closed);
    assert_eq!(first.key("Cards").unwrap_err(), Error::Closed);
}

#[test]
fn rotation_keeps_every_version_open_also_across_types() {
    let ring = Keyring::in_memory();
    for derived in [false, true] {
        let key = ring
            .create_key(if derived { "d" } else { "p" }, KeySpec::new(KeyType::Aes128Gcm96).derived(derived))
            .unwrap();
        let item = |text: &'static str| {
            if derived {
                Item::plaintext(text).aad("a").context([("tenant", "acme")])
            } else {
                Item::plaintext(text).aad("a")
            }
        };
        let mut old = Vec::new();
        for to in supported().filter(|t| t.encrypts() && t.derives()) {
            key.rotate_to(to).unwrap();
            old.push(key.encrypt_item(&item("message")).unwrap());
        }
        for text in &old {
            let read = if derived {
                Item::ciphertext(text).aad("a").context([("tenant", "acme")])
            } else {
                Item::ciphertext(text).aad("a")
            };
            assert_eq!(key.decrypt_item(&read).unwrap().expose(), b"message");
            let new = key.rewrap_item(&read).unwrap();
            assert_eq!(key.needs_rewrap(&new), Ok(false));
            assert_eq!(key.needs_rewrap(text), Ok(*text != *old.last().unwrap()));
        }
    }
    let key = ring.create_key("s", KeyType::Ed25519).unwrap();
    assert!(matches!(key.rotate_to(KeyType::Xaes256Gcm), Err(Error::RotationTypeMismatch { .. })));
}

#[test]
fn every_flipped_character_and_bit_is_refused() {
    let ring = Keyring::in_memory();
    let mut tried = 0;
    for t in supported().filter(|t| t.encrypts() && t.derives()) {
        let key = ring.create_key(t.name(), t).unwrap();
        for len in [0usize, 1, 17, 64] {
            let plaintext: Vec<u8> = (0..len as u8).map(|b| b | 1).collect();
            let text = key.encrypt(&plaintext, Aad::from("aad")).unwrap();
            let binary = key.encrypt_binary_item(&Item::plaintext(&plaintext).aad(Aad::from("aad"))).unwrap();
            for at in 0..text.len() {
                for other in ["A", "B", "/", "=", "\n", "v"] {
                    let mut changed = text.clone();
                    changed.replace_range(at..=at, other);
                    assert!(
                        changed == text || key.decrypt(&changed, Aad::from("aad")).is_err(),
                        "{t} {at} {other}"
                    );
                    tried += 1;
                }
                assert!(key.decrypt(&text[..at], Aad::from("aad")).is_err());
            }
            for bit in 0..binary.len() * 8 {
                let mut changed = binary.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                let mut out = vec![0; len];
                assert!(
                    key.decrypt_into_item(&Item::binary(&changed).aad(Aad::from("aad")), &mut out).is_err(),
                    "{t} bit {bit}"
                );
                assert!(out.iter().all(|b| *b == 0), "plaintext is left in the buffer");
                tried += 1;
            }
            assert_eq!(key.decrypt(&text, Aad::NONE).unwrap_err(), Error::DecryptFailed);
        }
    }
    println!("{tried} changes tried");
    assert!(tried > 20_000);
}

#[test]
fn windows_trim_and_deletion() {
    let ring = Keyring::in_memory();
    let key = ring.create_key("k", KeySpec::default()).unwrap();
    let first = key.encrypt(b"one", Aad::NONE).unwrap();
    key.rotate().unwrap();
    key.rotate().unwrap();
    assert_eq!(key.encrypt_item(&Item::plaintext("x").version(v(2))).unwrap_err(), Error::VersionNotAllowed);
    assert!(matches!(key.trim(v(2)), Err(Error::InvalidWindow { .. })));
    key.configure(KeyConfig::new().min_encryption_version(Some(v(2))).min_decryption_version(v(2))).unwrap();
    assert!(key.encrypt_item(&Item::plaintext("x").version(v(2))).unwrap().starts_with("strongroom:v2:"));
    assert_eq!(key.decrypt(&first, Aad::NONE).unwrap_err(), Error::VersionTooOld);
    key.configure(KeyConfig::new().min_decryption_version(v(1))).unwrap();
    assert!(key.decrypt(&first, Aad::NONE).is_ok());
    key.configure(KeyConfig::new().min_decryption_version(v(2))).unwrap();
    key.trim(v(2)).unwrap();
    assert!(matches!(
        key.configure(KeyConfig::new().min_decryption_version(v(1))),
        Err(Error::InvalidWindow { .. })
    ));
    assert!(key.info().unwrap().versions[0].trimmed.is_some());
    key.disable().unwrap();
    assert_eq!(key.encrypt(b"", Aad::NONE).unwrap_err(), Error::KeyDisabled { name: "k".to_owned() });
    key.enable().unwrap();
    assert_eq!(ring.delete_key("k").unwrap_err(), Error::DeletionNotAllowed);
    key.configure(KeyConfig::new().deletion_allowed(true)).unwrap();
    ring.delete_key("k").unwrap();
    assert!(matches!(key.encrypt(b"", Aad::NONE), Err(Error::KeyNotFound { .. })));
    assert_eq!(ring.keys().unwrap(), []);
    let again = ring.create_key("k", KeySpec::default()).unwrap();
    assert_eq!(again.decrypt(&first, Aad::NONE).unwrap_err(), Error::DecryptFailed);
}

#[test]
fn a_backup_moves_a_key_and_overwrites_nothing() {
    let ring = Keyring::in_memory();
    for t in supported() {
        let key = ring.create_key(t.name(), t).unwrap();
        key.rotate().unwrap();
        let mac = key.hmac(b"m").unwrap();
        let backup = key.backup(seal(9)).unwrap();
        assert!(matches!(ring.restore_key(&backup, seal(9), None), Err(Error::KeyExists { .. })));
        assert_eq!(ring.restore_key(&backup, seal(8), None).unwrap_err(), Error::WrongSeal);
        let elsewhere = Keyring::in_memory();
        let restored = elsewhere.restore_key(&backup, seal(9), Some("other")).unwrap();
        restored.verify_hmac(b"m", &mac).unwrap();
        for at in (0..backup.len()).step_by(7) {
            let mut damaged = backup.clone();
            damaged[at] ^= 0x10;
            assert!(elsewhere.restore_key(&damaged, seal(9), Some("third")).is_err());
            assert!(elsewhere.restore_key(&backup[..at], seal(9), Some("third")).is_err());
        }
    }
}

#[test]
fn import_refuses_what_no_key_should_be() {
    let ring = Keyring::in_memory();
    let import = |t: KeyType, raw: Vec<u8>| ring.import_key("i", Import::raw(raw), t);
    let counting = |len: usize| (0..len).map(|i| i as u8).collect::<Vec<_>>();
    for t in supported() {
        assert!(matches!(import(t, vec![0; 64]), Err(Error::InvalidMaterial { .. })), "{t}");
        assert!(matches!(import(t, vec![7; 32]), Err(Error::InvalidMaterial { .. })), "{t}");
        assert!(matches!(import(t, counting(31)), Err(Error::InvalidMaterial { .. })), "{t}");
        assert!(matches!(import(t, vec![]), Err(Error::InvalidMaterial { .. })), "{t}");
    }
    assert!(matches!(
        import(KeyType::Aes256Siv, [counting(32), counting(32)].concat()),
        Err(Error::InvalidMaterial { .. })
    ));
    assert!(matches!(import(KeyType::Ed25519, counting(64)), Err(Error::InvalidMaterial { .. })));
    let key = ring
        .import_key("i", Import::raw(counting(32)), KeySpec::new(KeyType::Aes256Gcm96).exportable(true))
        .unwrap();
    assert_eq!(key.import_version(Import::raw(counting(32))).unwrap_err(), Error::DuplicateMaterial);
    assert_eq!(key.rotate().unwrap_err(), Error::RotationNotAllowed);
    assert_eq!(
        key.export(ExportKind::EncryptionKey, Expose::SecretMaterial).unwrap()[&v(1)].expose(),
        counting(32)
    );
    assert_eq!(
        ring.create_key("n", KeyType::Aes256Gcm96)
            .unwrap()
            .export(ExportKind::EncryptionKey, Expose::SecretMaterial)
            .unwrap_err(),
        Error::NotExportable
    );
}

#[test]
fn seals_open_side_by_side_and_the_last_one_stays() {
    let store = Memory::new();
    let ring = Keyring::create(store.clone(), seal(1)).unwrap();
    ring.create_key("k", KeySpec::default()).unwrap();
    ring.add_seal(seal(2)).unwrap();
    assert_eq!(ring.add_seal(seal(2)).unwrap_err(), Error::SealExists);
    assert!(Keyring::open(store.clone(), seal(2)).unwrap().key("k").is_ok());
    let first = ring.seals().unwrap()[0].clone();
    ring.remove_seal(&first.kind, &first.id).unwrap();
    assert_eq!(Keyring::open(store.clone(), seal(1)).unwrap_err(), Error::WrongSeal);
    let last = ring.seals().unwrap()[0].clone();
    assert_eq!(ring.remove_seal(&last.kind, &last.id).unwrap_err(), Error::LastSeal);
    ring.add_seal(Seal::passphrase(b"correct horse")).unwrap();
    assert!(Keyring::open(store.clone(), Seal::passphrase(b"correct horse")).is_ok());
    assert_eq!(Keyring::open(store, Seal::passphrase(b"wrong horse")).unwrap_err(), Error::WrongSeal);
}

/// Wraps to as many bytes as it is told to.
struct Odd(&'static str, &'static str, usize);

impl SealProvider for Odd {
    fn kind(&self) -> &str {
        self.0
    }
    fn key_id(&self) -> &str {
        self.1
    }
    fn wrap(&self, key: &SecretArray<32>, _: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut blob = vec![1; self.2];
        blob.iter_mut().zip(key.expose()).for_each(|(byte, key)| *byte = *key);
        Ok(blob)
    }
    fn unwrap(&self, blob: &[u8], _: &[u8]) -> Result<SecretArray<32>, SealError> {
        blob.get(..32).and_then(SecretArray::copy_of).ok_or(SealError::Refused)
    }
}

#[test]
fn a_seal_that_wraps_to_what_no_reader_takes_is_refused_before_anything_is_written() {
    let long: &'static str = "x".repeat(256).leak();
    let store = Memory::new();
    for odd in
        [("k", "i", 0), ("k", "i", 65_536), ("", "i", 32), ("k", "", 32), (long, "i", 32), ("k", long, 32)]
    {
        let odd = || Seal::provider(Arc::new(Odd(odd.0, odd.1, odd.2)));
        assert!(matches!(Keyring::create(store.clone(), odd()), Err(Error::SealFailed { .. })));
        assert!(matches!(Keyring::open(store.clone(), seal(1)), Err(Error::KeyringNotFound { .. })));
    }
    let ring = Keyring::create(store.clone(), seal(1)).unwrap();
    let odd = || Seal::provider(Arc::new(Odd("k", "i", 0)));
    assert!(matches!(ring.add_seal(odd()), Err(Error::SealFailed { .. })));
    assert!(matches!(ring.reseal([odd()]), Err(Error::SealFailed { .. })));
    assert!(matches!(
        ring.create_key("k", KeySpec::default()).unwrap().backup(odd()),
        Err(Error::SealFailed { .. })
    ));
    assert!(Keyring::open(store, seal(1)).unwrap().key("k").is_ok());
    Keyring::create(Memory::new(), Seal::provider(Arc::new(Odd("k", "i", 65_535)))).unwrap();
}

#[test]
fn what_cannot_be_used_is_refused_not_ignored() {
    let ring = Keyring::in_memory();
    let plain = ring.create_key("plain", KeySpec::default()).unwrap();
    let derived = ring.create_key("derived", KeySpec::default().derived(true)).unwrap();
    let convergent = ring
        .create_key("convergent", KeySpec::new(KeyType::Aes256Gcm96).derived(true).convergent(true))
        .unwrap();
    assert_eq!(plain.context("c").unwrap_err(), Error::ContextNotAllowed);
    assert_eq!(plain.encrypt_item(&Item::plaintext("x").context("c")).unwrap_err(), Error::ContextNotAllowed);
    assert_eq!(derived.encrypt(b"x", Aad::NONE).unwrap_err(), Error::ContextRequired);
    assert!(matches!(
        derived.encrypt_item(&Item::plaintext("x").context("")),
        Err(Error::InvalidContext { .. })
    ));
    let view = convergent.context("c").unwrap();
    assert_eq!(view.encrypt(b"x", Aad::NONE).unwrap(), view.encrypt(b"x", Aad::NONE).unwrap());
    assert_eq!(view.encrypt(b"x", Aad::from("a")).unwrap_err(), Error::AadNotAllowed);
    assert!(matches!(plain.sign(b"x"), Err(Error::OperationNotSupported { .. })));
    assert!(plain.hmac_item(&Item::message("x").aad("a")).is_err());
    assert!(matches!(
        ring.create_key("e", KeySpec::new(KeyType::TinkGcmHkdfStream)),
        Err(Error::TypeNotSupported { .. })
    ));
    assert!(matches!(
        ring.key_or_create("plain", KeySpec::default().derived(true)),
        Err(Error::KeyMismatch { .. })
    ));
    let key = plain.data_key(DataKeySize::Bits512, Aad::NONE).unwrap();
    assert_eq!(plain.decrypt(&key.ciphertext, Aad::NONE).unwrap().expose(), key.plaintext.expose());
    let long = "x".repeat(65_536);
    assert!(matches!(plain.encrypt(b"", Aad::from(&long)), Err(Error::InvalidAad { .. })));
    assert!(matches!(
        derived.context(&long).unwrap().encrypt(b"x", Aad::NONE),
        Err(Error::InvalidContext { .. })
    ));
}

#[test]
fn a_pin_names_a_keyring_that_there_is_and_makes_none() {
    let (store, elsewhere) = (Memory::new(), Memory::new());
    let id = Keyring::create(store.clone(), seal(1)).unwrap().id();
    let pinned = || Keyring::builder().pin(id, 1);
    assert!(matches!(pinned().create(elsewhere.clone(), seal(1)), Err(Error::InvalidOption { .. })));
    assert!(matches!(
        pinned().open_or_create(elsewhere.clone(), seal(1)),
        Err(Error::KeyringNotFound { .. })
    ));
    assert!(matches!(Keyring::open(elsewhere, seal(1)), Err(Error::KeyringNotFound { .. })));
    assert_eq!(pinned().open_or_create(store, seal(1)).unwrap().id(), id);
}

#[test]
fn the_table_of_errors_names_each_once() {
    let mut numbers: Vec<u32> = Error::TABLE.iter().map(|row| row.number).collect();
    let mut names: Vec<&str> = Error::TABLE.iter().map(|row| row.name).collect();
    assert!(numbers.is_sorted());
    numbers.dedup();
    names.sort_unstable();
    names.dedup();
    assert_eq!((numbers.len(), names.len()), (Error::TABLE.len(), Error::TABLE.len()));
    assert!(
        Error::TABLE.iter().all(|row| !row.message.ends_with('.')
            && row.message.chars().next().is_some_and(|c| !c.is_uppercase()))
    );
}

#[test]
fn a_keyring_that_is_closed_during_a_call_is_closed_and_nothing_else() {
    for _ in 0..300 {
        let ring = Keyring::in_memory();
        let key = ring.create_key("k", KeySpec::default()).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    loop {
                        match ring
                            .key("k")
                            .and_then(|again| again.encrypt(b"m", Aad::NONE))
                            .and_then(|_| key.encrypt(b"m", Aad::NONE))
                        {
                            Ok(_) => {}
                            Err(Error::Closed) => return,
                            Err(other) => panic!("{other}"),
                        }
                    }
                });
            }
            ring.close();
        });
    }
}
