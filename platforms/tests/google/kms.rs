//! A key that wraps.

use crate::cloud::{Cloud, create, reason, seal};
use crate::live::{KEY, start, theirs, url};
use serde_json::json;
use std::sync::Arc;
use strongroom::{Error, Keyring, Memory, Seal};
use strongroom_servers::clouds;

#[test]
fn what_either_client_wraps_the_other_unwraps() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let ours = || seal(&url(&cloud, KEY, "service.json"));
    let made = create(ours()).unwrap();
    made.open(ours()).unwrap();
    made.open(theirs(&cloud)).unwrap();
    let made = create(theirs(&cloud)).unwrap();
    made.open(theirs(&cloud)).unwrap();
    made.open(ours()).unwrap();
    println!("google: both clients, both ways");
}

/// Somebody else's server, which looks at nobody's token.
#[test]
fn a_second_opinion() {
    let (cloud, drongo) = match (start(), clouds::drongo()) {
        (Ok(cloud), Ok(drongo)) => (cloud, drongo),
        (Err(skipped), _) | (_, Err(skipped)) => return println!("{skipped}"),
    };
    for name in ["service.json", "user.json"] {
        std::fs::copy(cloud.file(name), drongo.home().join(name)).unwrap();
    }
    let drongo = Arc::new(Cloud { platform: "google", server: drongo });
    drongo.client(&["make_key"]).unwrap();
    let ours = || seal(&url(&drongo, KEY, "user.json"));
    let made = create(ours()).unwrap();
    made.open(ours()).unwrap();
    made.open(theirs(&drongo)).unwrap();
    create(theirs(&drongo)).unwrap().open(ours()).unwrap();
    println!("google: drongo, both clients, both ways");
}

#[test]
fn versions_before_the_newest_open() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let ours = seal(&url(&cloud, KEY, "service.json"));
    let made = create(ours.clone()).unwrap();
    assert!(cloud.client(&["rotate"]).unwrap().ends_with("/2"));
    made.open(ours.clone()).unwrap();
    cloud.client(&["state", "1", "DISABLED"]).unwrap();
    let why = reason(made.open(ours.clone()));
    assert!(why.contains("gcp-kms: decrypt: it answers 400 FAILED_PRECONDITION"), "{why}");
    assert!(why.contains("disabled or destroyed"), "{why}");
    // What is open goes on, and is resealed under the newest version.
    made.ring.reseal([ours.clone()]).unwrap();
    made.open(ours.clone()).unwrap();
    cloud.client(&["state", "2", "DISABLED"]).unwrap();
    assert!(reason(create(ours.clone())).contains("encrypt: it answers 400 FAILED_PRECONDITION"));
    // Another seal opens what this one does not.
    let office = Seal::root_key_text(Seal::generate_root_key().unwrap());
    made.ring.add_seal(office.clone()).unwrap();
    made.open(Seal::any([ours, office])).unwrap();
}

#[test]
fn a_keyring_of_another_key_is_not_opened() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let made = create(seal(&url(&cloud, KEY, "service.json"))).unwrap();
    let other = seal(&url(&cloud, &KEY.replace("app", "other"), "service.json"));
    assert_eq!(made.open(other).unwrap_err(), Error::WrongSeal);
    let absent = seal(&url(&cloud, &KEY.replace("app", "absent"), "service.json"));
    let why = reason(made.open(absent));
    assert!(why.contains("404 NOT_FOUND") && why.contains("check the project"), "{why}");
    // By whatever name the copy goes, it is bound to its keyring.
    let named = seal(&format!("{}&id=mine", url(&cloud, KEY, "service.json")));
    made.open(named).unwrap();
}

#[test]
fn whoever_is_not_allowed_is_told_what_is_missing() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let ours = seal(&url(&cloud, KEY, "service.json"));
    let made = create(ours.clone()).unwrap();
    for (verb, right) in [("encrypt", "useToEncrypt"), ("decrypt", "useToDecrypt")] {
        cloud.control(json!({"denied": [verb]}));
        let why = reason(Keyring::create(Memory::new(), ours.clone()));
        assert!(why.contains("403 PERMISSION_DENIED") && why.contains(right), "{why}");
    }
    let why = reason(made.open(ours.clone()));
    assert!(why.contains("useToDecrypt"), "{why}");
    cloud.control(json!({"denied": ["encrypt"]}));
    made.open(ours).unwrap();
}

#[test]
fn a_token_that_ends_is_renewed_once() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let ours = seal(&url(&cloud, KEY, "service.json"));
    let made = create(ours.clone()).unwrap();
    made.open(ours.clone()).unwrap();
    assert_eq!(cloud.count("POST /token"), 1);
    cloud.control(json!({"revoke": true}));
    made.open(ours).unwrap();
    assert_eq!(cloud.count("POST /token"), 1);
}
