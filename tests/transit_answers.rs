//! Every answer of real servers, compared with the view that is as lenient as they are.

use std::collections::BTreeMap;

use serde_json::Value;
use strongroom::{
    Error, HashAlgorithm, Item, Key, Keyring, RsaPadding, SaltLength, SignatureForm, Version, View,
};
use strongroom_tests::transit::{Fixture, PRODUCTS, Reasons, base64, fixtures};

/// What a case came to.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Outcome {
    /// The same answer.
    Agrees,
    /// A refusal on both sides, for the same reason.
    BothRefuse,
    /// The server refuses what it made itself, by a fault of its own; we read it.
    WeReadIt,
    /// The caller gives a nonce, which no call of ours takes.
    CallerNonce,
    /// The server panics, or fails on a key that it cannot use; we refuse by name.
    ServerFault,
    /// New ciphertexts by the second convergent rule, which we only read.
    SecondRule,
    /// A new ciphertext of a convergent key with an aad, by which others could forge: both views refuse.
    AadOfConvergent,
    /// An aad with RSA, which nothing would authenticate: the library behind the server ignores it.
    AadOfRsa,
    /// A mac below the window of new ones, which the fixture's author made around the server: we verify it.
    VerifiedOnly,
    /// The request cannot be written down: a negative version, a name that is none.
    NotExpressible,
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Requests that our calls have no words for.
fn is_expressible(case: &Value) -> bool {
    let error = text(&case["error"]);
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
    !words.iter().any(|words| error.contains(words)) && case["padding_scheme"] != "pkcs1v15"
}

/// Everything that a case says besides the message.
fn item<'a>(mut item: Item<'a>, case: &Value, aad: &'a [u8], op: &str) -> Item<'a> {
    if !aad.is_empty() {
        item = item.aad(aad);
    }
    let context = base64(&case["context"]);
    if !context.is_empty() {
        item = item.context(context);
    }
    if let (Some(version), "encrypt" | "sign" | "hmac" | "rewrap" | "datakey") =
        (case["version"].as_u64().and_then(|n| Version::new(n as u32)), op)
    {
        item = item.version(version);
    }
    let hash = if op.ends_with("hmac") { &case["algorithm"] } else { &case["hash_algorithm"] };
    // A hash of "none" is none.
    if let (Some(hash), true) =
        (HashAlgorithm::from_name(text(hash)), op.ends_with("hmac") || op == "sign" || op == "verify")
    {
        item = item.hash(hash);
    }
    if op == "sign" || op == "verify" {
        item = signing(item, case);
    }
    match text(&case["marshaling_algorithm"]) {
        "jws" if op == "sign" || op == "verify" => item.form(SignatureForm::Jws),
        _ => item,
    }
}

/// What a case says of a signature, beside its hash and form.
fn signing<'a>(mut item: Item<'a>, case: &Value) -> Item<'a> {
    if case["prehashed"] == true {
        item = if case["hash_algorithm"] == "none" { item.unhashed() } else { item.prehashed() };
    }
    item = match text(&case["signature_algorithm"]) {
        "pss" => item.padding(RsaPadding::Pss),
        "pkcs1v15" => item.padding(RsaPadding::Pkcs1v15),
        _ => item,
    };
    match text(&case["salt_length"]).to_lowercase().as_str() {
        "" => item,
        "auto" => item.salt_length(SaltLength::Auto),
        "hash" | "-1" => item.salt_length(SaltLength::Hash),
        number => item.salt_length(SaltLength::Bytes(number.parse().unwrap())),
    }
}

/// What a view answers, in the form in which the case holds the answer.
fn run(view: &View, case: &Value) -> Result<String, Error> {
    let op = text(&case["op"]);
    let (plaintext, input, aad) =
        (base64(&case["plaintext"]), base64(&case["input"]), base64(&case["associated_data"]));
    let encoded = |bytes: &[u8]| base64_simd::STANDARD.encode_to_string(bytes);
    let decrypt = |ciphertext: &str| {
        let opened = view.decrypt_item(&item(Item::ciphertext(ciphertext), case, &aad, "decrypt"))?;
        Ok(encoded(opened.expose()))
    };
    match op {
        "encrypt" => view.encrypt_item(&item(Item::plaintext(&plaintext), case, &aad, op)),
        "decrypt" | "datakey" => decrypt(text(&case["ciphertext"])),
        "rewrap" => {
            let new = view.rewrap_item(&item(Item::ciphertext(text(&case["ciphertext"])), case, &aad, op))?;
            let head = |text: &str| text.rsplit_once(':').map(|(head, _)| head.to_owned());
            assert_eq!(head(&new), head(text(&case["result"])), "{}", case["id"]);
            assert_eq!(decrypt(text(&case["result"]))?, text(&case["plaintext"]), "{}", case["id"]);
            decrypt(&new)
        }
        "sign" => view.sign_item(&item(Item::message(&input), case, &aad, op)),
        "hmac" => view.hmac_item(&item(Item::message(&input), case, &aad, op)),
        "verify" => Ok(verdict(view.verify_item(&item(
            Item::signed(&input, text(&case["signature"])),
            case,
            &aad,
            op,
        )))?),
        "verify_hmac" => Ok(verdict(view.verify_hmac_item(&item(
            Item::signed(&input, text(&case["hmac"])),
            case,
            &aad,
            op,
        )))?),
        "public_key" => view
            .public_key(Version::new(case["version"].as_u64().unwrap() as u32))
            .map(|public| encoded(public.as_bytes())),
        other => panic!("unknown operation {other}"),
    }
}

