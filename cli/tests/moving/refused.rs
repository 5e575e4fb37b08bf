//! What does not move, and how that is said.

use crate::live::{Live, count, line, place, report, ring};
use serde_json::{Value, json};
use strongroom::{Aad, KeyConfig, KeySpec, KeyType};

/// A mount with a key `cards`, which may be backed up.
fn mounted(live: &Live, mount: &str) {
    live.mount(mount);
    live.write(&format!("{mount}/keys/cards"), &json!({"exportable": true, "allow_plaintext_backup": true}));
}

#[test]
fn a_key_of_the_name_that_is_another_stays() {
    let Some(live) = Live::get("a_key_of_the_name_that_is_another_stays") else { return };
    mounted(&live, "other");
    let place = place();
    let ours = ring(&place);
    let spec = || KeySpec::new(KeyType::Aes256Gcm96).exportable(true).allow_plaintext_backup(true);
    let text = ours.create_key("cards", spec()).unwrap().encrypt("4111", Aad::NONE).unwrap();
    ours.close();
    for (direction, who) in [("--from-vault", "keyring"), ("--expose-secret-material --to-vault", "server")] {
        let before = live.read("other/export/encryption-key/cards");
        for dry in ["", " --dry-run"] {
            let run = place.run(&format!("--json move {direction} {} --mount other{dry}", live.url()));
            let said = report(&run, 3);
            assert_eq!(line(&said, "cards")["outcome"], "differs");
            let reason = line(&said, "cards")["reason"].as_str().unwrap();
            assert!(reason.contains(&format!("the {who} has another key of this name")), "{reason}");
            assert!(run.err.contains("not_moved"), "{}", run.err);
        }
        assert_eq!(ring(&place).key("cards").unwrap().decrypt(&text, Aad::NONE).unwrap().expose(), b"4111");
        assert_eq!(live.read("other/export/encryption-key/cards"), before);
    }
}

#[test]
fn where_one_place_rotated_is_told() {
    let Some(live) = Live::get("where_one_place_rotated_is_told") else { return };
    mounted(&live, "rotated");
    let place = place();
    let came = format!("--json move --from-vault {} --mount rotated", live.url());
    let left = format!("--json move --expose-secret-material --to-vault {} --mount rotated", live.url());
    report(&place.run(&came), 0);
    place.run("key rotate cards").ok();
    let said = report(&place.run(&came), 0);
    assert_eq!(line(&said, "cards")["reason"], "rotated in the keyring since");
    let said = report(&place.run(&left), 3);
    assert!(
        line(&said, "cards")["reason"].as_str().unwrap().contains("later versions of it than the server")
    );
    // Both rotated: two keys under one number.
    live.write("rotated/keys/cards/rotate", &Value::Null);
    for call in [&came, &left] {
        assert_eq!(line(&report(&place.run(call), 3), "cards")["outcome"], "differs");
    }
    // The server alone.
    live.write("rotated/keys/there", &json!({"exportable": true, "allow_plaintext_backup": true}));
    report(&place.run(&format!("{came} --key there")), 0);
    live.write("rotated/keys/there/rotate", &Value::Null);
    let said = report(&place.run(&format!("{came} --key there")), 3);
    assert!(
        line(&said, "there")["reason"].as_str().unwrap().contains("later versions of it than the keyring")
    );
    let said = report(&place.run(&format!("{left} --key there")), 0);
    assert_eq!(line(&said, "there")["reason"], "rotated on the server since");
}

#[test]
fn what_may_not_leave_the_server_is_named_with_the_calls_that_allow_it() {
    let Some(live) = Live::get("what_may_not_leave_the_server_is_named") else { return };
    live.mount("closed");
    live.write("closed/keys/both", &Value::Null);
    live.write("closed/keys/half", &json!({"allow_plaintext_backup": true}));
    live.write("closed/keys/low", &json!({"exportable": true}));
    live.write("closed/keys/low/rotate", &Value::Null);
    live.write("closed/keys/low/config", &json!({"min_decryption_version": 2}));
    live.write("closed/keys/gone", &json!({"exportable": true, "allow_plaintext_backup": true}));
    live.ask("DELETE", "closed/keys/gone/soft-delete", &Value::Null);
    let place = place();
    let call = format!("move --from-vault {} --mount closed", live.url());
    let said = report(&place.run(&format!("--json {call}")), 3);
    assert_eq!(count(&said, "not_movable"), 4);
    let allow = |name: &str| line(&said, name)["allow"].clone();
    let config = |name: &str, option: &str| format!("bao write closed/keys/{name}/config {option}=true");
    assert_eq!(
        allow("both"),
        json!([config("both", "exportable"), config("both", "allow_plaintext_backup")])
    );
    assert_eq!(allow("half"), json!([config("half", "exportable")]));
    assert_eq!(allow("low"), json!([config("low", "allow_plaintext_backup")]));
    let reason = line(&said, "low")["reason"].as_str().unwrap();
    assert!(reason.contains("versions below its min_decryption_version, 2, are not exported"), "{reason}");
    assert_eq!(allow("gone"), json!(["bao write -f closed/keys/gone/soft-delete-restore"]));
    // And these calls do allow it.
    let text = String::from_utf8(place.run(&call).out).unwrap();
    assert!(
        text.contains(&config("both", "exportable")) && text.ends_with("4 keys: 4 not movable\n"),
        "{text}"
    );
    for name in ["both", "half", "low"] {
        live.write(&format!("closed/keys/{name}/config"), &json!({"exportable": true}));
        live.write(&format!("closed/keys/{name}/config"), &json!({"allow_plaintext_backup": true}));
    }
    live.write("closed/keys/gone/soft-delete-restore", &Value::Null);
    assert_eq!(count(&report(&place.run(&format!("--json {call}")), 0), "moved"), 4);
    assert_eq!(ring(&place).key("low").unwrap().info().unwrap().min_available_version, 0);
}

