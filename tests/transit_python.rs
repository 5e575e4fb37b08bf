//! Our backups, read by a program that shares no code with the library (`vectors/transit/reader.py`).
//!
//! It is run by `python3`, or by the Python that `STRONGROOM_PYTHON` names, which then has to be able to work
//! out every case.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use strongroom::{Aad, Dialect, Error, Expose, Item, Key, KeyConfig, KeySpec, KeyType, Keyring, Version};
use strongroom_tests::transit::{PRODUCTS, fixtures};

const TYPES: [KeyType; 14] = [
    KeyType::Aes256Gcm96,
    KeyType::Aes128Gcm96,
    KeyType::ChaCha20Poly1305,
    KeyType::XChaCha20Poly1305,
    KeyType::Ed25519,
    KeyType::Hmac,
    KeyType::Aes128Cmac,
    KeyType::Aes256Cmac,
    KeyType::EcdsaP256,
    KeyType::EcdsaP384,
    KeyType::EcdsaP521,
    KeyType::Rsa2048,
    KeyType::Rsa3072,
    KeyType::Rsa4096,
];

fn is_rsa(key_type: KeyType) -> bool {
    matches!(key_type, KeyType::Rsa2048 | KeyType::Rsa3072 | KeyType::Rsa4096)
}

/// Which products have keys of this type.
fn dialects(key_type: KeyType) -> impl Iterator<Item = Dialect> {
    [Dialect::OpenBao, Dialect::Vault].into_iter().filter(move |dialect| match key_type {
        KeyType::XChaCha20Poly1305 => *dialect == Dialect::OpenBao,
        KeyType::Aes128Cmac | KeyType::Aes256Cmac => *dialect == Dialect::Vault,
        _ => true,
    })
}

fn base64(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

/// Every type with every option, as a list of specifications.
fn specs(key_type: KeyType) -> Vec<KeySpec> {
    let base = || KeySpec::new(key_type).exportable(true).allow_plaintext_backup(true);
    let mut specs =
        vec![base(), base().deletion_allowed(true).auto_rotate_period(Duration::from_secs(90_000))];
    match key_type {
        KeyType::Hmac => specs.extend([33, 64, 512].map(|size| base().key_size(size))),
        // They take long to make.
        _ if is_rsa(key_type) => specs.truncate(1),
        _ if key_type.signs() && key_type != KeyType::Ed25519 => {
            specs.extend([base().version_template("<{{version}}>&")]);
        }
        KeyType::Aes128Cmac | KeyType::Aes256Cmac => {}
        KeyType::Ed25519 => specs.extend([base().derived(true), base().version_template("<{{version}}>&")]),
        _ => specs.extend([
            base().derived(true),
            base().derived(true).convergent(true),
            base().version_template("<{{version}}>&\"\\"),
        ]),
    }
    specs
}

/// A backup with what the reader is to find in it.
fn sample(key: &Key, dialect: Dialect) -> Value {
    let info = key.info().unwrap();
    let backup = key.backup_transit(dialect, Expose::SecretMaterial).unwrap();
    let (message, context) = (b"message".as_slice(), b"context".as_slice());
    // None is taken for a convergent ciphertext, by which others could forge, and RSA has none.
    let aad = if info.convergent || is_rsa(info.key_type) { b"".as_slice() } else { b"aad" };
    let mut cases = Vec::new();
    for number in info.min_decryption_version.get()..=info.latest_version.get() {
        let version = Version::new(number).unwrap();
        if info.min_encryption_version.is_some_and(|min| version < min) {
            continue;
        }
        let view = key.transit();
        let with = |item: Item<'static>| {
            if info.derived { item.context(context).version(version) } else { item.version(version) }
        };
        let case = |op: &str, aad: &[u8], text: String| json!({ "op": op, "message": base64(message), "context": base64(context), "aad": base64(aad), "text": text });
        cases.push(case("hmac", b"", view.hmac_item(&Item::message(b"message").version(version)).unwrap()));
        if info.key_type.encrypts() {
            let item = with(Item::plaintext(b"message")).aad(aad);
            cases.push(case("encrypt", aad, view.encrypt_item(&item).unwrap()));
        }
        if info.key_type.signs() {
            cases.push(case("sign", b"", view.sign_item(&with(Item::message(b"message"))).unwrap()));
        }
    }
    json!({
        "dialect": if dialect == Dialect::Vault { "vault" } else { "openbao" },
        "backup": std::str::from_utf8(backup.expose()).unwrap(),
        "said": {
            "name": info.name.as_str(),
            "type": info.key_type.name(),
            "derived": info.derived,
            "convergent": info.convergent,
            "versions": [
                info.latest_version.get(),
                info.min_decryption_version.get(),
                info.min_encryption_version.map_or(0, Version::get),
                info.min_available_version,
            ],
            "template": info.version_template.unwrap_or_default(),
            "period": info.auto_rotate_period.as_nanos() as u64,
        },
        "cases": cases,
    })
}

