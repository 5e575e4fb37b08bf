//! What a server refuses, and what is said of it.

use crate::live::{Live, create, open, reason, seal};

#[test]
fn a_key_that_is_not_there_is_refused_and_not_made() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    // With `update` alone, as it should be, and with everything, as it often is.
    live.policy("everything", "path \"*\" { capabilities = [\"create\", \"read\", \"update\", \"sudo\"] }");
    for policy in ["use", "everything"] {
        let file = live.file("token", &live.token(policy));
        let url = format!("vault+http://{}/transit/absent?token_file={file}", live.server.address);
        let why = reason(create(seal(&url)));
        assert!(
            why.contains("encryption key not found") && why.contains("check its name, or make it"),
            "{policy}: {why}"
        );
        assert!(!live.takes(&["read", "transit/keys/absent"]), "{policy}: it was made");
    }
    // With the same token, a plain encryption makes it: the check above sees what it should see.
    live.ask(&["write", "transit/encrypt/absent", "plaintext=NDExMQ=="]);
    assert!(live.takes(&["read", "transit/keys/absent"]));
    let file = live.file("token", &live.token("everything"));
    let url = format!("vault+http://{}/elsewhere/app?token_file={file}", live.server.address);
    let why = reason(create(seal(&url)));
    assert!(why.contains("mount"), "{why}");
}

#[test]
fn a_key_that_is_gone_is_not_to_be_made_anew() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let url = live.url("app", "");
    let (store, _, text) = create(seal(&url)).unwrap();
    live.ask(&["write", "transit/keys/app/config", "deletion_allowed=true"]);
    live.ask(&["delete", "transit/keys/app"]);
    let why = reason(open(&store, seal(&url), &text));
    assert!(why.contains("decrypt: it answers 400 encryption key not found"), "{why}");
    assert!(why.contains("opens nothing") && !why.contains("or make it"), "{why}");
}

#[test]
fn whoever_is_not_allowed_is_told_what_is_missing() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    live.policy("encrypt", "path \"transit/encrypt/app\" { capabilities = [\"update\"] }");
    live.policy("decrypt", "path \"transit/decrypt/app\" { capabilities = [\"update\"] }");
    for (policy, path) in [("encrypt", "transit/decrypt/app"), ("decrypt", "transit/encrypt/app")] {
        let token = live.token(policy);
        let file = live.file("token", &token);
        let url = format!("vault+http://{}/transit/app?token_file={file}", live.server.address);
        let why = reason(create(seal(&url)));
        assert!(
            why.contains("403 permission denied") && why.contains(&format!("`update` on {path}")),
            "{why}"
        );
        assert!(!why.contains(&token), "{why}");
    }
    // A token that is none.
    let file = live.file("token", "s.hunter2hunter2");
    let url = format!("vault+http://{}/transit/app?token_file={file}", live.server.address);
    let why = reason(create(seal(&url)));
    assert!(why.contains("403") && !why.contains("hunter2"), "{why}");
    let file = live.file("token", "hunter2\nhunter2");
    let url = format!("vault+http://{}/transit/app?token_file={file}", live.server.address);
    let why = reason(create(seal(&url)));
    assert!(why.contains("x-vault-token") && !why.contains("hunter2"), "{why}");
    // Only to decrypt is enough to open.
    let (store, _, text) = create(seal(&live.url("app", ""))).unwrap();
    let file = live.file("token", &live.token("decrypt"));
    let url = format!("vault+http://{}/transit/app?token_file={file}", live.server.address);
    open(&store, seal(&url), &text).unwrap();
}

#[test]
fn a_sealed_server_is_said_to_be_one() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let url = live.url("app", "");
    let (store, ring, text) = create(seal(&url)).unwrap();
    live.ask(&["operator", "seal"]);
    let why = reason(open(&store, seal(&url), &text));
    assert!(why.contains("503 sealed") && why.contains("unseal the server"), "{why}");
    // A keyring that is open needs no seal.
    let key = ring.key("cards").unwrap();
    assert_eq!(key.decrypt(&text, strongroom::Aad::NONE).unwrap().expose(), b"4111");
    key.rotate().unwrap();
    ring.create_key("more", strongroom::KeySpec::default()).unwrap();
}

/// A key that cannot bind what it wraps.
#[test]
fn a_key_without_associated_data_is_said_to_be_one() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    live.policy("all", "path \"transit/+/+\" { capabilities = [\"update\"] }");
    let file = live.file("token", &live.token("all"));
    for kind in ["rsa-2048", "ed25519"] {
        live.ask(&["write", &format!("transit/keys/{kind}"), &format!("type={kind}")]);
        let url = format!("vault+http://{}/transit/{kind}?token_file={file}", live.server.address);
        let why = reason(create(seal(&url)));
        // Before anything was encrypted.
        let told = "look for the key: it answers 400 not supported by the key; use a key of a type with";
        assert!(why.contains(told), "{kind}: {why}");
    }
}
