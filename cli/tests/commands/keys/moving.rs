//! Keys that leave a keyring and come into one.

use super::show;
use crate::place::{Place, mode};
use serde_json::json;

#[test]
fn exported_material_can_be_imported_again() {
    let place = Place::new();
    place.run("key create a --key-type aes256-gcm96 --exportable").ok();
    place.run("key rotate a").ok();
    let texts = ["1", "2"].map(|version| {
        place.run("key configure a --min-encryption-version 1").ok();
        place.feed(&format!("encrypt a --key-version {version}"), b"x").line()
    });
    assert!(place.run("key export a").fails(3).contains("say --expose-secret-material"));
    let lines = String::from_utf8(place.run("key export a --expose-secret-material").ok()).unwrap();
    let keys = place.run("key export a --expose-secret-material --json").json();
    assert_eq!((&keys["name"], &keys["kind"]), (&json!("a"), &json!("encryption-key")));
    assert_eq!(
        lines,
        format!("1 {}\n2 {}\n", keys["keys"]["1"].as_str().unwrap(), keys["keys"]["2"].as_str().unwrap())
    );
    place.run("key export a --expose-secret-material --out a.keys").ok();
    assert_eq!((mode(&place.path("a.keys")), place.read("a.keys")), (0o600, lines.into_bytes()));
    let first = place.run("key export a --expose-secret-material --key-version 1").ok();
    let second = place.run("key export a --expose-secret-material --key-version 2 --binary").ok();
    assert_eq!((first.len(), second.len()), (45, 32));

    place.feed("key import b --key-type aes256-gcm96 --encoding base64", &first).ok();
    place.feed("key import b --add-version --encoding raw", &second).ok();
    for text in texts {
        assert_eq!(place.feed("decrypt b", text.as_bytes()).ok(), b"x");
    }
    assert_eq!(show(&place, "b")["imported"], true);
    assert!(place.run("key rotate b").fails(3).contains("does not allow rotation"));
    assert_eq!(
        (&show(&place, "b")["allow_rotation"], &show(&place, "a")["allow_rotation"]),
        (&json!(false), &json!(true))
    );
    assert!(String::from_utf8(place.run("key show b").ok()).unwrap().contains("allow rotation          no"));
    place.feed("key import b --add-version --encoding raw", &second).fails(3);
    for option in ["--key-type hmac", "--derived", "--label a=b"] {
        place.feed(&format!("key import b --add-version {option} --encoding raw"), &second).fails(2);
    }
    place.feed("key import b --key-type aes256-gcm96 --encoding raw", &second).fails(3);
    place.run("key export a --expose-secret-material --key-version 3").fails(4);
    place.run("key export b --expose-secret-material").fails(3);
    place.run("key export a --expose-secret-material --kind signing-key").fails(3);
}

#[test]
fn material_is_read_in_the_encoding_that_is_named() {
    let place = Place::new();
    let hex = "00112233445566778899aabbccddeeffFFEEDDCCBBAA99887766554433221100";
    place
        .feed(
            "key import a --key-type aes256-gcm96 --encoding hex --allow-rotation --exportable",
            format!("{hex}\n").as_bytes(),
        )
        .ok();
    let raw = place.run("key export a --expose-secret-material --key-version 1 --binary").ok();
    assert_eq!(raw.iter().map(|byte| format!("{byte:02x}")).collect::<String>(), hex.to_lowercase());
    place.run("key rotate a").ok();
    for (encoding, input) in [
        ("hex", "001"),
        ("hex", "zz"),
        ("hex", ""),
        ("base64", "AAAA"),
        ("base64", "A*=="),
        ("raw", "short"),
        ("raw", ""),
    ] {
        place
            .feed(&format!("key import b --key-type aes256-gcm96 --encoding {encoding}"), input.as_bytes())
            .fails(3);
    }
    // The bytes of a text would make a fine hmac key, by mistake, so the encoding is never guessed.
    place.feed("key import c --key-type hmac", hex.as_bytes()).fails(2);
    place
        .feed(
            "key import d --key-type aes256-gcm96 --derived --kdf hmac-counter --encoding hex",
            hex.as_bytes(),
        )
        .ok();
    place
        .feed(
            "key import e --key-type xaes256-gcm --derived --kdf hmac-counter --encoding hex",
            hex.as_bytes(),
        )
        .fails(3);
}

