//! A sealing key among the secrets.

use crate::cloud::{create, reason, seal};
use crate::live::{start, url};
use serde_json::json;
use strongroom::{Error, Seal};

#[test]
fn a_sealing_key_is_read_and_changed_for_another() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let at = |more: &str| {
        let url = url(&cloud, "sealing").replace("azurekv:", "azuresecret:").replace("/keys/", "/secrets/");
        seal(&format!("{url}{more}"))
    };
    let why = reason(create(at("")));
    assert!(why.contains("azure-secret: read the secret: it answers 404 SecretNotFound"), "{why}");
    let add = || {
        let key = Seal::generate_root_key().unwrap();
        cloud.client(&["add_secret", std::str::from_utf8(key.expose()).unwrap()]).unwrap()
    };
    let first = add();
    let made = create(at("")).unwrap();
    made.open(at("")).unwrap();
    let second = add();
    assert_eq!(made.open(at("")).unwrap_err(), Error::WrongSeal);
    let before = at(&format!("&version={first}"));
    made.open(before.clone()).unwrap();
    made.open(Seal::any([at(""), before.clone()])).unwrap();
    made.ring.reseal([at("")]).unwrap();
    made.open(at("")).unwrap();
    assert_eq!(made.open(before).unwrap_err(), Error::WrongSeal);

    cloud.control(json!({"denied": ["secrets"]}));
    let why = reason(made.open(at("")));
    assert!(why.contains("403 ForbiddenByRbac") && why.contains("getSecret"), "{why}");
    cloud.control(json!({"denied": []}));
    cloud.client(&["enable_secret", &second, "false"]).unwrap();
    let why = reason(made.open(at("")));
    assert!(why.contains("403 SecretDisabled; this version is disabled"), "{why}");
    cloud.client(&["add_secret", "hunter2hunter2"]).unwrap();
    let said = made.open(at("")).unwrap_err();
    assert!(matches!(said, Error::InvalidRootKey { .. }) && !format!("{said:?} {said}").contains("hunter2"));
}
