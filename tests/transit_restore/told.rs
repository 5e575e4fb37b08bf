//! What is told of a key, against what its server said (`read.json`). Every language reads the same file.

use super::dialect;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use strongroom::{Aad, Error, ExportFormat, Key, KeySpec, KeyType, Keyring, VersionState};
use strongroom_tests::transit::{Fixture, PRODUCTS, fixtures};
use strongroom_tests::vectors::load;

#[derive(Deserialize)]
struct File {
    keys: Vec<Said>,
}

/// What a server said of a key, in one of its states or as it is in the fixture.
#[derive(Deserialize)]
struct Said {
    product: String,
    id: String,
    state: Option<String>,
    info: Value,
    supports_encryption: bool,
    supports_signing: bool,
    supports_derivation: bool,
    /// By version, in nanoseconds.
    created: BTreeMap<String, Option<String>>,
    /// By version, as its `export` gives them.
    #[serde(default)]
    public_keys: BTreeMap<String, String>,
}

/// The key of a row.
fn restored(said: &Said, fixtures: &[Fixture]) -> Option<Key> {
    let fixture = fixtures.iter().find(|fixture| fixture.id == said.id)?;
    let mut backup = Some(&fixture.backup);
    let mut is_disabled = false;
    if let Some(id) = &said.state {
        let at = fixture.states.iter().position(|state| state.id == *id).unwrap();
        backup = fixture.states[..=at].iter().rev().find_map(|state| state.backup.as_ref());
        // The server takes no backup of a key that is soft-deleted.
        is_disabled = fixture.states[at].backup.is_none();
    }
    let ring = Keyring::in_memory();
    let key = ring.restore_transit(backup.unwrap(), Some("other"), Some(dialect(&said.product))).unwrap();
    if is_disabled {
        key.disable().unwrap();
    }
    Some(key)
}

#[test]
fn the_key_is_what_the_server_said() {
    let (mut ran, mut versions, mut public_keys, mut elsewhere) = (0, 0, 0, 0);
    let all = PRODUCTS.map(|product| (product, fixtures(product)));
    for said in load::<File>("transit/read.json").keys {
        let (_, fixtures) = all.iter().find(|(product, _)| *product == said.product).unwrap();
        let place = format!("{} {} {:?}", said.product, said.id, said.state);
        let Some(key) = restored(&said, fixtures) else {
            elsewhere += 1;
            continue;
        };
        let info = key.info().unwrap();
        let mut told = json!({
            "key_type": info.key_type.name(),
            "derived": info.derived,
            "convergent": info.convergent,
            "imported": info.imported,
            "exportable": info.exportable,
            "allow_plaintext_backup": info.allow_plaintext_backup,
            "deletion_allowed": info.deletion_allowed,
            "disabled": info.disabled,
            "auto_rotate_period": info.auto_rotate_period.as_secs(),
            "latest_version": info.latest_version.get(),
            "min_available_version": info.min_available_version,
            "min_decryption_version": info.min_decryption_version.get(),
            "min_encryption_version": info.min_encryption_version.map_or(0, |version| version.get()),
        });
        // Of some keys only.
        if said.info.get("allow_rotation").is_some() {
            told["allow_rotation"] = info.allow_rotation.into();
        }
        if said.info.get("key_size").is_some() {
            told["key_size"] = info.key_size.into();
        }
        assert_eq!(told, said.info, "{place}");
        let kept = info.versions.iter().filter(|version| version.state != VersionState::Destroyed);
        let created = kept.map(|version| {
            assert_eq!(version.key_type, info.key_type, "{place}");
            (version.version.to_string(), version.created.map(|time| time.to_string()))
        });
        assert_eq!(created.collect::<BTreeMap<_, _>>(), said.created, "{place}");
        if !said.public_keys.is_empty() && !info.disabled {
            let public = key.public_keys_transit(ExportFormat::Raw).unwrap();
            let public = public.iter().map(|(version, text)| (version.to_string(), text.trim().to_owned()));
            assert_eq!(public.collect::<BTreeMap<_, _>>(), said.public_keys, "{place}");
        }
        supported(&key, &said, &place);
        ran += 1;
        versions += said.created.len();
        public_keys += said.public_keys.len();
    }
    println!("{ran} keys, {versions} versions and {public_keys} public keys; {elsewhere} not in this build");
    assert!(
        ran + elsewhere >= 176 && versions >= 480 && public_keys >= 100,
        "{ran} {versions} {public_keys}"
    );
    assert!(elsewhere == 0 || !KeyType::Rsa2048.is_supported(), "{elsewhere}");
}

/// What a type does is what is not refused as an operation that it does not have.
fn supported(key: &Key, said: &Said, place: &str) {
    let does = |result: Result<(), Error>| !matches!(result, Err(Error::OperationNotSupported { .. }));
    // Of a key that is disabled that is said first.
    if said.info["disabled"] == false {
        assert_eq!(does(key.encrypt(b"x", Aad::NONE).map(drop)), said.supports_encryption, "{place}");
        assert_eq!(does(key.sign(b"x").map(drop)), said.supports_signing, "{place}");
    }
    let key_type = key.info().unwrap().key_type;
    assert_eq!(
        [key_type.encrypts(), key_type.signs(), key_type.derives()],
        [said.supports_encryption, said.supports_signing, said.supports_derivation],
        "{place}"
    );
    let derived = Keyring::in_memory().create_key("derived", KeySpec::new(key_type).derived(true));
    assert_eq!(derived.is_ok(), said.supports_derivation, "{place}");
}
