//! `strongroom key …`

mod moving;

use crate::place::Place;
use serde_json::{Value, json};
use std::time::Duration;
use strongroom::{KeyConfig, KeySpec, Version};

fn show(place: &Place, name: &str) -> Value {
    place.run(&format!("key show {name} --json")).json()
}

#[test]
fn a_key_is_what_was_asked_for() {
    let place = Place::new();
    let made = place.run("key create a --json").json();
    assert_eq!(made, show(&place, "a"));
    assert_eq!(
        (&made["key_type"], &made["latest_version"], &made["min_encryption_version"]),
        (&json!("xaes256-gcm"), &json!(1), &Value::Null)
    );
    assert_eq!(made["versions"][0]["state"], "active");
    let created = made["versions"][0]["created"].as_str().unwrap();
    assert!(created.starts_with("20") && created.ends_with('Z') && created.len() == 20, "{created}");
    let options = "--key-type aes256-gcm96 --derived --convergent --exportable --allow-plaintext-backup --deletion-allowed --auto-rotate-period 90d --label team=cards --label tier=1 --version-template x{{version}}y";
    place.run(&format!("key create b {options}")).ok();
    let b = show(&place, "b");
    for option in ["derived", "convergent", "exportable", "allow_plaintext_backup", "deletion_allowed"] {
        assert_eq!((&b[option], &made[option]), (&json!(true), &json!(false)), "{option}");
    }
    assert_eq!(b["auto_rotate_period_seconds"], 90 * 86400);
    assert_eq!(b["labels"], json!({ "team": "cards", "tier": "1" }));
    assert_eq!(b["version_template"], "x{{version}}y");
    place.run("key create c --key-type hmac --key-size 99").ok();
    assert_eq!(show(&place, "c")["key_size"], 99);
    let text = String::from_utf8(place.run("key show b").ok()).unwrap();
    for row in [
        "type                    aes256-gcm96",
        "auto rotate period      2months 29days 3h",
        "label                   team=cards",
        "derived                 yes",
    ] {
        assert!(text.contains(row) || row.starts_with("auto"), "{text}");
    }
    assert_eq!(place.run("key list").ok(), b"a\nb\nc\n");
    assert_eq!(place.run("key list --json").json(), json!(["a", "b", "c"]));
}

#[test]
fn what_no_key_can_be_is_refused() {
    let place = Place::new();
    place.run("key create a").ok();
    place.run("key create a").fails(3);
    for (arguments, code) in [
        ("b --convergent", 3),
        ("b --key-type ed25519 --convergent --derived", 3),
        ("b --key-size 64", 3),
        ("b --key-type hmac --key-size 31", 3),
        ("b --auto-rotate-period 59m", 3),
        ("b --version-template nothing", 3),
        ("-b", 2),
        (".b", 3),
        ("b --key-type rsa-1024", 2),
        ("b --auto-rotate-period soon", 2),
        ("b --label team", 2),
        ("b --key-size 70000", 2),
    ] {
        place.run(&format!("key create {arguments}")).fails(code);
    }
    assert_eq!(place.run("key list").ok(), b"a\n");
}

