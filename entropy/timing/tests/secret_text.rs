//! What is read or written as text or compared and is secret decides on no branch and no address, so neither
//! times nor caches tell of it, but for two things that everybody may know: whether it is a text at all, and
//! how long what it says is.
//!
//! Those are a few branches at the end of a text. Anything that looked at its characters one by one would be
//! found once for each.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Whether the last characters have spare bits, and whether all were of the alphabet.
const AT_THE_END: u64 = 2;
/// Multiples of three, whose base64 is the same with padding and without. They are none of 16, so that what
/// compares the rest behind whole blocks is seen as well.
const LENGTHS: [u64; 2] = [93, 957];

#[test]
fn secrets_are_read_and_written_without_looking_at_them() {
    if !Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
    {
        println!(
            "skipped: secrets_are_read_and_written_without_looking_at_them, 0 checks: there is no valgrind here"
        );
        return;
    }
    let program = built();
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
    let output = Command::new("valgrind")
        .arg("--error-limit=no")
        .arg(program)
        .args([what, &len.to_string()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{what}: {said}");
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

fn built() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["build", "--release", "--bin", "timing", "--message-format", "json", "--manifest-path"];
    let output = Command::new(cargo).args(arguments).arg(manifest).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "the program does not build");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut paths = text.lines().filter_map(|line| {
        serde_json::from_str::<Value>(line).ok()?["executable"].as_str().map(PathBuf::from)
    });
    paths.next_back().expect("cargo says where the program is")
}
