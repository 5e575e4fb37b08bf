//! Backups that are damaged, crafted or huge: refused, never half restored, never a panic.

use std::sync::OnceLock;

use proptest::prelude::*;
use strongroom::{Dialect, Error, Expose, Key, KeyConfig, KeySpec, KeyType, Keyring, Version};
use strongroom_tests::transit::{Fixture, fixtures};

fn decoded(backup: &str) -> String {
    String::from_utf8(base64_simd::STANDARD.decode_to_vec(backup).unwrap()).unwrap()
}

fn encoded(json: impl AsRef<[u8]>) -> String {
    base64_simd::STANDARD.encode_to_string(json)
}

/// Either a whole key, or an error of the right family and nothing at all.
fn restore(backup: &str, dialect: Option<Dialect>) -> Result<Key, Error> {
    let ring = Keyring::in_memory();
    let restored = ring.restore_transit(backup, Some("key"), dialect);
    let there = ring.keys().unwrap().len();
    match &restored {
        Ok(key) => assert_eq!((there, key.info().unwrap().versions.is_empty()), (1, false)),
        Err(error) => {
            assert_eq!(there, 0, "half a restore");
            assert!(
                matches!(
                    error,
                    Error::CorruptBackup { .. } | Error::TypeNotSupported { .. } | Error::InvalidKeyName
                ),
                "{error:?}"
            );
        }
    }
    restored
}

fn fixture(product: &str, id: &str) -> Fixture {
    fixtures(product).into_iter().find(|fixture| fixture.id == id).unwrap()
}

/// One key of each shape, as JSON.
fn shapes() -> &'static [String] {
    static SHAPES: OnceLock<Vec<String>> = OnceLock::new();
    let named = [
        ("vault", "aes256-gcm96-convergent"),
        ("vault", "hmac-33"),
        ("vault", "trimmed-below"),
        ("vault", "public-only-ed25519"),
        ("openbao", "xchacha20-poly1305-derived"),
        ("openbao", "ed25519"),
    ];
    SHAPES.get_or_init(|| named.iter().map(|(product, id)| decoded(&fixture(product, id).backup)).collect())
}

#[test]
fn every_truncation() {
    for json in shapes() {
        for cut in (0..json.trim_end().len()).step_by(5) {
            assert!(restore(&encoded(&json[..cut]), None).is_err(), "cut to {cut}");
        }
        let text = encoded(json);
        for cut in (0..text.len() - 4).step_by(29) {
            assert!(restore(&text[..cut], None).is_err(), "text cut to {cut}");
        }
    }
}

#[test]
fn contradictions_wrong_types_and_huge_numbers() {
    let json = decoded(&fixture("vault", "trimmed-below").backup);
    assert!(restore(&encoded(&json), None).is_ok());
    let numbers = [
        "-1",
        "0",
        "1",
        "7",
        "9",
        "2147483647",
        "2147483648",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "1e400",
        "1.5",
        "-9223372036854775808",
    ];
    let others = ["null", "true", "\"x\"", "\"4\"", "[]", "{}", "[[[[]]]]"];
    let (mut refused, mut taken) = (0, Vec::new());
    for field in [
        "min_decryption_version",
        "min_encryption_version",
        "latest_version",
        "archive_version",
        "archive_min_version",
        "min_available_version",
        "convergent_version",
        "type",
        "kdf",
        "auto_rotate_period",
        "key_size",
    ] {
        let old = match json.split_once(&format!("\"{field}\":")) {
            Some((_, rest)) if field != "convergent_version" => rest.split([',', '}']).next().unwrap(),
            _ => "",
        };
        for value in numbers.iter().chain(&others) {
            let changed = if old.is_empty() {
                json.replacen("\"derived\":", &format!("\"{field}\":{value},\"derived\":"), 1)
            } else {
                json.replacen(&format!("\"{field}\":{old}"), &format!("\"{field}\":{value}"), 1)
            };
            match restore(&encoded(&changed), None) {
                Ok(_) => taken.push(format!("{field}={value}")),
                Err(_) => refused += 1,
            }
        }
    }
    println!("{refused} refused, taken: {taken:?}");
    assert!(refused >= 191 && taken.len() <= 29, "{refused} {taken:?}");
}

