//! Documents with fields that are read and hardly ever written: they open, are checked, and what would have
//! to honour a field that nothing here works with says so by name.

use std::sync::Arc;
use strongroom::hazmat::{ed25519_public, ed25519_sign, hkdf_sha256};
use strongroom::{
    Aad, DocName, Error, ExportKind, Expose, Import, Key, KeyConfig, KeyName, KeyType, Keyring, Memory, Seal,
    SecretArray,
};
use strongroom_tests::cbor::Cbor;
use strongroom_tests::clock::Dates;
use strongroom_tests::forge::{Known, key_fields, put, version};

const UNTIL: u64 = 1_900_000_000_000_000_000;

/// A keyring that is open and of which everything is known.
struct Scene {
    known: Known,
    store: Memory,
    clock: Arc<Dates>,
    ring: Keyring,
}

impl Scene {
    fn new() -> Self {
        let (known, store) = (Known::default(), Memory::new());
        put(&store, &DocName::Root, known.own_root_document());
        let clock = Dates::at(UNTIL - 1);
        let ring = Keyring::builder().clock(clock.clone()).open(store.clone(), seal(&known)).unwrap();
        Self { known, store, clock, ring }
    }

    fn open(&self, name: &str, body: &[u8]) -> Result<Key, Error> {
        put(&self.store, &DocName::Key(KeyName::new(name).unwrap()), self.known.key_document(name, 1, body));
        self.ring.key(name)
    }
}

fn seal(known: &Known) -> Seal {
    Seal::root_key(SecretArray::copy_of(&known.sealing).unwrap())
}

/// A body with more fields, and others in place of those that it has.
fn body(name: &'static str, versions: Vec<Cbor>, more: Vec<(&'static str, Cbor)>) -> Vec<u8> {
    let mut fields = key_fields(name, Cbor::Array(versions));
    fields.retain(|(field, _)| more.iter().all(|(other, _)| other != field));
    fields.extend(more);
    Cbor::map(fields).encode()
}

/// A version with more fields, or with `None` without one.
fn with(version: Cbor, more: Vec<(&str, Option<Cbor>)>) -> Cbor {
    let Cbor::Map(mut fields) = version else { panic!("a version is a map") };
    for (name, value) in more {
        fields.retain(|(field, _)| !matches!(field, Cbor::Text(text) if text == name));
        fields.extend(value.map(|value| (Cbor::text(name), value)));
    }
    Cbor::Map(fields)
}

fn of_type(number: u64, len: usize) -> Cbor {
    let material = (0..len).map(|at| at as u8 + 7).collect();
    with(version(), vec![("type", Some(Cbor::Uint(number))), ("material", Some(Cbor::Bytes(material)))])
}

fn lent(until: u64) -> (&'static str, Cbor) {
    ("lent", Cbor::map([("until", Cbor::Uint(until))]))
}

fn lent_for(context: &[u8]) -> (&'static str, Cbor) {
    (
        "lent",
        Cbor::map([
            ("until", Cbor::Uint(UNTIL)),
            ("kind", Cbor::Uint(1)),
            ("context", Cbor::Bytes(context.to_vec())),
        ]),
    )
}

fn corrupt(result: Result<Key, Error>, what: &str) {
    assert!(matches!(result, Err(Error::CorruptDocument { .. })), "{what}: {result:?}");
}

#[test]
fn dates_of_closing_and_lending_are_kept_through_a_change() {
    let scene = Scene::new();
    let first = with(version(), vec![("closed", Some(Cbor::Uint(5))), ("lent", Some(Cbor::Uint(u64::MAX)))]);
    let key = scene.open("k", &body("k", vec![first, version()], vec![])).unwrap();
    key.configure(KeyConfig::new().deletion_allowed(true)).unwrap();
    Keyring::open(scene.store.clone(), seal(&scene.known))
        .unwrap()
        .key("k")
        .unwrap()
        .encrypt(b"message", Aad::NONE)
        .unwrap();
}

