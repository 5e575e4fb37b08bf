//! Flipped bits, every cut and everything appended, of every kind of document: a clear error, and never
//! a key or a keyring.

use strongroom::{
    Aad, Directory, DocName, Error, KeyName, KeySpec, KeyType, Keyring, Memory, Seal, SecretArray, Store,
};
use strongroom_tests::cbor::{Cbor, head};
use strongroom_tests::forge::{Known, key_fields, put, version};
use strongroom_tests::soak::scaled;

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&std::array::from_fn::<u8, 32, _>(|at| at as u8)).unwrap())
}

fn usage_k() -> DocName {
    DocName::Usage(KeyName::new("k").unwrap())
}

fn key_k() -> DocName {
    DocName::Key(KeyName::new("k").unwrap())
}

/// Opens the keyring, takes the key and encrypts with it, for which its uses are counted.
fn open_and_use(store: impl Store + 'static) -> Result<(), Error> {
    let ring = Keyring::open(store, seal())?;
    let key = ring.key("k")?;
    match key.encrypt(b"message", Aad::NONE) {
        Err(Error::OperationNotSupported { .. }) => Ok(()),
        other => other.map(drop),
    }
}

/// A document with every bit flipped in turn, cut everywhere, and with something behind or before it.
fn damaged(document: &[u8]) -> impl Iterator<Item = (String, Vec<u8>)> {
    let flipped = (0..8 * document.len()).map(|bit| {
        let mut changed = document.to_vec();
        changed[bit / 8] ^= 0x80 >> (bit % 8);
        (format!("bit {bit}"), changed)
    });
    let cut = (0..document.len()).map(|end| (format!("cut at {end}"), document[..end].to_vec()));
    let cut_in_front =
        (1..document.len()).map(|start| (format!("cut until {start}"), document[start..].to_vec()));
    let added: [(&[u8], &[u8]); 6] =
        [(&[], &[0]), (&[], &[0xF6]), (&[], &[0; 32]), (&[], document), (&[0], &[]), (b"\xEF\xBB\xBF", &[])];
    let added = added.map(|(before, after)| {
        (format!("{} before, {} after", before.len(), after.len()), [before, document, after].concat())
    });
    flipped.chain(cut).chain(cut_in_front).chain(added)
}

/// Of what is authenticated as a whole, a flipped bit of each byte stands for its others; in the long form
/// all are tried.
fn sealed_and_damaged(document: &[u8]) -> impl Iterator<Item = (String, Vec<u8>)> {
    let (all, bits) = (scaled(false, true), 8 * document.len());
    let is_tried = move |number: usize| all || number >= bits || number % 8 == number / 8 % 8;
    damaged(document).enumerate().filter_map(move |(number, damaged)| is_tried(number).then_some(damaged))
}

/// The error is one of those that a damaged document may give, and says which document it is, or what to do.
fn assert_clear(what: &str, document: &str, error: &Error) {
    let (name, text) = (error.name(), error.to_string());
    let clear = match error {
        Error::CorruptDocument { .. } | Error::UnsupportedFormat { .. } => text.starts_with(document),
        // The part that says which seal it is, or its blob, is damaged.
        Error::WrongSeal => {
            matches!(document, "root.sr" | "the backup") && text.contains("it is another keyring's")
        }
        // Encryption needs the counts alone, and says so; `check` says what is wrong with the document.
        Error::UsageUnknown => document == "usage-k.sr",
        Error::CorruptBackup { .. } => document == "the backup" && text.starts_with(document),
        _ => false,
    };
    assert!(clear, "{what} of {document}: {name}: {text}");
}

