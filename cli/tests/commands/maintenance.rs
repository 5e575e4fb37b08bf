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
            "pin": pin, "witness": null,
        })
    );
    let text = format!("2 documents, 1 keys, 0 faults\npin {}\n", pin.as_str().unwrap());
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
    let checked = place.run("check --json");
    assert_eq!(checked.code, 5);
    let report: serde_json::Value = serde_json::from_slice(&checked.out).unwrap();
    assert_eq!(
        (&report["keys"], &report["faults"][0]["document"], &report["faults"][0]["error"]),
        (&json!(1), &json!("key-b.sr"), &json!("corrupt_document"))
    );
    assert_eq!(report["faults"].as_array().unwrap().len(), 1);
    place.run("key list").fails(5);
    place.run("upgrade").fails(5);
    place.run("snapshot --out s").fails(5);
    assert!(!place.path("s").exists());
    place.run("key show a").ok();
}

#[test]
fn a_reseal_shuts_out_the_old_root_key() {
    let mut place = Place::new();
    place.set("PASS", "correct horse");
    place.run("key create a").ok();
    let text = place.feed("encrypt a", b"x").line();
    place.run("reseal").fails(3);
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
    assert!(alone.ok().starts_with(b"sealed 1 documents anew\npin srp1:"));
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
