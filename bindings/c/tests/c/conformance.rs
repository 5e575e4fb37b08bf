//! The vectors of `tests/vectors/strongroom/`, through the drivers: what an independent program wrote opens,
//! and what it spoilt is refused under the right name.

use crate::driver::Driver;
use crate::toolchain::read;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

fn file(name: &str) -> Value {
    serde_json::from_str(&read(&format!("tests/vectors/strongroom/{name}"))).unwrap()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Puts documents as files into a folder.
fn put(folder: &Path, documents: &Value) {
    for (name, document) in documents.as_object().unwrap() {
        std::fs::write(folder.join(name), hex::decode(document.as_str().unwrap()).unwrap()).unwrap();
    }
}

/// The fields of a seal.
fn seal(value: &Value) -> Map<String, Value> {
    let fields = match value["kind"].as_str().unwrap() {
        "root-key" => json!({"root_key": value["key"]}),
        _ => {
            json!({"passphrase": hex::encode(value["passphrase"].as_str().unwrap()), "seal_id": value["id"], "allow_costly": value["allow_costly"] == true})
        }
    };
    fields.as_object().unwrap().clone()
}

fn with(op: &str, fields: Map<String, Value>, more: Value) -> Value {
    let mut line = fields;
    line.insert("op".to_owned(), op.into());
    line.extend(more.as_object().unwrap().clone());
    Value::Object(line)
}

/// A string, given as text or as `{"repeat": [hex, count]}`, in hexadecimal digits.
fn digits(value: &Value) -> String {
    match value {
        Value::String(text) => hex::encode(text),
        other => other["repeat"][0].as_str().unwrap().repeat(other["repeat"][1].as_u64().unwrap() as usize),
    }
}

/// A context or an aad, as the driver takes it.
fn said(line: &mut Map<String, Value>, name: &str, value: &Value) {
    let Some(form) = value.as_object() else { return };
    if let Some(map) = form.get("map") {
        let pairs: Vec<_> = map
            .as_object()
            .unwrap()
            .iter()
            .map(|(k, v)| format!("{}:{}", hex::encode(k), hex::encode(v.as_str().unwrap())))
            .collect();
        line.insert(format!("{name}_map"), pairs.join(",").into());
    } else {
        let digits = match form.get("bytes") {
            Some(bytes) => bytes.as_str().unwrap().to_owned(),
            None => digits(form.get("text").unwrap_or(value)),
        };
        line.insert(name.to_owned(), digits.into());
    }
}

/// The line of a case.
fn line(key: &Value, case: &Value) -> Value {
    let op = case["op"].as_str().unwrap();
    let mut line = Map::new();
    line.insert("op".to_owned(), op.into());
    line.insert("key".to_owned(), key.clone());
    said(&mut line, "aad", &case["aad"]);
    said(&mut line, "context", &case["context"]);
    for name in ["plaintext", "message", "binary", "hash", "form"] {
        let comes_out = name == "plaintext" && op.starts_with("decrypt");
        if let Some(value) = case.get(name).filter(|value| !comes_out && !value.is_null()) {
            line.insert(name.to_owned(), value.clone());
        }
    }
    if ["encrypt", "sign", "hmac", "public_key"].contains(&op)
        && case.get("version").is_some_and(Value::is_u64)
    {
        line.insert("version".to_owned(), case["version"].clone());
    }
    let text = case["text"].as_str().unwrap_or_default();
    match op {
        "decrypt" | "rewrap" => drop(line.insert("ciphertext".to_owned(), text.into())),
        "verify" | "verify_hmac" => drop(line.insert("signature".to_owned(), text.into())),
        _ => {}
    }
    if ["encrypt"].contains(&op) && !line.contains_key("plaintext") {
        line.insert("plaintext".to_owned(), "".into());
    }
    if ["sign", "hmac", "verify", "verify_hmac"].contains(&op) && !line.contains_key("message") {
        line.insert("message".to_owned(), "".into());
    }
    Value::Object(line)
}

fn expected(case: &Value) -> Value {
    match case["op"].as_str().unwrap() {
        "decrypt" | "decrypt_binary" => case["plaintext"].clone(),
        "encrypt" | "sign" | "hmac" => case["text"].clone(),
        "public_key" => case["public"].clone(),
        _ => true.into(),
    }
}

#[test]
fn keyrings_open_and_their_cases_hold() {
    for source in ["driver.c", "driver.cpp"] {
        let mut driver = Driver::new(source);
        let (mut ran, mut not_native, mut wrong) = (0, 0, Vec::new());
        for keyring in list(&file("keyrings.json")["keyrings"]) {
            let folder = tempfile::tempdir().unwrap();
            put(folder.path(), &keyring["documents"]);
            for with_seal in list(&keyring["seals"]) {
                driver
                    .call(&with("open", seal(with_seal), json!({"folder": folder.path()})))
                    .unwrap_or_else(|error| panic!("{}: {error}", keyring["id"]));
                assert_eq!(driver.call(&json!({"op": "id"})).unwrap(), keyring["keyring_id"]);
                for key in list(&keyring["keys"]) {
                    if key.get("deleted").is_some() {
                        assert_eq!(
                            driver.call(&json!({"op": "key", "key": key["name"]})),
                            Err("key_not_found".to_owned())
                        );
                    }
                    for case in list(&key["cases"]) {
                        match driver.call(&line(&key["name"], case)) {
                            Ok(out) if out == expected(case) => ran += 1,
                            // Transit lets any version encrypt while no minimum is set; the native view does
                            // not.
                            Err(name) if name == "version_not_allowed" => not_native += 1,
                            // The second convergent rule is for reading: the cases say how a text of it was
                            // made.
                            Err(name)
                                if name == "invalid_option"
                                    && key["name"].as_str().unwrap().contains("-rule2-")
                                    && case["op"] == "encrypt" =>
                            {
                                not_native += 1;
                            }
                            other => wrong.push(format!("{}: {other:?}", case["id"])),
                        }
                    }
                }
            }
        }
        driver.end();
        println!(
            "{source}: {ran} cases of keyrings, {not_native} of a version or rule that the native view refuses"
        );
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
        assert!(ran >= 400 && not_native <= 40, "{ran} {not_native}");
    }
}

#[test]
fn backups_restore_and_their_cases_hold() {
    for source in ["driver.c", "driver.cpp"] {
        let (mut driver, mut ran) = (Driver::new(source), 0);
        for backup in list(&file("backups.json")["backups"]) {
            driver.call(&json!({"op": "memory"})).unwrap();
            let name = &backup["key"]["name"];
            driver
                .call(&with(
                    "restore_key",
                    seal(&backup["seal"]),
                    json!({"key": name, "backup": backup["backup"]}),
                ))
                .unwrap();
            for case in list(&backup["key"]["cases"]) {
                assert_eq!(
                    driver.call(&line(name, case)).unwrap_or_else(|error| panic!("{}: {error}", case["id"])),
                    expected(case),
                    "{}",
                    case["id"]
                );
                ran += 1;
            }
        }
        driver.end();
        assert!(ran >= 15, "{ran}");
    }
}

#[test]
fn what_is_spoilt_is_refused_under_the_right_name() {
    let (keyrings, refusals) = (file("keyrings.json"), file("refusals.json"));
    let find = |id: &Value| list(&keyrings["keyrings"]).find(|keyring| keyring["id"] == *id).unwrap();
    for source in ["driver.c", "driver.cpp"] {
        let mut driver = Driver::new(source);
        let (mut ran, mut wrong) = (BTreeMap::<&str, usize>::new(), Vec::new());
        let mut judge = |set, case: &Value, result: Result<Value, String>| match result {
            Err(name) if case["error"] == name => *ran.entry(set).or_default() += 1,
            other => wrong.push(format!("{}: {other:?} instead of {}", case["id"], case["error"])),
        };
        let mut opened = &Value::Null;
        let folder = tempfile::tempdir().unwrap();
        for case in list(&refusals["operations"]) {
            let keyring = find(&case["keyring"]);
            if opened != &case["keyring"] {
                let place = folder.path().join(keyring["id"].as_str().unwrap());
                std::fs::create_dir_all(&place).unwrap();
                put(&place, &keyring["documents"]);
                driver.call(&with("open", seal(&keyring["seals"][0]), json!({"folder": place}))).unwrap();
                opened = &case["keyring"];
            }
            judge("operations", case, driver.call(&line(&case["key"], case)));
        }
        for case in list(&refusals["documents"]) {
            let (keyring, folder) = (find(&case["keyring"]), tempfile::tempdir().unwrap());
            put(folder.path(), &keyring["documents"]);
            put(folder.path(), &case["documents"]);
            driver.call(&with("open", seal(&keyring["seals"][0]), json!({"folder": folder.path()}))).unwrap();
            judge("documents", case, driver.call(&json!({"op": "key", "key": case["key"]})));
        }
        for case in list(&refusals["roots"]) {
            let folder = tempfile::tempdir().unwrap();
            put(folder.path(), &case["documents"]);
            judge(
                "roots",
                case,
                driver.call(&with("open", seal(&case["seal"]), json!({"folder": folder.path()}))),
            );
        }
        for case in list(&refusals["root_keys"]) {
            judge("root_keys", case, opened_by_text(&mut driver, &case["text"], &"0102".repeat(16)));
        }
        driver.call(&json!({"op": "memory"})).unwrap();
        for case in list(&refusals["backups"]) {
            judge(
                "backups",
                case,
                driver.call(&with(
                    "restore_key",
                    seal(&case["seal"]),
                    json!({"key": "restored", "backup": case["backup"]}),
                )),
            );
        }
        for case in list(&refusals["key_names"]) {
            // A name with a NUL in it is no string of C: it ends there, and `{"name":"a\0b"}` would be the
            // name `a`.
            if case["name"].as_str().unwrap().contains('\0')
                || case["name"].as_str().unwrap().chars().any(|c| c < ' ')
            {
                continue;
            }
            judge("key_names", case, driver.call(&json!({"op": "create_key", "key": case["name"]})));
        }
        driver.end();
        println!("{source} refused: {ran:?}");
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
        for (set, floor) in [
            ("operations", 323),
            ("documents", 282),
            ("roots", 120),
            ("root_keys", 31),
            ("backups", 39),
            ("key_names", 20),
        ] {
            assert!(ran.get(set).is_some_and(|count| *count >= floor), "{set}: {ran:?}");
        }
    }
}

/// A keyring is created with a sealing key, and opened with a file that holds `text`.
fn opened_by_text(driver: &mut Driver, text: &Value, key: &str) -> Result<Value, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sealing.key");
    std::fs::write(&path, text.as_str().unwrap()).unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let ring = folder.path().join("ring");
    driver.call(&json!({"op": "create", "folder": ring, "root_key": key})).unwrap();
    driver.call(&json!({"op": "open", "folder": ring, "root_key_file": path}))
}

