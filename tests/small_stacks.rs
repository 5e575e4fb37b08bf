//! Everything works on a thread with a small stack, as musl, Go and many servers give their threads.

use strongroom::{
    Aad, DataKeySize, Dialect, Directory, ExportFormat, ExportKind, Expose, HashAlgorithm, Import, Item, Key,
    KeyConfig, KeySpec, KeyType, Keyring, Seal, SecretArray, SecretBytes,
};

/// Runs on a thread with a stack of 64 KiB, of which the thread's own variables take a part. What needs more
/// ends the whole process.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(64 << 10).spawn(work).unwrap().join().unwrap();
}

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&(1..=32).collect::<Vec<u8>>()).unwrap())
}

const TYPES: [KeyType; 7] = [
    KeyType::Xaes256Gcm,
    KeyType::Aes256Siv,
    KeyType::Aes256Gcm96,
    KeyType::Aes128Gcm96,
    KeyType::ChaCha20Poly1305,
    KeyType::XChaCha20Poly1305,
    KeyType::Ed25519,
];

fn key(ring: &Keyring, key_type: KeyType) -> Key {
    ring.create_key(
        key_type.name(),
        KeySpec::new(key_type).exportable(true).allow_plaintext_backup(true).deletion_allowed(true),
    )
    .unwrap()
}

#[test]
fn closing() {
    on_a_small_stack(|| Keyring::in_memory().close());
    on_a_small_stack(|| drop(Keyring::in_memory()));
    let folder = tempfile::tempdir().unwrap();
    let ring = Keyring::create(Directory::new(folder.path()), seal()).unwrap();
    let one = key(&ring, KeyType::Aes256Gcm96);
    one.encrypt(b"4111", Aad::NONE).unwrap();
    // The last handle, and leases to give back.
    on_a_small_stack(move || {
        ring.close();
        drop((ring, one));
    });
}

/// As deep as a thread of this size may be when it closes.
#[test]
fn closing_from_a_deep_call() {
    #[inline(never)]
    fn deep(left: usize, ring: &Keyring) -> u8 {
        let frame = std::hint::black_box([left as u8; 1024]);
        if left == 0 {
            ring.close()
        } else {
            std::hint::black_box(deep(left - 1, ring));
        }
        frame[left % 1024]
    }
    on_a_small_stack(|| {
        let ring = Keyring::in_memory();
        key(&ring, KeyType::Xaes256Gcm);
        deep(24, &ring);
    });
}

#[test]
fn making_and_opening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    on_a_small_stack(move || {
        let store = || Directory::new(path.join("keys"));
        let ring = Keyring::create(store(), seal()).unwrap();
        TYPES.iter().for_each(|key_type| drop(key(&ring, *key_type)));
        ring.add_seal(Seal::passphrase(SecretBytes::new(b"correct horse".to_vec()))).unwrap();
        ring.snapshot(path.join("snapshot")).unwrap();
        let ring = Keyring::open(store(), seal()).unwrap();
        assert!(ring.check().unwrap().faults.is_empty());
        ring.reseal([seal()]).unwrap();
        ring.rotate_due().unwrap();
        ring.upgrade().unwrap();
        Keyring::open(store(), seal()).unwrap().close();
    });
}

#[test]
fn working() {
    on_a_small_stack(|| {
        let ring = Keyring::in_memory();
        let message = vec![7; 20_000];
        for key_type in TYPES.into_iter().filter(|key_type| *key_type != KeyType::Ed25519) {
            let key = key(&ring, key_type);
            for size in [0, 64, 257, 20_000] {
                let message = &message[..size];
                // An empty one is refused.
                let aad = || if message.is_empty() { Aad::NONE } else { Aad::from(message) };
                let (text, binary) = (
                    key.encrypt(message, aad()).unwrap(),
                    key.encrypt_binary_item(&Item::plaintext(&message)).unwrap(),
                );
                let mut out = vec![0; 40_000];
                key.encrypt_text_into_item(&Item::plaintext(&message), &mut out).unwrap();
                key.encrypt_into_item(&Item::plaintext(message), &mut out).unwrap();
                key.decrypt_into_item(&Item::binary(&binary), &mut out).unwrap();
                assert_eq!(key.decrypt(&text, aad()).unwrap().expose(), message);
                key.rotate().unwrap();
                key.rewrap(&text, aad()).unwrap();
                key.rewrap_binary_item(&Item::binary(&binary)).unwrap();
                key.transit().rewrap(&text, Aad::from(message)).unwrap();
            }
            key.data_key(DataKeySize::Bits512, Aad::NONE).unwrap();
            for hash in HashAlgorithm::ALL {
                let mac = key.hmac_item(&Item::message(&message).hash(hash)).unwrap();
                key.verify_hmac_item(&Item::signed(&message, &mac).hash(hash)).unwrap();
            }
        }
        let convergent = ring
            .create_key("convergent", KeySpec::new(KeyType::Aes256Gcm96).derived(true).convergent(true))
            .unwrap();
        let text = convergent.encrypt_item(&Item::plaintext(&message).context("acme")).unwrap();
        convergent.decrypt_item(&Item::ciphertext(&text).context("acme")).unwrap();
        for (name, derived) in [("signing", false), ("signing-derived", true)] {
            let key = ring.create_key(name, KeySpec::new(KeyType::Ed25519).derived(derived)).unwrap();
            let view = if derived { key.context("acme").unwrap() } else { (*key).clone() };
            let signature = view.sign(&message).unwrap();
            view.verify(&message, &signature).unwrap();
        }
    });
}

#[test]
fn moving() {
    on_a_small_stack(|| {
        let (ring, other) = (Keyring::in_memory(), Keyring::in_memory());
        for key_type in TYPES {
            let key = key(&ring, key_type);
            let backup = key.backup(seal()).unwrap();
            other.restore_key(&backup, seal(), None).unwrap();
            if key_type != KeyType::Xaes256Gcm && key_type != KeyType::Aes256Siv {
                let backup = key.backup_transit(Dialect::OpenBao, Expose::SecretMaterial).unwrap();
                other.restore_transit(backup.expose(), Some(&format!("{key_type}-moved")), None).unwrap();
            }
            let kind =
                if key_type == KeyType::Ed25519 { ExportKind::SigningKey } else { ExportKind::EncryptionKey };
            key.export_transit(kind, ExportFormat::Raw, Expose::SecretMaterial).unwrap();
            key.configure(KeyConfig::new().label("team", Some("payments".to_owned()))).unwrap();
            ring.delete_key(key_type.name()).unwrap();
        }
        ring.import_key("imported", Import::raw((0..32).collect::<Vec<u8>>()), KeyType::Aes256Gcm96).unwrap();
    });
}