#[test]
fn what_may_not_leave_the_keyring_is_named_with_the_call_that_allows_it() {
    let Some(live) = Live::get("what_may_not_leave_the_keyring_is_named") else { return };
    live.mount("kept");
    let place = place();
    for (name, options) in [("shut", ""), ("half", "--exportable"), ("ours", "--key-type xaes256-gcm")] {
        place
            .run(
                &format!("key create {name} --key-type aes256-gcm96 {options}")
                    .replace("aes256-gcm96 --key-type ", ""),
            )
            .ok();
    }
    let ours = ring(&place);
    ours.key("ours")
        .unwrap()
        .configure(KeyConfig::new().exportable(true).allow_plaintext_backup(true))
        .unwrap();
    ours.create_key("off", KeySpec::new(KeyType::Hmac).exportable(true).allow_plaintext_backup(true))
        .unwrap();
    ours.key("off").unwrap().disable().unwrap();
    ours.close();
    let call = format!("--json move --expose-secret-material --to-vault {} --mount kept", live.url());
    let said = report(&place.run(&call), 3);
    let allow = |name: &str| line(&said, name)["allow"][0].as_str().unwrap_or_default().to_owned();
    assert_eq!(allow("shut"), "strongroom key configure shut --exportable --allow-plaintext-backup");
    assert_eq!(allow("half"), "strongroom key configure half --allow-plaintext-backup");
    assert_eq!(allow("off"), "strongroom key enable off");
    assert!(line(&said, "ours")["reason"].as_str().unwrap().contains("xaes256-gcm"));
    assert!(live.names("kept").is_empty());
    for name in ["shut", "half", "off"] {
        place.run(allow(name).strip_prefix("strongroom ").unwrap()).ok();
    }
    let said = report(&place.run(&call), 3);
    assert_eq!((count(&said, "moved"), count(&said, "not_movable")), (3, 1));
    // The product that it is not is not written for.
    let wrong = place.run(&format!("{call} --product vault")).fails(2);
    assert!(wrong.contains("the other product"), "{wrong}");
}

#[test]
fn a_key_that_the_server_has_and_cannot_be_compared_is_named() {
    let Some(live) = Live::get("a_key_that_cannot_be_compared_is_named") else { return };
    mounted(&live, "shut");
    let place = place();
    report(&place.run(&format!("--json move --from-vault {} --mount shut", live.url())), 0);
    live.mount("shut2");
    live.write("shut2/keys/cards", &Value::Null);
    let said = report(
        &place.run(&format!("--json move --expose-secret-material --to-vault {} --mount shut2", live.url())),
        3,
    );
    let line = line(&said, "cards");
    assert!(
        line["reason"]
            .as_str()
            .unwrap()
            .starts_with("the server has a key of this name, which cannot be compared")
    );
    assert_eq!(line["allow"].as_array().unwrap().len(), 2);
}

#[test]
fn keys_are_chosen_by_name_and_one_that_is_not_there_is_named() {
    let Some(live) = Live::get("keys_are_chosen_by_name") else { return };
    mounted(&live, "chosen");
    live.write("chosen/keys/more", &json!({"exportable": true}));
    let place = place();
    let call = format!("--json move --from-vault {}/ --mount chosen/ --key", live.url());
    let said = report(&place.run(&format!("{call} cards --key cards --key nobody")), 3);
    assert_eq!((count(&said, "moved"), count(&said, "failed")), (1, 1));
    assert_eq!(line(&said, "nobody")["reason"], "the server has no such key");
    assert_eq!(ring(&place).keys().unwrap().len(), 1);
    report(&place.run(&format!("{call} more")), 0);
    // Nothing to move is no error.
    live.mount("empty");
    let text = place.run(&format!("move --from-vault {} --mount empty", live.url())).ok();
    assert_eq!(text, b"0 keys\n");
}
