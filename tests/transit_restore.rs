//! Backups of real servers, restored and written again.

#[path = "transit_restore/material.rs"]
mod material;
#[path = "transit_restore/told.rs"]
mod told;

use serde_json::Value;
use strongroom::{
    Aad, Dialect, Error, ExportKind, Expose, Import, Item, Key, KeyConfig, KeySpec, KeyType, Keyring,
    TransitBackup, TransitMatch,
};
use strongroom_tests::transit::{Fixture, PRODUCTS, base64, fixtures};
use strongroom_tests::vectors::load;

fn dialect(product: &str) -> Dialect {
    if product == "openbao" { Dialect::OpenBao } else { Dialect::Vault }
}

/// The JSON of a backup.
fn json(backup: &[u8]) -> String {
    String::from_utf8(base64_simd::STANDARD.decode_to_vec(backup).unwrap()).unwrap()
}

/// A backup's JSON without what is new in every backup: when it was taken, and when it was last restored.
fn without_dates(json: &str) -> String {
    let (before, rest) = json.split_once("\"backup_info\":").unwrap();
    let (_, after) = rest.split_once(",\"allow_plaintext_backup\"").unwrap();
    format!("{before}{after}")
}

/// Every backup of a product, each with a name.
fn backups(product: &str) -> Vec<(String, String)> {
    let all = |Fixture { id, backup, states, .. }| {
        let later = states
            .into_iter()
            .filter_map(|state| Some((format!("{id}, {}", state.id), state.backup?)))
            .collect::<Vec<_>>();
        std::iter::once((id, backup)).chain(later).collect::<Vec<_>>()
    };
    fixtures(product).into_iter().flat_map(all).collect()
}

fn dated(json: &str, seconds: &str, time: &str) -> String {
    let creation = format!("\"creation_time\":{seconds}");
    json.replace(&format!("\"0001-01-01T00:00:00Z\",{creation}"), &format!("\"{time}\",{creation}"))
}

#[test]
fn a_backup_comes_back_byte_for_byte() {
    let (mut ran, mut wrong) = (0, Vec::new());
    for product in PRODUCTS {
        for (id, backup) in backups(product) {
            let ring = Keyring::in_memory();
            let key = ring
                .restore_transit(&backup, None, None)
                .unwrap_or_else(|error| panic!("{product} {id}: {error}"));
            let again = key
                .backup_transit(
                    TransitBackup::new(dialect(product)).even_if_unusable(),
                    Expose::SecretMaterial,
                )
                .unwrap();
            let (mut given, written) = (json(backup.as_bytes()), json(again.expose()));
            if id == "legacy-key-map" {
                // Versions from before there was the finer field of the two. We know one time of a version,
                // and write it in both.
                given = dated(&given, "1440000000", "2015-08-19T16:00:00Z");
                given = dated(&given, "1450000000", "2015-12-13T09:46:40Z");
            }
            if without_dates(&given) != without_dates(&written) {
                wrong.push(format!("{product} {id}:\n{given}\n{written}"));
            }
            ran += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {ran}:\n{}", wrong.len(), wrong.join("\n"));
    println!("{ran} backups came back byte for byte");
    assert!(ran >= 120, "{ran}");
}

#[test]
fn info_says_whether_the_key_rotates() {
    let (mut rotated, mut refused) = (0, 0);
    let backups = PRODUCTS.into_iter().flat_map(backups);
    let odd = load::<Value>("transit/odd.json")["odd"].as_array().unwrap().clone();
    let odd = odd.into_iter().map(|odd| (odd["id"].to_string(), odd["backup"].as_str().unwrap().to_owned()));
    for (id, backup) in backups.chain(odd) {
        let Ok(key) = Keyring::in_memory().restore_transit(&backup, Some("other"), None) else { continue };
        // Backups of disabled keys are taken too: that is another field.
        if key.info().unwrap().disabled {
            key.enable().unwrap();
        }
        let allowed = key.info().unwrap().allow_rotation;
        let outcome = key.rotate();
        assert_eq!(allowed, outcome.is_ok(), "{id}: {outcome:?}");
        *if allowed { &mut rotated } else { &mut refused } += 1;
    }
    assert!(rotated >= 100 && refused >= 10, "{rotated} {refused}");
}

/// What a server takes and we do not, each for a fault of what it then does.
const REFUSED: [(&str, &str); 6] = [
    ("o-type", "a type number that nothing has"),
    ("o-short", "a key of the wrong length, which cannot encrypt"),
    ("o-template2", "a template that cannot be read again"),
    ("o-case", "a field twice, of which the server takes one"),
    ("slash", "a name that no request can reach"),
    ("o-kdf7", "a derivation that does not exist"),
];

fn with<'a>(item: Item<'a>, context: &[u8]) -> Item<'a> {
    if context.is_empty() { item } else { item.context(context) }
}

