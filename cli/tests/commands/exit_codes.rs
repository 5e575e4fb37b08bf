//! Exit codes by family, and errors as JSON.

use crate::place::Place;
use serde_json::Value;
use std::process::Stdio;

/// Runs with `--json` and gives what is said of the error.
#[track_caller]
fn error(place: &Place, arguments: &str, input: &[u8], code: i32) -> Value {
    let said = place.feed(&format!("--json {arguments}"), input).fails(code);
    assert_eq!(said.lines().count(), 1, "{said}");
    let said: Value = serde_json::from_str(&said).unwrap();
    said["error"].clone()
}

#[test]
fn every_family_has_a_code() {
    let place = Place::new();
    place.run("key create cards").ok();
    for (arguments, code, number, name, family) in [
        ("encrypt", 2, None, "usage", "usage"),
        ("no-such-command", 2, None, "usage", "usage"),
        ("key create cards", 3, Some(4), "key_exists", "misuse"),
        ("sign cards", 3, Some(11), "operation_not_supported", "misuse"),
        ("encrypt nobody", 4, Some(102), "key_not_found", "untrusted_input"),
        ("decrypt cards", 4, Some(101), "malformed", "untrusted_input"),
        ("decrypt cards --in nowhere", 5, None, "file_failed", "environment"),
        ("key list --keyring nowhere", 5, Some(201), "keyring_not_found", "environment"),
        ("key list --root-key-env NOWHERE", 3, Some(23), "invalid_root_key", "misuse"),
        ("key export cards", 3, Some(30), "exposure_not_confirmed", "misuse"),
    ] {
        let error = error(&place, arguments, b"not a ciphertext", code);
        assert_eq!(error["number"].as_u64(), number, "{arguments}");
        assert_eq!(
            (error["name"].as_str(), error["family"].as_str()),
            (Some(name), Some(family)),
            "{arguments}"
        );
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{arguments}");
    }
    let text = place.feed("encrypt cards --aad a", b"4111").line();
    let error = error(&place, "decrypt cards --aad b", text.as_bytes(), 4);
    assert_eq!((error["number"].as_u64(), error["name"].as_str()), (Some(106), Some("decrypt_failed")));
}

#[test]
fn the_same_errors_are_readable_without_json() {
    let place = Place::new();
    let said = place.run("key show nobody").fails(4);
    assert_eq!(
        said,
        "strongroom: there is no key \"nobody\"; list the keys, or create it first\nhint: 'strongroom key list' shows the names; 'strongroom key create' makes a key\n"
    );
    place.run("key create customers").ok();
    let said = place.run("key show custmoers").fails(4);
    assert!(
        said.starts_with(
            "strongroom: there is no key \"custmoers\" (did you mean \"customers\"?); list the keys"
        ),
        "{said}"
    );
    let mut nowhere = Place::empty();
    nowhere.set("STRONGROOM_KEYRING", "");
    assert!(nowhere.run("key list").fails(2).starts_with("strongroom: which keyring?"));
}

#[test]
fn help_and_version_are_no_errors() {
    let place = Place::empty();
    let help = String::from_utf8(place.run("--help").ok()).unwrap();
    assert!(help.contains("of needs-reindex 1: make it anew"));
    assert!(place.run("--version").line().starts_with("strongroom "));
    place.run("help key create").ok();
    assert!(place.run("").fails(2).starts_with("Named, versioned keys"));
    assert!(place.run("key").fails(2).starts_with("Make and manage keys"));
    let said: Value = serde_json::from_str(&place.run("--json encrypt --nonsense").fails(2)).unwrap();
    assert_eq!(said["error"]["message"], "unexpected argument '--nonsense' found");
}

#[test]
fn a_reader_that_has_gone_is_not_complained_about() {
    let place = Place::new();
    place.run("key create cards").ok();
    for arguments in [&["key", "list"][..], &["key", "list", "--json"], &["--help"], &["encrypt", "cards"]] {
        let mut child = place
            .command(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{arguments:?}");
        assert!(matches!(output.status.code(), Some(0 | 5)), "{arguments:?}: {}", output.status);
    }
}

#[test]
fn a_full_disk_is_an_error() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let place = Place::new();
    for arguments in [&["key", "list", "--json"][..], &["init", "--keyring", "other"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = place.command(arguments).stdin(Stdio::null()).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(5), "{arguments:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("cannot write to standard output"));
    }
}
