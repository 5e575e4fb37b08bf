//! Keys that a product would restore and could not work with, versions with which nothing new is made, and
//! what `transit()` takes that the native view does not: each said by name.

use serde_json::{Value, json};
use strongroom::hazmat::{Aead, counter_hmac_sha256, seal};
use strongroom::{
    Aad, DataKeySize, Dialect, Error, Expose, Import, Item, Kdf, Key, KeyConfig, KeySpec, KeyType, Keyring,
    TransitBackup, Unusable, Version,
};
use strongroom_tests::transit::fixtures;

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

/// A recorded backup, with its policy changed.
fn changed(product: &str, id: &str, change: impl FnOnce(&mut Value)) -> String {
    let backup = fixtures(product).into_iter().find(|fixture| fixture.id == id).unwrap().backup;
    let mut json: Value =
        serde_json::from_slice(&base64_simd::STANDARD.decode_to_vec(backup).unwrap()).unwrap();
    change(&mut json["policy"]);
    for switch in ["exportable", "allow_plaintext_backup"] {
        json["policy"][switch] = true.into();
    }
    encoded(json.to_string())
}

fn restored(backup: &str) -> Key {
    Keyring::in_memory().restore_transit(backup, Some("key"), None).unwrap()
}

/// Whether a backup for a product is written, without a word and with it.
fn written(key: &Key, dialect: Dialect) -> [bool; 2] {
    [TransitBackup::new(dialect), TransitBackup::new(dialect).even_if_unusable()].map(|to| {
        match key.backup_transit(to, Expose::SecretMaterial) {
            Ok(_) => true,
            Err(Error::InvalidOption { reason }) => {
                assert!(reason.contains("even_if_unusable"), "{reason}");
                false
            }
            Err(other) => panic!("{other:?}"),
        }
    })
}

fn unusable(key: &Key) -> Vec<Option<&'static str>> {
    key.info().unwrap().versions.iter().map(|version| version.unusable.map(Unusable::name)).collect()
}

#[test]
fn convergent_keys_that_openbao_does_nothing_with() {
    let mut ran = 0;
    for fixture in fixtures("vault").into_iter().filter(|fixture| fixture.id.starts_with("convergent-v")) {
        let key = restored(&changed("vault", &fixture.id, |_| ()));
        assert_eq!(written(&key, Dialect::OpenBao), [false, true], "{}", fixture.id);
        // Vault wrote them, and works with those of the second rule, but for AES-128 with the older KDF, with
        // which it decrypts nothing whatever the rule.
        assert_eq!(
            written(&key, Dialect::Vault),
            [!fixture.id.ends_with("-kdf0-aes128-gcm96"), true],
            "{}",
            fixture.id
        );
        let first = if fixture.id.contains("-v1-") { "nonce_of_caller" } else { "nonce_from_context" };
        assert_eq!(unusable(&key)[0], Some(first), "{}", fixture.id);
        ran += 1;
    }
    assert!(ran >= 6, "{ran}");
    // Once nothing is read with the older rule any more, the key can go.
    let key = restored(&changed("vault", "convergent-v2-kdf1-aes256-gcm96", |_| ()));
    let newest = key.rotate().unwrap();
    assert_eq!(written(&key, Dialect::OpenBao), [false, true]);
    assert_eq!(key.info().unwrap().versions.last().unwrap().unusable, None);
    key.configure(KeyConfig::new().min_decryption_version(newest).min_encryption_version(Some(newest)))
        .unwrap();
    assert_eq!(written(&key, Dialect::OpenBao), [true, true]);
}