#[test]
fn a_key_that_was_lent_makes_things_until_its_time_and_opens_them_after_it() {
    let scene = Scene::new();
    let key = scene.open("k", &body("k", vec![version()], vec![lent(UNTIL)])).unwrap();
    let (ciphertext, mac) = (key.encrypt(b"message", Aad::NONE).unwrap(), key.hmac(b"message").unwrap());
    scene.clock.set(UNTIL);
    assert_eq!(key.encrypt(b"message", Aad::NONE), Err(Error::Stale));
    assert_eq!(key.hmac(b"message"), Err(Error::Stale));
    assert!(matches!(key.data_key(strongroom::DataKeySize::Bits256, Aad::NONE), Err(Error::Stale)));
    assert_eq!(key.transit().rewrap(&ciphertext, Aad::NONE), Err(Error::Stale));
    assert_eq!(key.rewrap(&ciphertext, Aad::NONE).unwrap(), ciphertext, "nothing is made");
    assert_eq!(key.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"message");
    key.verify_hmac(b"message", &mac).unwrap();

    let seed: [u8; 32] = [9; 32];
    let material = Cbor::Bytes([seed, ed25519_public(&seed)].concat());
    let signing = with(version(), vec![("type", Some(Cbor::Uint(7))), ("material", Some(material))]);
    let key = scene.open("s", &body("s", vec![signing], vec![lent(UNTIL)])).unwrap();
    assert_eq!(key.sign(b"message"), Err(Error::Stale));
    scene.clock.set(UNTIL - 1);
    let signature = key.sign(b"message").unwrap();
    scene.clock.set(UNTIL);
    key.verify(b"message", &signature).unwrap();
}

#[test]
fn a_key_that_was_lent_is_not_changed_nor_handed_on_here() {
    let scene = Scene::new();
    let switched = ["exportable", "allow_plaintext_backup", "imported", "allow_rotation"]
        .map(|flag| (flag, Cbor::Bool(true)));
    let more = [lent(UNTIL), ("auto_rotate_period", Cbor::Uint(1))].into_iter().chain(switched).collect();
    let imported =
        with(of_type(3, 32), vec![("imported", Some(Cbor::Bool(true))), ("created", Some(Cbor::Uint(0)))]);
    let key = scene.open("k", &body("k", vec![imported], more)).unwrap();
    let refused: Vec<(&str, Result<(), Error>)> = vec![
        ("rotate", key.rotate().map(drop)),
        ("rotate_to", key.rotate_to(KeyType::Xaes256Gcm).map(drop)),
        ("configure", key.configure(KeyConfig::new().deletion_allowed(true)).map(drop)),
        ("trim", key.trim(strongroom::Version::FIRST).map(drop)),
        ("import_version", key.import_version(Import::raw([5u8, 6].repeat(16))).map(drop)),
        ("export", key.export(ExportKind::EncryptionKey, Expose::SecretMaterial).map(drop)),
        ("backup", key.backup(seal(&scene.known)).map(drop)),
        (
            "backup_transit",
            key.backup_transit(strongroom::Dialect::OpenBao, Expose::SecretMaterial).map(drop),
        ),
    ];
    for (operation, result) in refused {
        assert!(
            matches!(result, Err(Error::InvalidOption { reason }) if reason.contains("lent")),
            "{operation}: {result:?}"
        );
    }
    assert_eq!(scene.ring.rotate_due().unwrap(), []);
    key.disable().unwrap();
    key.enable().unwrap();
}

