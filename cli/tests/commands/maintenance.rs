//! `strongroom check`, `reseal`, `snapshot`, `restore` and `upgrade`

use crate::place::{Place, mode};
use serde_json::json;

#[test]
fn a_sound_keyring_has_no_faults() {
    let place = Place::new();
    place.run("key create a").ok();
    let checked = place.run("check --json").json();
    let pin = &checked["pin"];
    assert_eq!(
        checked,
        json!({
            "documents": 2, "keys": 1, "unfinished_reseal": false, "faults": [], "warnings": [],
            "keyring": checked["keyring"], "root_number": 1, "generation": 1, "pin": pin, "witness": null,
        })
    );
    let (id, pin) = (checked["keyring"].as_str().unwrap(), pin.as_str().unwrap());
    assert!(pin.starts_with(&format!("srp1:{id}:1:")) && pin.ends_with(":1"), "{pin}");
    let text = format!("2 documents, 1 key, 0 faults\nkeyring {id}, root key 1, generation 1\npin {pin}\n");
    assert_eq!(String::from_utf8(place.run("check").ok()).unwrap(), text);
    assert_eq!(place.run("upgrade --json").json(), json!({ "changed": 0 }));
}

#[test]
fn check_warns_of_modes() {
    let place = Place::new();
    place.run("key create a").ok();
    std::fs::set_permissions(
        place.path("ring/key-a.sr"),
        std::os::unix::fs::PermissionsExt::from_mode(0o666),
    )
    .unwrap();
    let checked = place.run("check");
    assert_eq!(
        (checked.code, checked.err.as_str()),
        (0, "warning: others may write to key-a.sr; set its mode to 0600\n")
    );
    let checked = place.run("check --json");
    let report: serde_json::Value = serde_json::from_slice(&checked.out).unwrap();
    assert_eq!(report["faults"], json!([]));
    assert_eq!(
        (&report["warnings"][0]["subject"], &report["warnings"][0]["code"]),
        (&json!("key-a.sr"), &json!("others_may_write"))
    );
    assert_eq!(report["warnings"].as_array().unwrap().len(), 1);
}

#[test]
fn a_damaged_document_is_named() {
    let place = Place::new();
    place.run("key create a").ok();
    place.run("key create b").ok();
    let mut document = place.read("ring/key-b.sr");
    *document.last_mut().unwrap() ^= 1;
    place.write("ring/key-b.sr", document);
    let checked = place.run("check");
    assert_eq!((checked.code, checked.err.as_str()), (5, "strongroom: 1 fault found\n"));
    let text = String::from_utf8(checked.out).unwrap();
    assert_eq!(text.matches("key-b.sr").count(), 1, "{text}");
    assert!(text.starts_with("key-b.sr cannot be read: "), "{text}");
    let checked = place.run("check --json");
    assert_eq!(checked.code, 5);
    assert!(
        checked.err.contains("\"corrupt_document\"") && !checked.err.contains("key-b.sr"),
        "{}",
        checked.err
    );
    let report: serde_json::Value = serde_json::from_slice(&checked.out).unwrap();
    assert_eq!(
        (&report["keys"], &report["faults"][0]["document"], &report["faults"][0]["error"]),
        (&json!(1), &json!("key-b.sr"), &json!("corrupt_document"))
    );
    assert_eq!(report["faults"].as_array().unwrap().len(), 1);
    place.run("upgrade").fails(5);
    place.run("snapshot --out s").fails(5);
    assert!(!place.path("s").exists());
    place.run("key show a").ok();
}

#[test]
fn a_damaged_key_hides_no_other() {
    let place = Place::new();
    for name in ["a", "b", "c", "d"] {
        place.run(&format!("key create {name}")).ok();
    }
    let newer = place.read("ring/key-d.sr");
    place.write("ring/key-b.sr", "broken");
    place.write("ring/key-d.sr", [b"SRK2".as_slice(), &newer[4..]].concat());
    let listed = place.run("key list");
    assert_eq!((listed.code, listed.out.as_slice()), (5, b"a\nc\n".as_slice()));
    let lines: Vec<&str> = listed.err.lines().collect();
    assert!(lines[0].starts_with("warning: key b: key-b.sr cannot be read: "), "{lines:?}");
    assert!(lines[1].starts_with("warning: key d: key-d.sr has a format "), "{lines:?}");
    assert_eq!(lines[2..], ["strongroom: 2 keys cannot be read"]);
    let listed = place.run("key list --json");
    assert_eq!((listed.code, listed.out.as_slice()), (5, b"[\"a\",\"c\"]\n".as_slice()));
    assert!(listed.err.lines().nth(2).unwrap().contains("\"corrupt_document\""), "{}", listed.err);
    let due = place.run("key rotate-due");
    let lines: Vec<&str> = due.err.lines().collect();
    assert_eq!((due.code, lines.len(), lines[2]), (5, 3, "strongroom: 2 keys not rotated"), "{lines:?}");
    place.run("key show c").ok();
}

