//! Creating and importing keys: every type with every combination of options.

use crate::management::material;
use crate::table::{Column, outcome, table};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;
use strongroom::{Error, ExportKind, Expose, Import, Kdf, Key, KeySpec, KeyType, Keyring, Version};

/// Sets one option.
type SetOption = fn(KeySpec) -> KeySpec;

/// What is fixed for good when a key is created: each has a name and switches one option on.
const FIXED: [(&str, SetOption); 4] = [
    ("derived", |spec| spec.derived(true)),
    ("convergent", |spec| spec.convergent(true)),
    ("key_size 64", |spec| spec.key_size(64)),
    ("version_template", |spec| spec.version_template("app-{{version}}-")),
];

/// What can be changed later, and so never decides whether a key can be created.
const CHANGEABLE: [SetOption; 5] = [
    |spec| spec.exportable(true),
    |spec| spec.allow_plaintext_backup(true),
    |spec| spec.deletion_allowed(true),
    |spec| spec.auto_rotate_period(Duration::from_secs(3600)),
    |spec| spec.label("team", "payments"),
];

const VALUES: [(&str, SetOption); 8] = [
    ("key_size 31", |spec| spec.key_size(31)),
    ("key_size 32", |spec| spec.key_size(32)),
    ("key_size 512", |spec| spec.key_size(512)),
    ("key_size 513", |spec| spec.key_size(513)),
    ("version_template without a tail", |spec| spec.version_template("app-{{version}}")),
    ("version_template with a digit after the number", |spec| spec.version_template("app-{{version}}0-")),
    ("auto_rotate_period under an hour", |spec| spec.auto_rotate_period(Duration::from_secs(3599))),
    ("a label of 256 bytes", |spec| spec.label("team", "x".repeat(256))),
];