#[test]
fn aes_128_with_the_older_kdf_decrypts_and_encrypts_no_more() {
    let material: Vec<u8> = (0..16).collect();
    let spec = KeySpec::new(KeyType::Aes128Gcm96).derived(true).exportable(true).allow_plaintext_backup(true);
    let import = Import::raw(material.clone()).kdf(Kdf::HmacCounter).allow_rotation(true);
    let key = Keyring::in_memory().import_key("key", import, spec).unwrap();
    let subkey = counter_hmac_sha256(&material, b"c");
    let payload =
        [[7; 12].as_slice(), &seal(Aead::Aes128Gcm, &subkey[..16], &[7; 12], b"", b"4111").unwrap()].concat();
    let text = format!("vault:v1:{}", encoded(payload));
    let old = || Item::ciphertext(&text).context("c");
    assert_eq!(key.decrypt_item(&old()).unwrap().expose(), b"4111");
    let new = || Item::plaintext(b"4111").context("c");
    let data_key = || Item::data_key(DataKeySize::Bits256).context("c");
    for refused in [
        key.encrypt_item(&new()).map(drop),
        key.transit().encrypt_item(&new()).map(drop),
        key.encrypt_binary_item(&new()).map(drop),
        key.transit().rewrap_item(&old()).map(drop),
        key.data_key_item(&data_key()).map(drop),
        key.rotate().map(drop),
        key.import_version(Import::raw((1..17).collect::<Vec<u8>>()).kdf(Kdf::HmacCounter)).map(drop),
    ] {
        assert!(matches!(refused, Err(Error::InvalidOption { .. })), "{refused:?}");
    }
    assert_eq!(unusable(&key), [Some("kdf_of_aes128")]);
    assert!(key.info().unwrap().warnings.iter().any(|warning| warning.contains("kdf_of_aes128")));
    assert_eq!([written(&key, Dialect::OpenBao), written(&key, Dialect::Vault)], [[false, true]; 2]);
    key.rotate_to(KeyType::Aes256Gcm96).unwrap();
    assert!(key.rewrap_item(&old()).unwrap().starts_with("vault:v2:"));
}

#[test]
fn derived_ed25519_with_the_older_kdf() {
    let backup =
        changed("openbao", "ed25519", |policy| (policy["derived"], policy["kdf"]) = (true.into(), 0.into()));
    let key = restored(&backup);
    let versions = key.info().unwrap().versions.len();
    assert_eq!(unusable(&key), vec![Some("kdf_of_ed25519"); versions]);
    assert_eq!([written(&key, Dialect::OpenBao), written(&key, Dialect::Vault)], [[false, true]; 2]);
    assert!(matches!(key.rotate(), Err(Error::InvalidOption { .. })));
    let signed = key.sign_item(&Item::message(b"m").context("c"));
    assert!(matches!(signed, Err(Error::TypeNotSupported { .. })), "{signed:?}");
}

#[test]
fn a_public_key_alone_and_a_type_without_an_implementation_are_named() {
    let alone = fixtures("vault").into_iter().find(|fixture| fixture.id == "public-only-ed25519").unwrap();
    assert!(unusable(&restored(&alone.backup)).contains(&Some("public_key_alone")));
    for fixture in fixtures("openbao")
        .into_iter()
        .filter(|fixture| fixture.id == "aes256-gcm96" || fixture.id == "hmac-32")
    {
        assert!(unusable(&restored(&fixture.backup)).iter().all(Option::is_none), "{}", fixture.id);
    }
}

#[test]
fn what_the_other_product_would_take_a_backup_for_is_said() {
    let spec = |key_type| KeySpec::new(key_type).exportable(true).allow_plaintext_backup(true);
    let warnings =
        |key_type| Keyring::in_memory().create_key("key", spec(key_type)).unwrap().info().unwrap().warnings;
    assert_eq!(Dialect::Vault.mistaken_for(KeyType::Hmac), Some("xchacha20-poly1305"));
    assert_eq!(Dialect::OpenBao.mistaken_for(KeyType::Hmac), Some("managed_key"));
    assert_eq!(Dialect::OpenBao.mistaken_for(KeyType::XChaCha20Poly1305), Some("hmac"));
    assert_eq!(Dialect::Vault.mistaken_for(KeyType::Ed25519), None);
    assert!(
        warnings(KeyType::Hmac)
            .iter()
            .any(|warning| warning.contains("for Vault") && warning.contains("becomes xchacha20-poly1305"))
    );
    assert!(
        warnings(KeyType::XChaCha20Poly1305)
            .iter()
            .any(|warning| warning.contains("for OpenBao") && warning.contains("becomes hmac"))
    );
    assert!(warnings(KeyType::Aes256Gcm96).is_empty());
}