fn verdict(result: Result<(), Error>) -> Result<String, Error> {
    match result {
        Ok(()) => Ok("true".to_owned()),
        Err(Error::BadSignature) => Ok("false".to_owned()),
        Err(error) => Err(error),
    }
}

/// The answer of the server, in the form in which `run` gives the library's.
fn answer(case: &Value) -> String {
    match text(&case["op"]) {
        "encrypt" => text(&case["ciphertext"]).to_owned(),
        "sign" => text(&case["signature"]).to_owned(),
        "hmac" => text(&case["hmac"]).to_owned(),
        "public_key" => text(&case["public_key"]).to_owned(),
        "verify" | "verify_hmac" => case["valid"].to_string(),
        _ => text(&case["plaintext"]).to_owned(),
    }
}

/// Compares, and says what the case came to. `None` is a difference.
fn judge(case: &Value, ours: Result<String, Error>, reasons: &Reasons) -> Result<Outcome, String> {
    let error = case["error"].as_str();
    let ours = match (ours, error) {
        (Ok(ours), None) if ours == answer(case) => return Ok(Outcome::Agrees),
        // What is no signature is not one of the message either.
        (Ok(ours), Some(error)) if ours == "false" && error.starts_with("supplied signature") => {
            return Ok(Outcome::BothRefuse);
        }
        (Ok(ours), Some(_)) => {
            let intended = case["intended_plaintext"].as_str().or(case["plaintext_if_fixed"].as_str());
            return if intended == Some(&ours) {
                Ok(Outcome::WeReadIt)
            } else {
                Err(format!("{ours} instead of a refusal"))
            };
        }
        (Ok(ours), None) => return Err(format!("{ours} instead of {}", answer(case))),
        (Err(ours), _) => ours,
    };
    let refused = matches!(ours, Error::InvalidOption { .. });
    if error.is_some_and(|error| error.starts_with("base64-decoded nonce must be")) && refused {
        return Ok(Outcome::CallerNonce);
    }
    if case.get("nonce").is_some() && refused {
        return Ok(if case["panic"] == true { Outcome::ServerFault } else { Outcome::CallerNonce });
    }
    match error {
        // Of two reasons to refuse, each side names the one that it comes to first.
        Some(_) if case["state"] == "soft-deleted" && matches!(ours, Error::KeyDisabled { .. }) => {
            Ok(Outcome::BothRefuse)
        }
        Some(error) if reasons.allow(error, &ours) => {
            let faulty = ["panic", "too small", "unhandled", "bad private key", "convergent nonce"]
                .iter()
                .any(|part| error.contains(part));
            Ok(if faulty { Outcome::ServerFault } else { Outcome::BothRefuse })
        }
        Some(error) => {
            let detail = ours.detail().unwrap_or_default();
            Err(format!("{} {detail} ({ours}) where the server says {error}", ours.name()))
        }
        None if text(&case["op"]) == "encrypt" && refused => Ok(Outcome::SecondRule),
        None if text(&case["op"]) == "encrypt"
            && ours == Error::AadNotAllowed
            && !base64(&case["associated_data"]).is_empty() =>
        {
            Ok(Outcome::AadOfConvergent)
        }
        None if ours == Error::AadNotAllowed && text(&case["op"]) == "decrypt" => Ok(Outcome::AadOfRsa),
        // A key that can neither sign nor verify.
        None if ours.name() == "type_not_supported" && case["valid"] == false => Ok(Outcome::ServerFault),
        None => Err(format!("{ours} instead of {}", answer(case))),
    }
}

/// The keys of a fixture, by the state in which cases ask for them.
fn keys(fixture: &Fixture) -> BTreeMap<String, Key> {
    let ring = Keyring::in_memory();
    let mut keys =
        BTreeMap::from([(String::new(), ring.restore_transit(&fixture.backup, Some("now"), None).unwrap())]);
    let mut last = &fixture.backup;
    for (number, state) in fixture.states.iter().enumerate() {
        let backup = state.backup.as_ref().unwrap_or(last);
        let key = ring.restore_transit(backup, Some(&format!("state{number}")), None).unwrap();
        if state.backup.is_none() {
            // The server takes no backup of a key that is soft-deleted.
            key.disable().unwrap();
        }
        keys.insert(state.id.clone(), key);
        last = backup;
    }
    keys
}