#[test]
fn fields_twice() {
    let json = decoded(&fixture("openbao", "ed25519").backup);
    for field in [
        "\"name\":\"x\"",
        "\"latest_version\":3",
        "\"derived\":false",
        "\"DERIVED\":false",
        "\"keys\":{}",
        "\"Keys\":{}",
        "\"soft_deleted\":false",
    ] {
        let twice = json.replacen("\"kdf\":", &format!("{field},\"kdf\":"), 1);
        assert!(restore(&encoded(&twice), None).is_err(), "{field}");
    }
    let entry = json.replacen("\"hmac_key\":", "\"hmac_key\":\"AAAA\",\"hmac_key\":", 1);
    assert!(restore(&encoded(&entry), None).is_err());
    let version = json.replacen("\"keys\":{\"1\":", "\"keys\":{\"3\":{},\"1\":", 1);
    assert!(restore(&encoded(&version), None).is_err());
    for policy in [
        json.replacen("{\"policy\":", "{\"policy\":{},\"policy\":", 1),
        json.replacen("\"archived_keys\":", "\"Archived_Keys\":{},\"archived_keys\":", 1),
    ] {
        assert!(restore(&encoded(&policy), None).is_err());
    }
}

#[test]
fn keys_that_do_not_fit() {
    let json = decoded(&fixture("openbao", "ed25519").backup);
    let public = json.split_once("\"public_key\":\"").unwrap().1.split('"').next().unwrap();
    let other = json.rsplit_once("\"public_key\":\"").unwrap().1.split('"').next().unwrap();
    assert_ne!(public, other);
    assert!(restore(&encoded(json.replacen(public, other, 1)), None).is_err(), "another public key");
    assert!(restore(&encoded(json.replacen(public, "AAAA", 1)), None).is_err());
    assert!(
        restore(&encoded(json.replacen("\"ec_x\":null", &format!("\"ec_x\":{}", "9".repeat(500)), 1)), None)
            .is_err(),
        "a number of another type"
    );
    let aes = decoded(&fixture("openbao", "aes256-gcm96").backup);
    assert!(
        restore(&encoded(aes.replacen("\"type\":0", "\"type\":8", 1)), None).is_err(),
        "32 bytes for a type of 16"
    );
    assert!(restore(&encoded(aes.replacen("\"type\":0", "\"type\":2", 1)), None).is_err());
    let vault = decoded(&fixture("vault", "aes256-gcm96-plain").backup);
    let algorithm = |number: u32| {
        encoded(vault.replacen("\"hmac_key\":", &format!("\"algorithm\":{number},\"hmac_key\":"), 1))
    };
    assert!(restore(&algorithm(5), None).is_err(), "a version of another type");
    assert!(restore(&algorithm(0), None).is_ok());
    for bad in ["a b", "-x", "a/b", &"a".repeat(121)] {
        let named = encoded(
            vault
                .replacen("\"name\":\"", &format!("\"name\":\"{bad}"), 1)
                .replace("aes256-gcm96-plain\"", "-\""),
        );
        assert!(
            matches!(Keyring::in_memory().restore_transit(named, None, None), Err(Error::InvalidKeyName)),
            "{bad}"
        );
    }
}

/// A backup for OpenBao with as many versions as are wanted.
fn many(versions: u32, first: u32) -> String {
    let key = encoded([7, 1].repeat(16));
    let hmac_key = encoded([9, 4].repeat(16));
    let entry = format!(
        "{{\"key\":\"{key}\",\"hmac_key\":\"{hmac_key}\",\"time\":\"2026-11-23T08:56:45Z\",\"creation_time\":1795424205}}"
    );
    let keys: Vec<_> = (first..=versions).map(|number| format!("\"{number}\":{entry}")).collect();
    let archive = vec![entry; (versions - first + 1) as usize].join(",");
    encoded(format!(
        "{{\"policy\":{{\"name\":\"many\",\"keys\":{{{}}},\"min_decryption_version\":{first},\"min_encryption_version\":{first},\"latest_version\":{versions},\"archive_version\":{versions},\
         \"archive_min_version\":{first},\"min_available_version\":{first},\"type\":0,\"exportable\":true,\"allow_plaintext_backup\":true,\"soft_deleted\":false}},\"archived_keys\":{{\"keys\":[{archive}]}}}}",
        keys.join(",")
    ))
}

