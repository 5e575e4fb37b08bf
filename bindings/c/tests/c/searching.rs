//! The vectors of indexes, tokens and API keys, through the drivers.

use crate::driver::Driver;
use crate::toolchain::read;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// In C and in C++.
const DRIVERS: [&str; 2] = ["driver.c", "driver.cpp"];

/// Material of which nothing was made.
const OTHER: &str = "0102030405060708010203040506070801020304050607080102030405060708";

/// A leeway of a hundred years: the tokens of the vectors are of a year to come.
const PATIENT: u64 = 100 * 366 * 24 * 3600 * 1000;

fn vectors(name: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(&read(&format!("tests/vectors/strongroom/{name}.json"))).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

fn text<'a>(case: &'a Value, name: &str) -> &'a str {
    case[name].as_str().unwrap()
}

/// Keys of material that is given, each made when it is first asked for.
struct Keys(BTreeMap<String, String>);

impl Keys {
    fn new(driver: &mut Driver) -> Self {
        driver.call(&json!({"op": "memory"})).unwrap();
        Self(BTreeMap::new())
    }

    /// The key that has this material in one of its versions, the first of which is number 1.
    fn of(&mut self, driver: &mut Driver, key_type: &str, derived: bool, versions: &[&str]) -> String {
        let name = format!("k{}", self.0.len());
        let known = self.0.entry(format!("{key_type} {derived} {versions:?}"));
        let mut make = || {
            for material in versions {
                let line = json!({
                    "op": "import_key", "key": name, "type": key_type, "material": material,
                    "derived": derived,
                });
                driver.call(&line).unwrap();
            }
            name.clone()
        };
        known.or_insert_with(&mut make).clone()
    }
}

/// What an index is compared with: one, or a list.
fn joined(value: &Value) -> String {
    let list = value.as_array().into_iter().flatten().map(|one| one.as_str().unwrap());
    value.as_str().map_or_else(|| list.collect::<Vec<_>>().join(","), str::to_owned)
}

#[test]
fn indexes_are_those_that_others_compute() {
    for source in DRIVERS {
        let mut driver = Driver::new(source);
        let (mut keys, mut ran, mut refused) = (Keys::new(&mut driver), 0, 0);
        for case in vectors("index").iter().filter(|case| case["op"] == "index") {
            // The material of a MAC key is what it indexes with; it has no context, and begins with version
            // 1.
            if case["kind"] != 0 || case["version"] != 1 {
                continue;
            }
            let key = keys.of(&mut driver, "hmac", false, &[text(case, "index_key_ikm")]);
            // A list without steps is no text, which an empty one would be.
            let steps = Some(joined(&case["normalize"])).filter(|steps| !steps.is_empty());
            let mut line = json!({
                "op": "index", "key": key, "value": case["value"], "name": hex::encode(text(case, "name")),
                "normalize": steps.as_deref().unwrap_or("none"),
            });
            // 0 would be the number that is usual.
            if case["bits"] == 0 {
                continue;
            }
            line["bits"] = case["bits"].clone();
            if let Some(n) = case.get("n") {
                line["n"] = n.clone();
            }
            if let Some(lengths) = case.get("lengths") {
                let lengths: Vec<_> = lengths.as_array().unwrap().iter().map(Value::to_string).collect();
                line["lengths"] = lengths.join(",").into();
            }
            for (is_binary, form) in [(false, "text"), (true, "binary")] {
                line["binary"] = is_binary.into();
                match case.get("error") {
                    Some(error) => {
                        assert_eq!(driver.call(&line).unwrap_err(), *error, "{}", case["id"]);
                        refused += 1;
                    }
                    None => {
                        let made = driver.call(&line).unwrap_or_else(|name| panic!("{}: {name}", case["id"]));
                        assert_eq!(made, joined(&case["expect"][form]), "{}", case["id"]);
                        ran += 1;
                    }
                }
            }
            // One version: what is looked for is what was written.
            if case.get("error").is_none() && case["form"] == "whole" {
                line["op"] = "indexes".into();
                assert_eq!(driver.call(&line).unwrap(), case["expect"]["binary"], "{}", case["id"]);
            }
        }
        driver.end();
        println!("{source}: {ran} indexes, {refused} refused");
        assert!(ran >= 120 && refused >= 16, "{ran} {refused}");
    }
}

