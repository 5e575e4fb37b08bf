//! Programs in which the address sanitizer sees what the library reads: `touched.h` reads it before, in code
//! that is compiled with it.

use crate::header::declared;
use crate::toolchain::{program, read, root};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

pub(crate) const SANITIZED: [&str; 2] = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/// The functions that `touched.h` stands before.
fn wrapped() -> BTreeSet<String> {
    let text = read("bindings/c/tests/touched.h");
    let groups = [
        "MESSAGE(",
        "VERIFICATION(",
        "BATCH(",
        "INDEX(",
        "INDEXES(",
        "PREFIXES(",
        "NGRAMS(",
        "EACH_NGRAMS(",
        "INDEX_BATCH(",
        "INDEXES_BATCH(",
        "OTHER(",
    ];
    let names = text.lines().filter_map(|line| groups.iter().find_map(|group| line.strip_prefix(group)));
    names.map(|rest| rest.split([',', ')']).next().unwrap().to_owned()).collect()
}

/// A program under the sanitizers, whose calls go through `touched.h`.
pub(crate) fn touched(source: &str, name: &str, options: &[&str]) -> PathBuf {
    let wraps: Vec<String> = wrapped().iter().map(|name| format!("-Wl,--wrap={name}")).collect();
    let header = root().join("bindings/c/tests/touched.h");
    let mut all = SANITIZED.to_vec();
    all.extend(["-include", header.to_str().unwrap()]);
    all.extend(wraps.iter().map(String::as_str));
    all.extend(options);
    program(source, name, &all, false)
}

#[test]
fn all_that_is_read_is_touched() {
    const READ: [&str; 11] = [
        "const void *",
        "const strongroom_options *",
        "const strongroom_keyring_options *",
        "const strongroom_index_options *",
        "const strongroom_token_form *",
        "strongroom_item *",
        "const strongroom_column *",
        "const strongroom_import *",
        "const strongroom_key_spec *",
        "_provider *",
        "_config *",
    ];
    let (wrapped, declared) = (wrapped(), declared());
    let reading = declared.iter().filter(|(_, line)| {
        // Not of what comes back.
        let (_, parameters) = line.split_once('(').unwrap();
        READ.iter().any(|what| parameters.contains(what)) || parameters.contains("const strongroom_seal *")
    });
    let missing: Vec<_> = reading.map(|(name, _)| name).filter(|name| !wrapped.contains(*name)).collect();
    assert!(missing.is_empty(), "touched.h does not read before {missing:?}");
    assert!(
        wrapped.len() >= 38 && wrapped.iter().all(|name| declared.contains_key(name)),
        "{}",
        wrapped.len()
    );
}

/// A program that hands over memory that is gone is stopped: without that, the tests that end well would show
/// nothing.
#[test]
fn memory_that_is_gone_is_seen() {
    let program = touched("bindings/c/tests/stale.c", "stale", &[]);
    for (case, what) in [
        ("none", ""),
        ("input", "heap-use-after-free"),
        ("aad", "heap-use-after-free"),
        ("item", "stack-use-after-scope"),
    ] {
        let output = Command::new(&program).arg(case).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.success(), what.is_empty(), "{case}: {said}");
        assert!(said.contains(what), "{case}: {said}");
    }
}
