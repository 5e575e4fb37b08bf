//! Every error that can be provoked, provoked with secrets that are known.

use crate::cbor::Cbor;
use crate::clock::Told;
use crate::faulty::{Fault, FaultySeal, FaultyStore, PublicSeal};
use crate::forge::{Known, key_fields, put, version};
use crate::noise::noise_array;
use std::sync::Arc;
use std::time::Duration;
use strongroom::{
    Aad, ApiKey, BlindIndex, DataKeySize, DocName, Error, ExportKind, Expose, Import, Item, KeyConfig,
    KeyName, KeySpec, KeyType, Keyring, Memory, Normalize, Seal, SecretArray, Store, Version,
};

/// What must never be shown.
#[derive(Debug)]
pub struct Secrets {
    /// The sealing key and the root key.
    pub known: Known,
    /// Imported as key material.
    pub material: [u8; 32],
    /// Another one, for a second version.
    pub other: [u8; 32],
    /// Opens a keyring.
    pub passphrase: &'static str,
    /// Is encrypted, signed and MACed.
    pub plaintext: &'static str,
    /// Makes subkeys.
    pub context: &'static str,
    /// Is authenticated.
    pub aad: &'static str,
}

impl Default for Secrets {
    fn default() -> Self {
        // No phrase of them may stand in an error's text by chance.
        Self {
            known: Known { id: *b"a known keyring.", sealing: noise_array(1), root: noise_array(3) },
            material: noise_array(5),
            other: noise_array(7),
            passphrase: "Korrekt+Pferd+Batterie+Klammer",
            plaintext: "4111-1111-1111-1111/Quixotic-Zephyr",
            context: "Tenant=Acme~Nord#0815",
            aad: "Bestellung~17~Acme^Nord",
        }
    }
}

impl Secrets {
    /// The seal around the root key.
    ///
    /// # Panics
    /// Never.
    pub fn seal(&self) -> Seal {
        Seal::root_key(SecretArray::copy_of(&self.known.sealing).unwrap())
    }

    /// Another seal.
    ///
    /// # Panics
    /// Never.
    pub fn other_seal(&self) -> Seal {
        Seal::root_key(SecretArray::copy_of(&self.other).unwrap())
    }

    /// A store with the root document of the known keyring.
    pub fn store(&self) -> Memory {
        let store = Memory::new();
        put(&store, &DocName::Root, self.known.own_root_document());
        store
    }

    /// The keyring in it.
    ///
    /// # Panics
    /// Never.
    pub fn ring(&self) -> Keyring {
        Keyring::open(self.store(), self.seal()).unwrap()
    }
}

/// The error of a call that has to fail.
///
/// # Panics
/// When the call does not fail.
#[track_caller]
pub fn err<T>(result: Result<T, Error>) -> Error {
    result.map(drop).expect_err("this has to fail")
}

/// The library's error that a stream has given.
///
/// # Panics
/// When it succeeded, or its source failed
fn of_stream<T>(result: std::io::Result<T>) -> Error {
    let error = result.map(drop).expect_err("this has to fail");
    Error::inside(&error).expect("an error of the library").clone()
}

/// Every error that a caller, a document or an edge can bring about, each at least once.
///
/// # Panics
/// When a call does not fail.
pub fn errors(secrets: &Secrets) -> Vec<Error> {
    let mut errors = misuse_of_keys(secrets);
    errors.extend(misuse_of_values(secrets));
    errors.extend(misuse_of_keyrings(secrets));
    errors.extend(untrusted_input(secrets));
    errors.extend(environment(secrets));
    errors
}