#[test]
fn key_documents_and_root_documents_in_memory() {
    let mut tried = 0;
    for key_type in [KeyType::Xaes256Gcm, KeyType::Aes256Gcm96, KeyType::Ed25519, KeyType::Hmac] {
        let store = Memory::new();
        let ring = Keyring::builder().label("production").create(store.clone(), seal()).unwrap();
        ring.create_key("k", KeySpec::new(key_type).label("team", "payments")).unwrap().rotate().unwrap();
        open_and_use(store.clone()).unwrap();
        let documents = store.list(None, 10).unwrap();
        assert_eq!(documents.contains(&usage_k()), key_type == KeyType::Aes256Gcm96);
        for name in documents {
            let good = store.load(&name).unwrap().unwrap().0.as_bytes().to_vec();
            for (what, bad) in sealed_and_damaged(&good) {
                put(&store, &name, bad);
                assert_clear(
                    &what,
                    &name.file_name(),
                    &open_and_use(store.clone()).expect_err(&format!("{what} of {name} taken")),
                );
                if name != DocName::Root {
                    let report = Keyring::open(store.clone(), seal()).unwrap().check().unwrap();
                    assert_eq!(report.faults.len(), 1, "{what} of {name}: {report:?}");
                    assert_eq!(report.faults[0].document, name.file_name());
                    assert_clear(&what, &name.file_name(), &report.faults[0].error);
                }
                tried += 1;
            }
            put(&store, &name, good);
        }
        open_and_use(store).unwrap();
    }
    println!("{tried} damaged documents refused");
    assert!(tried >= scaled(10_500, 35_000), "{tried}");
}

#[test]
fn documents_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let ring = Keyring::create(Directory::new(&path), seal()).unwrap();
    ring.create_key("k", KeyType::Aes256Gcm96).unwrap();
    let open = || Keyring::open(Directory::new(&path), seal()).and_then(|ring| ring.key("k").map(drop));
    let mut tried = 0;
    for file in ["root.sr", "key-k.sr"] {
        let good = std::fs::read(path.join(file)).unwrap();
        for (what, bad) in sealed_and_damaged(&good) {
            std::fs::write(path.join(file), bad).unwrap();
            assert_clear(&what, file, &open().expect_err(&format!("{what} of {file} taken")));
            tried += 1;
        }
        // Larger than any document: a file of holes, which takes no room.
        std::fs::File::options().write(true).open(path.join(file)).unwrap().set_len(1 << 40).unwrap();
        assert!(
            matches!(open(), Err(Error::StoreFailed { reason }) if reason.contains(file) && reason.contains("too long"))
        );
        std::fs::remove_file(path.join(file)).unwrap();
        std::fs::create_dir(path.join(file)).unwrap();
        assert!(matches!(open(), Err(Error::StoreFailed { reason }) if reason.contains(file)));
        std::fs::remove_dir(path.join(file)).unwrap();
        std::fs::write(path.join(file), good).unwrap();
        open().unwrap();
    }
    println!("{tried} damaged files refused");
    assert!(tried >= scaled(1_800, 6_000), "{tried}");
}

#[test]
fn a_damaged_document_under_a_running_keyring() {
    let store = Memory::new();
    let ring = Keyring::create(store.clone(), seal()).unwrap();
    let key = ring.create_key("k", KeySpec::default()).unwrap();
    let ciphertext = key.encrypt(b"message", Aad::NONE).unwrap();
    let good = store.load(&key_k()).unwrap().unwrap().0.as_bytes().to_vec();
    let mut tried = 0;
    for (what, bad) in damaged(&good).step_by(11) {
        put(&store, &key_k(), bad);
        ring.refresh().unwrap();
        // What was opened before goes on opening, and nothing new is made.
        assert_eq!(key.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"message", "{what}");
        for result in [
            key.encrypt(b"message", Aad::NONE).map(drop),
            key.rotate().map(drop),
            key.backup(seal()).map(drop),
        ] {
            assert_clear(&what, "key-k.sr", &result.expect_err(&format!("{what} taken")));
        }
        put(&store, &key_k(), good.clone());
        ring.refresh().unwrap();
        assert_eq!(
            key.decrypt(&ciphertext, Aad::NONE).unwrap().expose(),
            b"message",
            "the good document is back"
        );
        tried += 1;
    }
    assert!(tried >= 300, "{tried}");
}

#[test]
fn sealed_backups() {
    let mut tried = 0;
    for key_type in [KeyType::Xaes256Gcm, KeyType::Ed25519] {
        let good = Keyring::in_memory().create_key("k", key_type).unwrap().backup(seal()).unwrap();
        let elsewhere = Keyring::in_memory();
        for (what, bad) in sealed_and_damaged(&good) {
            let error = elsewhere.restore_key(&bad, seal(), None).expect_err(&format!("{what} taken"));
            assert_clear(&what, "the backup", &error);
            tried += 1;
        }
        assert_eq!(elsewhere.keys().unwrap(), [], "something was written");
        elsewhere.restore_key(&good, seal(), None).unwrap();
    }
    println!("{tried} damaged backups refused");
    assert!(tried >= scaled(2_400, 8_000), "{tried}");
}