#[test]
fn a_snapshot_or_backup_replaces_no_file() {
    let mut place = Place::new();
    place.set("PASS", "correct horse");
    place.run("key create a --key-type aes256-gcm96 --exportable --allow-plaintext-backup").ok();
    place.write("old", "all that is left");
    std::os::unix::fs::symlink("old", place.path("link")).unwrap();
    for command in [
        "snapshot",
        "key backup a --with-passphrase-env PASS",
        "key backup a --transit vault --expose-secret-material",
    ] {
        for name in ["old", "link", "./ring/../old"] {
            let said = place.run(&format!("{command} --out {name}")).fails(2);
            assert!(said.contains(name) && said.contains("the name of a new file"), "{command}: {said}");
        }
        assert_eq!(place.read("old"), b"all that is left", "{command}");
        place.run(&format!("{command} --out new")).ok();
        assert_eq!(mode(&place.path("new")), 0o600);
        std::fs::remove_file(place.path("new")).unwrap();
        assert!(!place.run(&format!("{command} --out -")).ok().is_empty());
        assert_eq!(place.run(&format!("{command} --out /dev/null")).ok(), b"");
    }
}

#[test]
fn a_reseal_shuts_out_the_old_root_key() {
    let mut place = Place::new();
    place.set("PASS", "correct horse");
    place.run("key create a").ok();
    let text = place.feed("encrypt a", b"x").line();
    let bare = place.run("reseal").fails(2);
    assert!(bare.contains("--to-secret, or others by --with-seal, --with-root-key-file"), "{bare}");
    place.run("reseal --new-root-key-file ring/new.key").fails(2);
    place.run("reseal --new-root-key-file new.key --with-seal-id x").fails(2);
    assert!(!place.path("new.key").exists());
    let done = place
        .run("reseal --new-root-key-file new.key --with-passphrase-env PASS --with-seal-id office --json");
    assert_eq!(done.err, "");
    let done = done.json();
    assert_eq!((&done["documents"], done["seals"].as_array().unwrap().len()), (&json!(1), 2));
    assert_eq!(mode(&place.path("new.key")), 0o600);
    place.run("key list").fails(5);
    for seal in ["--root-key-file new.key", "--passphrase-env PASS --seal-id office"] {
        assert_eq!(place.feed(&format!("decrypt a {seal}"), text.as_bytes()).ok(), b"x");
    }
    let alone = place.run("reseal --root-key-file new.key --with-root-key-file root.key");
    assert!(alone.err.contains("only one wrapped copy"));
    assert!(alone.ok().starts_with(b"sealed 1 document anew\npin srp1:"));
    place.run("check").ok();
}

#[test]
fn a_snapshot_is_restored_elsewhere() {
    let place = Place::new();
    place.run("key create a").ok();
    let text = place.feed("encrypt a", b"x").line();
    place.run("snapshot --out ring.srs").ok();
    assert_eq!(mode(&place.path("ring.srs")), 0o600);
    let piped = place.run("snapshot").ok();
    assert!(piped.starts_with(b"SRS1"));
    assert!(place.run("snapshot --json").json()["snapshot_base64"].as_str().unwrap().starts_with("U1JTMQ"));
    let restored = place.run("restore --keyring copy --in ring.srs --json").json();
    assert_eq!((&restored["path"], &restored["keys"]), (&json!("copy"), &json!(1)));
    assert_eq!(place.feed("decrypt a --keyring copy", text.as_bytes()).ok(), b"x");
    assert_eq!((mode(&place.path("copy")), mode(&place.path("copy/key-a.sr"))), (0o700, 0o600));
    place.run("restore --in ring.srs").fails(3);
    let mut damaged = piped;
    *damaged.last_mut().unwrap() ^= 1;
    place.feed("restore --keyring third", &damaged).fails(5);
    place.feed("restore --keyring third", b"SRS1").fails(4);
    // Larger than any input, and without a block on the disk.
    std::fs::File::create(place.path("large.srs")).unwrap().set_len((3 << 29) + 1).unwrap();
    assert!(
        place.run("restore --keyring third --in large.srs").fails(5).contains("larger than any snapshot")
    );
    assert!(!place.path("third/root.sr").exists());
}
