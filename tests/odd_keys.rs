//! Every key that opens can be changed, however odd its document is: labels without a name, windows and
//! periods that no call would make, types that are only kept. Rotated, configured, disabled, enabled and
//! backed up, it opens again each time.

use proptest::prelude::*;
use std::cell::Cell;
use std::time::Duration;
use strongroom::hazmat::ed25519_public;
use strongroom::{DocName, Error, Key, KeyConfig, KeyName, Keyring, Memory, Seal, SecretArray};
use strongroom_tests::cbor::Cbor;
use strongroom_tests::forge::{Known, put};

fn seal(known: &Known) -> Seal {
    Seal::root_key(SecretArray::copy_of(&known.sealing).unwrap())
}

/// A key with any body, opened; `None` if the body is refused.
fn opened(known: &Known, fields: Vec<(&str, Cbor)>) -> Option<(Memory, Key)> {
    let store = Memory::new();
    put(&store, &DocName::Root, known.own_root_document());
    put(
        &store,
        &DocName::Key(KeyName::new("k").unwrap()),
        known.key_document("k", 1, &Cbor::map(fields).encode()),
    );
    let ring = Keyring::open(store.clone(), seal(known)).unwrap();
    match ring.key("k") {
        Ok(key) => Some((store, key)),
        Err(Error::CorruptDocument { .. }) => None,
        Err(other) => panic!("{other:?}"),
    }
}

fn labelled(known: &Known, labels: Vec<(&str, &str)>) -> Key {
    let labels = labels.into_iter().map(|(name, value)| (Cbor::text(name), Cbor::text(value))).collect();
    let mut fields =
        strongroom_tests::forge::key_fields("k", Cbor::Array(vec![strongroom_tests::forge::version()]));
    fields.retain(|(name, _)| *name != "labels");
    fields.push(("labels", Cbor::Map(labels)));
    opened(known, fields).unwrap().1
}

#[test]
fn a_label_without_a_name_is_kept_and_can_be_removed() {
    let known = Known::default();
    let key = labelled(&known, vec![("", "old"), ("a", "b")]);
    let info =
        key.configure(KeyConfig::new().deletion_allowed(true).label("team", Some("crm".to_owned()))).unwrap();
    assert_eq!(info.labels.get("").map(String::as_str), Some("old"));
    assert!(matches!(
        key.configure(KeyConfig::new().label("", Some("new".to_owned()))),
        Err(Error::InvalidOption { .. })
    ));
    let info = key.configure(KeyConfig::new().label("", None)).unwrap();
    assert_eq!(info.labels.keys().collect::<Vec<_>>(), ["a", "team"]);
}

/// What decides whether a body is one that opens.
#[derive(Debug, Clone)]
struct Shape {
    number: u64,
    versions: usize,
    flags: [bool; 8],
    windows: [u64; 3],
    period: u64,
    kdf: u64,
    rule: u64,
    labels: Vec<(String, String)>,
    times: Option<u64>,
    hmac_keys: bool,
    public: bool,
    template: bool,
}

fn shapes() -> impl Strategy<Value = Shape> {
    let number = prop_oneof![4 => 1u64..8, 1 => Just(14u64), 1 => 8u64..20];
    let window = || prop_oneof![3 => Just(0u64), 2 => 1u64..5];
    let period = prop_oneof![Just(0), Just(1), Just(3_600_000_000_000), any::<u64>()];
    let flags = (prop::array::uniform8(any::<bool>()), any::<bool>(), any::<bool>(), any::<bool>());
    let labels = prop::collection::btree_map("[a-z]{0,3}", "[a-z]{0,3}", 0..3);
    let numbers = (number, 1usize..4, [window(), window(), window()], period, 0u64..2, 1u64..4);
    (numbers, flags, labels, prop::option::of(any::<u64>())).prop_map(
        |(
            (number, versions, windows, period, kdf, rule),
            (flags, hmac_keys, public, template),
            labels,
            times,
        )| {
            let labels = labels.into_iter().collect();
            Shape {
                number,
                versions,
                flags,
                windows,
                period,
                kdf,
                rule,
                labels,
                times,
                hmac_keys,
                public,
                template,
            }
        },
    )
}

