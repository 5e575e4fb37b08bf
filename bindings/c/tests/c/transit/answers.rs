//! Every answer, in both views, one by one and in batches.

use super::{DRIVERS, PRODUCTS, bytes, digits, fixtures, restore, text};
use crate::driver::Driver;
use crate::toolchain::read;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use strongroom::{HashAlgorithm, KeyType};

/// What a case came to.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Outcome {
    /// The same answer.
    Agrees,
    /// A refusal on both sides.
    BothRefuse,
    /// The server refuses what it made itself, by a fault of its own; we read it.
    WeReadIt,
    /// The caller gives a nonce, which no call of ours takes.
    CallerNonce,
    /// The server panics or answers with a key that it cannot use; new ciphertexts by the second convergent
    /// rule, which we only read; a mac below the window of new ones, which was made around the server: we
    /// refuse by name.
    Refused,
    /// The request has no words here: a negative version, a name that is none.
    NotExpressible,
}

/// Requests that our calls have no words for.
fn is_expressible(case: &Value) -> bool {
    let words = [
        "is negative",
        "invalid marshaling type",
        "salt length is invalid",
        "salt length neither",
        "salt length -2",
        "signature context",
        "invalid hash algorithm",
        "hash_algorithm=none requires",
        "unsupported rsa signature algorithm",
        "unsupported RSA padding scheme",
    ];
    // Without OAEP an answer to a ciphertext of somebody else's says too much about it.
    !words.iter().any(|words| text(&case["error"]).contains(words)) && case["padding_scheme"] != "pkcs1v15"
}

/// The line of a case.
fn line(key: &str, case: &Value) -> Map<String, Value> {
    let op = text(&case["op"]);
    let mut line = Map::from_iter([("op".to_owned(), op.into()), ("key".to_owned(), key.into())]);
    let mut put = |name: &str, value: Value| drop(line.insert(name.to_owned(), value));
    match op {
        "encrypt" => put("plaintext", digits(&case["plaintext"]).into()),
        "decrypt" | "rewrap" => put("ciphertext", case["ciphertext"].clone()),
        "datakey" => {
            put("op", "decrypt".into());
            put("ciphertext", case["ciphertext"].clone());
        }
        "verify" => put("signature", case["signature"].clone()),
        "verify_hmac" => put("signature", case["hmac"].clone()),
        _ => {}
    }
    if ["sign", "verify", "hmac", "verify_hmac"].contains(&op) {
        put("message", digits(&case["input"]).into());
    }
    for (name, field) in [("aad", "associated_data"), ("context", "context")] {
        if !bytes(&case[field]).is_empty() {
            put(name, digits(&case[field]).into());
        }
    }
    if let (Some(version), "encrypt" | "sign" | "hmac" | "rewrap" | "public_key") =
        (case["version"].as_u64(), op)
    {
        put("version", version.into());
    }
    let hash = if op.ends_with("hmac") { &case["algorithm"] } else { &case["hash_algorithm"] };
    let signs = op == "sign" || op == "verify";
    // A mac without a hash is none.
    let is_none = signs && text(hash) == "none" && case["prehashed"] == true;
    let is_hash = is_none || HashAlgorithm::from_name(text(hash)).is_some();
    if is_hash && (op.ends_with("hmac") || signs) {
        put("hash", hash.clone());
    }
    if signs {
        if case["marshaling_algorithm"] == "jws" {
            put("form", "jws".into());
        }
        for (name, field) in
            [("prehashed", "prehashed"), ("padding", "signature_algorithm"), ("salt_length", "salt_length")]
        {
            match &case[field] {
                Value::Null => {}
                Value::String(word) if word.is_empty() => {}
                Value::String(word) if word == "-1" => put(name, "hash".into()),
                Value::String(word) => put(name, word.to_lowercase().into()),
                value => put(name, value.clone()),
            }
        }
    }
    line
}

fn with(mut line: Map<String, Value>, name: &str, value: Value) -> Map<String, Value> {
    line.insert(name.to_owned(), value);
    line
}

/// What a driver answers, in the form in which the case holds the answer.
fn run(driver: &mut Driver, key: &str, case: &Value, how: &[(&str, Value)]) -> Result<Value, String> {
    let asked = |line| how.iter().fold(line, |line, (name, value)| with(line, name, value.clone()));
    let answer = driver.call(&Value::Object(asked(line(key, case))));
    if text(&case["op"]) == "rewrap" {
        let new = answer?;
        let head = |text: &str| text.rsplit_once(':').map(|(head, _)| head.to_owned());
        assert_eq!(head(text(&new)), head(text(&case["result"])), "{}", case["id"]);
        // Both the server's and ours hold the same plaintext.
        let reading = |ciphertext: &Value| {
            let mut reading =
                with(with(asked(line(key, case)), "op", "decrypt".into()), "ciphertext", ciphertext.clone());
            reading.remove("version");
            Value::Object(reading)
        };
        assert_eq!(driver.call(&reading(&case["result"]))?, digits(&case["plaintext"]), "{}", case["id"]);
        return driver.call(&reading(&new));
    }
    match answer {
        Err(name) if name == "bad_signature" => Ok(false.into()),
        answer => answer,
    }
}

