//! What is told of a key, against what its server said (`read.json`, which every language reads).

use super::{DRIVERS, PRODUCTS, answers, fixtures, text};
use crate::driver::Driver;
use crate::toolchain::read;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use strongroom::KeyType;

/// What is on or off, with its number in `strongroom_flags`.
const FLAGS: [(&str, u64); 8] = [
    ("derived", 1),
    ("convergent", 2),
    ("exportable", 4),
    ("allow_plaintext_backup", 8),
    ("deletion_allowed", 16),
    ("disabled", 32),
    ("imported", 64),
    ("allow_rotation", 128),
];

/// The line of a driver: the type, the flags, the numbers, and when each version was made.
fn expected(info: &Value, created: &Value, rotates: bool) -> String {
    let is_on = |name: &str| info[name].as_bool().unwrap_or(name == "allow_rotation" && rotates);
    let flags: u64 = FLAGS.iter().filter(|(name, _)| is_on(name)).map(|(_, flag)| flag).sum();
    let number = |name: &str| info[name].as_u64().unwrap_or(0);
    let numbers = [
        "latest_version",
        "min_available_version",
        "min_decryption_version",
        "min_encryption_version",
        "key_size",
        "auto_rotate_period",
    ]
    .map(|name| number(name).to_string());
    let created = created.as_object().unwrap();
    let versions: BTreeMap<u32, &str> = created
        .iter()
        .map(|(version, time)| (version.parse().unwrap(), time.as_str().unwrap_or("0")))
        .collect();
    let versions = versions.into_iter().map(|(version, time)| format!("{version}={time}"));
    let all = [text(&info["key_type"]).to_owned(), flags.to_string()];
    all.into_iter().chain(numbers).chain(versions).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_key_is_what_the_server_said() {
    let file: Value = serde_json::from_str(&read("tests/vectors/transit/read.json")).unwrap();
    let rows = file["keys"].as_array().unwrap();
    let of = |product: &str, id: &Value| {
        let (product, id) = (product.to_owned(), id.clone());
        rows.iter().filter(move |said| said["product"] == product && said["id"] == id)
    };
    for source in DRIVERS {
        let mut driver = Driver::new(source);
        let (mut ran, mut public_keys, mut made) = (0, 0, BTreeSet::new());
        for (product, fixture) in PRODUCTS
            .iter()
            .flat_map(|(product, _)| fixtures(product).into_iter().map(move |one| (product, one)))
        {
            let keys = answers::keys(&mut driver, &fixture);
            for said in of(product, &fixture["id"]) {
                let place = format!("{source} {product} {} {}", said["id"], said["state"]);
                let key = &keys[text(&said["state"])];
                public_keys += compare(&mut driver, key, said, &place);
                let key_type = text(&said["info"]["key_type"]);
                if made.insert(key_type.to_owned()) {
                    let line = json!({"op": "create_key", "key": "new", "type": key_type, "derived": true});
                    assert_eq!(driver.call(&line).is_ok(), said["supports_derivation"] == true, "{place}");
                }
                ran += 1;
            }
        }
        driver.end();
        println!("{source}: {ran} keys, {public_keys} public keys");
        let floor = if KeyType::Rsa2048.is_supported() { 176 } else { 159 };
        assert!(ran >= floor && public_keys >= 67, "{ran} {public_keys}");
    }
}

/// Compares a key with a row, and gives how many public keys it has.
fn compare(driver: &mut Driver, key: &str, said: &Value, place: &str) -> usize {
    let told = driver.call(&json!({"op": "info", "key": key})).unwrap();
    let line = text(&told);
    // Of a key that was not imported the server does not say whether it rotates.
    let rotates = line.split(' ').nth(1).unwrap().parse::<u64>().unwrap() & 128 > 0;
    assert_eq!(line, expected(&said["info"], &said["created"], rotates), "{place}");
    if said["info"]["disabled"] == true {
        return 0;
    }
    let mut does = |line: Value| driver.call(&line) != Err("operation_not_supported".to_owned());
    let encrypts = does(json!({"op": "encrypt", "key": key, "plaintext": "00"}));
    let signs = does(json!({"op": "sign", "key": key, "message": "00"}));
    assert_eq!(
        json!([encrypts, signs]),
        json!([said["supports_encryption"], said["supports_signing"]]),
        "{place}"
    );
    let Some(public_keys) = said["public_keys"].as_object() else { return 0 };
    let all = driver.call(&json!({"op": "public_keys_transit", "key": key})).unwrap();
    let ours = text(&all).split(',').map(|one| one.split_once('=').unwrap());
    let ours: BTreeMap<&str, String> =
        ours.map(|(version, text)| (version, text.replace('|', "\n").trim().to_owned())).collect();
    let theirs: BTreeMap<&str, String> =
        public_keys.iter().map(|(version, public)| (version.as_str(), text(public).to_owned())).collect();
    assert_eq!(ours, theirs, "{place}");
    theirs.len()
}
