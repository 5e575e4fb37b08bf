//! A sealing key among the secrets.

use crate::cloud::{Cloud, create, reason, seal};
use crate::live::{start, url};
use crate::written::Written;
use serde_json::json;
use strongroom::{Error, Seal};

fn secret_url(cloud: &Cloud) -> String {
    url(cloud, "sealing").replace("azurekv:", "azuresecret:").replace("/keys/", "/secrets/")
}

#[test]
fn a_sealing_key_is_read_and_changed_for_another() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let at = |more: &str| seal(&format!("{}{more}", secret_url(&cloud)));
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

#[test]
fn a_sealing_key_is_replaced_by_one_of_two() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let (denied, needs, version) = ("set", "set (secrets/setSecret)", "0123456789abcdef0123456789abcdef");
    let written = Written { cloud: &cloud, url: secret_url(&cloud), denied, needs, version };
    written.all();
    // Where the list of versions has several pages, too.
    cloud.control(json!({"page": 2}));
    cloud.client(&["more_secret", "any"]).unwrap();
    let newest = written.secret().newest().unwrap();
    let (key, replaced) = written.replace(&newest);
    replaced.unwrap();
    // What a version has beside its value stays.
    assert_eq!(written.held(), format!("{key} text/plain team=app"));
    cloud.control(json!({"raced": "theirs"}));
    written.replace(&written.secret().newest().unwrap()).1.unwrap_err();
    assert_eq!(written.held(), "theirs text/plain team=app");
    // Who may not look who else wrote writes nothing.
    cloud.control(json!({"denied": ["list"]}));
    let (_, denied) = written.replace(&written.secret().newest().unwrap());
    cloud.control(json!({"denied": []}));
    let denied = denied.unwrap_err();
    assert!(
        denied.is_certain && denied.error.to_string().contains("list (secrets/readMetadata)"),
        "{denied:?}"
    );
    assert_eq!(written.held(), "theirs text/plain team=app");
}
