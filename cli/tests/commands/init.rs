//! `strongroom init`

use crate::place::{Place, mode};
use std::fs;

#[test]
fn a_new_root_key_is_written_for_its_owner_only() {
    let place = Place::empty();
    let made = place.run("init --new-root-key-file root.key --label production --json");
    assert_eq!(made.err.lines().count(), 1, "{}", made.err);
    assert!(made.err.starts_with("{\"warning\":\"there is only one wrapped copy"), "{}", made.err);
    let made = made.json();
    assert_eq!(made["keyring"].as_str().unwrap().len(), 32);
    assert_eq!((&made["path"], &made["root_key_file"]), (&"ring".into(), &"root.key".into()));
    let id = place.run("seal id root.key").line();
    assert_eq!((&made["seal"]["id"], &made["seal"]["in_use"]), (&id.clone().into(), &true.into()));
    let again = String::from_utf8(place.run("init --keyring again --root-key-file root.key").ok()).unwrap();
    assert_eq!(again.lines().nth(1), Some(format!("seal root-key {id}").as_str()), "{again}");
    let key = String::from_utf8(place.read("root.key")).unwrap();
    assert_eq!((key.len(), key.ends_with('\n')), (45, true));
    assert_eq!(mode(&place.path("root.key")), 0o600);
    assert_eq!(mode(&place.path("ring")), 0o700);
    assert_eq!(mode(&place.path("ring/root.sr")), 0o600);
    place.run("key list --root-key-file root.key").ok();
}

#[test]
fn a_keyring_is_never_made_twice() {
    let place = Place::new();
    let before = place.read("ring/root.sr");
    assert!(place.run("init").fails(3).contains("a keyring exists in "));
    assert!(place.run("init --new-root-key-file other.key").fails(3).contains("a keyring exists in "));
    assert_eq!(place.read("ring/root.sr"), before);
    assert!(!place.path("other.key").exists());
}

#[test]
fn a_folder_of_something_else_is_left_alone() {
    let place = Place::new();
    fs::create_dir(place.path("home")).unwrap();
    place.write("home/letter", "dear");
    assert!(place.run("init --keyring home").fails(5).contains("not empty"));
    assert_eq!(fs::read_dir(place.path("home")).unwrap().count(), 1);
    fs::create_dir(place.path("mounted")).unwrap();
    fs::create_dir(place.path("mounted/lost+found")).unwrap();
    place.run("init --keyring mounted").ok();
}

#[test]
fn a_root_key_file_is_never_overwritten() {
    let place = Place::empty();
    place.write("root.key", "precious");
    assert!(place.run("init --new-root-key-file root.key").fails(5).contains("cannot create root.key"));
    assert_eq!(place.read("root.key"), b"precious");
    assert!(!place.path("ring").exists());
}

#[test]
fn the_root_key_is_not_kept_in_the_keyring() {
    let place = Place::empty();
    assert!(
        place
            .run("init --new-root-key-file ring/root.key")
            .fails(2)
            .contains("must not be in the keyring's folder")
    );
    fs::create_dir(place.path("ring")).unwrap();
    assert!(
        place
            .run("init --new-root-key-file ./ring/../ring/root.key")
            .fails(2)
            .contains("must not be in the keyring's folder")
    );
    assert!(!place.path("ring/root.key").exists());
}

#[test]
fn a_failed_init_leaves_no_root_key_behind() {
    let place = Place::empty();
    place.write("file", "");
    place.run("init --keyring file/ring --new-root-key-file root.key").fails(5);
    assert!(!place.path("root.key").exists());
    place.run(&format!("init --new-root-key-file root.key --label {}", "x".repeat(256))).fails(3);
    assert!(!place.path("root.key").exists() && !place.path("ring").exists());
}

#[test]
fn a_keyring_can_be_made_with_each_seal() {
    let mut place = Place::empty();
    place.set("KEY", &"0123456789abcdef".repeat(4));
    place.set("PASS", "correct horse");
    place.write("pass", "correct horse\n");
    fs::set_permissions(place.path("pass"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    for (keyring, seal) in [
        ("a", "--root-key-env KEY"),
        ("b", "--passphrase-env PASS"),
        ("c", "--passphrase-file pass --seal-id office"),
    ] {
        let made = place.run(&format!("init --keyring {keyring} {seal}"));
        assert!(made.err.starts_with("warning: there is only one wrapped copy"), "{}", made.err);
        made.ok();
        place.run(&format!("key create k --keyring {keyring} {seal}")).ok();
    }
    // The file's newline does not count, and an id tells passphrases apart.
    place.run("key show k --keyring b --passphrase-file pass").ok();
    place.run("key show k --keyring c --passphrase-env PASS --seal-id office").ok();
    // One passphrase alone is found without its id, and of two the one that is named.
    place.run("key show k --keyring c --passphrase-env PASS").ok();
    place.set("OTHER", "a second passphrase");
    place
        .run(
            "seal add --keyring c --passphrase-env PASS --seal-id office --with-passphrase-env OTHER \
             --with-seal-id home",
        )
        .ok();
    assert!(place.run("key show k --keyring c --passphrase-env PASS").fails(5).contains("opens no copy"));
}