#[test]
fn an_independent_reader_takes_every_backup() {
    strongroom::hazmat::few_rsa_keys();
    let ring = Keyring::in_memory();
    let mut samples = Vec::new();
    let v = |number: u32| Version::new(number).unwrap();
    for (number, (key_type, spec)) in
        TYPES.into_iter().flat_map(|t| specs(t).into_iter().map(move |spec| (t, spec))).enumerate()
    {
        let key = match ring.create_key(&format!("key{number}"), spec) {
            // By this build.
            Err(Error::TypeNotSupported { .. }) if is_rsa(key_type) => continue,
            made => made.unwrap(),
        };
        let mut take = || samples.extend(dialects(key_type).map(|dialect| sample(&key, dialect)));
        take();
        // They take seconds to make.
        if matches!(key_type, KeyType::Rsa3072 | KeyType::Rsa4096) {
            continue;
        }
        (0..11).for_each(|_| assert!(key.rotate().is_ok()));
        take();
        key.configure(KeyConfig::new().min_decryption_version(v(4)).min_encryption_version(Some(v(6))))
            .unwrap();
        take();
        key.trim(v(3)).unwrap();
        take();
        key.configure(KeyConfig::new().min_decryption_version(v(3))).unwrap();
        take();
    }
    // Keys that came from a server and go back.
    for product in PRODUCTS {
        for name in [
            "imported-aes256-gcm96-derived",
            "aes256-gcm96-derived",
            "ed25519-derived",
            "kdf0-aes256-gcm96",
            "hmac-512",
            "ecdsa-p384",
            "rsa-2048",
            "closed-aes128-cmac",
            "min-decryption-lowered",
        ] {
            let Some(fixture) = fixtures(product).into_iter().find(|fixture| fixture.id == name) else {
                continue;
            };
            let key = ring.restore_transit(fixture.backup, Some(&format!("{product}-{name}")), None).unwrap();
            samples.push(sample(&key, if product == "vault" { Dialect::Vault } else { Dialect::OpenBao }));
        }
    }

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backups.json");
    std::fs::write(&file, serde_json::to_vec(&samples).unwrap()).unwrap();
    let named = std::env::var_os("STRONGROOM_PYTHON");
    let reader = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/transit/reader.py");
    let python = named.clone().unwrap_or_else(|| "python3".into());
    let output = Command::new(python)
        .arg("-B")
        .arg(reader)
        .arg(&file)
        .output()
        .expect("a Python to run the reader with");
    let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{wrong}");
    println!("{said}");
    let mut words = said.split_whitespace();
    let mut count = || words.next().unwrap().parse::<usize>().unwrap();
    let (backups, cases) = (count(), count());
    assert!(backups == samples.len() && backups >= 240, "{backups}");
    let whole = words.next() == Some("all");
    assert!(whole || named.is_none(), "the Python that was named cannot work out every case");
    assert!(cases >= if whole { 2800 } else { 1500 }, "{cases}");
    assert!(ring.key("key0").unwrap().encrypt(b"x", Aad::NONE).is_ok());
}