#[test]
fn texts_of_indexes_are_read_as_others_read_them() {
    for source in DRIVERS {
        let mut driver = Driver::new(source);
        let (mut keys, mut taken, mut refused) = (Keys::new(&mut driver), 0, 0);
        let key = keys.of(&mut driver, "hmac", false, &[OTHER]);
        for case in vectors("index").iter().filter(|case| case["op"] == "parse") {
            let answer = driver.call(&json!({"op": "needs_reindex", "key": key, "index": case["text"]}));
            if let Some(error) = case.get("error") {
                assert_eq!(answer.unwrap_err(), *error, "{}", case["id"]);
                refused += 1;
            } else {
                let expected = if case["expect"]["version"] == 1 {
                    Ok(json!(false))
                } else {
                    Err("version_too_new".to_owned())
                };
                assert_eq!(answer, expected, "{}", case["id"]);
                taken += 1;
            }
        }
        driver.end();
        assert!(taken >= 3 && refused >= 15, "{taken} {refused}");
    }
}

/// Names and values of a map's encoding (`docs/formats.md`, section 4), as the driver takes them.
fn pairs(encoded: &str) -> String {
    fn take<'a>(rest: &mut &'a [u8], len: usize) -> &'a [u8] {
        let (taken, left) = rest.split_at(len);
        *rest = left;
        taken
    }
    fn number(rest: &mut &[u8]) -> usize {
        take(rest, 2).iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
    }
    let encoded = hex::decode(encoded).unwrap();
    let mut rest = encoded.as_slice();
    let count = number(&mut rest);
    let mut pairs = Vec::new();
    for _ in 0..count {
        let [name, value] = [(); 2].map(|()| {
            let len = number(&mut rest);
            hex::encode(take(&mut rest, len))
        });
        pairs.push(format!("{name}:{value}"));
    }
    assert!(rest.is_empty());
    pairs.join(",")
}

/// A context or an aad, as the driver takes it.
fn said(line: &mut Map<String, Value>, name: &str, kind: &Value, encoded: &str) {
    match kind.as_u64().unwrap() {
        0 => {}
        1 => drop(line.insert(name.to_owned(), encoded.into())),
        _ => drop(line.insert(format!("{name}_map"), pairs(encoded).into())),
    }
}

/// The version that a token names, if it names one.
fn version_of(token: &str) -> Option<u32> {
    let (_, outside) = token.split_once('_')?;
    let bytes = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(outside).ok()?;
    Some(u32::from_be_bytes(bytes.get(1..5)?.try_into().ok()?))
}

#[test]
fn tokens_are_redeemed_that_others_issued() {
    for source in DRIVERS {
        let mut driver = Driver::new(source);
        let (mut keys, mut redeemed) = (Keys::new(&mut driver), 0);
        let mut refused = BTreeMap::<&str, usize>::new();
        let cases = vectors("tokens");
        for case in cases.iter().filter(|case| case.get("material").is_some()) {
            let is_issued = case["op"] == "issue";
            let expected = case["error"].as_str().unwrap_or_default();
            // A key of which nothing was closed, at a time that is now.
            if case["minimum"] == 2 || expected.starts_with("token_") {
                continue;
            }
            let token = if is_issued { text(&case["expect"], "text") } else { text(case, "text") };
            let material = text(case, "material");
            let versions = if version_of(token) == Some(1) { [material, OTHER] } else { [OTHER, material] };
            let key = keys.of(&mut driver, "xaes256-gcm", case["kind"] != 0, &versions);
            let mut line = json!({
                "op": "redeem", "key": key, "token": token, "prefix": case["prefix"], "leeway_ms": PATIENT,
            });
            let fields = line.as_object_mut().unwrap();
            said(fields, "aad", &case["aad_kind"], text(case, "aad"));
            said(fields, "context", &case["kind"], text(case, "context"));
            let answer = driver.call(&line);
            if expected.is_empty() {
                let held = if is_issued { case } else { &case["expect"] };
                let whole = format!("{} {} {}", text(held, "payload"), held["issued_ms"], held["expires_ms"]);
                assert_eq!(answer, Ok(whole.into()), "{}", case["id"]);
                redeemed += 1;
                // Of a year to come.
                line["leeway_ms"] = 0.into();
                assert_eq!(driver.call(&line), Err("token_not_yet_valid".to_owned()), "{}", case["id"]);
            } else {
                assert_eq!(answer, Err(expected.to_owned()), "{}", case["id"]);
                *refused.entry(expected).or_default() += 1;
            }
        }
        driver.end();
        println!("{source}: {redeemed} tokens redeemed, refused {refused:?}");
        assert!(
            redeemed >= 30 && refused["malformed"] >= 18 && refused["decrypt_failed"] >= 22,
            "{refused:?}"
        );
    }
}

