//! What a private key decides on while it signs, and while a wrapped key is unwrapped, so that neither times
//! nor caches tell of it: nothing but what stands in `valgrind/allowed.rs`, and all of that.
//!
//! An assembler routine of AWS-LC is seen as well, as valgrind runs what is run. Where another compiler, or
//! another version of a crate, gives other names, the list is to be gone through anew.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "valgrind/allowed.rs"]
mod allowed;
#[path = "valgrind/program.rs"]
mod program;
#[path = "valgrind/report.rs"]
mod report;

use allowed::May;
use report::Report;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

/// What is called for no reason of its own: the C library, the standard library, what makes an `Option` of a
/// choice, arrays, and what AWS-LC copies, clears and chooses with.
const HELPERS: [&str; 4] = ["system/", "subtle/", "hybrid-array/", "aws-lc/internal.h"];

/// So many reports are told apart by four functions; later ones are taken for the same where two are.
const TOLD_APART: usize = 100;

/// Cases that may do the same.
struct Group {
    name: &'static str,
    provider: &'static str,
    cases: Vec<Case>,
    own: Vec<May>,
    /// Decisions by what is published, when that has been made.
    made: &'static [May],
    /// Decisions by what is published anyhow, with all that these functions call.
    public: &'static [May],
}

/// Arguments of the program, and what it says.
type Case = (Vec<String>, &'static str);

#[test]
fn private_keys_decide_on_nothing_that_is_not_listed() {
    if !program::is_there("private_keys_decide_on_nothing_that_is_not_listed") {
        return;
    }
    let program = program::built("keys");
    let (mut faults, mut checks) = (Vec::new(), 0);
    for Group { name, provider, cases, own, made, public } in groups() {
        let mut unseen: BTreeSet<&str> =
            own.iter().chain(made).chain(public).map(|(what, _)| *what).collect();
        for (arguments, outcome) in cases {
            checks += 1;
            for (number, report) in reports(&program, provider, &arguments, outcome).iter().enumerate() {
                let public = public.iter().find(|(what, _)| report.0.iter().any(|f| f == what));
                let here = |(what, _): &&May| site(report) == *what;
                let own = own.iter().find(here).filter(|_| number < TOLD_APART);
                match public.or(made.iter().find(here)).or(own) {
                    Some((what, _)) => drop(unseen.remove(what)),
                    None => faults.push(format!("{name}: {}", way(report).collect::<Vec<_>>().join(" < "))),
                }
            }
        }
        faults.extend(unseen.iter().map(|what| format!("{name}: {what} is listed and decides on nothing")));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    println!("{checks} checks under valgrind");
}

/// Of what does not unwrap, nobody sees whether OAEP opened.
#[test]
fn a_padding_that_does_not_open_takes_the_same_way() {
    if !program::is_there("a_padding_that_does_not_open_takes_the_same_way") {
        return;
    }
    let program = program::built("keys");
    let [_, (bad_padding, refused), (bad_rest, _)] = unwraps();
    let [padding, rest] = [bad_padding, bad_rest].map(|arguments| {
        let reports = reports(&program, "aws-lc", &arguments, refused);
        reports.into_iter().map(|report| report.0).collect::<Vec<_>>()
    });
    assert!(padding.iter().flatten().any(|function| function == "aes-kw/kwp.rs unwrap_key_trusted"));
    assert_eq!(padding, rest);
    println!("2 checks under valgrind");
}

/// A table in which a private number is looked up.
#[test]
fn what_is_not_listed_is_found() {
    if !program::is_there("what_is_not_listed_is_found") {
        return;
    }
    let program = program::built("keys");
    let found = reports(&program, "rustcrypto", &["table".into(), number(32)], "made");
    let found: Vec<&str> =
        found.iter().map(site).filter(|site| site.starts_with("entropy/keys.rs")).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    println!("1 checks under valgrind");
}

fn groups() -> Vec<Group> {
    let ecdsa =
        || [("ecdsa-p256", 32), ("ecdsa-p384", 48), ("ecdsa-p521", 66)].map(|(t, len)| sign(t, number(len)));
    vec![
        Group {
            name: "ECDSA by RustCrypto",
            provider: "rustcrypto",
            cases: ecdsa().into(),
            own: allowed::ECDSA_RUSTCRYPTO.into(),
            made: &[],
            public: &[],
        },
        Group {
            name: "ECDSA by AWS-LC",
            provider: "aws-lc",
            cases: ecdsa().into(),
            own: allowed::ECDSA_AWS_LC.into(),
            made: allowed::ECDSA_AWS_LC_MADE,
            public: allowed::ECDSA_AWS_LC_PUBLIC,
        },
        Group {
            name: "Ed25519",
            provider: "aws-lc",
            cases: vec![sign("ed25519", number(32))],
            own: Vec::new(),
            made: &[],
            public: &[],
        },
        Group {
            name: "ML-DSA",
            provider: "aws-lc",
            cases: vec![sign("ml-dsa-65", number(32))],
            own: allowed::ML_DSA.into(),
            made: &[],
            public: allowed::ML_DSA_PUBLIC,
        },
        Group {
            name: "RSA",
            provider: "aws-lc",
            cases: vec![sign("rsa-2048", wrapped().0)],
            own: allowed::RSA.into(),
            made: &[],
            public: &[],
        },
        Group {
            name: "unwrapping",
            provider: "aws-lc",
            cases: unwraps().into(),
            own: [allowed::RSA, allowed::UNWRAP].concat(),
            made: &[],
            public: &[],
        },
    ]
}

fn sign(key_type: &str, key: String) -> Case {
    (vec!["sign".into(), key_type.into(), key], "made")
}

/// One that unwraps, one with another byte in what RSA opens, and one with another byte behind it.
fn unwraps() -> [Case; 3] {
    let (key, blob) = wrapped();
    [(None, "made"), (Some(200), "refused"), (Some(530), "refused")].map(|(digit, outcome)| {
        let mut blob = blob.clone();
        if let Some(digit) = digit {
            let other = if blob[digit..].starts_with('0') { "1" } else { "0" };
            blob.replace_range(digit..=digit, other);
        }
        (vec!["unwrap".into(), key.clone(), blob], outcome)
    })
}

/// A private key of 2048 bits, and what OpenBao wrapped for it, in hexadecimal digits.
fn wrapped() -> (String, String) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/transit/wrapped.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut cases = file["cases"].as_array().unwrap().iter();
    let is_short = |case: &&Value| case["destination"] == "byok-dest-2048" && case["hash"] == "sha2-256";
    let blob = &cases.find(is_short).unwrap()["blob"];
    let digits = |text: &Value| {
        let bytes = base64_simd::STANDARD.decode_to_vec(text.as_str().unwrap()).unwrap();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    (digits(&file["destinations"]["byok-dest-2048"]), digits(blob))
}

/// A private number of so many bytes that is below every order, or a seed.
fn number(len: usize) -> String {
    format!("00{}", "5a".repeat(len - 1))
}

/// The provider, and the arguments of the program.
type Asked = (String, Vec<String>);
type Seen = Arc<OnceLock<Vec<Report>>>;

/// Those of a run; one that two tests ask for is run once.
fn reports(program: &Path, provider: &str, arguments: &[String], outcome: &str) -> Vec<Report> {
    static SEEN: Mutex<BTreeMap<Asked, Seen>> = Mutex::new(BTreeMap::new());
    let mut all = SEEN.lock().unwrap();
    let seen = all.entry((provider.to_owned(), arguments.to_vec())).or_default().clone();
    drop(all);
    let run = || {
        let mut valgrind = program::valgrind(program);
        valgrind.args(arguments).env("STRONGROOM_PROVIDER", provider);
        let (printed, said) = program::run(&mut valgrind, &arguments[0]);
        assert_eq!(printed.trim(), outcome, "{:?}", &arguments[..2]);
        report::all(&said)
    };
    seen.get_or_init(run).clone()
}

/// The function that decides.
fn site(report: &Report) -> &str {
    way(report).next().unwrap_or_default()
}

fn way(report: &Report) -> impl Iterator<Item = &str> {
    let is_own = |function: &&str| !HELPERS.iter().any(|helper| function.starts_with(helper));
    report.0.iter().map(String::as_str).filter(is_own)
}