#[test]
fn snapshots() {
    let ring = Keyring::create(Memory::new(), seal()).unwrap();
    ring.create_key("k", KeyType::Aes256Gcm96).unwrap().encrypt(b"message", Aad::NONE).unwrap();
    ring.create_key("l", KeyType::Ed25519).unwrap();
    let good = ring.snapshot_bytes().unwrap();
    let mut tried = 0;
    for (what, bad) in sealed_and_damaged(&good) {
        let store = Memory::new();
        let error = Keyring::builder()
            .restore_bytes(&bad, store.clone(), seal())
            .map(drop)
            .expect_err(&format!("{what} taken"));
        // The outside is a backup's; what is in it are documents.
        let document =
            if matches!(error, Error::CorruptBackup { .. } | Error::WrongSeal) { "the backup" } else { "" };
        // A document of another format does not say its name.
        let numbered =
            ["document 2 of the snapshot", "document 3 of the snapshot", "document 4 of the snapshot"];
        let named = ["root.sr", "key-k.sr", "key-l.sr", "usage-k.sr"]
            .into_iter()
            .chain(numbered)
            .find(|name| error.to_string().starts_with(name));
        assert_clear(&what, named.unwrap_or(document), &error);
        assert_eq!(store.list(None, 10).unwrap(), [], "{what}: something was written");
        tried += 1;
    }
    println!("{tried} damaged snapshots refused");
    assert!(tried >= scaled(2_700, 9_000), "{tried}");
    Keyring::builder().restore_bytes(&good, Memory::new(), seal()).unwrap().key("l").unwrap();
}

#[test]
fn every_bit_of_a_body_that_is_sealed_as_it_should_be() {
    let known = Known::default();
    let store = Memory::new();
    put(&store, &DocName::Root, known.own_root_document());
    let ring =
        Keyring::open(store.clone(), Seal::root_key(SecretArray::copy_of(&known.sealing).unwrap())).unwrap();
    let mut fields = key_fields("k", Cbor::Array(vec![version(), version()]));
    fields.extend([
        ("template", Cbor::text("app-{{version}}-")),
        ("backup_info", Cbor::Array(vec![Cbor::Uint(5), Cbor::Uint(1)])),
        ("archive", Cbor::Map(vec![(Cbor::Uint(1), version())])),
        (
            "transit",
            Cbor::map([
                ("dialect", Cbor::text("vault")),
                ("hybrid", Cbor::Array(vec![Cbor::Uint(3), Cbor::Uint(4)])),
            ]),
        ),
    ]);
    let body = Cbor::map(fields).encode();
    put(&store, &key_k(), known.key_document("k", 1, &body));
    ring.key("k").expect("the body is right");

    for numbers in [[1, 1], [2, 1]] {
        let mut fields = key_fields("k", Cbor::Array(vec![version(), version()]));
        let pairs = numbers.map(|number| [Cbor::Uint(number).encode(), version().encode()].concat()).concat();
        fields.push(("archive", Cbor::Raw([head(5, 2), pairs].concat())));
        put(&store, &key_k(), known.key_document("k", 1, &Cbor::map(fields).encode()));
        ring.refresh().unwrap();
        assert!(matches!(ring.key("k"), Err(Error::CorruptDocument { .. })), "an archive of {numbers:?}");
    }

    let (refused, taken) = every_bit(&known, &store, &body, &["key_disabled", "type_not_supported"]);
    println!("{refused} bodies refused, {taken} taken");
    assert!(refused >= 4_000 && taken >= 1_200, "{refused} {taken}");
}

