//! A sealing key among the secrets.

use crate::cloud::{create, reason, seal};
use crate::live::{secret_url, start};
use crate::written::Written;
use serde_json::json;
use strongroom::{Error, Seal};

#[test]
fn a_sealing_key_is_read_and_changed_for_another() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let newest = || seal(&secret_url(&cloud, ""));
    let before = || seal(&secret_url(&cloud, "&version=previous"));
    let why = reason(create(newest()));
    assert!(why.contains("gcp-secret: read the secret: it answers 404 NOT_FOUND"), "{why}");
    let add = || {
        let key = Seal::generate_root_key().unwrap();
        cloud.client(&["add_secret", std::str::from_utf8(key.expose()).unwrap()]).unwrap()
    };
    assert!(add().ends_with("/versions/1"));
    let made = create(newest()).unwrap();
    made.open(newest()).unwrap();
    assert!(reason(made.open(before())).contains("no version before the latest"));
    // A new version: the one before opens until there is a copy for the newest.
    add();
    assert_eq!(made.open(newest()).unwrap_err(), Error::WrongSeal);
    made.open(before()).unwrap();
    made.open(seal(&secret_url(&cloud, "&version=1"))).unwrap();
    made.open(Seal::any([newest(), before()])).unwrap();
    made.ring.reseal([newest()]).unwrap();
    made.open(newest()).unwrap();
    assert_eq!(made.open(before()).unwrap_err(), Error::WrongSeal);

    cloud.control(json!({"denied": ["access"]}));
    let why = reason(made.open(newest()));
    assert!(why.contains("403 PERMISSION_DENIED") && why.contains("secretmanager.versions.access"), "{why}");
    cloud.control(json!({"denied": []}));
    cloud.client(&["disable_secret", "2"]).unwrap();
    let why = reason(made.open(newest()));
    assert!(why.contains("FAILED_PRECONDITION") && why.contains("disabled or destroyed"), "{why}");
    cloud.client(&["add_secret", "hunter2hunter2"]).unwrap();
    let said = made.open(newest()).unwrap_err();
    assert!(matches!(said, Error::InvalidRootKey { .. }) && !format!("{said:?} {said}").contains("hunter2"));
}

#[test]
fn a_sealing_key_is_replaced_by_one_of_two() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let (denied, needs, version) = ("addVersion", "secretmanager.versions.add", "previous");
    let written = Written { cloud: &cloud, url: secret_url(&cloud, ""), denied, needs, version };
    written.all();
    // Who is shown an older version than the newest writes nothing.
    let before = written.held();
    cloud.control(json!({"lags": 1}));
    let (_, late) = written.replace(&written.secret().newest().unwrap());
    cloud.control(json!({"lags": 0}));
    let late = late.unwrap_err();
    assert!(late.is_certain && late.error.to_string().contains("meanwhile"), "{late:?}");
    assert_eq!(written.held(), before);
}