#[test]
fn odd_backups() {
    let (mut refused, mut restored, mut uses) = (0, 0, 0);
    for odd in load::<Value>("transit/odd.json")["odd"].as_array().unwrap() {
        let id = odd["id"].as_str().unwrap();
        let name = odd["name"].as_str().filter(|name| !name.is_empty());
        let ring = Keyring::in_memory();
        let expected = odd["accepted"] == true && !REFUSED.iter().any(|(refused, _)| *refused == id);
        let key = match ring.restore_transit(odd["backup"].as_str().unwrap(), name, None) {
            Ok(key) => key,
            Err(error) => {
                assert!(!expected, "{id}: {error}");
                assert!(
                    matches!(error, Error::CorruptBackup { .. } | Error::InvalidKeyName),
                    "{id}: {error}"
                );
                assert!(ring.keys().unwrap().is_empty(), "{id}: half a restore");
                refused += 1;
                continue;
            }
        };
        assert!(expected, "{id} was restored");
        restored += 1;
        for case in odd["uses"].as_array().unwrap() {
            let (text, context) = (case["ciphertext"].as_str().unwrap_or_default(), base64(&case["context"]));
            let result = match case["op"].as_str().unwrap() {
                "decrypt" => key
                    .decrypt_item(&with(Item::ciphertext(text), &context))
                    .map(|plaintext| base64_simd::STANDARD.encode_to_string(plaintext.expose())),
                "hmac" => key.hmac(base64(&case["input"])),
                _ => key.encrypt_item(&with(Item::plaintext(&base64(&case["plaintext"])), &context)),
            };
            // A key with a template also reads the default form, in the native view.
            let also_native = id == "o-template" && text.starts_with("vault:");
            assert_eq!(
                result.is_err() && !also_native,
                case["refused"] == true && !also_native,
                "{id}: {case} {result:?}"
            );
            if let Some(expected) = case["result"].as_str() {
                assert_eq!(result.unwrap(), expected, "{id}");
            }
            uses += 1;
        }
    }
    println!("{restored} odd backups restored and used {uses} times, {refused} refused");
    assert!(restored >= 9 && refused >= 15 && uses >= 13, "{restored} {refused} {uses}");
}

#[test]
fn other_types_are_refused_by_name() {
    let other = load::<Value>("transit/odd.json");
    for case in other["other_types"].as_array().unwrap() {
        let ring = Keyring::in_memory();
        let restored = ring.restore_transit(case["backup"].as_str().unwrap(), None, None);
        let known = case["type"].as_str().unwrap().parse::<KeyType>();
        if known.is_ok_and(KeyType::is_supported) {
            assert_eq!(restored.unwrap().info().unwrap().key_type.name(), case["type"], "{}", case["id"]);
            continue;
        }
        let error = restored.unwrap_err();
        assert!(
            matches!(error, Error::TypeNotSupported { key_type } if key_type == case["type"]),
            "{}: {error}",
            case["id"]
        );
        assert!(ring.keys().unwrap().is_empty());
    }
    assert!(other["other_types"].as_array().unwrap().len() >= 5);
}

/// A backup made of the JSON of another, changed.
fn changed(backup: &str, from: &str, to: &str) -> String {
    let json = json(backup.as_bytes());
    assert!(json.contains(from), "{from}");
    base64_simd::STANDARD.encode_to_string(json.replace(from, to))
}

