//! One door: whatever a public method does with a keyring or a key goes through one place, under the name of
//! a verb. Read from the sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use strongroom::{Need, Verb};

/// What leads to the door: the door itself, and what does nothing but go there.
const DOORS: [&str; 4] = [".pass(", ".run(", ".run_batch(", ".run_column("];

/// These say what is known without a key or a document, or end it all.
const WITHOUT: [&str; 4] = ["id", "close", "name", "transit"];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src")
}

/// Every file below a folder of `core/src`, without its tests, and without comments.
fn files(folders: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut left: Vec<PathBuf> = folders.iter().map(|folder| source().join(folder)).collect();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            found.push((path.strip_prefix(source()).unwrap().display().to_string(), code.join("\n")));
        }
    }
    found.sort();
    found
}

/// The public methods of `impl KIND` in a text, each with its body. Items are indented by four spaces.
fn methods(text: &str, kind: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for block in text.split(&format!("\nimpl {kind} {{\n")).skip(1) {
        let block = block.split("\n}").next().unwrap_or_default();
        for method in block.split("\n    pub fn ").skip(1).chain(block.strip_prefix("    pub fn ")) {
            let name = method.split(['(', '<']).next().unwrap_or_default().to_owned();
            let body = method.split("\n    }").next().unwrap_or_default();
            if body.split(')').next().is_some_and(|arguments| arguments.contains("self")) {
                found.push((name, body.to_owned()));
            }
        }
    }
    found
}

#[test]
fn every_public_method_goes_through_the_door() {
    let mut seen = 0;
    let all: Vec<(String, String)> = files(&["handle"]);
    for kind in ["Keyring", "Key", "View"] {
        let methods: Vec<_> = all.iter().flat_map(|(_, text)| methods(text, kind)).collect();
        let names: Vec<&str> = methods.iter().map(|(name, _)| name.as_str()).collect();
        for (name, body) in &methods {
            // A form of another method, which goes through.
            let other = names.iter().any(|other| other != name && body.contains(&format!("self.{other}(")));
            let goes =
                other || WITHOUT.contains(&name.as_str()) || DOORS.iter().any(|door| body.contains(door));
            assert!(goes, "{kind}::{name} does not go through the door:\n{body}");
            seen += 1;
        }
    }
    assert!(seen >= 60, "only {seen} methods were read");
}

#[test]
fn the_engine_has_no_public_method_and_the_handles_no_other() {
    for (name, text) in files(&["engine", "engine.rs"]) {
        assert!(!text.contains("\n    pub fn "), "{name} has a public method: it belongs into `handle`");
    }
    let ways = ["at", "new", "run", "onto"];
    for (name, text) in files(&["handle"]) {
        for method in text.split("    fn ").chain(text.split("    pub(super) fn ")).skip(1) {
            let method = method.split(['(', '<']).next().unwrap_or_default();
            let of_a_trait = ["fmt", "deref", "default", "from"].contains(&method);
            let is_name = method.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            assert!(
                !is_name || of_a_trait || ways.contains(&method),
                "{name}: {method} belongs into `engine`"
            );
        }
    }
}

