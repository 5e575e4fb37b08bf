//! What a URL may say.

use strongroom::Error;
use strongroom_platforms::{VaultKv, VaultLogin, VaultServer, VaultTransit, seal};

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
        "vault://h/keys/app",
        "vault://h/v1/team/keys/app?mount=v1/team/keys",
        "vaultkv://h/secret/team/app?field=key&version=3",
        "vaultkv://h/v1/app?mount=v1",
        "vaultkv://h/secret/data/app?mount=secret",
        "vaultkv://h/secret/data",
        "file:/etc/strongroom/key",
        "file:///etc/strongroom/key",
        "file:./key",
        "file:../a/../key",
        "file:///a/../key",
        "file:/a/../key",
        "env:STRONGROOM_ROOT_KEY",
        "env:_A2",
        "passphrase:///run/secrets/passphrase?id=safe",
    ] {
        seal(taken).unwrap_or_else(|error| panic!("{taken}: {error}"));
    }
    for (url, told) in [
        ("vault://h/app", "mount of the engine"),
        ("vault://h/", "mount of the engine"),
        ("vault+http://vault.example/transit/app", "vault:// is over TLS"),
        ("vaultkv+http://vault.example/secret/app", "vaultkv:// is over TLS"),
        ("https://vault.example/hunter2/app", "are vault://HOST:PORT/MOUNT/NAME"),
        ("http://127.0.0.1:8200/transit/hunter2", "are vault://HOST:PORT/MOUNT/NAME"),
        ("vault://h/v1/transit/keys/hunter2", "vault://HOST:PORT/transit/app"),
        ("vault://h/v1/transit/hunter2", "vault://HOST:PORT/transit/app"),
        ("vault://h/transit/keys/hunter2", "vault://HOST:PORT/transit/app"),
        ("vault+http://localhost/transit/keys/hunter2", "vault+http://HOST:PORT/transit/app"),
        ("vaultkv://h/secret/data/hunter2", "without the data/"),
        ("vaultkv+http://[::1]/secret/data/hunter2", "vaultkv+http://HOST:PORT/secret/app"),
        ("vault://h/transit/hunter2/", "ends with '/'"),
        ("vault://h:99999/transit/hunter2", "no number from 1 to 65535"),
        ("vault://h:/transit/hunter2", "no number from 1 to 65535"),
        ("vault+http://127.0.0.1:82x/transit/hunter2", "no number from 1 to 65535"),
        ("vault+http://[::1]:0/transit/hunter2", "no number from 1 to 65535"),
        ("openbao://h/transit/hunter2", "did you mean \"vault\"?"),
        ("vault+https://h/transit/hunter2", "vault: is over TLS already"),
        ("vault://h/deep/transit/app?mount=transit", "mount that it names"),
        ("vaultkv://h/v1/secret/data/hunter2", "vaultkv://HOST:PORT/secret/app"),
        ("vault://h/transit/app?namespac=hunter2", "did you mean \"namespace\"?"),
        ("vault://h/transit/app?token-file=hunter2", "did you mean \"token_file\"?"),
        ("vault://root@h/transit/app", "never stand in a URL"),
        ("vault://h/transit/app?token=s.hunter2", "never stands in a URL"),
        ("vault://h/transit/app?secret_id=hunter2", "never stands in a URL"),
        ("vault://h/transit/app?nonsense=hunter2", "does not know a parameter of it"),
        ("vault://h/transit/app?bind=hunter2", "associated-data or context"),
        ("vault://h/transit/app?auth=hunter2", "token, approle, kubernetes or jwt"),
        ("vault://h/transit/app?auth=kubernetes", "name a role"),
        ("vault://h/transit/app?auth=jwt&role=r", "jwt_file"),
        ("vault://h/transit/app?auth=approle&token_file=/a", "auth=token alone"),
        ("vault://h/transit/app?role_id=x", "does not know the parameter role_id"),
        ("vaultkv://h/secret", "path of the secret"),
        ("vaultkv://h/secret/app?version=0", "a number from 1"),
        ("vaultkv://h/secret/app?mount=other", "begins with the mount"),
        ("vault://h/transit/app?hunter2", "does not know a parameter of it"),
        ("vault://h/transit/app?hunter2=a&hunter2=b", "a parameter of it twice"),
        ("vault://h/transit/app?hunter2&id=x", "does not know a parameter of it"),
        ("vault://h/transit/app?id=a&id=b", "the parameter id twice"),
        ("vault://h/transit/app?public_wrap=hunter2", "true or false"),
        ("vault://h/../app", "'..'"),
        ("vault://h/transit/app?auth=jwt&role=r&jwt_file=/j&auth_mount=../x", "'..'"),
        ("vaultkv://h/secret/app?mount=secret/", "begins with the mount"),
        ("file:", "begins with /"),
        ("file:key", "begins with /"),
        ("file:hunter2hunter2hunter2hunter2hunter2", "begins with /"),
        ("file:hunter2/a", "begins with /"),
        ("file://relative/path", "begins with /"),
        ("passphrase:hunter2", "begins with /"),
        ("passphrase:hunter2?id=x", "begins with /"),
        ("env:hunter2", "capital letters"),
        ("env:0F", "capital letters"),
        ("env:", "capital letters"),
        ("env:A?hunter2", "env does not know a parameter of it"),
        ("file:/key?id=x", "file does not know the parameter id"),
        ("passphrase:/x?passphrase=hunter2", "never stands in a URL"),
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

    let server = || VaultServer::new("https://h").unwrap();
    for mount in ["", "/", "transit/", "/transit", "a//b", "..", "a/../b", "."] {
        assert!(
            matches!(VaultTransit::new(server(), mount, "app"), Err(Error::InvalidUrl { .. })),
            "{mount}"
        );
        assert!(matches!(VaultKv::new(server(), mount, "app"), Err(Error::InvalidUrl { .. })), "{mount}");
        assert!(matches!(VaultKv::new(server(), "secret", mount), Err(Error::InvalidUrl { .. })), "{mount}");
        assert!(matches!(VaultLogin::app_role().mount(mount), Err(Error::InvalidUrl { .. })), "{mount}");
    }
    for name in ["", "..", "a/b", "a/"] {
        assert!(
            matches!(VaultTransit::new(server(), "transit", name), Err(Error::InvalidUrl { .. })),
            "{name}"
        );
    }
}