/// A version in place of the default one: `more` takes the place of what it has.
fn version_with(more: Vec<(&'static str, Cbor)>) -> Cbor {
    let Cbor::Map(mut fields) = version() else { panic!("a version is a map") };
    let named = |field: &Cbor, name: &str| matches!(field, Cbor::Text(text) if text == name);
    fields.retain(|(field, _)| {
        more.iter().all(|(name, _)| !named(field, name))
            && !(more.iter().any(|(name, _)| *name == "subkeys")
                && (named(field, "material") || named(field, "hmac_key")))
    });
    fields.extend(more.into_iter().map(|(name, value)| (Cbor::text(name), value)));
    Cbor::Map(fields)
}

#[test]
fn every_bit_of_the_fields_that_may_be_left_out() {
    let known = Known::default();
    let store = Memory::new();
    put(&store, &DocName::Root, known.own_root_document());
    let until = || ("until", Cbor::Uint(u64::MAX));
    let bytes = |len: usize| Cbor::Bytes((0..len).map(|at| at as u8).collect());
    let subkeys = Cbor::map([
        ("encrypt", bytes(64)),
        ("stream", bytes(32)),
        ("token", bytes(64)),
        ("index", bytes(32)),
    ]);
    let stream = Cbor::map([
        ("segment", Cbor::Uint(4096)),
        ("derived", Cbor::Uint(16)),
        ("hkdf", Cbor::text("sha2-256")),
        ("hmac", Cbor::text("sha1")),
        ("tag", Cbor::Uint(12)),
    ]);
    let counted = version_with(vec![
        ("type", Cbor::Uint(3)),
        ("limit", Cbor::Uint(9)),
        ("closed", Cbor::Uint(5)),
        ("lent", Cbor::Uint(6)),
    ]);
    let context = Cbor::map([until(), ("kind", Cbor::Uint(1)), ("context", bytes(9))]);
    for (versions, more) in [
        (vec![counted], vec![("lent", Cbor::map([until()]))]),
        (
            vec![version_with(vec![("subkeys", subkeys)])],
            vec![("lent", context), ("derived", Cbor::Bool(true)), ("kdf", Cbor::Uint(1))],
        ),
        (vec![version_with(vec![("type", Cbor::Uint(21)), ("stream", stream)]), version()], vec![]),
    ] {
        let mut fields = key_fields("k", Cbor::Array(versions));
        fields.retain(|(field, _)| more.iter().all(|(name, _)| name != field));
        fields.extend(more);
        let body = Cbor::map(fields).encode();
        put(&store, &key_k(), known.key_document("k", 1, &body));
        Keyring::open(store.clone(), Seal::root_key(SecretArray::copy_of(&known.sealing).unwrap()))
            .unwrap()
            .key("k")
            .expect("the body is right");
        let says = ["key_disabled", "type_not_supported", "stale", "usage_limit_reached", "context_required"];
        let (refused, taken) = every_bit(&known, &store, &body, &says);
        println!("{refused} bodies refused, {taken} taken");
        assert!(refused >= 3_000 && taken >= 300, "{refused} {taken}");
    }
}

/// How many damaged bodies were refused, and how many taken and worked with; `says` are the errors that a key
/// may then give.
fn every_bit(known: &Known, store: &Memory, body: &[u8], says: &[&str]) -> (usize, usize) {
    let (mut refused, mut taken) = (0, 0);
    for (what, bad) in damaged(body) {
        put(store, &key_k(), known.key_document("k", 1, &bad));
        // Dates and material are whatever they are. What is taken must work, or say why not.
        let ring =
            Keyring::open(store.clone(), Seal::root_key(SecretArray::copy_of(&known.sealing).unwrap()))
                .unwrap();
        match ring.key("k") {
            Ok(key) => {
                key.info().unwrap();
                let works = key
                    .encrypt(b"message", Aad::NONE)
                    .and_then(|ciphertext| key.decrypt(&ciphertext, Aad::NONE));
                assert!(
                    works.is_ok() || works.as_ref().is_err_and(|e| says.contains(&e.name())),
                    "{what}: {works:?}"
                );
                assert!(what.starts_with("bit"), "{what} taken");
                taken += 1;
            }
            Err(Error::KeyNotFound { .. }) => panic!("{what} reads as a deleted key"),
            Err(error) => {
                assert_clear(&what, "key-k.sr", &error);
                refused += 1;
            }
        }
        // The same body in a backup is the same body.
        let restored = Keyring::in_memory().restore_key(
            &known.backup(&bad),
            Seal::root_key(SecretArray::copy_of(&known.sealing).unwrap()),
            Some("k"),
        );
        if let Err(error) = restored {
            assert_clear(&what, "the backup", &error);
        }
    }
    (refused, taken)
}