#[test]
fn nothing_reaches_a_key_beside_the_door() {
    let all = files(&["engine", "engine.rs", "handle", "interop", "key"]);
    let holding = |what: &str| {
        all.iter().filter(|(_, text)| text.contains(what)).map(|(name, _)| name.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(
        holding("Call { verb, state, host: "),
        ["engine/run.rs"],
        "a call of a key is made in one place"
    );
    assert_eq!(
        holding(".admit(verb.need())"),
        ["engine/column.rs", "engine/door.rs", "engine/run.rs"],
        "whoever is let in is let in there, or again after a look"
    );
    assert_eq!(
        holding("Need::Manage)?;"),
        ["engine/keys.rs"],
        "only a key that is not known yet is looked for otherwise"
    );
}

#[test]
fn every_verb_is_one_of_a_public_method() {
    let all = files(&["handle"]);
    for verb in Verb::ALL {
        let used = format!("Verb::{verb:?},");
        assert!(all.iter().any(|(_, text)| text.contains(&used)), "{used} is said by nobody");
    }
}

#[test]
fn every_operation_is_a_form_of_a_verb_and_every_verb_an_operation() {
    let list = fs::read_to_string(source().join("../../bindings/operations.json")).unwrap();
    let list: Vec<serde_json::Value> = serde_json::from_str(&list).unwrap();
    let verbs: BTreeSet<&str> = Verb::ALL.iter().map(|verb| verb.name()).collect();
    let mut named = BTreeSet::new();
    for operation in list.iter().filter(|operation| operation["group"] != "seal") {
        let name = operation["name"].as_str().unwrap();
        let form = ["_batch", "_column", "_binary", "_into", "_transit"]
            .iter()
            .fold(name, |name, form| name.strip_suffix(form).unwrap_or(name));
        let form = match form {
            "key_or_create" => "create_key",
            "public_keys" | "jwks" | "export_wrapped" => "export",
            "wrapping_key" => "import_key",
            "encrypted_len" | "encrypted_binary_len" => "encrypt",
            "decrypted_binary_len" => "decrypt",
            "encrypt_writer" => "encrypt_stream",
            "decrypt_reader" | "decrypt_range" => "decrypt_stream",
            "index_prefixes" | "index_ngrams" => "index",
            "indexes_prefix" | "indexes_ngrams" => "indexes",
            "restore" if operation["group"] == "keyring" && name == "restore_transit" => "restore_key",
            other => other,
        };
        // What makes, opens or closes a keyring has none to ask yet, or no more.
        if ["create", "open", "open_or_create", "in_memory", "close", "restore", "id", "name", "transit"]
            .contains(&form)
        {
            continue;
        }
        assert!(verbs.contains(form), "{name} is no form of a verb");
        named.insert(form);
    }
    assert_eq!(
        verbs.difference(&named).collect::<Vec<_>>(),
        Vec::<&&str>::new(),
        "verbs that no language has"
    );
}

#[test]
fn what_makes_something_new_needs_the_newest_version() {
    let making: Vec<&str> =
        Verb::ALL.iter().filter(|verb| verb.need() == Need::Protect).map(|verb| verb.name()).collect();
    assert_eq!(
        making,
        [
            "encrypt",
            "rewrap",
            "data_key",
            "encrypt_stream",
            "rewrap_stream",
            "sign",
            "hmac",
            "index",
            "indexes",
            "derive_key",
            "certificate_request"
        ]
    );
    let reading: Vec<&str> =
        Verb::ALL.iter().filter(|verb| verb.need() == Need::Process).map(|verb| verb.name()).collect();
    assert_eq!(
        reading,
        ["decrypt", "needs_rewrap", "decrypt_stream", "verify", "verify_hmac", "needs_reindex", "public_key"]
    );
}

#[test]
fn types_are_told_apart_in_one_place() {
    // Numbers that other products give them, and the parameters that the two types of Tink have.
    let elsewhere = ["interop/transit/dialect.rs", "key/record/stream.rs"];
    let mut read = 0;
    for (name, text) in files(&["."]) {
        let name = name.trim_start_matches("./");
        read += 1;
        if name != "material.rs" && !elsewhere.contains(&name) {
            let told = text.match_indices("KeyType::").find(|(at, found)| {
                text[at + found.len()..].starts_with(|first: char| first.is_uppercase())
                    && !["ALL", "WRAPPING"].iter().any(|all| text[at + found.len()..].starts_with(all))
            });
            assert!(
                told.is_none(),
                "{name} tells types apart: say it in `KeyType::profile` or a method beside it"
            );
        }
    }
    assert!(read > 90, "only {read} files were read");
}
