//! Sealing keys in KV.

use crate::live::{Live, create, open, reason, seal};
use strongroom::{Error, Keyring, Memory, Seal};

#[test]
fn a_sealing_key_in_kv_opens_a_keyring() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    live.policy("kv", "path \"secret/data/team/*\" { capabilities = [\"read\"] }");
    let token = live.file("token", &live.token("kv"));
    let url = |path: &str, more: &str| {
        format!("vaultkv+http://{}/{path}?token_file={token}{more}", live.server.address)
    };
    let text = |seal: strongroom::SecretBytes| String::from_utf8(seal.expose().to_vec()).unwrap();
    let (first, second) =
        (text(Seal::generate_root_key().unwrap()), text(Seal::generate_root_key().unwrap()));
    live.ask(&["kv", "put", "secret/team/app", &format!("key={first}")]);
    let (store, ring, data) = create(seal(&url("secret/team/app", ""))).unwrap();
    assert_eq!(ring.seals().unwrap()[0].kind, "root-key");
    open(&store, seal(&url("secret/team/app", "")), &data).unwrap();
    // It is the same seal as the text of the key.
    open(&store, Seal::root_key_text(first.as_bytes()), &data).unwrap();

    // A newline at its end, which JSON writes as an escape; a field among several; a version.
    let file = live.file("second", &format!("{second}\n"));
    live.ask(&["kv", "put", "secret/team/app", &format!("key=@{file}"), "note=x"]);
    let several = reason(create(seal(&url("secret/team/app", ""))));
    assert!(several.contains("field=NAME"), "{several}");
    assert_eq!(
        open(&store, seal(&url("secret/team/app", "&field=key")), &data).unwrap_err(),
        Error::WrongSeal
    );
    open(&store, seal(&url("secret/team/app", "&version=1")), &data).unwrap();
    ring.reseal([seal(&url("secret/team/app", "&field=key"))]).unwrap();
    open(&store, seal(&url("secret/team/app", "&field=key")), &data).unwrap();

    // What is no sealing key is not shown.
    live.ask(&["kv", "put", "secret/team/wrong", "key=hunter2"]);
    match Keyring::create(Memory::new(), seal(&url("secret/team/wrong", ""))) {
        Err(Error::InvalidRootKey { reason }) => {
            assert!(reason.contains("secret/team/wrong") && !reason.contains("hunter2"), "{reason}");
        }
        other => panic!("{:?}", other.err()),
    }
    for (path, more, told) in [
        ("secret/team/none", "", "404"),
        ("secret/team/app", "&field=none", "does not have this field"),
        ("secret/team/app", "&version=9", "404"),
        ("secret/other", "", "403"),
    ] {
        let why = reason(create(seal(&url(path, more))));
        assert!(why.contains(told), "{path}{more}: {why}");
    }
    // A mount with a slash.
    live.ask(&["secrets", "enable", "-path=deep/kv", "-version=2", "kv"]);
    live.ask(&["kv", "put", "-mount=deep/kv", "a/b", &format!("key={first}")]);
    live.policy("deep", "path \"deep/kv/data/a/b\" { capabilities = [\"read\"] }");
    live.file("token", &live.token("deep"));
    open(&store, seal(&url("deep/kv/a/b", "&mount=deep/kv")), &data).unwrap_err();
    create(seal(&url("deep/kv/a/b", "&mount=deep/kv"))).unwrap();
}

#[test]
fn a_sealing_key_in_kv_is_replaced_by_one_of_two() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    live.policy("kv", "path \"secret/data/app\" { capabilities = [\"read\", \"update\"] }");
    live.policy("read", "path \"secret/data/app\" { capabilities = [\"read\"] }");
    let url = |policy: &str| {
        let token = live.file(policy, &live.token(policy));
        format!("vaultkv+http://{}/secret/app?token_file={token}", live.server.address)
    };
    let secret = strongroom_platforms::writable(&url("kv")).unwrap();
    let key = || Seal::generate_root_key().unwrap();
    live.ask(&["kv", "put", "secret/app", "key=any"]);
    let (newest, first) = (secret.newest().unwrap(), key());
    secret.replace(&newest, &first).unwrap();
    let id = Seal::root_key_text(first.expose()).id().unwrap();
    assert_eq!(secret.seal().id().unwrap(), id);
    // A writer that has seen the version before is refused.
    let late = secret.replace(&newest, &key()).unwrap_err();
    assert!(!late.is_certain && late.error.to_string().contains("meanwhile"), "{late:?}");
    let reader = strongroom_platforms::writable(&url("read")).unwrap();
    let newest = reader.newest().unwrap();
    let denied = reader.replace(&newest, &key()).unwrap_err();
    assert!(denied.is_certain && denied.error.to_string().contains("`update`"), "{denied:?}");
    assert_eq!(secret.seal().id().unwrap(), id);
    // Beside another field nothing is written.
    live.ask(&["kv", "put", "secret/app", "key=any", "note=x"]);
    let named = strongroom_platforms::writable(&format!("{}&field=key", url("kv"))).unwrap();
    let more = named.newest().unwrap_err();
    assert!(more.to_string().contains("holds more than the key"), "{more}");
    let one = strongroom_platforms::writable(&format!("{}&version=1", url("kv")));
    assert!(matches!(one.err(), Some(Error::InvalidUrl { .. })));
    assert!(secret.newest().unwrap_err().to_string().contains("field=NAME"));
    // Of a server that is away nobody knows what it did.
    live.ask(&["kv", "put", "secret/app", "key=any"]);
    let newest = secret.newest().unwrap();
    drop(live);
    assert!(!secret.replace(&newest, &key()).unwrap_err().is_certain);
}
