//! Pins: what the commands print of them, and what opens with one.

use crate::place::Place;
use serde_json::Value;
use std::fs;

/// The pin of the keyring as `check` prints it.
#[track_caller]
fn pin(place: &Place) -> String {
    place.run("check --json").json()["pin"].as_str().unwrap().to_owned()
}

fn copy(place: &Place, from: &str, to: &str) {
    fs::create_dir(place.path(to)).unwrap();
    for entry in fs::read_dir(place.path(from)).unwrap() {
        let name = entry.unwrap().file_name();
        fs::copy(place.path(from).join(&name), place.path(to).join(&name)).unwrap();
    }
}

#[test]
fn the_pin_is_printed_where_it_begins_and_changes() {
    let mut place = Place::empty();
    let made = place.run("init --new-root-key-file root.key --json").json();
    let first = made["pin"].as_str().unwrap().to_owned();
    assert!(first.starts_with(&format!("srp1:{}:1:", made["keyring"].as_str().unwrap())), "{first}");
    place.set("STRONGROOM_ROOT_KEY", String::from_utf8(place.read("root.key")).unwrap().trim_end());
    assert_eq!(pin(&place), first);
    let checked = String::from_utf8(place.run("check").ok()).unwrap();
    assert_eq!(checked.lines().last(), Some(format!("pin {first}").as_str()), "{checked}");
    let resealed = String::from_utf8(place.run("reseal --with-root-key-file root.key").ok()).unwrap();
    assert_eq!(resealed.lines().last(), Some(format!("pin {}", pin(&place)).as_str()), "{resealed}");
    assert!(pin(&place).contains(":2:"), "{resealed}");
    let resealed = place.run("reseal --with-root-key-file root.key --json").json();
    assert_eq!(resealed["pin"], Value::from(pin(&place)));
    let other = String::from_utf8(place.run("init --keyring other --root-key-file root.key").ok()).unwrap();
    assert!(other.lines().last().unwrap().starts_with("pin srp1:"), "{other}");
}

#[test]
fn a_broken_key_does_not_change_the_pin() {
    let place = Place::new();
    place.run("key create a").ok();
    let mut document = place.read("ring/key-a.sr");
    *document.last_mut().unwrap() ^= 1;
    place.write("ring/key-a.sr", document);
    let checked = place.run("check --json");
    assert_eq!(checked.code, 5);
    let report: Value = serde_json::from_slice(&checked.out).unwrap();
    assert!(report["pin"].as_str().unwrap().starts_with("srp1:"));
}

#[test]
fn only_the_keyring_of_the_pin_opens() {
    let mut place = Place::new();
    place.run("key create cards").ok();
    let mine = pin(&place);
    let text = place.feed(&format!("encrypt cards --pin {mine}"), b"4111").line();
    assert_eq!(place.feed(&format!("decrypt cards --pin {mine}"), text.as_bytes()).ok(), b"4111");
    place.run("init --keyring other").ok();
    let said = place.run(&format!("key list --keyring other --pin {mine}")).fails(5);
    assert!(said.contains("not the keyring") && said.contains("--pin"), "{said}");

    place.set("STRONGROOM_PIN", &mine);
    place.run("key list").ok();
    place.run("key list --keyring other").fails(5);
    place.unset("STRONGROOM_PIN");
    let other = place.run("check --keyring other --json").json()["pin"].as_str().unwrap().to_owned();
    place.set("STRONGROOM_PIN", &mine);
    place.run(&format!("key list --keyring other --pin {other}")).ok();
    place.run(&format!("key list --pin {other}")).fails(5);
}

#[test]
fn an_old_copy_does_not_meet_a_later_pin() {
    let place = Place::new();
    let before = pin(&place);
    copy(&place, "ring", "old");
    place.run("reseal --with-root-key-file root.key").ok();
    let after = pin(&place);
    place.run(&format!("key list --pin {before}")).ok();
    place.run(&format!("key list --pin {after}")).ok();
    place.run("key list --keyring old").ok();
    place.run(&format!("key list --keyring old --pin {after}")).fails(5);
}

#[test]
fn a_snapshot_that_is_older_than_the_pin_is_not_restored() {
    let place = Place::new();
    let before = pin(&place);
    place.run("snapshot --out ring.srs").ok();
    place.run("reseal --with-root-key-file root.key").ok();
    let after = pin(&place);
    place.run(&format!("restore --keyring copy --in ring.srs --pin {after}")).fails(5);
    assert!(!place.path("copy/root.sr").exists());
    place.run(&format!("restore --keyring copy --in ring.srs --pin {before}")).ok();
}

#[test]
fn what_is_no_pin_opens_nothing() {
    let mut place = Place::new();
    let mine = pin(&place);
    for wrong in
        ["--pin=", "--pin=srp1:", &format!("--pin={mine}0x"), &format!("--pin={}", mine.to_uppercase())]
    {
        assert!(place.run(&format!("key list {wrong}")).fails(3).contains("a pin is srp1:"), "{wrong}");
    }
    // A variable of a script that is not set must not open whatever stands there.
    place.set("STRONGROOM_PIN", "");
    assert!(place.run("key list").fails(3).contains("a pin is srp1:"));
    place.run(&format!("key list --pin {mine}")).ok();
}

#[test]
fn a_new_keyring_has_no_pin_yet() {
    let mut place = Place::new();
    let mine = pin(&place);
    let said =
        place.run(&format!("init --keyring other --new-root-key-file other.key --pin {mine}")).fails(3);
    assert!(said.contains("create one without a pin"), "{said}");
    place.set("STRONGROOM_PIN", &mine);
    place.run("init --keyring other").fails(3);
    assert!(!place.path("other").exists() && !place.path("other.key").exists());
}