fn misuse_of_keys(s: &Secrets) -> Vec<Error> {
    let ring = s.ring();
    let aad = || Aad::from(s.aad);
    let plain = ring.create_key("plain", KeySpec::default()).unwrap();
    let derived = ring.create_key("derived", KeySpec::default().derived(true)).unwrap();
    let convergent = ring
        .create_key("convergent", KeySpec::new(KeyType::Aes256Gcm96).derived(true).convergent(true))
        .unwrap();
    let imported = ring.import_key("imported", Import::raw(s.material), KeyType::Aes256Gcm96).unwrap();
    plain.rotate().unwrap();
    let first = Version::FIRST;
    let few = Keyring::builder().usage_limit(3).open(s.store(), s.seal()).unwrap();
    let used_up = few.create_key("few", KeyType::Aes256Gcm96).unwrap();
    (0..3).for_each(|_| drop(used_up.encrypt(s.plaintext, aad()).unwrap()));
    vec![
        err(used_up.encrypt(s.plaintext, aad())),
        err(ring.create_key("plain", KeySpec::default())),
        err(ring.key_or_create("plain", KeySpec::default().derived(true))),
        err(derived.encrypt(s.plaintext, aad())),
        err(plain.encrypt_item(&Item::plaintext(s.plaintext).context(s.context))),
        err(plain.context(s.context)),
        err(derived.encrypt_item(&Item::plaintext(s.plaintext).context(""))),
        err(derived.context([(s.context, "1"), (s.context, "2")])),
        err(derived.context(s.context.repeat(4_000)).unwrap().encrypt(s.plaintext, aad())),
        err(derived
            .context(s.context)
            .unwrap()
            .encrypt_item(&Item::plaintext(s.plaintext).context(s.context))),
        err(plain.encrypt(s.plaintext, Aad::from(&s.aad.repeat(4_000)))),
        err(Aad::map([(s.aad, s.context), (s.aad, s.plaintext)])),
        err(convergent.context(s.context).unwrap().encrypt(s.plaintext, aad())),
        err(plain.hmac_item(&Item::message(s.plaintext).aad(s.aad))),
        err(derived.hmac_item(&Item::message(s.plaintext).context(s.context))),
        err(plain.sign(s.plaintext)),
        err(plain.encrypt_item(&Item::plaintext(s.plaintext).version(first))),
        err(plain.encrypt_item(&Item::message(s.plaintext))),
        err(plain.encrypt_into_item(&Item::plaintext(&s.plaintext).aad(aad()), &mut [0; 8])),
        err(plain.encrypt(vec![0; (1 << 30) + 1], aad())),
        err(plain.trim(Version::new(2).unwrap())),
        err(plain.configure(KeyConfig::new().min_decryption_version(Version::new(9).unwrap()))),
        err(plain.export(ExportKind::EncryptionKey, Expose::SecretMaterial)),
        err(ring.delete_key("plain")),
        err(imported.rotate()),
        err(plain.rotate_to(KeyType::Ed25519)),
        err(plain.rotate_to(KeyType::TinkGcmHkdfStream)),
        err(imported.import_version(Import::raw(s.material))),
        err(imported.import_version(Import::raw(&s.other[..31]))),
        err(plain.import_version(Import::raw(s.other))),
        err(ring.create_key("stream", KeyType::TinkGcmHkdfStream)),
    ]
}

fn misuse_of_values(s: &Secrets) -> Vec<Error> {
    let ring = s.ring();
    let pair = ring.import_key("pair", Import::raw(s.other), KeyType::Ed25519).unwrap();
    let public = pair.public_key(None).unwrap().to_pem().into_bytes();
    let public = ring.import_key("public", Import::public_key(public), KeyType::Ed25519).unwrap();
    let column = BlindIndex::new("column").normalize(Normalize::Digits);
    vec![
        err(public.index(s.plaintext, &column)),
        err(pair.index(s.plaintext, &BlindIndex::new(""))),
        err(pair.index([s.plaintext.as_bytes(), b"\xff"].concat(), &column)),
        err(pair.index("", &column)),
        err(KeyName::new(s.plaintext)),
        err(ring.key(s.context)),
        err(ring.create_key("k", KeySpec::default().convergent(true))),
        err(ring.create_key("k", KeySpec::default().version_template(s.aad))),
        err(ring.create_key("k", KeySpec::default().auto_rotate_period(Duration::from_secs(1)))),
        err(ring.import_key("k", Import::raw([s.material, s.other].concat()), KeyType::Ed25519)),
        err(ring.import_key("k", Import::raw([s.material, s.material].concat()), KeyType::Aes256Siv)),
        err(DataKeySize::from_bytes(24)),
        err(s.plaintext.parse::<KeyType>()),
        err(hex::encode(s.material).parse::<strongroom::KeyringId>()),
    ]
}

