//! Root keys under keys of Transit.

use crate::live::{Live, create, open, reason, seal};
use strongroom::{Error, KeySpec, Keyring, Memory, Seal};
use strongroom_platforms::{Bind, VaultLogin, VaultServer, VaultTransit};

#[test]
fn a_keyring_is_made_opened_and_resealed() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let url = live.url("app", "");
    let (store, ring, text) = create(seal(&url)).unwrap();
    let seals = ring.seals().unwrap();
    assert_eq!(
        (seals.len(), seals[0].kind.as_str(), seals[0].id.as_str(), seals[0].in_use),
        (1, "vault-transit", "transit/app", true)
    );
    open(&store, seal(&url), &text).unwrap();
    // A new version of the platform's key opens what an older one has wrapped.
    live.ask(&["write", "-f", "transit/keys/app/rotate"]);
    open(&store, seal(&url), &text).unwrap();
    ring.reseal([seal(&url)]).unwrap();
    open(&store, seal(&url), &text).unwrap();
    // Where the versions before it are not allowed any more, the copy of the new one is needed.
    live.ask(&["write", "transit/keys/app/config", "min_decryption_version=2"]);
    open(&store, seal(&url), &text).unwrap();
    live.ask(&["write", "-f", "transit/keys/app/rotate"]);
    live.ask(&["write", "transit/keys/app/config", "min_decryption_version=3"]);
    let why = reason(open(&store, seal(&url), &text));
    assert!(why.contains("min_decryption_version") && why.contains("400"), "{why}");

    // Sealed backups, which name themselves as such.
    let backup = ring.key("cards").unwrap().backup(seal(&url)).unwrap();
    let other = Keyring::in_memory();
    other.restore_key(&backup, seal(&url), None).unwrap();
    assert!(other.key("cards").unwrap().decrypt(&text, strongroom::Aad::NONE).is_ok());
}

#[test]
fn keys_that_are_derived_are_bound_by_context() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    live.ask(&["write", "transit/keys/derived", "derived=true"]);
    let policy = "path \"transit/+/derived\" { capabilities = [\"update\"] }";
    live.policy("derived", policy);
    let file = live.file("token", &live.token("derived"));
    let url =
        |more: &str| format!("vault+http://{}/transit/derived?token_file={file}{more}", live.server.address);
    let (store, ring, text) = create(seal(&url("&bind=context"))).unwrap();
    open(&store, seal(&url("&bind=context")), &text).unwrap();
    let why = reason(create(seal(&url(""))));
    assert!(why.contains("bind=context"), "{why}");
    // The builder does the same.
    let server = || {
        VaultServer::new(&format!("http://{}", live.server.address))
            .unwrap()
            .login(VaultLogin::token_file(&file))
    };
    let built = VaultTransit::new(server(), "transit", "derived").bind(Bind::Context).seal();
    open(&store, built, &text).unwrap();
    // Nobody opens the copy of one keyring for another, whatever the blob says.
    drop(ring);
}

/// The platform is asked for the key that the seal names, and given which keyring it is asked for.
#[test]
fn a_copy_opens_for_its_keyring_and_its_key_alone() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    live.ask(&["write", "-f", "transit/keys/other"]);
    live.policy("all", "path \"transit/+/+\" { capabilities = [\"update\"] }");
    let file = live.file("token", &live.token("all"));
    let url = |key: &str, more: &str| {
        format!("vault+http://{}/transit/{key}?token_file={file}{more}", live.server.address)
    };
    let (store, ring, text) = create(seal(&url("app", ""))).unwrap();
    // One copy of the kind: it is tried, and the other key does not open it.
    assert_eq!(open(&store, seal(&url("other", "")), &text).unwrap_err(), Error::WrongSeal);
    // The same key under another name.
    open(&store, seal(&url("app", "&id=moved")), &text).unwrap();
    assert!(Keyring::open(store.clone(), seal(&url("app", "&id=moved"))).unwrap().seals().unwrap()[0].in_use);
    // Of two copies neither is guessed.
    ring.add_seal(seal(&url("other", ""))).unwrap();
    assert_eq!(open(&store, seal(&url("app", "&id=moved")), &text).unwrap_err(), Error::WrongSeal);
    open(&store, seal(&url("other", "")), &text).unwrap();
}

#[test]
fn the_first_that_answers_opens() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let (url, away) = (live.url("app", ""), "vault+http://127.0.0.1:1/transit/app?token_file=/none&id=away");
    let phrase = || Seal::passphrase("correct horse battery staple".as_bytes());
    let store = Memory::new();
    let ring = Keyring::create(store.clone(), Seal::any([seal(&url), phrase()])).unwrap();
    let text = ring
        .create_key("cards", KeySpec::default())
        .unwrap()
        .encrypt(b"4111", strongroom::Aad::NONE)
        .unwrap();
    assert_eq!(ring.seals().unwrap().iter().filter(|seal| seal.in_use).count(), 1);
    open(&store, Seal::any([seal(away), seal(&url)]), &text).unwrap();
    let ring = Keyring::open(store.clone(), Seal::any([seal(away), phrase()])).unwrap();
    let used: Vec<String> =
        ring.seals().unwrap().into_iter().filter(|seal| seal.in_use).map(|seal| seal.kind).collect();
    assert_eq!(used, ["passphrase"]);
    let why = reason(Keyring::open(store.clone(), Seal::any([seal(away), Seal::passphrase(b"hunter2")])));
    assert!(why.contains("vault-transit \"away\"") && why.contains("passphrase: it opens no copy"), "{why}");
    assert!(!why.contains("hunter2"), "{why}");
    // Nothing is made where one of them cannot wrap.
    let empty = Memory::new();
    reason(Keyring::create(empty.clone(), Seal::any([phrase(), seal(away)])));
    assert!(matches!(Keyring::open(empty, phrase()), Err(Error::KeyringNotFound { .. })));
    // A keyring goes on with those that it is resealed to.
    ring.reseal([seal(&url), phrase()]).unwrap();
    open(&store, Seal::any([seal(away), seal(&url)]), &text).unwrap();
}
