//! Another time of day for a program of the tests (`tests/clocks`), and when tokens are good there.

use crate::{Skipped, output, skipped};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// When a token is issued and redeemed, by clocks that differ from ours, and what becomes of it.
#[derive(Debug)]
pub struct Case {
    /// What is shown.
    pub what: String,
    /// By how many milliseconds the clock of whoever issues it is ahead.
    pub issued_at_ms: i64,
    /// For how long it is good.
    pub ttl_ms: u64,
    /// By how many milliseconds the clock of whoever redeems it is ahead.
    pub redeemed_at_ms: i64,
    /// What is said of that to whoever redeems it.
    pub leeway_ms: Option<u64>,
    /// `ok`, or the name of the error.
    pub result: String,
}

/// All of them.
///
/// # Panics
/// If the file is not what it was
pub fn cases() -> Vec<Case> {
    let path = folder().join("cases.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let cases: Vec<Value> = serde_json::from_str(&text).expect("an array");
    let case = |case: &Value| Case {
        what: case["what"].as_str().expect("a text").to_owned(),
        issued_at_ms: case["issued_at_ms"].as_i64().expect("a number"),
        ttl_ms: case["ttl_ms"].as_u64().expect("a number"),
        redeemed_at_ms: case["redeemed_at_ms"].as_i64().expect("a number"),
        leeway_ms: case["leeway_ms"].as_u64(),
        result: case["result"].as_str().expect("a text").to_owned(),
    };
    let cases: Vec<Case> = cases.iter().map(case).collect();
    assert!(cases.len() >= 16, "only {} cases", cases.len());
    cases
}

/// What a program finds in its environment whose clock is ahead by so much: the library that shifts it is
/// compiled into `folder` unless it is there.
///
/// # Errors
/// Where no C compiler is, or the system is another than Linux
///
/// # Panics
/// If the library does not compile
pub fn shifted(folder: &Path, ms: i64) -> Result<[(&'static str, String); 2], Skipped> {
    let library = compiled(folder).map_err(skipped("a shifted clock"))?;
    Ok([("LD_PRELOAD", library.display().to_string()), ("STRONGROOM_TEST_CLOCK_MS", ms.to_string())])
}

fn compiled(place: &Path) -> Result<PathBuf, String> {
    if !cfg!(target_os = "linux") {
        return Err("LD_PRELOAD is of Linux".to_owned());
    }
    output(Command::new("cc").arg("--version"))?;
    let library = place.join("shift.so");
    if !library.exists() {
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(folder().join("shift.c"));
        output(&mut compile).expect("the library that shifts the clock");
    }
    Ok(library)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../clocks")
}
