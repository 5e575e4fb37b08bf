//! What is read or written as text or compared and is secret decides on no branch and no address, so neither
//! times nor caches tell of it, but for two things that everybody may know: whether it is a text at all, and
//! how long what it says is.
//!
//! Those are a few branches at the end of a text. Anything that looked at its characters one by one would be
//! found once for each.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "valgrind/program.rs"]
mod program;

use std::path::Path;

/// Whether the last characters have spare bits, and whether all were of the alphabet.
const AT_THE_END: u64 = 2;
/// Multiples of three, whose base64 is the same with padding and without. They are none of 16, so that what
/// compares the rest behind whole blocks is seen as well.
const LENGTHS: [u64; 2] = [93, 957];

#[test]
fn secrets_are_read_and_written_without_looking_at_them() {
    if !program::is_there("secrets_are_read_and_written_without_looking_at_them") {
        return;
    }
    let program = program::built("timing");
    let mut checks = 0;
    for (what, most) in [
        ("encode", 0),
        ("compare", 0),
        ("standard", AT_THE_END),
        ("url-safe", AT_THE_END),
        ("hex", AT_THE_END),
    ] {
        let [short, long] = LENGTHS.map(|len| looks(&program, what, len));
        assert!(
            short <= most && short == long,
            "{what}: {short} and {long} branches and addresses depend on secrets"
        );
        checks += 2;
    }
    // Of an API key there is one length.
    for what in ["api-key", "api-key-check"] {
        let found = looks(&program, what, 32);
        assert_eq!(found, 0, "{what}: {found} branches and addresses depend on secrets");
        checks += 1;
    }
    // And what does look is found.
    for what in ["table", "branch"] {
        for len in LENGTHS {
            let found = looks(&program, what, len);
            assert!(found >= len, "{what}: {found} of {len}");
            checks += 1;
        }
    }
    println!("{checks} checks under valgrind");
}

/// How often something depends on what is secret.
fn looks(program: &Path, what: &str, len: u64) -> u64 {
    let (_, said) = program::run(program::valgrind(program).args([what, &len.to_string()]), what);
    let summary = said
        .lines()
        .find_map(|line| line.split_once("ERROR SUMMARY: "))
        .unwrap_or_else(|| panic!("{what}: {said}"))
        .1;
    summary
        .split(' ')
        .next()
        .and_then(|number| number.replace(',', "").parse().ok())
        .unwrap_or_else(|| panic!("{what}: {summary}"))
}
