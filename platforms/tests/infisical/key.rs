//! A key that wraps.

use crate::cloud::{create, reason, seal};
use crate::live::{KEY, PROJECT, start, theirs, url};
use serde_json::json;
use strongroom::{Error, Keyring, Memory, Seal};

#[test]
fn what_either_client_wraps_the_other_unwraps() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let ours = || seal(&url(&cloud, KEY));
    let made = create(ours()).unwrap();
    made.open(ours()).unwrap();
    made.open(theirs(&cloud)).unwrap();
    let made = create(theirs(&cloud)).unwrap();
    made.open(theirs(&cloud)).unwrap();
    made.open(ours()).unwrap();
    println!("infisical: both clients, both ways");
}

#[test]
fn versions_before_the_newest_open_and_a_disabled_key_does_not() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let ours = seal(&url(&cloud, KEY));
    let made = create(ours.clone()).unwrap();
    cloud.control(json!({"rotated": 1}));
    made.open(ours.clone()).unwrap();
    made.ring.reseal([ours.clone()]).unwrap();
    made.open(ours.clone()).unwrap();
    cloud.control(json!({"disabled": true}));
    let why = reason(made.open(ours.clone()));
    assert!(why.contains("infisical-kms: decrypt: it answers 400 BadRequest; the key is disabled"), "{why}");
    assert!(reason(create(ours.clone())).contains("the key is disabled"));
    // Another seal opens what this one does not.
    let office = Seal::root_key_text(Seal::generate_root_key().unwrap());
    made.ring.add_seal(office.clone()).unwrap();
    made.open(Seal::any([ours, office])).unwrap();
}

#[test]
fn what_is_not_there_or_not_allowed_is_said() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let ours = seal(&url(&cloud, KEY));
    let made = create(ours.clone()).unwrap();
    let why = reason(create(seal(&url(&cloud, PROJECT))));
    assert!(why.contains("404 NotFound") && why.contains("no member"), "{why}");
    for verb in ["encrypt", "decrypt"] {
        cloud.control(json!({"denied": [verb]}));
        let why = reason(Keyring::create(Memory::new(), ours.clone()));
        assert!(
            why.contains(&format!("403 PermissionDenied; the identity has to be allowed to {verb}")),
            "{why}"
        );
    }
    cloud.control(json!({"denied": ["encrypt"]}));
    made.open(ours.clone()).unwrap();
    // Another keyring's copy of the same key is bound to that keyring.
    cloud.control(json!({"denied": [], "forget": true}));
    assert_eq!(made.open(ours).unwrap_err(), Error::WrongSeal);
}

/// A token that has ended is refused with either status.
#[test]
fn a_token_that_ends_is_renewed_once() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let ours = seal(&url(&cloud, KEY));
    let made = create(ours.clone()).unwrap();
    made.open(ours.clone()).unwrap();
    assert_eq!(cloud.count("universal-auth/login"), 1);
    for status in [401, 403] {
        cloud.control(json!({"revoke": true, "expired": status}));
        made.open(ours.clone()).unwrap();
        assert_eq!(cloud.count("universal-auth/login"), 1);
    }
}