fn version(shape: &Shape, at: usize, is_trimmed: bool) -> Cbor {
    let mut fields = vec![("type", Cbor::Uint(shape.number))];
    if is_trimmed {
        fields.push(("trimmed", Cbor::Uint(0)));
        return Cbor::map(fields);
    }
    let len = match shape.number {
        2 => 64,
        4 | 18 => 16,
        9 => 48,
        10 => 66,
        _ => 32,
    };
    let bytes =
        |from: u8, len: usize| Cbor::Bytes((0..len).map(|i| from.wrapping_add(i as u8 * 3)).collect());
    let seed = [at as u8 + 1; 32];
    match shape.number {
        7 if shape.public => fields.push(("public", Cbor::Bytes(ed25519_public(&seed).to_vec()))),
        7 => fields.push(("material", Cbor::Bytes([seed, ed25519_public(&seed)].concat()))),
        _ => fields.push(("material", bytes(at as u8, len))),
    }
    if shape.hmac_keys && !matches!(shape.number, 14 | 18 | 19) {
        fields.push(("hmac_key", bytes(at as u8 + 100, 32)));
    }
    if let Some(time) = shape.times {
        fields.extend([("created", Cbor::Uint(time)), ("retired", Cbor::Uint(time))]);
    }
    Cbor::map(fields)
}

fn body(shape: &Shape) -> Vec<(&'static str, Cbor)> {
    const FLAGS: [&str; 8] = [
        "derived",
        "convergent",
        "disabled",
        "imported",
        "exportable",
        "allow_rotation",
        "deletion_allowed",
        "allow_plaintext_backup",
    ];
    let [available, decryption, encryption] = shape.windows;
    let versions = (0..shape.versions).map(|at| version(shape, at, (at as u64) + 1 < available)).collect();
    let labels = shape.labels.iter().map(|(name, value)| (Cbor::text(name), Cbor::text(value))).collect();
    let mut fields: Vec<(&str, Cbor)> =
        FLAGS.into_iter().zip(shape.flags).map(|(name, on)| (name, Cbor::Bool(on))).collect();
    fields.extend([
        ("name", Cbor::text("k")),
        ("versions", Cbor::Array(versions)),
        ("labels", Cbor::Map(labels)),
    ]);
    fields.extend(
        [("auto_rotate_period", shape.period), ("min_available_version", available)]
            .map(|(name, number)| (name, Cbor::Uint(number))),
    );
    fields.extend(
        [("min_decryption_version", decryption.max(1)), ("min_encryption_version", encryption)]
            .map(|(name, number)| (name, Cbor::Uint(number))),
    );
    if shape.flags[0] {
        fields.push(("kdf", Cbor::Uint(shape.kdf)));
    }
    if shape.flags[1] {
        fields.push(("convergent_version", Cbor::Uint(shape.rule)));
    }
    if shape.number == 14 {
        fields.push(("key_size", Cbor::Uint(32)));
    }
    if shape.template {
        fields.push(("template", Cbor::text("app-{{version}}-")));
    }
    fields
}

#[test]
fn whatever_opens_can_be_changed() {
    let known = Known::default();
    let (accepted, rotated, configured) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let config = ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(shape in shapes())| {
        let Some((store, key)) = opened(&known, body(&shape)) else { return Ok(()) };
        accepted.set(accepted.get() + 1);
        let opens = || Keyring::open(store.clone(), seal(&known)).unwrap().key("k").map(drop);
        let told = key.info().unwrap();
        // A key can be changed whatever it is, also a disabled one.
        let changes = KeyConfig::new().deletion_allowed(true).label("new", Some("label".to_owned()));
        key.configure(changes).unwrap();
        for name in told.labels.keys() {
            key.configure(KeyConfig::new().label(name, None)).unwrap();
        }
        key.configure(KeyConfig::new().auto_rotate_period(Duration::ZERO)).unwrap();
        configured.set(configured.get() + 1);
        key.disable().unwrap();
        key.enable().unwrap();
        opens().unwrap();
        match key.rotate() {
            Ok(version) => {
                rotated.set(rotated.get() + 1);
                assert_eq!(version.get() as usize, shape.versions + 1);
            }
            Err(Error::RotationNotAllowed) => assert!(told.imported && !told.allow_rotation),
            Err(Error::TypeNotSupported { .. }) => assert!(!told.key_type.is_supported()),
            // A new version could make nothing under the key's derivation.
            Err(Error::InvalidOption { .. }) => assert!(told.derived && (shape.kdf == 0 || shape.rule == 1)),
            Err(other) => panic!("{other:?}"),
        }
        opens().unwrap();
        let backup = key.backup(seal(&known)).unwrap();
        let restored = Keyring::in_memory().restore_key(&backup, seal(&known), None).unwrap();
        assert_eq!(restored.info().unwrap().versions.len(), key.info().unwrap().versions.len());
        restored.configure(KeyConfig::new().deletion_allowed(false)).unwrap();
    });
    println!("{} bodies opened, {} rotated, {} configured", accepted.get(), rotated.get(), configured.get());
    assert!(
        accepted.get() >= 300 && rotated.get() >= 100,
        "{} opened, {} rotated",
        accepted.get(),
        rotated.get()
    );
}