#[test]
fn the_neighbours_of_what_is_refused_are_taken() {
    let (keyrings, refusals) = (file("keyrings.json"), file("refusals.json"));
    let accepted = &refusals["accepted"];
    let find = |id: &Value| list(&keyrings["keyrings"]).find(|keyring| keyring["id"] == *id).unwrap();
    for source in ["driver.c", "driver.cpp"] {
        let (mut driver, mut ran) = (Driver::new(source), [0; 6]);
        for case in list(&accepted["documents"]) {
            let (keyring, folder) = (find(&case["keyring"]), tempfile::tempdir().unwrap());
            put(folder.path(), &keyring["documents"]);
            put(folder.path(), &case["documents"]);
            driver.call(&with("open", seal(&keyring["seals"][0]), json!({"folder": folder.path()}))).unwrap();
            driver
                .call(&json!({"op": "key", "key": case["key"]}))
                .unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
            ran[5] += 1;
        }
        for case in list(&accepted["operations"]) {
            let (keyring, folder) = (find(&case["keyring"]), tempfile::tempdir().unwrap());
            put(folder.path(), &keyring["documents"]);
            driver.call(&with("open", seal(&keyring["seals"][0]), json!({"folder": folder.path()}))).unwrap();
            assert_eq!(driver.call(&line(&case["key"], case)).unwrap(), expected(case), "{}", case["id"]);
            ran[0] += 1;
        }
        for case in list(&accepted["roots"]) {
            let folder = tempfile::tempdir().unwrap();
            put(folder.path(), &case["documents"]);
            driver
                .call(&with("open", seal(&case["seal"]), json!({"folder": folder.path()})))
                .unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
            ran[1] += 1;
        }
        for case in list(&accepted["root_keys"]) {
            opened_by_text(&mut driver, &case["text"], case["key"].as_str().unwrap())
                .unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
            ran[2] += 1;
        }
        driver.call(&json!({"op": "memory"})).unwrap();
        for case in list(&accepted["key_names"]) {
            driver
                .call(&json!({"op": "create_key", "key": case["name"]}))
                .unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
            ran[3] += 1;
        }
        for (index, case) in list(&accepted["backups"]).enumerate() {
            let line = with(
                "restore_key",
                seal(&case["seal"]),
                json!({"key": format!("restored{index}"), "backup": case["backup"]}),
            );
            driver.call(&line).unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
            ran[4] += 1;
        }
        driver.end();
        assert!(
            ran[0] >= 2 && ran[1] >= 16 && ran[2] >= 18 && ran[3] >= 17 && ran[4] >= 1 && ran[5] >= 15,
            "{ran:?}"
        );
    }
}

