//! Root keys under keys of Transit.

use crate::live::{Live, bound_to, create, open, reason, seal};
use strongroom::{DocName, Error, KeySpec, Keyring, Memory, Seal, Store};
use strongroom_platforms::{VaultBind, VaultLogin, VaultServer, VaultTransit};

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
    let (store, _, text) = create(seal(&url("&bind=context"))).unwrap();
    open(&store, seal(&url("&bind=context")), &text).unwrap();
    let why = reason(create(seal(&url(""))));
    assert!(why.contains("bind=context"), "{why}");
    // The builder does the same.
    let server = || {
        VaultServer::new(&format!("http://{}", live.server.address))
            .unwrap()
            .login(VaultLogin::token_file(&file))
    };
    let built = VaultTransit::new(server(), "transit", "derived").unwrap().bind(VaultBind::Context).seal();
    open(&store, built, &text).unwrap();
}

/// The platform itself opens what it has wrapped for one keyring and one root key for no other.
#[test]
fn what_was_wrapped_for_one_keyring_is_opened_for_no_other() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    live.ask(&["write", "transit/keys/derived", "derived=true"]);
    live.policy("all", "path \"transit/+/+\" { capabilities = [\"update\"] }");
    let file = live.file("token", &live.token("all"));
    for (key, more, field) in [("app", "", "associated_data"), ("derived", "&bind=context", "context")] {
        let url = format!("vault+http://{}/transit/{key}?token_file={file}{more}", live.server.address);
        let ((store, ring, _), (_, other, _)) = (create(seal(&url)).unwrap(), create(seal(&url)).unwrap());
        let opens = |ciphertext: &str, bound: &str| {
            let (ciphertext, bound) = (format!("ciphertext={ciphertext}"), format!("{field}={bound}"));
            live.takes(&["write", &format!("transit/decrypt/{key}"), &ciphertext, &bound])
        };
        let first = wrapped(&store);
        assert!(opens(&first, &bound_to(&ring, 1)), "{key}");
        for bound in [bound_to(&other, 1), bound_to(&ring, 2), String::new()] {
            assert!(!opens(&first, &bound), "{key}");
        }
        ring.reseal([seal(&url)]).unwrap();
        let second = wrapped(&store);
        assert!(opens(&second, &bound_to(&ring, 2)) && !opens(&second, &bound_to(&ring, 1)), "{key}");
    }
}

/// The newest ciphertext of the root document.
fn wrapped(store: &Memory) -> String {
    let (document, _) = store.load(&DocName::Root).unwrap().unwrap();
    let text = String::from_utf8_lossy(document.as_bytes()).into_owned();
    let begun = text.rfind("vault:v").unwrap();
    // A nonce, 32 bytes and a tag are 80 letters. What follows may look like more of them.
    text[begun..begun + "vault:v1:".len() + 80].to_owned()
}

/// Where many may encrypt, whoever writes to the store could make a root key of their own.
#[test]
fn a_seal_that_many_can_wrap_with_wants_a_pin() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let url = live.url("app", "&public_wrap=true");
    let (store, ring, text) = create(seal(&url)).unwrap();
    assert_eq!(open(&store, seal(&url), &text).unwrap_err(), Error::PinRequired);
    let ring = Keyring::builder().pinned(ring.pin().unwrap()).open(store.clone(), seal(&url)).unwrap();
    assert_eq!(ring.key("cards").unwrap().decrypt(&text, strongroom::Aad::NONE).unwrap().expose(), b"4111");
    open(&store, seal(&live.url("app", "&public_wrap=false")), &text).unwrap();
    let server = VaultServer::new(&format!("http://{}", live.server.address)).unwrap();
    let built = VaultTransit::new(server, "transit", "app").unwrap().public_wrap().seal();
    assert_eq!(open(&store, built, &text).unwrap_err(), Error::PinRequired);
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
