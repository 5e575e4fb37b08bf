//! A key that wraps.

use crate::cloud::{create, reason, seal};
use crate::live::{start, theirs, url};
use serde_json::json;
use strongroom::{Error, Keyring, Memory, Seal};

#[test]
fn what_either_client_wraps_the_other_unwraps() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let ours = || seal(&url(&cloud, "app"));
    let made = create(ours()).unwrap();
    made.open(ours()).unwrap();
    made.open(theirs(&cloud)).unwrap();
    let made = create(theirs(&cloud)).unwrap();
    made.open(theirs(&cloud)).unwrap();
    made.open(ours()).unwrap();
    // Whoever has the public key can wrap, so alone it opens nothing.
    assert_eq!(Keyring::open(made.store.clone(), ours()).unwrap_err(), Error::PinRequired);
    println!("azure: both clients, both ways");
}

#[test]
fn versions_before_the_newest_open() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let ours = seal(&url(&cloud, "app"));
    let first = cloud.client(&["version"]).unwrap();
    let made = create(ours.clone()).unwrap();
    let second = cloud.client(&["rotate"]).unwrap();
    made.open(ours.clone()).unwrap();
    assert_eq!(cloud.count(&format!("POST /keys/app/{first}/unwrapkey")), 2);
    cloud.client(&["enable", &first, "false"]).unwrap();
    let why = reason(made.open(ours.clone()));
    assert!(why.contains("azure-kv: unwrap: it answers 403 KeyDisabled; this version is disabled"), "{why}");
    // What is open goes on, and is resealed under the newest version.
    made.ring.reseal([ours.clone()]).unwrap();
    made.open(ours.clone()).unwrap();
    assert!(cloud.count(&format!("POST /keys/app/{second}/unwrapkey")) >= 2);
    cloud.client(&["enable", &second, "false"]).unwrap();
    assert!(reason(create(ours.clone())).contains("the newest version of the key is disabled"));
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
    let made = create(seal(&url(&cloud, "app"))).unwrap();
    // There, no key has a version of this name.
    let why = reason(made.open(seal(&url(&cloud, "other"))));
    assert!(why.contains("404 KeyNotFound"), "{why}");
    let why = reason(create(seal(&url(&cloud, "absent"))));
    assert!(why.contains("404 KeyNotFound") && why.contains("check the name"), "{why}");
    assert!(reason(create(seal(&url(&cloud, "curve")))).contains("is no RSA key"));
    made.open(seal(&format!("{}&id=mine", url(&cloud, "app")))).unwrap();
}

#[test]
fn whoever_is_not_allowed_is_told_what_is_missing() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let ours = seal(&url(&cloud, "app"));
    let made = create(ours.clone()).unwrap();
    for (verb, right) in [("get", "keys/read"), ("wrapkey", "keys/wrap")] {
        cloud.control(json!({"denied": [verb]}));
        let why = reason(Keyring::create(Memory::new(), ours.clone()));
        assert!(why.contains("403 ForbiddenByRbac") && why.contains(right), "{why}");
        made.open(ours.clone()).unwrap();
    }
    cloud.control(json!({"denied": ["unwrapkey"]}));
    let why = reason(made.open(ours));
    assert!(why.contains("403 ForbiddenByRbac") && why.contains("keys/unwrap"), "{why}");
}

#[test]
fn a_token_that_ends_is_renewed_once() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let ours = seal(&url(&cloud, "app"));
    let made = create(ours.clone()).unwrap();
    made.open(ours.clone()).unwrap();
    assert_eq!(cloud.count("/oauth2/v2.0/token"), 1);
    cloud.control(json!({"revoke": true}));
    made.open(ours).unwrap();
    assert_eq!(cloud.count("/oauth2/v2.0/token"), 1);
}
