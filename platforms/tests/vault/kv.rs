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