#[test]
fn ten_thousand_versions() {
    let key = restore(&many(10_000, 1), None).unwrap();
    assert_eq!(key.info().unwrap().versions.len(), 10_000);
    let text = key.encrypt(b"x", strongroom::Aad::NONE).unwrap();
    assert!(text.starts_with("vault:v10000:"));
    let again = key.backup_transit(Dialect::OpenBao, Expose::SecretMaterial).unwrap();
    let back = restore(std::str::from_utf8(again.expose()).unwrap(), None).unwrap();
    assert_eq!(back.decrypt(&text, strongroom::Aad::NONE).unwrap().expose(), b"x");
}

#[test]
fn a_small_backup_makes_no_large_key() {
    // Every version below the first costs room, and so a few bytes could ask for all memory there is.
    assert!(restore(&many(100_000, 100_000), None).is_ok());
    for number in [100_001, i32::MAX as u32, u32::MAX] {
        assert!(restore(&many(number, number), None).is_err(), "{number}");
    }
    let reason = |backup: &str| match restore(backup, None) {
        Err(Error::CorruptBackup { reason }) => reason,
        other => panic!("{other:?}"),
    };
    assert!(reason(&many(100_001, 100_001)).contains("too large"), "it is refused where it is read");
    let one = decoded(&many(1, 1));
    let late = ["min_decryption", "min_encryption", "latest", "archive", "archive_min", "min_available"]
        .iter()
        .fold(one, |json, name| {
            assert!(json.contains(&format!("\"{name}_version\":1")));
            json.replace(&format!("\"{name}_version\":1"), &format!("\"{name}_version\":100001"))
        });
    assert!(reason(&encoded(late)).contains("latest_version"), "before anything is made of it");
    let empty = |len: usize| {
        encoded(format!(
            "{{\"policy\":{{\"name\":\"x\",\"type\":0}},\"archived_keys\":{{\"keys\":[{}]}}}}",
            vec!["null"; len].join(",")
        ))
    };
    assert!(restore(&empty(200_000), None).is_err());
    // One that says that it inflates to 2^32 - 1 bytes.
    let mut bomb = vec![b'G', 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0];
    bomb.extend_from_slice(&u32::MAX.to_le_bytes());
    let refused = restore(&encoded(bomb), None);
    assert!(matches!(refused, Err(Error::CorruptBackup { reason }) if reason.contains("long")));
    assert!(restore(&"A".repeat(100 << 20), None).is_err());
}