#[test]
fn type_numbers_mean_what_the_product_says() {
    let find = |product: &str, id: &str| {
        fixtures(product).into_iter().find(|fixture| fixture.id == id).unwrap().backup
    };
    let restore = |backup: &str, dialect| {
        Keyring::in_memory()
            .restore_transit(backup, None, dialect)
            .map(|key| key.info().unwrap().key_type.name())
    };
    let both = [Dialect::OpenBao, Dialect::Vault];
    let openbao_hmac = find("openbao", "hmac-32");
    let vault_hmac = find("vault", "hmac-32");
    let xchacha = find("openbao", "xchacha20-poly1305");
    assert_eq!(both.map(|dialect| restore(&openbao_hmac, Some(dialect)).is_ok()), [true, false]);
    assert_eq!(both.map(|dialect| restore(&vault_hmac, Some(dialect)).is_ok()), [false, true]);
    assert_eq!(both.map(|dialect| restore(&xchacha, Some(dialect)).is_ok()), [true, false]);

    // Without the fields that tell, the caller has to; and what the caller says must fit what is in it.
    let bare = |backup: &str| changed(backup, ",\"soft_deleted\":false", "");
    let bare_vault = changed(
        &vault_hmac,
        ",\"ParameterSet\":\"\",\"HybridConfig\":{\"PQCKeyType\":0,\"ECKeyType\":0}",
        "",
    );
    for backup in [&bare(&openbao_hmac), &bare(&xchacha), &bare_vault] {
        assert!(
            matches!(restore(backup, None), Err(Error::CorruptBackup { reason }) if reason.contains("name the dialect"))
        );
    }
    assert_eq!(restore(&bare(&openbao_hmac), Some(Dialect::OpenBao)), Ok("hmac"));
    assert_eq!(
        restore(&bare(&openbao_hmac), Some(Dialect::Vault)),
        Err(Error::TypeNotSupported { key_type: "managed_key" })
    );
    assert_eq!(restore(&bare(&xchacha), Some(Dialect::OpenBao)), Ok("xchacha20-poly1305"));
    let lacks_hmac_key = |restored| match restored {
        Err(Error::CorruptBackup { reason }) => reason.contains("hmac key"),
        _ => false,
    };
    assert!(lacks_hmac_key(restore(&bare(&xchacha), Some(Dialect::Vault))));
    assert_eq!(restore(&bare_vault, Some(Dialect::Vault)), Ok("hmac"));
    assert!(lacks_hmac_key(restore(&bare_vault, Some(Dialect::OpenBao))));
    let aes = bare(&find("openbao", "aes256-gcm96"));
    assert_eq!(restore(&aes, None), Ok("aes256-gcm96"));
    let both_marks =
        changed(&openbao_hmac, "\"soft_deleted\":false", "\"soft_deleted\":false,\"ParameterSet\":\"\"");
    assert!(restore(&both_marks, None).is_err());
    // The number says another type than the key in it has.
    for number in [1, 2, 6, 7, 12] {
        let other = changed(&vault_hmac, "\"type\":11", &format!("\"type\":{number}"));
        assert!(matches!(restore(&other, None), Err(Error::CorruptBackup { .. })), "{number}");
    }
    for (number, name) in
        [(10, "managed_key"), (14, "ml-dsa"), (15, "hybrid"), (17, "slh-dsa"), (19, "aes256-cbc")]
    {
        let other = changed(&vault_hmac, "\"type\":11", &format!("\"type\":{number}"));
        assert_eq!(restore(&other, None), Err(Error::TypeNotSupported { key_type: name }), "{number}");
    }
}

