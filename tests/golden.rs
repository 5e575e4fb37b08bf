//! Files that were written once and must open for ever. A set is a folder of `tests/golden/`: the files of a
//! keyring, a backup, a snapshot, and `golden.json`, which says what opens them and what was made with the
//! keys. Sets are added and never changed.
//!
//! `STRONGROOM_GOLDEN=name cargo test --package strongroom-tests --test golden` writes the set `name` with
//! the library as it is.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use strongroom::{
    Aad, Directory, DocName, Error, Expose, HashAlgorithm, Import, Item, Key, KeySpec, KeyType, Keyring,
    Memory, Seal, SecretArray, Store, Version,
};
use strongroom_tests::forge::put;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// The sets, each with what is said of it.
fn sets() -> Vec<(PathBuf, Value)> {
    let mut folders: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let read = |path: PathBuf| {
        let said = serde_json::from_str(&fs::read_to_string(path.join("golden.json")).unwrap()).unwrap();
        (path, said)
    };
    folders.into_iter().map(read).collect()
}

fn seal(said: &Value) -> Seal {
    match said["kind"].as_str().unwrap() {
        "root-key" => Seal::root_key(
            SecretArray::copy_of(&hex::decode(said["key"].as_str().unwrap()).unwrap()).unwrap(),
        ),
        _ => Seal::passphrase_named(
            said["id"].as_str().unwrap(),
            said["passphrase"].as_str().unwrap().as_bytes(),
        ),
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A store in memory with the documents of a set.
fn documents(path: &Path) -> Memory {
    let store = Memory::new();
    for entry in fs::read_dir(path).unwrap() {
        let file = entry.unwrap().path();
        if let Some(name) = DocName::from_file_name(file.file_name().unwrap().to_str().unwrap()) {
            put(&store, &name, fs::read(&file).unwrap());
        }
    }
    store
}

/// Whether a build does not have the type of a key, which it opens and keeps all the same.
fn is_elsewhere(key: &Key) -> bool {
    !key.info().unwrap().key_type.is_supported()
}

/// Whether what was made with a key still is what it was.
fn check(key: &Key, case: &Value) {
    if is_elsewhere(key) {
        return;
    }
    let (text, message) =
        (case["text"].as_str().unwrap_or_default(), hex::decode(case["message"].as_str().unwrap()).unwrap());
    let mut item = match case["op"].as_str().unwrap() {
        "decrypt" => Item::ciphertext(text),
        _ => Item::signed(&message, text),
    };
    if let Some(context) = case["context"].as_str() {
        item = item.context(context);
    }
    if let Some(aad) = case["aad"].as_str() {
        item = item.aad(aad);
    }
    match case["op"].as_str().unwrap() {
        "decrypt" => assert_eq!(key.decrypt_item(&item).unwrap().expose(), message, "{case}"),
        "verify" => key.verify_item(&item).unwrap_or_else(|error| panic!("{case}: {error}")),
        "verify_hmac" => key.verify_hmac_item(&item).unwrap_or_else(|error| panic!("{case}: {error}")),
        other => panic!("unknown operation {other}"),
    }
}

#[test]
fn every_set_opens_and_opens_what_was_made_with_it() {
    if let Some(name) = std::env::var_os("STRONGROOM_GOLDEN") {
        write_set(&folder().join(name));
    }
    let (mut opened, mut checked, mut wrapped) = (0, 0, 0);
    for (path, said) in sets() {
        for by in list(&said["seals"]) {
            let ring =
                Keyring::open(documents(&path), seal(by)).unwrap_or_else(|error| panic!("{path:?}: {error}"));
            let report = ring.check().unwrap();
            assert!(report.faults.is_empty(), "{path:?}: {report:?}");
            for name in list(&said["keys"]) {
                ring.key(name.as_str().unwrap())
                    .unwrap_or_else(|error| panic!("{path:?}: {name}: {error}"))
                    .info()
                    .unwrap();
            }
            assert_eq!(ring.keys().unwrap().len(), list(&said["keys"]).count(), "{path:?}");
            for case in list(&said["cases"]) {
                check(&ring.key(case["key"].as_str().unwrap()).unwrap(), case);
                checked += 1;
            }
            let blobs = list(&said["wrapped"]).enumerate();
            wrapped += blobs.filter(|(number, blob)| unwrap(&ring, *number, blob)).count();
            opened += 1;
        }
        for backup in list(&said["backups"]) {
            let bytes = fs::read(path.join(backup["file"].as_str().unwrap())).unwrap();
            let key = Keyring::in_memory()
                .restore_key(&bytes, seal(&said["seals"][0]), None)
                .unwrap_or_else(|error| panic!("{path:?}: {error}"));
            list(&backup["cases"]).for_each(|case| check(&key, case));
            checked += list(&backup["cases"]).count();
        }
        for snapshot in list(&said["snapshots"]) {
            let bytes = fs::read(path.join(snapshot["file"].as_str().unwrap())).unwrap();
            let ring = Keyring::builder()
                .restore_bytes(&bytes, Memory::new(), seal(&said["seals"][0]))
                .unwrap_or_else(|error| panic!("{path:?}: {error}"));
            assert_eq!(ring.keys().unwrap().len(), list(&said["keys"]).count(), "{path:?}");
        }
    }
    println!("{opened} openings, {checked} cases, {wrapped} keys unwrapped");
    assert!(opened >= 7 && checked >= 400, "{opened} {checked}");
    assert!(wrapped >= 6 || !KeyType::Rsa4096.is_supported(), "{wrapped}");
}

/// Imports what was wrapped for the keyring's wrapping key, unless the build has no RSA.
fn unwrap(ring: &Keyring, number: usize, said: &Value) -> bool {
    let (key_type, hash) = (said["key_type"].as_str().unwrap(), said["hash"].as_str().unwrap());
    let import =
        Import::wrapped(said["blob"].as_str().unwrap().as_bytes(), HashAlgorithm::from_name(hash).unwrap());
    let imported =
        ring.import_key(&format!("unwrapped-{number}"), import, key_type.parse::<KeyType>().unwrap());
    let key = match imported {
        Err(Error::TypeNotSupported { key_type: "rsa-4096" }) => return false,
        imported => imported.unwrap(),
    };
    let message = hex::decode(said["message"].as_str().unwrap()).unwrap();
    let text = said["text"].as_str().unwrap();
    let fits = if key_type == "hmac" { key.verify_hmac(&message, text) } else { key.verify(&message, text) };
    assert_eq!(fits, Ok(()), "{said}");
    true
}

/// Changing a file to make it open would be changing what was promised.
#[test]
fn no_file_was_changed_added_or_lost() {
    let mut files = 0;
    for (path, said) in sets() {
        let mut found: Vec<String> = fs::read_dir(&path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        found.retain(|name| name != "golden.json");
        found.sort();
        let listed = said["files"].as_object().unwrap();
        assert_eq!(found, listed.keys().cloned().collect::<Vec<_>>(), "{path:?}");
        for name in found {
            assert_eq!(digest(&fs::read(path.join(&name)).unwrap()), listed[&name], "{path:?}: {name}");
            files += 1;
        }
    }
    assert!(files >= 40, "{files}");
}

/// What is written on is written in the formats of today, and opens with what was there before.
#[test]
fn every_set_is_written_on() {
    for (path, said) in sets() {
        let store = documents(&path);
        let ring = Keyring::open(store.clone(), seal(&said["seals"][0])).unwrap();
        ring.create_key("made-on", KeySpec::default()).unwrap();
        // The first finishes one that is under way.
        ring.reseal([seal(&said["seals"][0])]).unwrap();
        ring.reseal([seal(&said["seals"][0])]).unwrap();
        let pin = ring.pin().unwrap();
        drop(ring);
        let ring = Keyring::builder().pinned(pin).open(store, seal(&said["seals"][0])).unwrap();
        assert!(ring.check().unwrap().faults.is_empty());
        list(&said["cases"]).for_each(|case| check(&ring.key(case["key"].as_str().unwrap()).unwrap(), case));
    }
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn write_set(path: &Path) {
    fs::create_dir(path).expect("a set is never written again");
    let key: [u8; 32] = std::array::from_fn(|at| 7 * at as u8 + 3);
    let by = || Seal::root_key(SecretArray::copy_of(&key).unwrap());
    let made = tempfile::tempdir().unwrap();
    let store = Directory::new(made.path().join("keys"));
    let ring = Keyring::builder().label("golden").create(store.clone(), by()).unwrap();
    ring.add_seal(Seal::passphrase_named("spare", "golden files".as_bytes())).unwrap();
    let (mut cases, mut keys) = (Vec::new(), Vec::new());
    for t in KeyType::ALL.iter().filter(|t| t.is_supported()) {
        for derived in [false, true].into_iter().filter(|derived| !derived || t.derives()) {
            let name = format!("{t}{}", if derived { "-derived" } else { "" });
            let key =
                ring.create_key(&name, KeySpec::new(*t).derived(derived).label("team", "payments")).unwrap();
            for round in 0..2 {
                cases.extend(make(&key, &name, derived));
                if round == 0 {
                    key.rotate().unwrap();
                }
            }
            keys.push(name);
        }
    }
    for t in KeyType::ALL.iter().filter(|t| t.is_supported() && t.signs()) {
        let name = format!("{t}-public");
        cases.extend(public_alone(&ring, &name, *t));
        keys.push(name);
    }
    let wrapped = wrapped(&ring);
    let gone = ring.create_key("gone", KeySpec::default().deletion_allowed(true)).unwrap();
    let backup = ring.key(keys[0].as_str()).unwrap().backup(by()).unwrap();
    drop(gone);
    ring.delete_key("gone").unwrap();
    fs::write(path.join("key.srb"), backup).unwrap();
    fs::write(path.join("keyring.srs"), ring.snapshot_bytes().unwrap()).unwrap();
    drop(ring);
    for name in store.list(None, 1000).unwrap() {
        fs::write(path.join(name.file_name()), store.load(&name).unwrap().unwrap().0.as_bytes()).unwrap();
    }
    let files: serde_json::Map<String, Value> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (entry.file_name().into_string().unwrap(), json!(digest(&fs::read(entry.path()).unwrap())))
        })
        .collect();
    let own: Vec<&Value> = cases.iter().filter(|case| case["key"] == keys[0]).collect();
    let said = json!({
        "seals": [{"kind": "root-key", "key": hex::encode(key)}, {"kind": "passphrase", "id": "spare", "passphrase": "golden files"}],
        "keys": keys, "files": files, "cases": cases,
        "backups": [{"file": "key.srb", "cases": own}], "snapshots": [{"file": "keyring.srs"}],
        "wrapped": wrapped,
    });
    fs::write(path.join("golden.json"), serde_json::to_string_pretty(&said).unwrap() + "\n").unwrap();
}

fn make(key: &Key, name: &str, derived: bool) -> Vec<Value> {
    let message = b"kept for ever";
    let shown = hex::encode(message);
    let view = if derived { key.context("tenant-1").unwrap() } else { key.transit() };
    let context = derived.then_some("tenant-1");
    let mut made =
        vec![json!({"key": name, "op": "verify_hmac", "text": key.hmac(message).unwrap(), "message": shown})];
    if let Ok(text) = view.encrypt(message, Aad::from("order-17")) {
        made.push(json!({"key": name, "op": "decrypt", "text": text, "message": shown, "aad": "order-17", "context": context}));
    }
    // RSA authenticates none.
    if view.encrypt(message, Aad::from("order-17")) == Err(Error::AadNotAllowed) {
        let text = view.encrypt(message, Aad::NONE).unwrap();
        made.push(json!({"key": name, "op": "decrypt", "text": text, "message": shown}));
    }
    if let Ok(text) = view.sign(message) {
        made.push(json!({"key": name, "op": "verify", "text": text, "message": shown, "context": context}));
    }
    made
}

const MESSAGE: &[u8] = b"kept for ever";

/// A key of a public key alone, with a signature of the one that has the private half.
fn public_alone(ring: &Keyring, name: &str, key_type: KeyType) -> Vec<Value> {
    let pair = Keyring::in_memory().create_key("pair", key_type).unwrap();
    let public = pair.public_key(None).unwrap().to_der();
    ring.import_key(name, Import::public_key(public), key_type).unwrap();
    let signature = pair.sign(MESSAGE).unwrap();
    vec![json!({"key": name, "op": "verify", "text": signature, "message": hex::encode(MESSAGE)})]
}

/// What other keyrings have wrapped for this one, each with what the wrapped key made.
fn wrapped(ring: &Keyring) -> Vec<Value> {
    let to = ring.wrapping_key().unwrap();
    let make = |(key_type, hash): (KeyType, HashAlgorithm)| {
        let spec = KeySpec::new(key_type).exportable(true);
        let key = Keyring::in_memory().create_key("there", spec).unwrap();
        let blobs = key.export_wrapped(&to, hash, Expose::SecretMaterial).unwrap();
        let text = if key_type.signs() { key.sign(MESSAGE) } else { key.hmac(MESSAGE) };
        json!({
            "key_type": key_type.name(), "hash": hash.name(), "blob": blobs[&Version::FIRST],
            "message": hex::encode(MESSAGE), "text": text.unwrap(),
        })
    };
    let kinds = [
        (KeyType::Hmac, HashAlgorithm::Sha256),
        (KeyType::EcdsaP256, HashAlgorithm::Sha1),
        (KeyType::MlDsa65, HashAlgorithm::Sha512),
    ];
    kinds.map(make).to_vec()
}