#[test]
fn every_answer_agrees() {
    let mut table: BTreeMap<(String, Outcome), usize> = BTreeMap::new();
    let (mut wrong, mut strict, reasons) = (Vec::new(), 0, Reasons::load());
    for product in PRODUCTS {
        for fixture in fixtures(product) {
            let keys = keys(&fixture);
            for case in &fixture.cases {
                let key = &keys[text(&case["state"])];
                let op = text(&case["op"]).to_owned();
                if !is_expressible(case) {
                    *table.entry((op, Outcome::NotExpressible)).or_default() += 1;
                    continue;
                }
                // The others refuse without one, which is checked.
                if op == "encrypt" && case.get("nonce").is_some() && !fixture.id.starts_with("convergent-v1")
                {
                    *table.entry((op, Outcome::CallerNonce)).or_default() += 1;
                    continue;
                }
                let context = base64(&case["context"]);
                let native: View =
                    if op == "public_key" { key.context(&context).unwrap() } else { View::clone(key) };
                let ours = run(&native.transit(), case);
                if product == "vault"
                    && op == "hmac"
                    && ours == Err(Error::VersionNotAllowed)
                    && case.get("error").is_none()
                {
                    let hash = HashAlgorithm::from_name(text(&case["algorithm"])).unwrap();
                    let input = base64(&case["input"]);
                    assert_eq!(
                        native
                            .transit()
                            .verify_hmac_item(&Item::signed(&input, text(&case["hmac"])).hash(hash)),
                        Ok(()),
                        "{}",
                        case["id"]
                    );
                    *table.entry((op, Outcome::VerifiedOnly)).or_default() += 1;
                    continue;
                }
                // The native view may refuse more; it never gives another answer.
                match run(&native, case) {
                    // A JSON Web Signature is of the hash that goes with the curve, and of one length.
                    Ok(answer) if op == "verify" && answer == "false" => {
                        strict += usize::from(ours == Ok("true".into()))
                    }
                    Ok(answer) if op != "rewrap" && Ok(&answer) != ours.as_ref() => {
                        wrong.push(format!("{product} {} {}: the views differ", fixture.id, case["id"]))
                    }
                    Ok(_) => {}
                    Err(_) => strict += usize::from(ours.is_ok()),
                }
                match judge(case, ours, &reasons) {
                    Ok(outcome) => *table.entry((op, outcome)).or_default() += 1,
                    Err(reason) => wrong.push(format!("{product} {} {}: {reason}", fixture.id, case["id"])),
                }
            }
        }
    }
    for ((op, outcome), count) in &table {
        println!("{op:12} {outcome:?}: {count}");
    }
    println!("{strict} answers that only the lenient view gives");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    let count = |op: &str, outcome: Outcome| table.get(&(op.to_owned(), outcome)).copied().unwrap_or(0);
    let total = |outcome: Outcome| {
        table.iter().filter(|((_, o), _)| *o == outcome).map(|(_, count)| count).sum::<usize>()
    };
    let floors = [
        ("datakey", 198, 0),
        ("decrypt", 1203, 605),
        // 116 more are refused on purpose: `AadOfConvergent`.
        ("encrypt", 181, 116),
        ("hmac", 1202, 139),
        ("public_key", 9, 0),
        ("rewrap", 101, 12),
        ("sign", 284, 98),
        ("verify", 882, 152),
        ("verify_hmac", 512, 175),
    ];
    for (op, agree, refuse) in floors {
        assert!(count(op, Outcome::Agrees) >= agree, "{op}: only {} agree", count(op, Outcome::Agrees));
        assert!(
            count(op, Outcome::BothRefuse) >= refuse,
            "{op}: only {} are refused by both",
            count(op, Outcome::BothRefuse)
        );
    }
    // What is left out of the comparison is counted from the other side: it may not grow.
    let excluded = [
        (Outcome::CallerNonce, 55),
        (Outcome::ServerFault, 39),
        (Outcome::SecondRule, 18),
        (Outcome::AadOfConvergent, 122),
        // Of these, 23 name PKCS#1 v1.5 for RSA encryption.
        (Outcome::NotExpressible, 109),
        (Outcome::AadOfRsa, 3),
        (Outcome::VerifiedOnly, 3),
        (Outcome::WeReadIt, 15),
    ];
    for (outcome, most) in excluded {
        assert!(total(outcome) <= most, "{outcome:?}: {}", total(outcome));
    }
}

#[test]
fn a_batch_equals_the_singles() {
    let mut ran = 0;
    for product in PRODUCTS {
        for fixture in fixtures(product) {
            let keys = keys(&fixture);
            let view = keys[""].transit();
            let cases: Vec<&Value> = fixture
                .cases
                .iter()
                .filter(|case| case["op"] == "decrypt" && case.get("state").is_none())
                .collect();
            let aads: Vec<Vec<u8>> = cases.iter().map(|case| base64(&case["associated_data"])).collect();
            let items = cases
                .iter()
                .zip(&aads)
                .map(|(case, aad)| item(Item::ciphertext(text(&case["ciphertext"])), case, aad, "decrypt"));
            let batch = view.decrypt_batch(items);
            assert_eq!(batch.len(), cases.len());
            for (case, result) in cases.iter().zip(batch) {
                let result = result.map(|opened| base64_simd::STANDARD.encode_to_string(opened.expose()));
                assert_eq!(result, run(&view, case), "{} {}", fixture.id, case["id"]);
                ran += 1;
            }
        }
    }
    assert!(ran >= 1500, "{ran}");
}