#[test]
fn a_restore_never_overwrites_and_a_backup_needs_both_switches() {
    let ring = Keyring::in_memory();
    let aes = &fixtures("openbao")[0].backup;
    let key = ring.restore_transit(aes, Some("a"), None).unwrap();
    let text = key.info().unwrap();
    assert!(matches!(ring.restore_transit(aes, Some("a"), None), Err(Error::KeyExists { .. })));
    assert_eq!(key.info().unwrap(), text);
    let backup = |spec| {
        ring.create_key("b", spec)
            .unwrap()
            .backup_transit(Dialect::Vault, Expose::SecretMaterial)
            .unwrap_err()
    };
    let spec = || KeySpec::new(KeyType::Aes256Gcm96).deletion_allowed(true);
    assert_eq!(backup(spec().allow_plaintext_backup(true)), Error::NotExportable);
    ring.delete_key("b").unwrap();
    assert_eq!(backup(spec().exportable(true)), Error::PlaintextBackupNotAllowed);
    ring.delete_key("b").unwrap();
    let ours = KeySpec::default().exportable(true).allow_plaintext_backup(true).deletion_allowed(true);
    assert!(matches!(backup(ours), Error::OperationNotSupported { .. }));
    key.disable().unwrap();
    let refused = key.backup_transit(Dialect::OpenBao, Expose::SecretMaterial);
    assert!(matches!(refused, Err(Error::KeyDisabled { .. })));
    key.enable().unwrap();
    assert!(key.decrypt("vault:v1:AAAA", Aad::NONE).is_err());
}

/// A key's backup as it is, and what it is to another key.
#[test]
fn a_backup_is_compared_with_a_key_by_all_its_material() {
    let spec = |key_type| KeySpec::new(key_type).exportable(true).allow_plaintext_backup(true);
    let (here, there) = (Keyring::in_memory(), Keyring::in_memory());
    let backup = |key: &Key| key.backup_transit(Dialect::OpenBao, Expose::SecretMaterial).unwrap();
    let is = |key: &Key, other: &Key| key.compare_transit(backup(other).expose(), None).unwrap();
    for key_type in [KeyType::Aes256Gcm96, KeyType::Ed25519, KeyType::EcdsaP256, KeyType::Hmac] {
        let key = here.create_key(key_type.name(), spec(key_type)).unwrap();
        key.rotate().unwrap();
        let copy = there.restore_transit(backup(&key).expose(), None, None).unwrap();
        assert_eq!(is(&copy, &key), TransitMatch::Same);
        key.rotate().unwrap();
        assert_eq!((is(&copy, &key), is(&key, &copy)), (TransitMatch::Newer, TransitMatch::Older));
        copy.rotate().unwrap();
        assert_eq!((is(&copy, &key), is(&key, &copy)), (TransitMatch::Other, TransitMatch::Other));
        let other = there.create_key(&format!("{key_type}-2"), spec(key_type)).unwrap();
        assert_eq!(is(&other, &copy), TransitMatch::Other);
        assert_eq!(is(&copy, &key), TransitMatch::Other);
    }
    // What can be set does not count, and what is asked for need not be allowed.
    let key = here.create_key("cards", spec(KeyType::Aes256Gcm96)).unwrap();
    let before = backup(&key);
    let closed = there.restore_transit(before.expose(), Some("closed"), None).unwrap();
    key.configure(KeyConfig::new().deletion_allowed(true)).unwrap();
    key.disable().unwrap();
    assert_eq!(key.compare_transit(before.expose(), None).unwrap(), TransitMatch::Same);
    assert_eq!(is(&closed, &closed), TransitMatch::Same);
    let shut = here.create_key("shut", KeyType::Aes256Gcm96).unwrap();
    assert_eq!(shut.compare_transit(before.expose(), None).unwrap(), TransitMatch::Other);
    // The material alone is not all: a key for macs is beside it, and subkeys are made of it in several ways.
    let material = closed.export(ExportKind::EncryptionKey, Expose::SecretMaterial).unwrap();
    let material = material.values().next().unwrap().expose();
    for (name, derived) in [("alone", false), ("derived", true)] {
        let spec = spec(KeyType::Aes256Gcm96).derived(derived);
        let other = here.import_key(name, Import::raw(material), spec).unwrap();
        assert_eq!(is(&other, &closed), TransitMatch::Other);
    }
    assert!(matches!(closed.compare_transit("no backup", None), Err(Error::CorruptBackup { .. })));
}