/// The answer of the server, in the form in which `run` gives the library's.
fn answer(case: &Value) -> Value {
    match text(&case["op"]) {
        "encrypt" => case["ciphertext"].clone(),
        "sign" => case["signature"].clone(),
        "hmac" => case["hmac"].clone(),
        "public_key" => digits(&case["public_key"]).into(),
        "verify" | "verify_hmac" => case["valid"].clone(),
        _ => digits(&case["plaintext"]).into(),
    }
}

/// What the texts of the servers mean here: the first row that fits a text counts.
fn reasons() -> Vec<(String, Value)> {
    let file: Value = serde_json::from_str(&read("tests/vectors/transit/reasons.json")).unwrap();
    let rows = file["reasons"].as_array().unwrap();
    rows.iter().map(|row| (text(&row["says"]).to_owned(), row["errors"].clone())).collect()
}

/// Whether an error says what the server's text says.
fn is_same_reason(
    reasons: &[(String, Value)],
    case: &Value,
    error: &str,
    (name, detail): (&str, &str),
) -> bool {
    // Of two reasons to refuse, each side names the one that it comes to first.
    if case["state"] == "soft-deleted" && name == "key_disabled" {
        return true;
    }
    let ours = if detail.is_empty() { name.to_owned() } else { format!("{name}/{detail}") };
    let row = reasons.iter().find(|(says, _)| error.contains(says));
    row.is_some_and(|(_, errors)| errors.as_array().unwrap().contains(&ours.into()))
}

/// Compares, and says what the case came to. `detail` is that of the error, if there was one.
fn judge(
    case: &Value,
    ours: Result<Value, String>,
    detail: &str,
    reasons: &[(String, Value)],
) -> Result<Outcome, String> {
    let error = case["error"].as_str();
    match (ours, error) {
        (Ok(ours), None) if ours == answer(case) => Ok(Outcome::Agrees),
        (Ok(ours), None) => Err(format!("{ours} instead of {}", answer(case))),
        // What is no signature is not one of the message either.
        (Ok(ours), Some(error)) if ours == false && error.starts_with("supplied signature") => {
            Ok(Outcome::BothRefuse)
        }
        (Ok(ours), Some(error)) => {
            let intended = [&case["intended_plaintext"], &case["plaintext_if_fixed"]];
            if intended.iter().any(|said| said.is_string() && digits(said) == ours) {
                Ok(Outcome::WeReadIt)
            } else {
                Err(format!("{ours} instead of {error}"))
            }
        }
        // The binding finds nothing wrong with any call: what is refused, the library refuses.
        (Err(name), _) if ["invalid_argument", "invalid_handle", "panicked"].contains(&name.as_str()) => {
            Err(name)
        }
        (Err(name), Some(error)) if !is_same_reason(reasons, case, error, (&name, detail)) => {
            Err(format!("{name} {detail} where the server says {error}"))
        }
        (Err(name), Some(error)) => {
            let nonce = case.get("nonce").is_some() || error.starts_with("base64-decoded nonce must be");
            Ok(if nonce && name == "invalid_option" && case["panic"] != true {
                Outcome::CallerNonce
            } else {
                Outcome::BothRefuse
            })
        }
        (Err(name), None) => {
            let op = text(&case["op"]);
            let nonce = case.get("nonce").is_some() && name == "invalid_option";
            let by_name = (op == "encrypt"
                && (name == "invalid_option"
                    || (name == "aad_not_allowed" && !text(&case["associated_data"]).is_empty())))
                || (op == "decrypt" && name == "aad_not_allowed")
                || (name == "type_not_supported" && case["valid"] == false)
                || (op == "hmac" && name == "version_not_allowed");
            match (nonce, by_name) {
                (true, _) => Ok(Outcome::CallerNonce),
                (_, true) => Ok(Outcome::Refused),
                _ => Err(format!("{name} instead of {}", answer(case))),
            }
        }
    }
}