const KINDS: [KeyType; 6] = [
    KeyType::Aes256Gcm96,
    KeyType::Aes128Gcm96,
    KeyType::ChaCha20Poly1305,
    KeyType::XChaCha20Poly1305,
    KeyType::Ed25519,
    KeyType::Hmac,
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_edits(
        shape in 0usize..6,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 1..6),
    ) {
        let mut bytes = shapes()[shape].clone().into_bytes();
        for (at, byte, kind) in edits {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, byte),
            }
        }
        for dialect in [None, Some(Dialect::OpenBao), Some(Dialect::Vault)] {
            let _ = restore(&encoded(&bytes), dialect);
        }
    }

    #[test]
    fn random_text(text in "\\PC{0,200}", json in "[{}\\[\\]\":,a-z0-9\\\\ ]{0,200}") {
        prop_assert!(restore(&text, None).is_err());
        prop_assert!(restore(&encoded(json), None).is_err());
    }

    /// What we write is read as what it was, and then written again as it was, whatever the key and its
    /// history.
    #[test]
    fn restore_undoes_backup(
        kind in 0usize..6, derived: bool, convergent: bool, rotations in 0u32..6,
        window in (0u32..6, 0u32..6, 0u32..6), template: bool, flags in (any::<bool>(), any::<bool>()),
        size in 32u16..=512, dialect: bool,
    ) {
        let key_type = KINDS[kind];
        let (vault, openbao) = (Dialect::Vault, Dialect::OpenBao);
        let dialect = if dialect && key_type != KeyType::XChaCha20Poly1305 { vault } else { openbao };
        let mut spec = KeySpec::new(key_type).exportable(true).allow_plaintext_backup(true);
        spec = spec.deletion_allowed(flags.0);
        if key_type == KeyType::Hmac {
            spec = spec.key_size(size);
        } else {
            spec = spec.derived(derived).convergent(derived && convergent && key_type != KeyType::Ed25519);
            spec = if template { spec.version_template("a<{{version}}>\"\\&") } else { spec };
        }
        if flags.1 {
            spec = spec.auto_rotate_period(std::time::Duration::from_secs(3600 * u64::from(size)));
        }
        let ring = Keyring::in_memory();
        let key = ring.create_key("key", spec).unwrap();
        for _ in 0..rotations {
            key.rotate().unwrap();
        }
        let v = |number: u32| Version::new(number.clamp(1, rotations + 1)).unwrap();
        let (mut low, mut high, trimmed) = window;
        if low > high {
            std::mem::swap(&mut low, &mut high);
        }
        let window = KeyConfig::new().min_decryption_version(v(low));
        key.configure(window.min_encryption_version((high > 0).then(|| v(high)))).unwrap();
        if high > 0 && trimmed > 0 {
            let _ = key.trim(v(trimmed.min(low)));
        }

        let backup = key.backup_transit(dialect, Expose::SecretMaterial).unwrap();
        let back = ring.restore_transit(backup.expose(), Some("back"), None).unwrap();
        let (before, after) = (key.info().unwrap(), back.info().unwrap());
        let without = |info: &strongroom::KeyInfo| {
            let versions: Vec<_> = info.versions.iter().map(|version| {
                let kept = version.trimmed.is_none() && version.version.get() >= info.min_available_version;
                let times = kept.then_some((version.created, version.retired));
                (version.version, version.key_type, version.state, times)
            }).collect();
            (info.key_type, info.derived, info.convergent, info.deletion_allowed, info.auto_rotate_period,
             info.min_available_version, info.min_decryption_version, info.min_encryption_version,
             info.key_size, info.version_template.clone(), versions)
        };
        prop_assert_eq!(without(&before), without(&after));
        let again = back.backup_transit(dialect, Expose::SecretMaterial).unwrap();
        let bare = |backup: &strongroom::SecretBytes| {
            let json = decoded(std::str::from_utf8(backup.expose()).unwrap());
            let (start, rest) = json.split_once("\"backup_info\":").unwrap();
            let (_, rest) = rest.split_once(",\"allow_plaintext_backup\"").unwrap();
            (start.replacen("\"back\"", "\"key\"", 1), rest.to_owned())
        };
        prop_assert_eq!(bare(&backup), bare(&again));
    }

    /// Material that was exported and imported again makes the same key.
    #[test]
    fn import_undoes_export(kind in 0usize..6, derived: bool, size in 32u16..=512) {
        use strongroom::{ExportKind, Import, Item};
        let key_type = KINDS[kind];
        let mut spec = KeySpec::new(key_type).exportable(true);
        spec = if key_type == KeyType::Hmac { spec.key_size(size) } else { spec.derived(derived) };
        let ring = Keyring::in_memory();
        let key = ring.create_key("key", spec.clone()).unwrap();
        let part = match key_type {
            KeyType::Ed25519 => ExportKind::SigningKey,
            KeyType::Hmac => ExportKind::HmacKey,
            _ => ExportKind::EncryptionKey,
        };
        let exported = || key.export(part, Expose::SecretMaterial).unwrap().remove(&Version::FIRST).unwrap();
        let twin = ring.import_key("twin", Import::raw(exported()), spec).unwrap();
        let again = twin.export(part, Expose::SecretMaterial).unwrap();
        prop_assert!(again[&Version::FIRST].expose() == exported().expose());
        let derived = derived && key_type != KeyType::Hmac;
        match key_type {
            KeyType::Hmac => prop_assert_eq!(key.hmac(b"m"), twin.hmac(b"m")),
            KeyType::Ed25519 => {
                let item = || if derived { Item::message(b"m").context("c") } else { Item::message(b"m") };
                prop_assert_eq!(key.sign_item(&item()), twin.sign_item(&item()));
            }
            _ => {
                let item = |text| {
                    if derived { Item::ciphertext(text).context("c") } else { Item::ciphertext(text) }
                };
                let plain = if derived { Item::plaintext(b"m").context("c") } else { Item::plaintext(b"m") };
                let text = key.encrypt_item(&plain).unwrap();
                let opened = twin.decrypt_item(&item(&text)).unwrap();
                prop_assert_eq!(opened.expose(), b"m");
            }
        }
    }
}