#[test]
fn a_backup_restores_a_key_elsewhere() {
    let mut place = Place::new();
    place.set("PASS", "correct horse");
    place.set("OTHER", "battery staple");
    place.run("key create a --label x=1").ok();
    let text = place.feed("encrypt a", b"x").line();
    place.run("key rotate a").ok();
    assert!(place.run("key backup a").fails(2).contains("which seal?"));
    place.run("key backup a --with-passphrase-env PASS --out a.srb").ok();
    assert_eq!(mode(&place.path("a.srb")), 0o600);
    assert!(place.read("a.srb").starts_with(b"SRB1"));
    assert!(
        place.run("key backup a --with-passphrase-env PASS --json").json()["backup_base64"]
            .as_str()
            .unwrap()
            .starts_with("U1JC")
    );

    place.run("init --keyring elsewhere").ok();
    place.run("key restore --keyring elsewhere --in a.srb --with-passphrase-env OTHER").fails(5);
    place.run("key restore --keyring elsewhere --in a.srb").fails(2);
    place.run("key restore --keyring elsewhere --in a.srb --with-passphrase-env PASS").ok();
    place.run("key restore --keyring elsewhere --in a.srb --with-passphrase-env PASS").fails(3);
    place.run("key restore b --keyring elsewhere --in a.srb --with-passphrase-env PASS").ok();
    for name in ["a", "b"] {
        assert_eq!(place.feed(&format!("decrypt {name} --keyring elsewhere"), text.as_bytes()).ok(), b"x");
    }
    assert_eq!(place.run("key show a --keyring elsewhere --json").json()["latest_version"], 2);
    let mut damaged = place.read("a.srb");
    *damaged.last_mut().unwrap() ^= 1;
    place.feed("key restore c --with-passphrase-env PASS", &damaged).fails(4);
    place.feed("key restore c --with-passphrase-env PASS", b"SRB").fails(4);
}

#[test]
fn a_key_goes_to_another_product_and_comes_back() {
    let place = Place::new();
    place
        .run("key create a --key-type chacha20-poly1305 --derived --exportable --allow-plaintext-backup")
        .ok();
    place.run("key rotate a").ok();
    let text = place.feed("encrypt a --context c", b"x").line();
    assert!(place.run("key backup a --transit vault").fails(3).contains("--expose-secret-material"));
    place.run("key backup a --transit consul --expose-secret-material").fails(2);
    place.run("key backup a --transit vault --expose-secret-material --with-passphrase-env PASS").fails(2);
    place.run("key backup a --transit vault --expose-secret-material --out a.backup").ok();
    assert_eq!(mode(&place.path("a.backup")), 0o600);
    let backup = place.read("a.backup");
    let json = place.run("key backup a --transit openbao --expose-secret-material --json").json();
    assert!(json["backup"].as_str().unwrap().starts_with("eyJwb2xpY3kiOnsi"));

    place.run("init --keyring elsewhere").ok();
    for (name, transit) in [("a", "--transit"), ("b", "--transit=vault")] {
        place.run(&format!("key restore {name} {transit} --keyring elsewhere --in a.backup")).ok();
        assert_eq!(
            place.feed(&format!("decrypt {name} --context c --keyring elsewhere"), text.as_bytes()).ok(),
            b"x"
        );
    }
    place.run("key restore --transit --keyring elsewhere --in a.backup").fails(3);
    assert!(
        place
            .run("key restore c --transit=openbao --keyring elsewhere --in a.backup")
            .fails(4)
            .contains("other product")
    );
    // A shell or an editor puts a newline there.
    place.feed("key restore c --transit --keyring elsewhere", &[&backup[..], b"\n"].concat()).ok();
    place.feed("key restore d --transit --keyring elsewhere", &backup[..100]).fails(4);
    place.run("key create plain").ok();
    place.run("key backup plain --transit vault --expose-secret-material").fails(3);
}

#[test]
fn a_key_that_the_product_could_not_work_with_needs_a_word() {
    let place = Place::new();
    let options =
        "--key-type aes128-gcm96 --derived --kdf hmac-counter --exportable --allow-plaintext-backup";
    place.feed(&format!("key import old {options} --encoding raw"), &(0..16).collect::<Vec<u8>>()).ok();
    assert!(
        String::from_utf8(place.run("key show old").ok())
            .unwrap()
            .contains("makes nothing new: kdf_of_aes128")
    );
    assert_eq!(show(&place, "old")["versions"][0]["unusable"], "kdf_of_aes128");
    let refused =
        place.run("key backup old --transit openbao --expose-secret-material --out old.backup").fails(3);
    assert!(refused.contains("--even-if-unusable"), "{refused}");
    place
        .run("key backup old --transit openbao --expose-secret-material --even-if-unusable --out old.backup")
        .ok();
    place.run("key create hooks --key-type hmac --exportable --allow-plaintext-backup").ok();
    let json = place.run("key backup hooks --transit vault --expose-secret-material --json").json();
    assert_eq!(json["mistaken_for"], "xchacha20-poly1305");
}