/// Restores a key in each state in which cases ask for it; gives the names by the states.
pub(super) fn keys(driver: &mut Driver, fixture: &Value) -> BTreeMap<String, String> {
    driver.call(&json!({"op": "memory"})).unwrap();
    restore(driver, "now", &fixture["backup"], 0).unwrap();
    let mut keys = BTreeMap::from([(String::new(), "now".to_owned())]);
    let mut last = &fixture["backup"];
    for (number, state) in fixture["states"].as_array().into_iter().flatten().enumerate() {
        let name = format!("state{number}");
        last = if state["backup"].is_string() { &state["backup"] } else { last };
        restore(driver, &name, last, 0).unwrap();
        if !state["backup"].is_string() {
            // The server takes no backup of a key that is soft-deleted.
            driver.call(&json!({"op": "disable", "key": name})).unwrap();
        }
        keys.insert(text(&state["id"]).to_owned(), name);
    }
    keys
}

#[test]
fn every_answer_agrees() {
    let lenient = [("view", json!("transit"))];
    let batch = [lenient[0].clone(), ("batch", json!(true))];
    let reasons = reasons();
    for source in DRIVERS {
        let mut driver = Driver::new(source);
        let (mut table, mut strict, mut wrong) = (BTreeMap::<(&str, Outcome), usize>::new(), 0, Vec::new());
        let all: Vec<(&str, Vec<Value>)> =
            PRODUCTS.iter().map(|(product, _)| (*product, fixtures(product))).collect();
        for (product, fixtures) in &all {
            for fixture in fixtures {
                let keys = keys(&mut driver, fixture);
                for case in fixture["cases"].as_array().unwrap() {
                    let (op, key) = (text(&case["op"]), &keys[text(&case["state"])]);
                    // The keys of the first convergent rule refuse without a nonce, which is checked.
                    let nonce = op == "encrypt"
                        && case.get("nonce").is_some()
                        && !text(&fixture["id"]).starts_with("convergent-v1");
                    if nonce || !is_expressible(case) {
                        *table
                            .entry((op, if nonce { Outcome::CallerNonce } else { Outcome::NotExpressible }))
                            .or_default() += 1;
                        continue;
                    }
                    let mut complain = |what: String| {
                        wrong.push(format!("{product} {} {}: {what}", fixture["id"], case["id"]))
                    };
                    let ours = run(&mut driver, key, case, &lenient);
                    let detail = driver.call(&json!({"op": "detail"})).unwrap();
                    // The native view may refuse more; it never gives another answer.
                    match run(&mut driver, key, case, &[]) {
                        // A JSON Web Signature is of the hash that goes with the curve, and of one length.
                        Ok(native) if op == "verify" && native == false && ours == Ok(true.into()) => {
                            strict += 1;
                        }
                        Ok(native) if Ok(&native) != ours.as_ref() => {
                            complain(format!("the native view says {native}"))
                        }
                        Ok(_) => {}
                        Err(_) => strict += usize::from(ours.is_ok()),
                    }
                    if op != "public_key" && run(&mut driver, key, case, &batch) != ours {
                        complain("a batch says something else".to_owned());
                    }
                    match judge(case, ours, text(&detail), &reasons) {
                        Ok(outcome) => *table.entry((op, outcome)).or_default() += 1,
                        Err(reason) => complain(reason),
                    }
                }
            }
        }
        driver.end();
        for ((op, outcome), count) in &table {
            println!("{source} {op:12} {outcome:?}: {count}");
        }
        println!("{source}: {strict} answers that only the lenient view gives");
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
        let count = |op, outcome| table.get(&(op, outcome)).copied().unwrap_or(0);
        let total =
            |outcome| table.iter().filter(|((_, o), _)| *o == outcome).map(|(_, count)| count).sum::<usize>();
        let floors = [
            ("datakey", 165, 0),
            ("decrypt", 1114, 609),
            // 116 more have an aad, and a convergent key makes none of those (docs/moving.md).
            ("encrypt", 181, 111),
            ("hmac", 1071, 133),
            ("public_key", 9, 0),
            ("rewrap", 90, 12),
            ("sign", 142, 64),
            ("verify", 441, 124),
            ("verify_hmac", 461, 159),
        ];
        for (op, agree, refuse) in floors {
            let found = (count(op, Outcome::Agrees), count(op, Outcome::BothRefuse));
            assert!(found.0 >= agree && found.1 >= refuse, "{op}: {found:?}");
        }
        // What is left out of the comparison may not grow.
        for (outcome, most) in [
            (Outcome::CallerNonce, 55),
            (Outcome::Refused, 22 + 116),
            // With RSA come requests for PKCS#1 v1.5 and for paddings that are none.
            (Outcome::NotExpressible, if KeyType::Rsa2048.is_supported() { 109 } else { 58 }),
            (Outcome::WeReadIt, 15),
        ] {
            assert!(total(outcome) <= most, "{outcome:?}: {}", total(outcome));
        }
        assert!(strict >= 1004, "{strict}");
    }
}