fn misuse_of_keyrings(s: &Secrets) -> Vec<Error> {
    let store = s.store();
    let ring = Keyring::open(store.clone(), s.seal()).unwrap();
    let key = ring.create_key("k", KeySpec::default()).unwrap();
    let closed = Keyring::in_memory();
    let of_closed = closed.create_key("k", KeySpec::default()).unwrap();
    closed.close();
    vec![
        err(closed.key("k")),
        err(of_closed.encrypt(s.plaintext, Aad::from(s.aad))),
        err(Keyring::create(store.clone(), s.seal())),
        err(ring.add_seal(s.seal())),
        err(ring.remove_seal("root-key", &s.known.seal_id())),
        err(ring.remove_seal(s.passphrase, s.plaintext)),
        err(ring.add_seal(Seal::root_key(SecretArray::zeroed()))),
        err(ring.add_seal(Seal::passphrase(b""))),
        err(ring.add_seal(Seal::passphrase_named(s.plaintext.repeat(10), s.passphrase.as_bytes()))),
        err(ring.add_seal(Seal::root_key_env("STRONGROOM_TESTS_NO_SUCH_VARIABLE"))),
        err(key.backup(Seal::provider(Arc::new(FaultySeal)))),
        err(Keyring::builder().label(s.plaintext.repeat(10)).create(Memory::new(), s.seal())),
    ]
}

fn untrusted_input(s: &Secrets) -> Vec<Error> {
    let store = s.store();
    let ring = Keyring::open(store.clone(), s.seal()).unwrap();
    let key =
        ring.import_key("k", Import::raw(s.material).allow_rotation(true), KeyType::Xaes256Gcm).unwrap();
    let signing = ring.import_key("s", Import::raw(s.other), KeyType::Ed25519).unwrap();
    let old = key.encrypt(s.plaintext, Aad::from(s.aad)).unwrap();
    key.rotate().unwrap();
    let new = key.encrypt(s.plaintext, Aad::from(s.aad)).unwrap();
    let mac = key.hmac(s.plaintext).unwrap();
    let token = key.issue(s.plaintext, Duration::from_secs(60), Aad::from(s.aad)).unwrap();
    let signature = signing.sign(s.plaintext).unwrap();
    let backup = key.backup(s.seal()).unwrap();
    // Of this one only the public key is known.
    let public = signing.public_key(None).unwrap();
    let known_by_sight =
        Cbor::map([("type", Cbor::Uint(7)), ("public", Cbor::Bytes(public.as_bytes().to_vec()))]);
    let body = Cbor::map(key_fields("p", Cbor::Array(vec![known_by_sight]))).encode();
    put(&store, &DocName::Key(KeyName::new("p").unwrap()), s.known.key_document("p", 1, &body));
    let mut errors = vec![
        err(key.decrypt(s.plaintext, Aad::from(s.aad))),
        err(key.decrypt_item(&Item::binary(&s.material).aad(Aad::from(s.aad)))),
        err(ring.key("nobody")),
        err(signing.certificate_request(Some(s.plaintext.as_bytes()), None)),
        err(signing.set_certificate_chain(s.plaintext, None)),
        err(key.decrypt(new.replace(":v2:", ":v3:"), Aad::from(s.aad))),
        err(key.decrypt(&new, Aad::from(s.context))),
        err(key.decrypt(new.replace(":v2:", ":v1:"), Aad::from(s.aad))),
        of_stream(key.decrypt_reader(&b"SRF1"[..], Aad::from(s.aad))),
        of_stream(key.decrypt_reader(s.plaintext.as_bytes(), Aad::from(s.aad))),
        of_stream(key.decrypt_reader(&[&b"SRF9"[..], &s.material].concat()[..], Aad::from(s.aad))),
        of_stream(key.decrypt_reader(&[&b"SRF1\0\0\0\x01"[..], &[7; 56]].concat()[..], Aad::from(s.aad))),
        err(key.redeem(s.plaintext, Aad::from(s.aad))),
        err(key.redeem(&token, Aad::from(s.context))),
        err(ApiKey::check(s.plaintext)),
        err(key.verify_hmac(s.context, &mac)),
        err(signing.verify(s.context, &signature)),
        err(signing.verify(s.plaintext, &mac)),
        err(ring.restore_key(s.plaintext.as_bytes(), s.seal(), None)),
        err(ring.restore_key(&backup, s.seal(), None)),
        err(Keyring::in_memory().restore_key(&[&backup, &b"x"[..]].concat(), s.seal(), None)),
        err(Keyring::in_memory().restore_key(&backup, s.other_seal(), None)),
        err(Keyring::builder().restore_bytes(s.plaintext.as_bytes(), Memory::new(), s.seal())),
        err(Keyring::builder().restore_bytes(
            &[b"SRS9".as_slice(), &s.material].concat(),
            Memory::new(),
            s.seal(),
        )),
        err(Keyring::builder().restore_bytes(&ring.snapshot_bytes().unwrap(), Memory::new(), s.other_seal())),
        err(Keyring::builder().restore_bytes(&ring.snapshot_bytes().unwrap(), store.clone(), s.seal())),
        err(ring.key("p").unwrap().sign(s.plaintext)),
        err(ring.key("p").unwrap().hmac(s.plaintext)),
    ];
    key.configure(KeyConfig::new().min_decryption_version(Version::new(2).unwrap())).unwrap();
    errors.push(err(key.decrypt(&old, Aad::from(s.aad))));
    key.disable().unwrap();
    errors.push(err(key.decrypt(&new, Aad::from(s.aad))));
    errors.extend(untimely_tokens(s));
    errors
}