#[test]
fn maps_have_their_encodings() {
    let maps = file("maps.json");
    for source in ["driver.c", "driver.cpp"] {
        let (mut driver, mut taken, mut refused) = (Driver::new(source), 0, 0);
        driver.call(&json!({"op": "memory"})).unwrap();
        driver.call(&json!({"op": "create_key", "key": "k", "type": "aes256-gcm96", "flags": 1})).unwrap();
        let encrypt = |driver: &mut Driver, name: &str, pairs: &str| {
            let mut line = json!({"op": "encrypt", "key": "k", "plaintext": "6d"});
            line[name] = pairs.into();
            if name != "context_map" {
                line["context"] = "63".into();
            }
            driver.call(&line)
        };
        let hexed = |pairs: &Value, part: &dyn Fn(&Value) -> String| {
            let pairs: Vec<_> =
                list(pairs).map(|pair| format!("{}:{}", part(&pair[0]), part(&pair[1]))).collect();
            pairs.join(",")
        };
        for case in list(&maps["maps"]) {
            let Some(encoding) = case.get("encoding") else { continue };
            let sealed = encrypt(&mut driver, "context_map", &hexed(&case["pairs"], &digits))
                .unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
            // A Transit type takes the encoding raw, so the map and its bytes are the same context to it.
            let opened =
                driver.call(&json!({"op": "decrypt", "key": "k", "ciphertext": sealed, "context": encoding}));
            assert_eq!(opened.unwrap_or_else(|error| panic!("{}: {error}", case["id"])), "6d");
            taken += 1;
        }
        for case in list(&maps["refused"]) {
            let pairs = match case.get("pairs_hex") {
                Some(pairs) => hexed(pairs, &|part| part.as_str().unwrap().to_owned()),
                None => hexed(&case["pairs"], &digits),
            };
            assert_eq!(
                encrypt(&mut driver, "context_map", &pairs).unwrap_err(),
                case["error"].as_str().unwrap(),
                "{}",
                case["id"]
            );
            assert_eq!(
                encrypt(&mut driver, "aad_map", &pairs).unwrap_err(),
                case["error_as_aad"].as_str().unwrap(),
                "{}",
                case["id"]
            );
            refused += 1;
        }
        driver.end();
        println!("{source}: {taken} maps taken, {refused} refused");
        assert!(taken >= 17 && refused >= 12, "{taken} {refused}");
    }
}