#[test]
fn a_version_that_was_lent_with_a_limit_encrypts_that_often() {
    let scene = Scene::new();
    for (name, derived) in [("plain", false), ("derived", true)] {
        let limited = with(of_type(3, 32), vec![("limit", Some(Cbor::Uint(5)))]);
        let mut more = vec![lent(UNTIL), ("derived", Cbor::Bool(derived))];
        more.extend(derived.then_some(("kdf", Cbor::Uint(1))));
        let key = scene.open(name, &body(name, vec![limited], more)).unwrap();
        let encrypt = || match derived {
            true => key.context("tenant").unwrap().encrypt(b"message", Aad::NONE),
            false => key.encrypt(b"message", Aad::NONE),
        };
        let made: Vec<String> = (0..5).map(|_| encrypt().unwrap()).collect();
        assert_eq!(encrypt(), Err(Error::UsageLimitReached), "{name}");
        if !derived {
            key.decrypt(&made[0], Aad::NONE).unwrap();
        }
        let unlimited = format!("{name}-without");
        let name: &'static str = unlimited.leak();
        let mut more = vec![lent(UNTIL), ("derived", Cbor::Bool(derived))];
        more.extend(derived.then_some(("kdf", Cbor::Uint(1))));
        let key = scene.open(name, &body(name, vec![of_type(3, 32)], more)).unwrap();
        let encrypted = match derived {
            true => key.context("tenant").unwrap().encrypt(b"message", Aad::NONE),
            false => key.encrypt(b"message", Aad::NONE),
        };
        assert_eq!(encrypted, Err(Error::UsageLimitReached), "{name}: none was given");
    }
}

#[test]
fn subkeys_of_one_context_are_kept_and_refused_by_name() {
    let scene = Scene::new();
    let subkeys = Cbor::map([
        ("encrypt", Cbor::Bytes(vec![1; 64])),
        ("stream", Cbor::Bytes(vec![2; 32])),
        ("token", Cbor::Bytes(vec![3; 64])),
        ("index", Cbor::Bytes(vec![4; 32])),
    ]);
    let held = with(version(), vec![("material", None), ("hmac_key", None), ("subkeys", Some(subkeys))]);
    let derived = vec![("derived", Cbor::Bool(true)), ("kdf", Cbor::Uint(1)), lent_for(b"tenant")];
    let key = scene.open("k", &body("k", vec![held.clone()], derived.clone())).unwrap();
    let view = key.context("tenant").unwrap();
    let by_name = |result: Result<(), Error>| {
        assert!(
            matches!(&result, Err(Error::TypeNotSupported { key_type }) if key_type.contains("one context")),
            "{result:?}"
        );
    };
    by_name(view.encrypt(b"message", Aad::NONE).map(drop));
    by_name(view.decrypt(format!("strongroom:v1:{}", "AAAA".repeat(30)), Aad::NONE).map(drop));
    assert_eq!(key.hmac(b"message"), Err(Error::NoSuchVersion));
    let public = with(
        version(),
        vec![
            ("type", Some(Cbor::Uint(7))),
            ("material", None),
            ("hmac_key", None),
            ("public", Some(Cbor::Bytes(ed25519_public(&[9; 32]).to_vec()))),
        ],
    );
    let key = scene.open("p", &body("p", vec![public], derived)).unwrap();
    by_name(key.context("tenant").unwrap().public_key(None).map(drop));
    key.disable().unwrap();
    Keyring::open(scene.store.clone(), seal(&scene.known)).unwrap().key("p").unwrap();
}

#[test]
fn keys_of_streams_are_kept_and_rotate_to_the_default_type() {
    let scene = Scene::new();
    let gcm = [("segment", Cbor::Uint(4096)), ("derived", Cbor::Uint(32)), ("hkdf", Cbor::text("sha2-256"))];
    let ctr = gcm.clone().into_iter().chain([("hmac", Cbor::text("sha2-512")), ("tag", Cbor::Uint(64))]);
    let gcm = with(of_type(20, 32), vec![("stream", Some(Cbor::map(gcm)))]);
    let ctr = with(of_type(21, 32), vec![("stream", Some(Cbor::map(ctr)))]);
    let key = scene.open("k", &body("k", vec![gcm, ctr], vec![])).unwrap();
    assert_eq!(key.info().unwrap().key_type.name(), "tink-ctr-hmac-stream");
    assert_eq!(
        key.encrypt(b"message", Aad::NONE),
        Err(Error::TypeNotSupported { key_type: "tink-ctr-hmac-stream" })
    );
    assert!(matches!(key.rotate(), Err(Error::TypeNotSupported { .. })));
    assert!(matches!(key.rotate_to(KeyType::Aes256Gcm96), Err(Error::RotationTypeMismatch { .. })));
    assert_eq!(key.rotate_to(KeyType::Xaes256Gcm).unwrap().get(), 3);
    let ring = Keyring::open(scene.store.clone(), seal(&scene.known)).unwrap();
    let key = ring.key("k").unwrap();
    let ciphertext = key.encrypt(b"message", Aad::NONE).unwrap();
    key.decrypt(&ciphertext, Aad::NONE).unwrap();
    let old = format!("vault:v1:{}", "AAAA".repeat(30));
    assert_eq!(
        key.decrypt(&old, Aad::NONE).map(drop),
        Err(Error::TypeNotSupported { key_type: "tink-gcm-hkdf-stream" })
    );
    assert!(matches!(
        scene.ring.create_key("n", "tink-gcm-hkdf-stream".parse::<KeyType>().unwrap()),
        Err(Error::TypeNotSupported { .. })
    ));
}

