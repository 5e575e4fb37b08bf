//! Seals by URL: of what is on this machine and, against a live OpenBao, of a platform.

use crate::place::Place;
use serde_json::json;
use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;

fn private(place: &Place, name: &str, content: &str) {
    place.write(name, content);
    set_permissions(place.path(name), Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn what_is_on_this_machine_opens_by_url() {
    let mut place = Place::new();
    place.set("KEY", &"0123456789abcdef".repeat(4));
    private(&place, "pass", "correct horse\n");
    place.run("key create a").ok();
    assert!(place.run("seal add --with-seal env:KEY --label desk").line().starts_with("added root-key "));
    let both = "--with-seal passphrase:./pass?id=office --with-seal passphrase:./pass?id=home";
    let added = String::from_utf8(place.run(&format!("seal add {both}")).ok()).unwrap();
    assert_eq!(added, "added passphrase office\nadded passphrase home\n");
    place.unset("STRONGROOM_ROOT_KEY");
    for urls in [
        "--seal file:./root.key",
        "--seal env:KEY",
        "--seal passphrase:./pass?id=office",
        // The first that opens is enough.
        "--seal env:NOT_SET --seal file:./root.key",
    ] {
        assert_eq!(place.run(&format!("key list {urls}")).ok(), b"a\n", "{urls}");
    }
    let id = place.run("seal id --seal file:./root.key").line();
    assert_eq!(id, place.run("seal id root.key").line());
    let office = json!({ "kind": "passphrase", "id": "office" });
    assert_eq!(place.run("seal id --seal passphrase:./pass?id=office --json").json(), office);

    // A backup takes one, and goes from URL to URL.
    place.run("key backup a --seal env:KEY --with-seal passphrase:./pass --out a.srb").ok();
    place.run("key restore b --seal env:KEY --with-seal passphrase:./pass --in a.srb").ok();
    let several = "--with-seal passphrase:./pass --with-seal env:KEY";
    assert!(place.run(&format!("key backup a --seal env:KEY {several}")).fails(3).contains("one seal"));

    // All of those that a reseal names, and no others.
    let to = "--with-seal env:KEY --with-seal passphrase:./pass?id=home";
    place.run(&format!("reseal --seal file:./root.key {to}")).ok();
    assert_eq!(place.run("key list --seal passphrase:./pass?id=home").ok(), b"a\nb\n");
    place.run("key list --seal file:./root.key").fails(5);
}

#[test]
fn several_urls_make_a_copy_each() {
    let mut place = Place::empty();
    place.set("KEY", &"0123456789abcdef".repeat(4));
    private(&place, "pass", "short");
    let made = place.run("init --seal env:KEY --seal passphrase:./pass --seal-label all --json");
    assert!(made.err.contains("fewer than 8 characters"), "{}", made.err);
    let made = made.json();
    let kinds: Vec<&str> =
        made["seals"].as_array().unwrap().iter().map(|seal| seal["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["root-key", "passphrase"]);
    assert_eq!((&made["seal"], &made["seals"][1]["label"]), (&made["seals"][0], &json!("all")));
    place.run("key list --seal passphrase:./pass").ok();
}

#[test]
fn the_environment_says_it_where_no_option_does() {
    let mut place = Place::new();
    let key = String::from_utf8(place.read("root.key")).unwrap();
    place.set("STRONGROOM_SEAL", "file:./root.key");
    let both = place.run("key list").fails(2);
    assert!(both.contains("both STRONGROOM_SEAL and STRONGROOM_ROOT_KEY are set"), "{both}");
    assert!(place.run("seal id").fails(2).contains("both STRONGROOM_SEAL and STRONGROOM_ROOT_KEY"));
    // An option is what counts, whatever they say.
    place.run("key list --root-key-file root.key").ok();
    place.run("seal id root.key").ok();
    place.unset("STRONGROOM_ROOT_KEY");
    place.run("key list").ok();
    assert_eq!(place.run("seal id").line(), place.run("seal id root.key").line());
    place.set("STRONGROOM_SEAL", "env:NOT_SET  file:./root.key");
    place.run("key list").ok();
    place.set("STRONGROOM_SEAL", "env:NOT_SET");
    place.run("key list").fails(3);
    place.run("key list --seal file:./root.key").ok();
    for nothing in ["", " "] {
        place.set("STRONGROOM_SEAL", nothing);
        assert!(place.run("key list").fails(2).contains("STRONGROOM_SEAL is set and names none"));
    }
    place.set("STRONGROOM_SEAL", key.trim());
    let said = place.run("key list").fails(3);
    assert!(!said.contains(key.trim()), "{said}");
}

#[test]
fn a_url_that_is_none_is_refused_and_not_repeated() {
    let mut place = Place::new();
    private(&place, "pass", "correct horse");
    place.set("KEY", &"0123456789abcdef".repeat(4));
    place.run("seal add --with-seal passphrase:./pass").ok();
    place.unset("STRONGROOM_ROOT_KEY");
    for url in [
        "vault://user:hunter2@host:8200/transit/app",
        "vault://host:8200/transit/app?token=hunter2",
        "vault://host:8200/transit/app?hunter2=x",
        "hunter2",
        "hunter2:",
        "file:hunter2",
        "env:hunter2",
        "passphrase:hunter2",
        "pkcs11:token=a;object=b?pin-value=hunter2",
    ] {
        for command in ["key list --seal", "reseal --seal file:./root.key --with-seal"] {
            let said = place.run(&format!("{command} {url}")).fails(3);
            assert!(said.contains("not a url of a seal") && !said.contains("hunter2"), "{url}: {said}");
        }
    }
    for (arguments, code, told) in [
        ("--seal file:./root.key --root-key-file root.key", 2, "more than one root key or passphrase"),
        ("--seal file:./root.key --ask-passphrase", 2, "more than one root key or passphrase"),
        ("--seal file:./root.key --seal-id x", 2, "?id=ID"),
        ("--seal env:KEY --insecure-mode-ok", 3, "other seals have no mode"),
        ("--seal file:./root.key --allow-costly", 3, "--allow-costly is for passphrases"),
    ] {
        let said = place.run(&format!("key list {arguments}")).fails(code);
        assert!(said.contains(told), "{arguments}: {said}");
    }
    // What is said of a file, or of a passphrase, is said of those among several.
    set_permissions(place.path("pass"), Permissions::from_mode(0o644)).unwrap();
    place.run("key list --seal passphrase:./pass").fails(5);
    place.run("key list --seal passphrase:./pass --insecure-mode-ok --allow-costly").ok();
    place.run("key list --seal env:KEY --seal passphrase:./pass --insecure-mode-ok --allow-costly").ok();
    place.run("init --keyring other --new-root-key-file x.key --seal env:KEY").fails(2);
}

#[test]
fn a_copy_is_refreshed_with_what_opens_it() {
    let mut place = Place::new();
    let id = place.run("seal id").line();
    assert_eq!(place.run("seal refresh").line(), format!("wrapped anew for root-key {id}"));
    place.set("PASS", "correct horse");
    let missing = place.run("seal refresh --with-passphrase-env PASS").fails(3);
    assert!(missing.contains("'seal add' makes one"), "{missing}");
    place.run("seal add --with-passphrase-env PASS").ok();
    let before = place.read("ring/root.sr");
    place.set("MISTYPED", "correct hoarse");
    place.run("seal refresh --with-passphrase-env MISTYPED").fails(5);
    assert!(place.run("seal refresh --with-insecure-mode-ok").fails(2).contains("which seal?"));
    assert_eq!(place.read("ring/root.sr"), before);
    let refreshed = place.run("seal refresh --with-passphrase-env PASS --json").json();
    assert_eq!(refreshed[0]["kind"], "passphrase");
    assert_ne!(place.read("ring/root.sr"), before);
    place.run("key list --passphrase-env PASS").ok();
    // Of two of a kind, the one that is named.
    place.run("seal add --with-passphrase-env PASS --with-seal-id home").ok();
    let home = place.run("seal refresh --with-passphrase-env PASS --with-seal-id home").line();
    assert_eq!(home, "wrapped anew for passphrase home");
}

#[test]
fn each_copy_is_verified_with_the_seal_that_is_given_for_it() {
    let mut place = Place::new();
    place.set("PASS", "correct horse");
    place.set("KEY", &"0123456789abcdef".repeat(4));
    place.run("seal add --with-passphrase-env PASS").ok();
    place.run("seal add --with-root-key-env KEY --label desk").ok();
    let lines = |arguments: &str| -> Vec<String> {
        let out = String::from_utf8(place.run(&format!("seal list --verify {arguments}")).ok()).unwrap();
        out.lines().map(str::to_owned).collect()
    };
    let one = lines("");
    assert!(one[0].contains("in use") && one[0].ends_with("  opens"), "{one:?}");
    assert!(one[1].ends_with("  no seal given") && one[2].ends_with("  no seal given"), "{one:?}");
    let all = lines("--with-passphrase-env PASS --with-seal env:KEY");
    assert!(all.iter().all(|line| line.ends_with("  opens")), "{all:?}");
    let listed = place.run("seal list --verify --json").json();
    assert_eq!((&listed[0]["opens"], &listed[1]["opens"]), (&json!(true), &json!(null)));
    // Of those that do not open everything is said, and then that something is wrong.
    place.set("PASS", "correct hoarse");
    let wrong = place.run("seal list --verify --with-passphrase-env PASS --with-seal env:NOT_SET");
    assert_eq!(wrong.code, 5, "{wrong:?}");
    let out = String::from_utf8(wrong.out).unwrap();
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].ends_with("  opens") && lines[2].ends_with("  no seal given"), "{out}");
    assert!(lines[1].contains("  does not open: ") && !out.contains("hoarse"), "{out}");
    assert!(wrong.err.contains("NOT_SET") && wrong.err.contains("2 seals do not open the keyring"));
    // Each with its own reason, those too for which there is no copy.
    place.set("OTHER", &"fedcba9876543210".repeat(4));
    let other = place.run("seal id --seal env:OTHER").line();
    let strays = "--with-seal env:OTHER --with-seal env:NOT_SET --with-passphrase-env PASS";
    let wrong = place.run(&format!("seal list --verify {strays}"));
    assert!(
        wrong.err.contains(&format!("warning: the seal root-key {other} opens no copy: ")),
        "{}",
        wrong.err
    );
    assert!(wrong.err.contains("warning: a seal that was given cannot be read: "), "{}", wrong.err);
    assert!(wrong.err.contains("3 seals do not open the keyring"), "{}", wrong.err);
    let told = place.run("seal list --with-passphrase-env PASS").fails(2);
    assert!(told.contains("--verify"), "{told}");
}

/// Without the feature, what is on this machine still opens a keyring.
#[cfg(not(feature = "platforms"))]
#[test]
fn a_build_without_platforms_says_so() {
    let said = Place::new().run("key list --seal vault:///transit/app").fails(3);
    assert!(said.contains("needs the feature `vault`"), "{said}");
    assert!(said.contains("feature `platforms` of the command line"), "{said}");
}

#[cfg(feature = "platforms")]
mod live {
    use crate::place::Place;
    use std::path::PathBuf;
    use strongroom_servers::{Server, bao};

    /// An `OpenBao` with a key, and a keyring that it opens.
    struct Live {
        program: PathBuf,
        server: Server,
        place: Place,
        url: String,
    }

    impl Live {
        /// Where it cannot be had, that is said.
        fn start() -> Option<Self> {
            let server = match bao::start() {
                Ok(server) => server,
                Err(skipped) => {
                    println!("{skipped}: no keyring was opened with a key of a platform");
                    return None;
                }
            };
            let (program, place) = (bao::program().unwrap(), Place::empty());
            let url = format!("vault+http://{}/transit/app?token_file={}", server.address, token(&place));
            let live = Self { program, server, place, url };
            live.ask(&["secrets", "enable", "transit"]);
            live.ask(&["write", "-f", "transit/keys/app"]);
            Some(live)
        }

        fn ask(&self, words: &[&str]) -> String {
            bao::ask(&self.server, &self.program, words).unwrap_or_else(|error| panic!("{words:?}: {error}"))
        }
    }

    fn token(place: &Place) -> String {
        place.write("token", "root");
        place.path("token").display().to_string()
    }

    #[test]
    fn a_key_of_a_platform_opens_a_keyring_until_it_is_away() {
        let Some(Live { program: _, server, mut place, url }) = Live::start() else { return };
        place.set("STRONGROOM_SEAL", &url);
        let made = String::from_utf8(place.run("init").ok()).unwrap();
        assert!(made.contains("\nseal vault-transit transit/app\n"), "{made}");
        place.run("key create cards").ok();
        let text = place.feed("encrypt cards", b"4111").line();
        assert_eq!(place.run("seal id").line(), "transit/app");
        place.set("PASS", "correct horse");
        assert_eq!(place.run("seal add --with-passphrase-env PASS").line(), "added passphrase passphrase");
        let listed = place.run("seal list --verify --with-passphrase-env PASS --json").json();
        assert_eq!(
            (&listed[0]["kind"], &listed[0]["opens"], &listed[1]["opens"]),
            (&"vault-transit".into(), &true.into(), &true.into())
        );

        drop(server);
        let away = place.feed("decrypt cards", text.as_bytes()).fails(5);
        assert!(away.starts_with("strongroom: the seal failed: vault-transit: "), "{away}");
        assert!(away.contains("the keyring has other copies, for passphrase \"passphrase\""), "{away}");
        assert_eq!(place.feed("decrypt cards --passphrase-env PASS", text.as_bytes()).ok(), b"4111");
        let found = place.run(&format!("seal list --verify --passphrase-env PASS --with-seal {url}"));
        assert_eq!(found.code, 5, "{found:?}");
        let out = String::from_utf8(found.out).unwrap();
        let lines: Vec<&str> = out.lines().collect();
        assert!(lines[0].contains("does not open: the seal failed: vault-transit: "), "{out}");
        assert!(lines[1].ends_with("  opens"), "{out}");
    }

    #[test]
    fn a_refresh_lets_old_versions_of_the_key_be_closed() {
        let Some(live) = Live::start() else { return };
        let place = &live.place;
        place.run(&format!("init --seal {}", live.url)).ok();
        let list = format!("key list --seal {}", live.url);
        let close = |version: &str| {
            live.ask(&["write", "-f", "transit/keys/app/rotate"]);
            let minimum = format!("min_decryption_version={version}");
            move |live: &Live| drop(live.ask(&["write", "transit/keys/app/config", &minimum]))
        };
        let close_first = close("2");
        let refreshed = place.run(&format!("seal refresh --seal {}", live.url)).line();
        assert_eq!(refreshed, "wrapped anew for vault-transit transit/app");
        close_first(&live);
        place.run(&list).ok();
        // Without one it does not open, and it says what has happened.
        close("3")(&live);
        let said = place.run(&list).fails(5);
        assert!(said.contains("min_decryption_version"), "{said}");
        live.ask(&["write", "transit/keys/app/config", "min_decryption_version=2"]);
        place.run(&list).ok();
    }
}