fn untimely_tokens(s: &Secrets) -> [Error; 2] {
    let (clock, minute) = (Told::at(1_700_000_000_000), Duration::from_secs(60));
    let ring = Keyring::builder().clock(clock.clone()).create(Memory::new(), s.seal()).unwrap();
    let key = ring.create_key("tokens", KeySpec::default()).unwrap();
    let token = key.issue(s.plaintext, minute, Aad::from(s.aad)).unwrap();
    clock.set_back(2 * minute);
    let early = err(key.redeem(&token, Aad::from(s.aad)));
    clock.pass(3 * minute);
    [early, err(key.redeem(&token, Aad::from(s.aad)))]
}

fn environment(s: &Secrets) -> Vec<Error> {
    let (store, clock) = (FaultyStore::default(), Told::at(1_700_000_000_000));
    put(&store.documents, &DocName::Root, s.known.own_root_document());
    let builder = || Keyring::builder().clock(clock.clone()).max_staleness(Duration::from_secs(5));
    let ring = builder().open(store.clone(), s.seal()).unwrap();
    let key =
        ring.import_key("k", Import::raw(s.material).allow_rotation(true), KeyType::Aes256Gcm96).unwrap();
    let document = DocName::Key(KeyName::new("k").unwrap());
    let before = store.documents.load(&document).unwrap().unwrap().0.as_bytes().to_vec();
    key.rotate().unwrap();
    let now = store.documents.load(&document).unwrap().unwrap().0.as_bytes().to_vec();

    let mut errors = vec![
        err(Keyring::open(Memory::new(), s.seal())),
        err(builder().open(store.clone(), s.other_seal())),
        err(builder().open(store.clone(), Seal::passphrase(s.passphrase.as_bytes()))),
        err(builder().open(store.clone(), Seal::provider(Arc::new(FaultySeal)))),
        err(Keyring::create(Memory::new(), Seal::provider(Arc::new(FaultySeal)))),
        err(builder().open(store.clone(), Seal::provider(Arc::new(PublicSeal)))),
        err(builder().pin(strongroom::KeyringId::from_bytes([7; 16]), 1).open(store.clone(), s.seal())),
        err(builder().pin(ring.id(), 2).open(store.clone(), s.seal())),
    ];
    for (fault, name) in
        [(Fault::Conflict, "conflict"), (Fault::Uncertain, "uncertain"), (Fault::Unreachable, "store_failed")]
    {
        store.set(fault);
        let error = err(key.rotate());
        assert_eq!(error.name(), name);
        errors.push(error);
    }
    clock.pass(Duration::from_millis(6_000));
    errors.push(err(key.encrypt(s.plaintext, Aad::from(s.aad))));
    store.set(Fault::None);

    let mut with = |document: &DocName, bytes: Vec<u8>| {
        put(&store.documents, document, bytes);
        clock.pass(Duration::from_millis(1_000));
        errors.push(err(key.encrypt(s.plaintext, Aad::from(s.aad))));
        errors.push(err(builder()
            .open(store.clone(), s.seal())
            .and_then(|ring| ring.key("k"))
            .and_then(|_| key.rotate())));
    };
    with(&document, before);
    with(&document, s.plaintext.as_bytes().to_vec());
    with(&document, [b"SRK9".as_slice(), &now[4..]].concat());
    with(
        &document,
        s.known.key_document(
            "k",
            99,
            &Cbor::map(key_fields("k", Cbor::Array(vec![version(), Cbor::Bytes(s.material.to_vec())])))
                .encode(),
        ),
    );
    let damaged = s.known.own_root_document().iter().map(|byte| byte ^ 1).collect::<Vec<_>>();
    for bytes in [
        [b"SRR9".as_slice(), s.material.as_slice()].concat(),
        damaged,
        [b"SRR1".as_slice(), &[0; 90]].concat(),
    ] {
        put(&store.documents, &DocName::Root, bytes);
        errors.push(err(Keyring::open(store.clone(), s.seal())));
    }
    let costly =
        [&u32::to_be_bytes(1 << 20)[..], &16u32.to_be_bytes(), &16u32.to_be_bytes(), &[7; 120]].concat();
    put(
        &store.documents,
        &DocName::Root,
        s.known.root_document(&Known::roots(vec![Known::copy("passphrase", "passphrase", costly)])),
    );
    errors.push(err(Keyring::open(store.clone(), Seal::passphrase(s.passphrase.as_bytes()))));
    let damaged = s.store();
    put(
        &damaged,
        &document,
        s.known.key_document("k", 1, &Cbor::map(key_fields("k", Cbor::Array(vec![gcm()]))).encode()),
    );
    put(
        &damaged,
        &DocName::Usage(KeyName::new("k").unwrap()),
        s.known.usage_document("k", 99, s.material.as_slice()),
    );
    let ring = Keyring::open(damaged, s.seal()).unwrap();
    errors.push(err(ring.key("k").unwrap().encrypt(s.plaintext, Aad::from(s.aad))));
    #[cfg(unix)]
    errors.extend(root_key_files(s));
    errors
}

/// A version whose uses are counted.
fn gcm() -> Cbor {
    Cbor::map([
        ("type", Cbor::Uint(3)),
        ("created", Cbor::Uint(1)),
        ("material", Cbor::Bytes(noise_array::<32>(9).to_vec())),
    ])
}

#[cfg(unix)]
fn root_key_files(s: &Secrets) -> Vec<Error> {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root.key");
    let open = || err(Keyring::open(s.store(), Seal::root_key_file(&path)));
    let mut errors = vec![open()];
    std::fs::write(&path, hex::encode(s.known.sealing)).unwrap();
    for mode in [0o644, 0o646, 0o604, 0o660] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        errors.push(open());
    }
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    for text in [
        format!("{}0", hex::encode(s.known.sealing)),
        format!("base64:{}", hex::encode(s.known.sealing)),
        s.plaintext.to_owned(),
    ] {
        std::fs::write(&path, text).unwrap();
        errors.push(open());
    }
    errors
}