#[test]
fn a_staleness_bound_and_a_line_of_roots_open() {
    let known = Known::default();
    let seed: [u8; 32] =
        hkdf_sha256(b"strongroom.root.v1", &known.root, b"sign", 32).unwrap().try_into().unwrap();
    let public = ed25519_public(&seed);
    let numbers = [0u32.to_be_bytes(), 1u32.to_be_bytes()].concat();
    let signature =
        ed25519_sign(&seed, &[b"strongroom.root-line.v1".as_slice(), &known.id, &numbers, &public].concat());
    let entry = |signature: &[u8]| {
        Cbor::map([
            ("number", Cbor::Uint(1)),
            ("public", Cbor::Bytes(public.to_vec())),
            ("signature", Cbor::Bytes(signature.to_vec())),
        ])
    };
    let document = |line: Vec<Cbor>, staleness: Cbor| {
        let copy = Known::copy("root-key", &known.seal_id(), known.wrapped(&known.id, &known.root));
        let root = Cbor::map([("number", Cbor::Uint(1)), ("copies", Cbor::Array(vec![copy]))]);
        let fields = [
            ("label", Cbor::text("")),
            ("roots", Cbor::Array(vec![root])),
            ("line", Cbor::Array(line)),
            ("staleness", staleness),
        ];
        known.root_document(&Cbor::map(fields).encode())
    };
    let bound =
        Cbor::map([("limit", Cbor::Uint(90_000)), ("before", Cbor::Uint(60_000)), ("since", Cbor::Uint(7))]);
    let open = |root: Vec<u8>| {
        let store = Memory::new();
        put(&store, &DocName::Root, root);
        Keyring::open(store, seal(&known))
    };
    open(document(vec![entry(&signature)], bound.clone()))
        .unwrap()
        .create_key("k", KeyType::Ed25519)
        .unwrap();
    let mut wrong = signature;
    wrong[0] ^= 1;
    for (what, root) in [
        ("a signature", document(vec![entry(&wrong)], bound.clone())),
        ("no entry", document(vec![], bound)),
        (
            "a bound without a limit",
            document(
                vec![entry(&signature)],
                Cbor::map([("before", Cbor::Uint(1)), ("since", Cbor::Uint(1))]),
            ),
        ),
    ] {
        let opened = open(root);
        assert!(matches!(opened, Err(Error::CorruptDocument { .. })), "{what}: {opened:?}");
    }
}

#[test]
fn fields_that_contradict_each_other_are_refused() {
    let scene = Scene::new();
    let limit = ("limit", Some(Cbor::Uint(5)));
    for (what, versions, more) in [
        ("a limit without a loan", vec![with(of_type(3, 32), vec![limit.clone()])], vec![]),
        ("a limit where nothing is counted", vec![with(version(), vec![limit])], vec![lent(UNTIL)]),
        ("a context that was lent of a key that is not derived", vec![version()], vec![lent_for(b"c")]),
        (
            "material beside a context that was lent",
            vec![version()],
            vec![lent_for(b"c"), ("derived", Cbor::Bool(true)), ("kdf", Cbor::Uint(1))],
        ),
        ("a stream without parameters", vec![of_type(20, 32)], vec![]),
    ] {
        corrupt(scene.open("k", &body("k", versions, more)), what);
    }
}
