//! What servers of Vault's and OpenBao's Transit answered (`tests/vectors/transit/`), asked of the program. A
//! part of it: the library is held against all of it, and every question is a process here.

use crate::place::Place;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

fn fixtures(product: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../tests/vectors/transit/{product}.json"));
    let mut file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    file["keys"].as_array_mut().map(std::mem::take).unwrap()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

fn bytes(value: &Value, member: &str) -> Vec<u8> {
    base64_simd::STANDARD.decode_to_vec(text(value, member)).unwrap()
}

/// Whether the key as it is in the backup answers this, without a nonce of the caller's.
fn answered(case: &Value) -> bool {
    let is_said_here =
        case["padding_scheme"] != "pkcs1v15" && !["-1", "AUTO"].contains(&text(case, "salt_length"));
    is_said_here && ["error", "state", "nonce", "panic"].iter().all(|member| case.get(member).is_none())
}

/// What a case says besides the message, as options.
fn options(case: &Value, op: &str) -> Vec<String> {
    let mut options = vec!["--transit".to_owned()];
    for (member, option) in [("context", "--context-base64"), ("associated_data", "--aad-base64")] {
        if !text(case, member).is_empty() {
            options.push(format!("{option}={}", text(case, member)));
        }
    }
    if let (Some(version @ 1..), "encrypt" | "sign" | "hmac") = (case["version"].as_u64(), op) {
        options.push(format!("--key-version={version}"));
    }
    let hash = text(case, if op.ends_with("hmac") { "algorithm" } else { "hash_algorithm" });
    if !hash.is_empty() && (hash != "none" || case["prehashed"] == true) {
        options.push(format!("--hash={hash}"));
    }
    if case["prehashed"] == true && hash != "none" {
        options.push("--prehashed".to_owned());
    }
    for (member, option) in
        [("signature_algorithm", "--signature-algorithm"), ("salt_length", "--salt-length")]
    {
        if !text(case, member).is_empty() {
            options.push(format!("{option}={}", text(case, member)));
        }
    }
    if text(case, "marshaling_algorithm") == "jws" {
        options.push("--form=jws".to_owned());
    }
    options
}

/// Asks one thing, and says whether the answer is the recorded one.
fn agrees(place: &Place, case: &Value, op: &str) -> bool {
    let options = options(case, op);
    let ask = |arguments: &[&str], input: &[u8]| {
        place.exec(&[arguments, &options.iter().map(String::as_str).collect::<Vec<_>>()].concat(), input)
    };
    let run = |command: &str, input: &[u8]| ask(&[command, "k"], input);
    match op {
        "decrypt" | "datakey" => {
            run("decrypt", text(case, "ciphertext").as_bytes()).ok() == bytes(case, "plaintext")
        }
        "encrypt" => run("encrypt", &bytes(case, "plaintext")).line() == text(case, "ciphertext"),
        "hmac" => run("hmac", &bytes(case, "input")).line() == text(case, "hmac"),
        "sign" => run("sign", &bytes(case, "input")).line() == text(case, "signature"),
        "verify" | "verify_hmac" => {
            let verify = if op == "verify" {
                ["verify", "k", "--signature", text(case, "signature")]
            } else {
                ["hmac", "k", "--verify", text(case, "hmac")]
            };
            let code = ask(&verify, &bytes(case, "input")).code;
            code == if case["valid"] == true { 0 } else { 4 }
        }
        other => panic!("unknown operation {other}"),
    }
}

/// Of each operation of a key up to one case, and of verifications one of each result. Where there are
/// contexts, aads and versions, they differ from key to key.
fn chosen(fixture: &Value, number: usize) -> BTreeMap<(String, bool), &Value> {
    let mut chosen: BTreeMap<(String, bool), Vec<&Value>> = BTreeMap::new();
    let latest = &fixture["key"]["latest_version"];
    for case in fixture["cases"].as_array().unwrap().iter().filter(|case| answered(case)) {
        let op = text(case, "op");
        let wanted = match op {
            // A derived Ed25519 key with KDF 0 can neither sign nor verify, and is refused by name.
            "verify" => text(fixture, "id") != "kdf0-ed25519",
            "decrypt" | "datakey" | "verify_hmac" => text(case, "id") != "ad-is-ignored-here",
            // Others than convergent ones are another each time, the older rule is not encrypted by, nor is
            // anything with an aad.
            "encrypt" => {
                text(case, "ciphertext").starts_with("vault:v3:")
                    && text(case, "associated_data").is_empty()
                    && !text(fixture, "id").starts_with("convergent-v")
            }
            // Versions below the window were reached around the server.
            "hmac" | "sign" => case["version"] == 0 || case["version"] == *latest,
            _ => false,
        };
        if wanted && (op != "encrypt" || fixture["key"]["convergent_encryption"] == true) {
            chosen.entry((op.to_owned(), case["valid"] == true)).or_default().push(case);
        }
    }
    chosen.into_iter().map(|(kind, cases)| (kind, cases[number * 7 % cases.len()])).collect()
}

#[test]
fn recorded_answers_are_those_of_the_program() {
    let (mut keys, mut counts) = (0, BTreeMap::<String, usize>::new());
    for product in ["openbao", "vault"] {
        for (number, fixture) in fixtures(product).iter().enumerate() {
            let place = Place::new();
            let restored =
                place.feed("key restore k --transit --json", text(fixture, "backup").as_bytes()).json();
            assert_eq!(restored["key_type"], fixture["key"]["type"]);
            keys += 1;
            for ((op, _), case) in chosen(fixture, number) {
                assert!(agrees(&place, case, &op), "{product} {} {}: {case}", fixture["id"], case["id"]);
                *counts.entry(op).or_default() += 1;
            }
        }
    }
    println!("{keys} keys, {counts:?}");
    assert!(keys >= 102, "only {keys} keys were restored");
    for (op, floor) in [
        ("decrypt", 65),
        ("datakey", 36),
        ("encrypt", 7),
        ("hmac", 73),
        ("sign", 9),
        ("verify", 12),
        ("verify_hmac", 82),
    ] {
        assert!(counts.get(op).is_some_and(|count| *count >= floor), "only {:?} of {op}", counts.get(op));
    }
}

/// The recorded forms of Transit's `export`.
#[test]
fn keys_are_exported_as_the_servers_export_them() {
    let mut compared = 0;
    for product in ["openbao", "vault"] {
        for fixture in fixtures(product)
            .iter()
            .filter(|fixture| text(fixture, "id").starts_with("ed25519") || text(fixture, "id") == "hmac-64")
        {
            if fixture["key"]["derived"] == true {
                continue;
            }
            let place = Place::new();
            place.feed("key restore k --transit", text(fixture, "backup").as_bytes()).ok();
            let latest = fixture["key"]["latest_version"].to_string();
            for (name, recorded) in fixture["material"][&latest].as_object().unwrap() {
                let (kind, format) = name.split_once(':').unwrap_or((name, "raw"));
                let ours = place.run(&format!("key export k --kind {kind} --transit={format} --expose-secret-material --json --key-version {latest}")).json();
                assert_eq!(ours["keys"][&latest], *recorded, "{product} {} {name}", fixture["id"]);
                compared += 1;
            }
        }
    }
    assert!(compared >= 15, "only {compared} were compared");
}
