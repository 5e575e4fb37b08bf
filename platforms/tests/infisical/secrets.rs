//! A sealing key among the secrets.

use crate::cloud::{create, reason, seal};
use crate::live::{PROJECT, login, start};
use crate::written::Written;
use serde_json::json;
use strongroom::{Error, Seal};

#[test]
fn a_sealing_key_is_read_and_changed_for_another() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let at = |place: &str, more: &str| {
        let (address, login) = (&cloud.server.address, login(&cloud));
        seal(&format!("infisicalsecret+http://{address}/{PROJECT}/{place}?{login}{more}"))
    };
    let newest = || at("prod/SEALING", "");
    let why = reason(create(newest()));
    assert!(why.contains("infisical-secret: read the secret: it answers 404 NotFound"), "{why}");
    let add = || {
        let key = Seal::generate_root_key().unwrap();
        cloud.client(&["add_secret", std::str::from_utf8(key.expose()).unwrap()]).unwrap()
    };
    add();
    let made = create(newest()).unwrap();
    made.open(newest()).unwrap();
    for place in ["staging/SEALING", "prod/app/SEALING", "prod/OTHER"] {
        assert!(reason(made.open(at(place, ""))).contains("404 NotFound"), "{place}");
    }
    add();
    assert_eq!(made.open(newest()).unwrap_err(), Error::WrongSeal);
    made.open(Seal::any([newest(), at("prod/SEALING", "&version=1")])).unwrap();
    made.ring.reseal([newest()]).unwrap();
    made.open(newest()).unwrap();

    cloud.control(json!({"denied": ["secrets"]}));
    let why = reason(made.open(newest()));
    assert!(why.contains("403 PermissionDenied") && why.contains("read the value"), "{why}");
    // What stands for a value that is hidden is none.
    cloud.control(json!({"denied": [], "hidden": true}));
    assert!(reason(made.open(newest())).contains("the value is hidden"));
    cloud.control(json!({"hidden": false}));
    // What refers to another secret is not looked up: it is no key, and is not asked for as one.
    cloud.count("");
    cloud.client(&["add_secret", "${OTHER}hunter2"]).unwrap();
    let said = made.open(newest()).unwrap_err();
    assert!(matches!(said, Error::InvalidRootKey { .. }) && !format!("{said:?} {said}").contains("hunter2"));
    let asked = cloud.control(json!({"asked": true}))["queries"].to_string();
    assert!(asked.contains("expandSecretReferences=false"), "{asked}");
}

#[test]
fn a_sealing_key_is_replaced_by_one_of_two() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let (address, login) = (&cloud.server.address, login(&cloud));
    let url = format!("infisicalsecret+http://{address}/{PROJECT}/prod/SEALING?{login}");
    let (denied, needs, version) = ("edit", "edit the secret", "1");
    let written = Written { cloud: &cloud, url, denied, needs, version };
    written.all();
    // What waits for somebody may be done at any time.
    let before = written.held();
    cloud.control(json!({"approval": true}));
    let (_, waits) = written.replace(&written.secret().newest().unwrap());
    cloud.control(json!({"approval": false}));
    let waits = waits.unwrap_err();
    assert!(!waits.is_certain && waits.error.to_string().contains("approved first"), "{waits:?}");
    assert_eq!(written.held(), before);
    // A secret in another place is another one.
    for place in ["staging/SEALING", "prod/app/SEALING", "prod/OTHER"] {
        let other = Written { url: written.url.replace("prod/SEALING", place), ..written };
        assert!(other.secret().newest().unwrap_err().to_string().contains("404 NotFound"), "{place}");
    }
}