type ImportRow = (&'static str, fn(KeyType) -> Result<Key, Error>);

const IMPORTS: [ImportRow; 14] = [
    ("material of the type's length", |t| import(t.into(), raw(t))),
    ("… a byte too long", |t| {
        import(
            t.into(),
            Import::raw(material(
                length(t) + usize::from(t != KeyType::Hmac) + 512 * usize::from(t == KeyType::Hmac),
            )),
        )
    }),
    ("… one byte repeated", |t| import(t.into(), Import::raw(vec![7; length(t)]))),
    ("… two equal halves", |t| {
        import(t.into(), Import::raw([material(length(t) / 2), material(length(t) / 2)].concat()))
    }),
    ("a seed of 32 bytes", |t| import(t.into(), Import::raw(material(32)))),
    ("PKCS#8 of an Ed25519 key", |t| import(t.into(), Import::pkcs8(pkcs8(&material(32))))),
    ("derived", |t| import(KeySpec::new(t).derived(true), raw(t))),
    ("derived, KDF 0", |t| import(KeySpec::new(t).derived(true), raw(t).kdf(Kdf::HmacCounter))),
    ("KDF 0, not derived", |t| import(t.into(), raw(t).kdf(Kdf::HmacCounter))),
    ("derived and convergent", |t| import(KeySpec::new(t).derived(true).convergent(true), raw(t))),
    ("derived and convergent, KDF 0", |t| {
        import(KeySpec::new(t).derived(true).convergent(true), raw(t).kdf(Kdf::HmacCounter))
    }),
    ("key_size other than the material's", |t| import(KeySpec::new(t).key_size(33), raw(t))),
    ("auto_rotate_period", |t| import(KeySpec::new(t).auto_rotate_period(Duration::from_secs(3600)), raw(t))),
    ("… with allow_rotation", |t| {
        import(KeySpec::new(t).auto_rotate_period(Duration::from_secs(3600)), raw(t).allow_rotation(true))
    }),
];

const FURTHER: [ImportRow; 6] = [
    ("`import_version` of other material", |t| then(t, |key| key.import_version(other(t)).map(drop))),
    ("… of the same material", |t| then(t, |key| key.import_version(raw(t)).map(drop))),
    ("… of another length", |t| then(t, |key| key.import_version(Import::raw(material(20))).map(drop))),
    ("… of another KDF", |t| then(t, |key| key.import_version(other(t).kdf(Kdf::HmacCounter)).map(drop))),
    ("`rotate`", |t| then(t, |key| key.rotate().map(drop))),
    ("… after an import with allow_rotation", |t| {
        let key = import(t.into(), raw(t).allow_rotation(true))?;
        key.rotate().map(|_| key)
    }),
];

pub(crate) fn creating() -> String {
    let (mut rows, mut specs) = (Vec::new(), Vec::new());
    for combination in 0..1 << FIXED.len() {
        let chosen: Vec<_> = FIXED
            .iter()
            .enumerate()
            .filter(|(at, _)| combination >> at & 1 == 1)
            .map(|(_, option)| option)
            .collect();
        let names: Vec<_> = chosen.iter().map(|(name, _)| *name).collect();
        rows.push(if names.is_empty() { "no option".to_owned() } else { names.join(", ") });
        specs.push(move |t: KeyType| chosen.iter().fold(KeySpec::new(t), |spec, (_, set)| set(spec)));
    }
    let mut columns: Vec<Column> = KeyType::ALL
        .iter()
        .map(|t| Column {
            label: format!("`{t}`"),
            cells: specs.iter().map(|spec| outcome(create_in_any_case(spec(*t)))).collect(),
        })
        .collect();
    for (name, set) in VALUES {
        rows.push(name.to_owned());
        columns
            .iter_mut()
            .zip(KeyType::ALL)
            .for_each(|(column, t)| column.cells.push(outcome(create(set(KeySpec::new(*t))))));
    }
    table("options", &rows, columns)
}

/// Creates a key with every combination of what can be changed later; all of them end alike.
fn create_in_any_case(spec: KeySpec) -> Result<(), Error> {
    let without = create(spec.clone()).map(drop);
    for combination in 1..1 << CHANGEABLE.len() {
        let more = CHANGEABLE
            .iter()
            .enumerate()
            .filter(|(at, _)| combination >> at & 1 == 1)
            .fold(spec.clone(), |spec, (_, set)| set(spec));
        assert_eq!(create(more).map(drop), without, "{spec:?} {combination:b}");
    }
    without
}

fn create(spec: KeySpec) -> Result<Key, Error> {
    Keyring::in_memory().create_key("k", spec)
}

pub(crate) fn importing() -> String {
    let rows: Vec<String> = IMPORTS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let cells = |t: KeyType| IMPORTS.iter().map(|(_, run)| outcome(run(t))).collect();
    table(
        "`import_key`",
        &rows,
        KeyType::ALL.iter().map(|t| Column { label: format!("`{t}`"), cells: cells(*t) }).collect(),
    )
}

pub(crate) fn imported() -> String {
    let rows: Vec<String> = FURTHER.iter().map(|(name, _)| (*name).to_owned()).collect();
    let cells = |t: KeyType| FURTHER.iter().map(|(_, run)| outcome(run(t))).collect();
    let supported = KeyType::ALL.iter().filter(|t| t.is_supported());
    table(
        "of an imported key",
        &rows,
        supported.map(|t| Column { label: format!("`{t}`"), cells: cells(*t) }).collect(),
    )
}

fn import(spec: KeySpec, import: Import) -> Result<Key, Error> {
    Keyring::in_memory().import_key("k", import, spec)
}

fn then(t: KeyType, call: impl FnOnce(&Key) -> Result<(), Error>) -> Result<Key, Error> {
    let key = import(t.into(), raw(t))?;
    call(&key).map(|()| key)
}

fn raw(t: KeyType) -> Import {
    Import::raw(match t {
        KeyType::Ed25519 => pair(material(32)),
        _ => made_here(t, 0).unwrap_or_else(|| material(length(t))),
    })
}

/// What bytes cannot be made up for: the material of an RSA key.
fn made_here(t: KeyType, which: usize) -> Option<Vec<u8>> {
    if !matches!(t, KeyType::Rsa2048 | KeyType::Rsa3072 | KeyType::Rsa4096) || !t.is_supported() {
        return None;
    }
    static MADE: Mutex<BTreeMap<&str, [Vec<u8>; 2]>> = Mutex::new(BTreeMap::new());
    let make = || {
        let key = create(KeySpec::new(t).exportable(true)).unwrap();
        key.rotate().unwrap();
        let made = key.export(ExportKind::SigningKey, Expose::SecretMaterial).unwrap();
        [1, 2].map(|number| made[&Version::new(number).unwrap()].expose().to_vec())
    };
    let mut made = MADE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    Some(made.entry(t.name()).or_insert_with(make)[which].clone())
}

fn other(t: KeyType) -> Import {
    let mut material: Vec<u8> = material(length(t)).into_iter().rev().collect();
    if t == KeyType::EcdsaP521 {
        // The order has 521 bits.
        material[0] = 0;
    }
    if let Some(made) = made_here(t, 1) {
        return Import::raw(made);
    }
    Import::raw(if t == KeyType::Ed25519 { pair(material[..32].to_vec()) } else { material })
}

/// RFC 8410 section 7.
fn pkcs8(seed: &[u8]) -> Vec<u8> {
    [&[0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20], seed].concat()
}

/// `seed(32) ‖ public(32)`
fn pair(seed: Vec<u8>) -> Vec<u8> {
    let public = strongroom::hazmat::ed25519_public(seed.as_slice().try_into().unwrap());
    [seed, public.to_vec()].concat()
}

/// `docs/formats.md`, section 3.
fn length(t: KeyType) -> usize {
    match t {
        KeyType::Aes256Siv | KeyType::Ed25519 => 64,
        KeyType::Aes128Gcm96 | KeyType::Aes128Cmac => 16,
        KeyType::EcdsaP384 => 48,
        KeyType::EcdsaP521 => 66,
        _ => 32,
    }
}