#[test]
fn a_saved_answer_is_unwrapped() {
    let backup = fixtures("openbao").into_iter().find(|fixture| fixture.id == "aes256-gcm96").unwrap().backup;
    let answer = json!({"request_id": "1", "lease_id": "", "renewable": false, "data": {"backup": backup, "other": [1]}, "warnings": null});
    for text in [answer.to_string(), format!("\n{answer:#}\n")] {
        let restored = Keyring::in_memory().restore_transit(&text, Some("key"), None).unwrap();
        assert_eq!(
            restored.info().unwrap().versions.len(),
            self::restored(&backup).info().unwrap().versions.len()
        );
    }
    for wrong in [
        "{}",
        "{\"data\":null}",
        "{\"data\":{}}",
        "{\"data\":{\"keys\":{}}}",
        "{\"errors\":[\"permission denied\"]}",
    ] {
        let error = Keyring::in_memory().restore_transit(wrong, Some("key"), None).unwrap_err();
        assert!(
            matches!(error, Error::CorruptBackup { reason } if reason.contains("-field=backup")),
            "{wrong}: {error:?}"
        );
    }
    for wrong in ["{", "{\"data\":{\"backup\":7}}", "{\"data\":{\"backup\":\"\"}}"] {
        assert!(
            matches!(
                Keyring::in_memory().restore_transit(wrong, Some("key"), None),
                Err(Error::CorruptBackup { .. })
            ),
            "{wrong}"
        );
    }
}

#[test]
fn version_0_is_the_latest_for_transit_and_none_for_us() {
    let aes = Keyring::in_memory().create_key("key", KeyType::Aes256Gcm96).unwrap();
    let first = aes.encrypt(b"x", Aad::NONE).unwrap();
    aes.rotate().unwrap();
    let ed25519 = Keyring::in_memory().create_key("key", KeyType::Ed25519).unwrap();
    ed25519.rotate().unwrap();
    let (encrypt, rewrap, message) = (
        Item::plaintext(b"x").version_number(0),
        Item::ciphertext(&first).version_number(0),
        Item::message(b"x").version_number(0),
    );
    let data_key = Item::data_key(DataKeySize::Bits256).version_number(0);
    for [native, lenient] in [
        [aes.encrypt_item(&encrypt), aes.transit().encrypt_item(&encrypt)],
        [aes.rewrap_item(&rewrap), aes.transit().rewrap_item(&rewrap)],
        [aes.hmac_item(&message), aes.transit().hmac_item(&message)],
        [ed25519.sign_item(&message), ed25519.transit().sign_item(&message)],
        [
            aes.data_key_item(&data_key).map(|made| made.ciphertext),
            aes.transit().data_key_item(&data_key).map(|made| made.ciphertext),
        ],
    ] {
        assert!(matches!(native, Err(Error::InvalidOption { .. })), "{native:?}");
        assert!(lenient.unwrap().starts_with("vault:v2:"));
    }
    // What no product takes is refused by both.
    for number in [Version::MAX + 1, u32::MAX] {
        let odd = Item::plaintext(b"x").version_number(number);
        assert!(
            [aes.encrypt_item(&odd), aes.transit().encrypt_item(&odd)].iter().all(Result::is_err),
            "{number}"
        );
    }
    // A number that the operation has no place for.
    assert!(matches!(
        aes.decrypt_item(&Item::ciphertext(&first).version_number(0)),
        Err(Error::InvalidOption { .. })
    ));
}

#[test]
fn public_keys_of_small_order_are_refused_in_both_views() {
    // The neutral element, the point of order 2, and the one that servers show for derived keys under the
    // older kdf.
    for public in
        [[[1].as_slice(), &[0; 31]].concat(), [[0xec].as_slice(), &[0xff; 30], &[0x7f]].concat(), vec![0; 32]]
    {
        let backup = changed("vault", "public-only-ed25519", |policy| {
            for (_, entry) in policy["keys"].as_object_mut().unwrap() {
                (entry["key"], entry["public_key"]) = (Value::Null, encoded(&public).into());
            }
        });
        let key = restored(&backup);
        // The server takes such a signature, by the same key and a scalar of zero, for about every fourth
        // message.
        let taken = (0..64u8).filter(|message| {
            let signature = format!("vault:v1:{}", encoded([public.as_slice(), &[0; 32]].concat()));
            let item = Item::signed(std::slice::from_ref(message), &signature);
            [key.verify_item(&item), key.transit().verify_item(&item)].iter().any(Result::is_ok)
        });
        assert_eq!(taken.count(), 0);
    }
}
