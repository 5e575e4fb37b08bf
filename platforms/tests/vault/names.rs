//! What a URL may say.

use strongroom::Error;
use strongroom_platforms::{VaultServer, seal};

fn refused(url: &str) -> String {
    match seal(url) {
        Err(Error::InvalidUrl { reason }) => reason.as_str().to_owned(),
        other => panic!("{url}: {:?}", other.map(|_| ())),
    }
}

#[test]
fn a_url_names_a_seal_and_nothing_else() {
    for taken in [
        "vault://vault.example/transit/app",
        "vault://vault.example:8200/transit/app?id=x&ca_file=/a&namespace=team&bind=context",
        "vault://[2001:db8::1]:8200/deep/mount/app?auth=approle",
        "vault://h/transit/app?auth=kubernetes&role=app&auth_mount=k8s",
        "vault+http://localhost:8200/transit/app?token_file=/run/token",
        "vault+http://[::1]/transit/app",
        "vaultkv://h/secret/team/app?field=key&version=3",
        "file:/etc/strongroom/key",
        "file:///etc/strongroom/key",
        "env:STRONGROOM_ROOT_KEY",
        "passphrase:///run/secrets/passphrase?id=safe",
    ] {
        seal(taken).unwrap_or_else(|error| panic!("{taken}: {error}"));
    }
    for (url, told) in [
        ("vault://h/app", "mount of the engine"),
        ("vault://h/", "mount of the engine"),
        ("vault+http://vault.example/transit/app", "use https"),
        ("vault://root@h/transit/app", "never stand in a URL"),
        ("vault://h/transit/app?token=s.hunter2", "never stands in a URL"),
        ("vault://h/transit/app?secret_id=hunter2", "never stands in a URL"),
        ("vault://h/transit/app?nonsense=hunter2", "does not know the parameter nonsense"),
        ("vault://h/transit/app?bind=hunter2", "associated-data or context"),
        ("vault://h/transit/app?auth=hunter2", "token, approle, kubernetes or jwt"),
        ("vault://h/transit/app?auth=kubernetes", "name a role"),
        ("vault://h/transit/app?auth=jwt&role=r", "jwt_file"),
        ("vault://h/transit/app?auth=approle&token_file=/a", "auth=token alone"),
        ("vault://h/transit/app?role_id=x", "does not know the parameter role_id"),
        ("vaultkv://h/secret", "path of the secret"),
        ("vaultkv://h/secret/app?version=0", "a number from 1"),
        ("vaultkv://h/secret/app?mount=other", "begins with the mount"),
        ("file:", "a place of this machine"),
        ("file://relative/path", "a place of this machine"),
        ("file:/key?id=x", "does not know the parameter id"),
        ("passphrase:hunter2?passphrase=x", "never stands in a URL"),
        ("redis://h/a", "names no platform"),
        ("hunter2", "no scheme"),
    ] {
        let why = refused(url);
        assert!(why.contains(told) && !why.contains("hunter2"), "{url}: {why}");
    }
    for address in
        ["vault.example", "ftp://h", "https://h/v1", "https://", "http://10.0.0.1", "https://h?x=y"]
    {
        assert!(matches!(VaultServer::new(address), Err(Error::InvalidUrl { .. })), "{address}");
    }
}
