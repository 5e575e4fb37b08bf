//! Keys that derive subkeys or nonces as older servers did.

use super::{both, v};
use strongroom::{
    Dialect, Error, ExportKind, Expose, Import, Item, Kdf, KeyConfig, KeySpec, KeyType, Keyring,
};
use strongroom_tests::transit::fixtures;

#[test]
fn the_second_rule_reads_and_rotates_to_the_third() {
    let find = |id: &str| fixtures("vault").into_iter().find(|fixture| fixture.id == id).unwrap();
    for (id, rotates) in [
        ("convergent-v2-kdf1-aes256-gcm96", true),
        ("convergent-v2-kdf0-aes256-gcm96", false),
        ("convergent-v1-kdf1-aes256-gcm96", false),
    ] {
        let key = Keyring::in_memory().restore_transit(find(id).backup, None, None).unwrap();
        let old = Item::plaintext(b"x").context("c").version(v(1));
        assert!(matches!(key.transit().encrypt_item(&old), Err(Error::InvalidOption { .. })), "{id}");
        let latest = key.info().unwrap().latest_version;
        let rotated = key.rotate();
        assert_eq!(rotated.is_ok(), rotates, "{id}");
        if rotates {
            let item = Item::plaintext(b"x").context("c");
            let text = key.encrypt_item(&item).unwrap();
            assert_eq!(text, key.transit().encrypt_item(&item).unwrap());
            assert!(text.starts_with(&format!("vault:v{}:", latest.get() + 1)));
        } else {
            assert!(matches!(rotated, Err(Error::InvalidOption { .. })), "{id}");
            assert_eq!(key.info().unwrap().latest_version, latest);
        }
    }
}

#[test]
fn ciphertexts_of_both_kdfs_of_an_imported_key() {
    let fixture =
        fixtures("vault").into_iter().find(|fixture| fixture.id == "imported-derived-kdf0-switched").unwrap();
    let ring = Keyring::in_memory();
    let key = ring.restore_transit(fixture.backup.as_bytes(), None, None).unwrap();
    let text = |name: &str, at: usize| fixture.cases[at][name].as_str().unwrap().to_owned();
    let [before, after] = [text("ciphertext", 0), text("ciphertext", 1)];
    // The recorded server opens the second only.
    assert_eq!(
        both(&key, &Item::ciphertext(&before).context("a context")),
        [Err(Error::DecryptFailed), Ok("before".into())]
    );
    assert_eq!(
        both(&key, &Item::ciphertext(&after).context("a context")),
        [Ok("after".into()), Ok("after".into())]
    );
    let rewrapped = key.transit().rewrap_item(&Item::ciphertext(&before).context("a context")).unwrap();
    assert_eq!(
        key.decrypt_item(&Item::ciphertext(&rewrapped).context("a context")).unwrap().expose(),
        b"before"
    );
    let mut out = [7; 8];
    assert_eq!(
        key.transit().decrypt_into_item(&Item::ciphertext(&before).context("a context"), &mut out),
        Ok(6)
    );
    assert_eq!(&out[..6], b"before");

    // Neither another context nor a key that was made here has a second way.
    out = [7; 8];
    assert_eq!(
        key.transit().decrypt_into_item(&Item::ciphertext(&before).context("another"), &mut out),
        Err(Error::DecryptFailed)
    );
    assert_eq!(out[..6], [0; 6]);
    let spec = || KeySpec::new(KeyType::Aes256Gcm96).derived(true).exportable(true);
    let made = ring.create_key("made", spec()).unwrap();
    let material =
        made.export(ExportKind::EncryptionKey, Expose::SecretMaterial).unwrap().remove(&v(1)).unwrap();
    let counter =
        ring.import_key("counter", Import::raw(material.expose()).kdf(Kdf::HmacCounter), spec()).unwrap();
    let theirs = counter.encrypt_item(&Item::plaintext("x").context("c")).unwrap();
    assert_eq!(
        both(&made, &Item::ciphertext(&theirs).context("c")),
        [Err(Error::DecryptFailed), Err(Error::DecryptFailed)]
    );
    let ours = made.encrypt_item(&Item::plaintext("x").context("c")).unwrap();
    assert_eq!(
        both(&counter, &Item::ciphertext(&ours).context("c")),
        [Err(Error::DecryptFailed), Ok("x".into())]
    );
}

#[test]
fn both_kdfs_stay_when_the_key_rotates() {
    let fixture =
        fixtures("vault").into_iter().find(|fixture| fixture.id == "imported-aes256-gcm96-derived").unwrap();
    let ring = Keyring::in_memory();
    let key = ring.restore_transit(fixture.backup.as_bytes(), Some("moved"), None).unwrap();
    assert!(key.info().unwrap().versions.iter().all(|version| version.imported));
    let material =
        key.export(ExportKind::EncryptionKey, Expose::SecretMaterial).unwrap().remove(&v(1)).unwrap();
    let spec = KeySpec::new(KeyType::Aes256Gcm96).derived(true);
    let old = ring.import_key("old", Import::raw(material.expose()).kdf(Kdf::HmacCounter), spec).unwrap();
    let text = old.encrypt_item(&Item::plaintext("x").context("c")).unwrap();
    for _ in 0..2 {
        assert_eq!(
            both(&key, &Item::ciphertext(&text).context("c")),
            [Err(Error::DecryptFailed), Ok("x".into())]
        );
        key.rotate().unwrap();
    }
}

#[test]
fn a_key_that_vault_would_switch_is_not_handed_to_vault() {
    let fixture =
        fixtures("openbao").into_iter().find(|fixture| fixture.id == "import/fx.aes256-gcm96-37").unwrap();
    let key = Keyring::in_memory().restore_transit(fixture.backup.as_bytes(), Some("moved"), None).unwrap();
    key.configure(KeyConfig::new().exportable(true).allow_plaintext_backup(true)).unwrap();
    let backup = |dialect| key.backup_transit(dialect, Expose::SecretMaterial).map(drop);
    assert!(backup(Dialect::OpenBao).is_ok());
    assert!(
        matches!(backup(Dialect::Vault), Err(Error::InvalidOption { reason }) if reason.contains("rotate"))
    );
    if key.rotate().is_ok() {
        assert!(backup(Dialect::Vault).is_ok());
    }
}