#[test]
fn what_is_no_token_is_not_issued() {
    for source in DRIVERS {
        let mut driver = Driver::new(source);
        let (mut keys, mut refused, mut issued) = (Keys::new(&mut driver), 0, 0);
        let key = keys.of(&mut driver, "xaes256-gcm", false, &[OTHER]);
        for case in vectors("tokens").iter().filter(|case| case["op"] == "issue") {
            let life = |case: &Value| Some(case["expires_ms"].as_u64()? - case["issued_ms"].as_u64()?);
            let ttl = case["ttl_ms"].as_u64().or_else(|| life(case)).unwrap_or(60_000);
            let mut line = json!({
                "op": "issue", "key": key, "payload": "0102", "prefix": case["prefix"], "ttl_ms": ttl,
            });
            match case.get("error") {
                Some(error) => {
                    assert_eq!(driver.call(&line), Err(error.as_str().unwrap().to_owned()), "{}", case["id"]);
                    refused += 1;
                }
                None => {
                    let token = driver.call(&line).unwrap_or_else(|name| panic!("{}: {name}", case["id"]));
                    line["op"] = "redeem".into();
                    line["token"] = token;
                    let answer = driver.call(&line).unwrap();
                    let parts: Vec<&str> = answer.as_str().unwrap().split(' ').collect();
                    let [payload, from, until] = parts.as_slice() else { panic!("{answer}") };
                    assert_eq!(*payload, "0102");
                    assert_eq!(
                        until.parse::<u64>().unwrap() - from.parse::<u64>().unwrap(),
                        ttl,
                        "{}",
                        case["id"]
                    );
                    issued += 1;
                }
            }
        }
        driver.end();
        assert!(refused >= 10 && issued >= 10, "{refused} {issued}");
    }
}

#[test]
fn api_keys_are_checked_and_indexed_as_others_do() {
    for source in DRIVERS {
        let mut driver = Driver::new(source);
        driver.call(&json!({"op": "memory"})).unwrap();
        let (mut made, mut refused) = (0, 0);
        for (index, case) in vectors("tokens").iter().enumerate() {
            let check = |driver: &mut Driver, text: &Value| {
                driver.call(&json!({"op": "check_api_key", "text": text}))
            };
            if case["op"] == "generate" {
                assert_eq!(check(&mut driver, &case["expect"]["text"]), Ok(true.into()), "{}", case["id"]);
                // The versions before it are of other material.
                let key = format!("k{index}");
                let version = case["version"].as_u64().unwrap();
                for number in 1..=version {
                    let material = if number == version {
                        text(case, "hmac_key").to_owned()
                    } else {
                        format!("{number:064x}")
                    };
                    driver
                        .call(&json!({"op": "import_key", "key": key, "type": "hmac", "material": material}))
                        .unwrap();
                }
                let value = hex::encode(text(&case["expect"], "text"));
                let line = json!({"op": "index", "key": key, "value": value, "binary": true});
                assert_eq!(driver.call(&line).unwrap(), case["expect"]["index_binary"], "{}", case["id"]);
                made += 1;
            } else if case["op"] == "check" {
                let expected =
                    if case["expect"] == true { Ok(true.into()) } else { Err("malformed".to_owned()) };
                assert_eq!(check(&mut driver, &case["text"]), expected, "{}", case["id"]);
                refused += usize::from(case["expect"] != true);
            }
        }
        driver.end();
        assert!(made >= 6 && refused >= 12, "{made} {refused}");
    }
}