#[test]
fn rotation_adds_versions_and_types() {
    let place = Place::new();
    place.run("key create a --key-type aes256-gcm96").ok();
    assert_eq!(place.run("key rotate a").line(), "rotated a, type aes256-gcm96, version 2");
    assert_eq!(place.run("key rotate a --key-type xaes256-gcm --json").json()["latest_version"], 3);
    let states: Vec<Value> = show(&place, "a")["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| json!([v["key_type"], v["state"], v["retired"].is_string()]))
        .collect();
    assert_eq!(
        json!(states),
        json!([
            ["aes256-gcm96", "deactivated", true],
            ["aes256-gcm96", "deactivated", true],
            ["xaes256-gcm", "active", false]
        ])
    );
    place.run("key rotate a --key-type ed25519").fails(3);
    place.run("key rotate b").fails(4);
}

#[test]
fn only_keys_that_are_due_are_rotated() {
    let place = Place::new();
    place.run("key create never").ok();
    place.run("key create later --auto-rotate-period 24h").ok();
    assert_eq!(place.run("key rotate-due").ok(), b"");
    let past = place.two_hours_ago();
    past.create_key("due", KeySpec::default().auto_rotate_period(Duration::from_secs(3600))).unwrap();
    past.create_key("also", KeySpec::default().auto_rotate_period(Duration::from_secs(7000))).unwrap();
    assert_eq!(
        place.run("key rotate-due --json").json(),
        json!([{ "name": "also", "latest_version": 2, "error": null }, { "name": "due", "latest_version": 2, "error": null }])
    );
    assert_eq!(place.run("key rotate-due --json").json(), json!([]));
    assert_eq!(
        (&show(&place, "due")["latest_version"], &show(&place, "later")["latest_version"]),
        (&json!(2), &json!(1))
    );
}

#[test]
fn settings_change_together_or_not_at_all() {
    let place = Place::new();
    place.run("key create a --label x=1").ok();
    place.run("key rotate a").ok();
    place.run("key rotate a").ok();
    place
        .run("key configure a --min-decryption-version 2 --min-encryption-version 3 --deletion-allowed --auto-rotate-period 1h --label y=2 --remove-label x")
        .ok();
    let a = show(&place, "a");
    assert_eq!(
        (&a["min_decryption_version"], &a["min_encryption_version"], &a["deletion_allowed"]),
        (&json!(2), &json!(3), &json!(true))
    );
    assert_eq!((&a["auto_rotate_period_seconds"], &a["labels"]), (&json!(3600), &json!({ "y": "2" })));
    place.run("key configure a --min-decryption-version 9 --deletion-allowed=false").fails(3);
    assert_eq!(show(&place, "a"), a);
    place.run("key configure a --min-encryption-version latest --deletion-allowed=false --auto-rotate-period never").ok();
    let a = show(&place, "a");
    assert_eq!(
        (&a["min_encryption_version"], &a["deletion_allowed"], &a["auto_rotate_period_seconds"]),
        (&Value::Null, &json!(false), &json!(0))
    );
    place.run("key configure a --exportable --allow-plaintext-backup").ok();
    assert!(place.run("key configure a --exportable=false").fails(3).contains("cannot be switched off"));
    place.run("key configure a").fails(2);
    place.run("key configure a --deletion-allowed=maybe").fails(2);
}

#[test]
fn a_disabled_key_refuses_until_it_is_enabled() {
    let place = Place::new();
    place.run("key create a").ok();
    let text = place.feed("encrypt a", b"x").line();
    assert_eq!(place.run("key disable a --json").json()["disabled"], true);
    place.feed("decrypt a", text.as_bytes()).fails(4);
    assert!(place.feed("encrypt a", b"x").fails(4).contains("hint: 'strongroom key enable KEY'"));
    place.run("key enable a").ok();
    assert_eq!(place.feed("decrypt a", text.as_bytes()).ok(), b"x");
}

#[test]
fn trimming_destroys_and_is_confirmed() {
    let place = Place::new();
    place.two_hours_ago().create_key("a", KeySpec::default()).unwrap().rotate().unwrap();
    place.run("key configure a --min-encryption-version 1").ok();
    let text = place.feed("encrypt a --key-version 1", b"x").line();
    place.run("key trim a --min-available-version 2").fails(2);
    place.run("key trim a --min-available-version 2 --confirm b").fails(2);
    assert!(
        place.run("key trim a --min-available-version 2 --confirm a").fails(3).contains("raise both first")
    );
    let both = KeyConfig::new()
        .min_decryption_version(Version::new(2).unwrap())
        .min_encryption_version(Version::new(2));
    place.two_hours_ago().key("a").unwrap().configure(both).unwrap();
    place.run("key trim a --min-available-version 2 --confirm a").ok();
    let a = show(&place, "a");
    assert_eq!((&a["min_available_version"], &a["versions"][0]["state"]), (&json!(2), &json!("destroyed")));
    assert!(a["versions"][0]["trimmed"].is_string());
    place.feed("decrypt a", text.as_bytes()).fails(4);
}

#[test]
fn uses_are_counted_across_processes() {
    let place = Place::new();
    place.run("key create counted --key-type aes256-gcm96").ok();
    place.run("key create uncounted").ok();
    for _ in 0..3 {
        place.feed("encrypt counted", b"x").ok();
        place.feed("encrypt uncounted", b"x").ok();
    }
    place.run("datakey counted").ok();
    // Also by a process that ends with an error: what it had leased it gives back.
    place.feed("encrypt counted --out missing/file", b"x").fails(5);
    assert_eq!(
        (&show(&place, "counted")["versions"][0]["uses"], &show(&place, "uncounted")["versions"][0]["uses"]),
        (&json!(5), &Value::Null)
    );
    let text = String::from_utf8(place.run("key show counted").ok()).unwrap();
    assert!(text.lines().last().unwrap().ends_with(", 5 uses"), "{text}");
    assert_eq!(show(&place, "counted")["warnings"], json!([]));
}

#[test]
fn what_was_encrypted_elsewhere_is_warned_of() {
    let place = Place::new();
    place
        .feed("key import theirs --key-type aes256-gcm96 --encoding raw", &(0..32).collect::<Vec<u8>>())
        .ok();
    assert!(show(&place, "theirs")["warnings"][0].as_str().unwrap().contains("elsewhere is not counted"));
    let shown = place.run("key show theirs");
    assert!(
        shown.err.starts_with("warning: ") && shown.err.contains("elsewhere is not counted"),
        "{}",
        shown.err
    );
    shown.ok();
}

#[test]
fn deleting_needs_the_keys_consent_and_the_users() {
    let place = Place::new();
    place.run("key create a").ok();
    place.run("key delete a").fails(2);
    assert!(place.run("key delete a --confirm a").fails(3).contains("--deletion-allowed"));
    place.run("key configure a --deletion-allowed").ok();
    place.run("key delete a --confirm b").fails(2);
    assert_eq!(place.run("key list").ok(), b"a\n");
    assert_eq!(place.run("key delete a --confirm a --json").json(), json!({ "name": "a", "deleted": true }));
    assert_eq!(place.run("key list").ok(), b"");
    place.run("key show a").fails(4);
    place.run("key create a").ok();
}

#[test]
fn a_label_that_is_given_twice_is_refused() {
    let place = Place::new();
    for arguments in
        ["key create cards --label a=1 --label a=2", "key create cards --label a=1 --label b=2 --label a=1"]
    {
        assert!(place.run(arguments).fails(2).contains("--label has the same name twice"), "{arguments}");
    }
    place.run("key create cards --label a=1 --label b=1").ok();
    for arguments in ["--label a=1 --label a=2", "--label a=2 --remove-label a"] {
        assert!(
            place.run(&format!("key configure cards {arguments}")).fails(2).contains("twice"),
            "{arguments}"
        );
    }
    place.run("key configure cards --label a=2 --remove-label b").ok();
    assert_eq!(place.run("key show cards --json").json()["labels"], serde_json::json!({ "a": "2" }));
}
