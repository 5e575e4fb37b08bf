//! `strongroom seal …`, and what opens a keyring.

use crate::place::{Place, mode};
use serde_json::json;
use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;

const LONELY: &str = "there is only one wrapped copy";

#[test]
fn the_warning_ends_with_the_second_copy() {
    let mut place = Place::new();
    let one = place.run("seal list");
    assert!(one.err.starts_with("warning: ") && one.err.contains(LONELY), "{}", one.err);
    assert_eq!(String::from_utf8(one.ok()).unwrap().lines().count(), 1);
    place.set("PASS", "correct horse");
    assert_eq!(place.run("seal add --with-passphrase-env PASS").line(), "added passphrase passphrase");
    let two = place.run("seal list --json");
    assert_eq!(two.err, "");
    let two = two.json();
    assert_eq!(two[1], json!({ "kind": "passphrase", "id": "passphrase" }));
    let id = two[0]["id"].as_str().unwrap().to_owned();
    let left = place.run(&format!("seal remove root-key {id} --passphrase-env PASS"));
    assert!(left.err.contains(LONELY));
    left.ok();
    assert!(place.run("key list").fails(5).contains("opens no copy"));
    place.run("seal remove passphrase passphrase --passphrase-env PASS").fails(3);
    place.run("seal remove passphrase nobody --passphrase-env PASS").fails(3);
    place.run("key list --passphrase-env PASS").ok();
}

#[test]
fn every_kind_of_copy_opens_the_keyring() {
    let mut place = Place::new();
    place.run("key create a").ok();
    place.set("PASS", "correct horse");
    place.set("KEY", &"0123456789abcdef".repeat(4));
    place.write("pass", "battery staple\n");
    set_permissions(place.path("pass"), Permissions::from_mode(0o600)).unwrap();
    place.run("seal add --new-root-key-file second.key").ok();
    assert_eq!(mode(&place.path("second.key")), 0o600);
    place.run("seal add --with-root-key-env KEY").ok();
    place.run("seal add --with-passphrase-env PASS").ok();
    place.run("seal add --with-passphrase-env PASS").fails(3);
    assert_eq!(
        place
            .run("seal add --with-passphrase-file pass --with-seal-id office --json")
            .json()
            .as_array()
            .unwrap()
            .len(),
        5
    );
    place.unset("STRONGROOM_ROOT_KEY");
    for seal in [
        "--root-key-file root.key",
        "--root-key-file second.key",
        "--root-key-env KEY",
        "--passphrase-env PASS",
        "--passphrase-file pass --seal-id office",
    ] {
        assert_eq!(place.run(&format!("key list {seal}")).ok(), b"a\n", "{seal}");
    }
    place.run("key list --passphrase-file pass").fails(5);
    let error = place.run("key list").fails(2);
    assert!(error.contains("STRONGROOM_ROOT_KEY") && error.contains("--passphrase-file"), "{error}");
}

#[test]
fn a_seal_that_is_refused_leaves_no_file() {
    let place = Place::new();
    assert!(place.run("seal add --new-root-key-file root.key").fails(5).contains("cannot create root.key"));
    place.run("seal add --new-root-key-file ring/second.key").fails(2);
    place.run("seal add --new-root-key-file second.key --with-root-key-file root.key").fails(2);
    place.run("seal add").fails(2);
    assert!(!place.path("second.key").exists() && !place.path("ring/second.key").exists());
    place.run("key list").ok();
}

#[test]
fn what_others_can_read_does_not_open_a_keyring() {
    let mut place = Place::new();
    place.write("pass", "correct horse");
    for (file, option) in [("root.key", "--root-key-file"), ("pass", "--passphrase-file")] {
        set_permissions(place.path(file), Permissions::from_mode(0o644)).unwrap();
        let told = place.run(&format!("key list {option} {file}")).fails(5);
        assert!(told.contains("set its mode to 0600") && told.contains("--insecure-mode-ok"), "{told}");
    }
    place.run("key list --root-key-file root.key --insecure-mode-ok").ok();
    let told = place.run("key list --passphrase-file pass --insecure-mode-ok").fails(5);
    assert!(told.contains("look at --root-key-file"), "{told}");
    // As container platforms mount a secret.
    set_permissions(place.path("root.key"), Permissions::from_mode(0o440)).unwrap();
    place.run("key list --root-key-file root.key").ok();
    place.set("KEY", "not a root key");
    place.run("key list --root-key-env KEY --insecure-mode-ok").fails(3);
}

#[test]
fn one_way_to_open_is_given() {
    let mut place = Place::new();
    place.set("PASS", "correct horse");
    assert!(
        place
            .run("key list --root-key-file root.key --passphrase-env PASS")
            .fails(2)
            .contains("more than one")
    );
    assert!(
        place
            .run("--root-key-file root.key key list --passphrase-env PASS")
            .fails(2)
            .contains("more than one")
    );
    place.run("key list --root-key-file root.key --seal-id x").fails(2);
    place.run("key list --passphrase-env NOT_SET").fails(3);
    place.set("EMPTY", "");
    place.run("key list --passphrase-env EMPTY").fails(3);
    place.set("SHORT", "c2hvcnQ=");
    place.run("key list --root-key-env SHORT").fails(3);
}
