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
    assert_eq!(
        two[1],
        json!({ "kind": "passphrase", "id": "passphrase", "label": null, "added": null, "in_use": false })
    );
    assert_eq!(two[0]["in_use"], true);
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
fn an_id_leads_to_what_people_know() {
    let mut place = Place::empty();
    place.set("PASS", "correct horse");
    let made = place.run("init --new-root-key-file root.key --label cards --seal-label safe --json").json();
    let id = place.run("seal id root.key").line();
    let added = made["seal"]["added"].as_str().unwrap();
    assert!(added.len() == 20 && added.ends_with('Z'), "{added}");
    let first = json!({ "kind": "root-key", "id": id, "label": "safe", "added": added, "in_use": true });
    assert_eq!(made["seal"], first);
    let opened = "--root-key-file root.key";
    place.run(&format!("seal add --new-root-key-file second.key --label desk {opened}")).ok();
    place.run(&format!("seal add --with-passphrase-env PASS --with-seal-id office {opened}")).ok();
    let listed = place.run(&format!("seal list {opened} --json")).json();
    assert_eq!(
        (&listed[0], &listed[1]["label"], &listed[1]["in_use"]),
        (&first, &json!("desk"), &json!(false))
    );
    let text = String::from_utf8(place.run("seal list --passphrase-env PASS --seal-id office").ok()).unwrap();
    let second = place.run("seal id --root-key-file second.key").line();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], format!("root-key    {id}          added {added}  safe"));
    assert!(lines[1].starts_with(&format!("root-key    {second}          added 20")), "{text}");
    assert!(lines[1].ends_with("Z  desk"), "{text}");
    assert_eq!(lines[2], "passphrase  office            in use");

    // A reseal keeps what is known, and labels a new root key.
    place.run(&format!("reseal {opened} --with-root-key-file second.key --label x")).fails(2);
    place
        .run(&format!(
            "reseal {opened} --with-root-key-file second.key --new-root-key-file third.key --label car"
        ))
        .ok();
    let listed = place.run("seal list --root-key-file third.key --json").json();
    let labels: Vec<&str> =
        listed.as_array().unwrap().iter().map(|seal| seal["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["desk", "car"]);
    for refused in ["x".repeat(256).as_str(), ""] {
        let arguments = [
            "seal",
            "add",
            "--new-root-key-file",
            "4.key",
            "--root-key-file",
            "third.key",
            "--label",
            refused,
        ];
        assert!(place.exec(&arguments, b"").fails(3).contains("1 to 255 bytes"));
        assert!(!place.path("4.key").exists());
    }
}

#[test]
fn the_id_of_a_root_key_needs_no_keyring() {
    let mut place = Place::empty();
    let digits = "0123456789abcdef".repeat(4);
    place.write("key", format!("hex:{digits}\n"));
    set_permissions(place.path("key"), Permissions::from_mode(0o600)).unwrap();
    let id = place.run("seal id key").line();
    assert_eq!(id.len(), 16);
    assert_eq!(place.run("seal id key --json").json(), json!({ "kind": "root-key", "id": id }));
    place.set("KEY", &digits);
    assert_eq!(place.run("seal id --root-key-env KEY").line(), id);
    assert!(place.run("seal id").fails(2).contains("STRONGROOM_ROOT_KEY"));
    place.set("STRONGROOM_ROOT_KEY", "ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8=");
    assert_eq!(place.run("seal id").line(), id);
    place.run("seal id key --root-key-env KEY").fails(2);
    place.set("PASS", "correct horse");
    assert!(place.run("seal id --passphrase-env PASS").fails(2).contains("the name that it was given"));
    place.run("seal id missing").fails(5);
    place.set("KEY", "short");
    place.run("seal id --root-key-env KEY").fails(3);
    set_permissions(place.path("key"), Permissions::from_mode(0o644)).unwrap();
    place.run("seal id key").fails(5);
    assert_eq!(place.run("seal id key --insecure-mode-ok").line(), id);
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
