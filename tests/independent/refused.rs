//! What must be refused, and what stands right beside it and must not be.

use super::{bytes, expected, file, list, put, run, seal, store};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use strongroom::{DocName, Error, KeyName, KeySpec, Keyring, Memory, Seal, SecretArray};

#[test]
fn what_must_be_refused_is_refused() {
    let keyrings = file("keyrings.json");
    let refusals = file("refusals.json");
    let (mut ran, mut other_name, mut taken) = (BTreeMap::<&str, usize>::new(), Vec::new(), Vec::new());
    let mut judge = |set, case: &Value, result: Result<String, Error>| match result {
        Ok(_) => taken.push(case["id"].to_string()),
        Err(error) => {
            *ran.entry(set).or_default() += 1;
            if error.name() != case["error"] {
                other_name.push(format!("{}: {} instead of {}", case["id"], error.name(), case["error"]));
            }
        }
    };
    let find = |id: &Value| list(&keyrings["keyrings"]).find(|k| k["id"] == *id).unwrap();
    for case in list(&refusals["operations"]) {
        let keyring = find(&case["keyring"]);
        let ring = Keyring::open(store(&keyring["documents"]), seal(&keyring["seals"][0])).unwrap();
        judge("operations", case, run(&ring, case["key"].as_str().unwrap(), case));
    }
    for case in list(&refusals["documents"]) {
        let keyring = find(&case["keyring"]);
        let documents = store(&keyring["documents"]);
        put(&documents, &case["documents"]);
        let ring = Keyring::open(documents, seal(&keyring["seals"][0])).unwrap();
        judge("documents", case, ring.key(case["key"].as_str().unwrap()).map(|_| String::new()));
    }
    for case in list(&refusals["roots"]) {
        judge(
            "roots",
            case,
            Keyring::open(store(&case["documents"]), seal(&case["seal"])).map(|_| String::new()),
        );
    }
    for case in list(&refusals["root_keys"]) {
        judge("root_keys", case, opened_by_text(&case["text"], [1, 2].repeat(16)));
    }
    for case in list(&refusals["backups"]) {
        judge(
            "backups",
            case,
            Keyring::in_memory()
                .restore_key(&bytes(&case["backup"]), seal(&case["seal"]), Some("restored"))
                .map(|_| String::new()),
        );
    }
    for case in list(&refusals["key_names"]) {
        judge(
            "key_names",
            case,
            Keyring::in_memory()
                .create_key(case["name"].as_str().unwrap(), strongroom::KeySpec::default())
                .map(|_| String::new()),
        );
    }
    println!("refused: {ran:?}");
    assert!(taken.is_empty(), "{} taken:\n{}", taken.len(), taken.join("\n"));
    assert!(
        other_name.is_empty(),
        "{} refused under another name:\n{}",
        other_name.len(),
        other_name.join("\n")
    );
    for (set, floor) in [
        ("operations", 323),
        ("documents", 282),
        ("roots", 120),
        ("root_keys", 31),
        ("backups", 39),
        ("key_names", 28),
    ] {
        assert!(ran.get(set).is_some_and(|count| *count >= floor), "{set}: {ran:?}");
    }
}

/// A keyring is created with a sealing key, and opened with a file that holds `text`.
fn opened_by_text(text: &Value, key: Vec<u8>) -> Result<String, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sealing.key");
    std::fs::write(&path, text.as_str().unwrap()).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let store = Memory::new();
    Keyring::create(store.clone(), Seal::root_key(SecretArray::copy_of(&key).unwrap())).unwrap();
    Keyring::open(store, Seal::root_key_file(path)).map(|_| String::new())
}

#[test]
fn the_neighbours_of_what_is_refused_are_taken() {
    let keyrings = file("keyrings.json");
    let accepted = &file("refusals.json")["accepted"];
    let find = |id: &Value| list(&keyrings["keyrings"]).find(|k| k["id"] == *id).unwrap();
    let (mut ran, mut noted_seals) = ([0; 6], 0);
    for case in list(&accepted["documents"]) {
        let documents = store(&find(&case["keyring"])["documents"]);
        put(&documents, &case["documents"]);
        let ring = Keyring::open(documents, seal(&find(&case["keyring"])["seals"][0])).unwrap();
        let key =
            ring.key(case["key"].as_str().unwrap()).unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
        key.info().unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
        ran[5] += 1;
    }
    for case in list(&accepted["operations"]) {
        let keyring = find(&case["keyring"]);
        let ring = Keyring::open(store(&keyring["documents"]), seal(&keyring["seals"][0])).unwrap();
        assert_eq!(
            run(&ring, case["key"].as_str().unwrap(), case).unwrap(),
            expected(case),
            "{}",
            case["id"]
        );
        ran[0] += 1;
    }
    for case in list(&accepted["roots"]) {
        let ring = Keyring::open(store(&case["documents"]), seal(&case["seal"]))
            .unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
        let id = case.get("keyring_id").unwrap_or_else(|| &find(&case["keyring"])["keyring_id"]);
        assert_eq!(ring.id().to_string(), *id, "{}", case["id"]);
        for (at, noted) in case.get("seals").map(list).into_iter().flatten().enumerate() {
            let seal = &ring.seals().unwrap()[at];
            assert_eq!(
                json!({ "kind": seal.kind, "id": seal.id, "label": seal.label, "added": seal.added }),
                *noted,
                "{}",
                case["id"]
            );
            noted_seals += 1;
        }
        ran[1] += 1;
    }
    for case in list(&accepted["root_keys"]) {
        opened_by_text(&case["text"], bytes(&case["key"]))
            .unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
        ran[2] += 1;
    }
    for case in list(&accepted["key_names"]) {
        let name = case["name"].as_str().unwrap();
        Keyring::in_memory()
            .create_key(name, KeySpec::default())
            .unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
        let document = DocName::Key(KeyName::new(name).unwrap());
        assert_eq!(document.file_name(), case["file"], "{}", case["id"]);
        assert_eq!(DocName::from_file_name(&document.file_name()), Some(document), "{}", case["id"]);
        ran[3] += 1;
    }
    for case in list(&accepted["backups"]) {
        let restored = Keyring::in_memory().restore_key(&bytes(&case["backup"]), seal(&case["seal"]), None);
        restored.unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
        ran[4] += 1;
    }
    assert!(noted_seals >= 5, "only {noted_seals} seals with notes");
    println!("taken: {ran:?} operations, roots, root keys, key names, backups, documents");
    assert!(
        ran[0] >= 2 && ran[1] >= 21 && ran[2] >= 18 && ran[3] >= 17 && ran[4] >= 1 && ran[5] >= 15,
        "{ran:?}"
    );
}
