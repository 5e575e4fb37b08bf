//! `strongroom witness`, and what opens and is checked with one.

use crate::place::{Place, mode};
use serde_json::{Value, json};
use std::fs;

/// A keyring with counted keys `cards` and `other`, and the key document of `cards` before its rotation,
/// which the witness has seen.
fn place() -> (Place, Vec<u8>) {
    let place = Place::new();
    for name in ["cards", "other"] {
        place.run(&format!("key create {name} --key-type aes256-gcm96")).ok();
    }
    let old = place.read("ring/key-cards.sr");
    place.run("key rotate cards").ok();
    place.run("witness --out ring.witness").ok();
    (place, old)
}

#[track_caller]
fn check(place: &Place, arguments: &str, code: i32) -> Value {
    let checked = place.run(&format!("check --json {arguments}"));
    assert_eq!(checked.code, code, "{}", checked.err);
    serde_json::from_slice(&checked.out).unwrap()
}

#[test]
fn one_old_document_is_refused_by_a_process_that_starts_with_a_witness() {
    let (mut place, old) = place();
    let sound = check(&place, "--witness ring.witness", 0);
    assert_eq!((&sound["faults"], &sound["witness"]["documents"]), (&json!([]), &json!(2)));
    let new = place.read("ring/key-cards.sr");
    place.write("ring/key-cards.sr", &old);
    place.feed("encrypt cards", b"4111").ok();
    let said = place.feed("encrypt cards --witness ring.witness --json", b"4111").fails(5);
    assert!(
        said.contains("\"rolled_back\"")
            && said.contains("key-cards.sr")
            && said.contains("strongroom check --witness"),
        "{said}"
    );
    place.feed("encrypt other --witness ring.witness", b"4111").ok();
    place.set("STRONGROOM_WITNESS", "ring.witness");
    place.feed("encrypt cards", b"4111").fails(5);
    place.feed("encrypt other", b"4111").ok();

    let checked = check(&place, "", 5);
    assert_eq!(checked["faults"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&checked["faults"][0]["document"], &checked["faults"][0]["error"]),
        (&json!("key-cards.sr"), &json!("rolled_back"))
    );
    assert_eq!(checked["witness"]["older"], json!(["key-cards.sr"]));
    let text = place.run("check");
    assert_eq!(text.code, 5);
    let text = String::from_utf8(text.out).unwrap();
    assert_eq!(text.matches("key-cards.sr").count(), 1, "{text}");
    assert!(
        text.starts_with("key-cards.sr is missing, older than")
            && text.contains("(witness: it is older than it was)\n")
    );
    // What it refuses is in no copy.
    place.run("witness --out new.witness").fails(5);
    place.run("snapshot --out ring.srs").fails(5);
    assert!(!place.path("new.witness").exists() && !place.path("ring.srs").exists());

    place.write("ring/key-cards.sr", new);
    place.feed("encrypt cards", b"4111").ok();
    place.run("witness --out ring.witness").ok();
    check(&place, "", 0);
}

#[test]
fn counts_that_are_older_than_a_witness_knows_are_repaired() {
    let (place, _) = place();
    place.feed("encrypt cards", b"4111").ok();
    let old = place.read("ring/usage-cards.sr");
    place.feed("encrypt cards", b"4111").ok();
    place.run("witness --out ring.witness").ok();
    place.write("ring/usage-cards.sr", old);
    assert_eq!(place.run("repair").line(), "0 documents repaired");
    let said = place.feed("encrypt cards --json --witness ring.witness", b"4111").fails(5);
    assert!(
        said.contains("\"rolled_back\"") && said.contains("'strongroom repair' with the same witness"),
        "{said}"
    );
    assert_eq!(place.run("repair --json --witness ring.witness").json(), json!({ "repaired": ["cards"] }));
    assert!(
        place
            .feed("encrypt cards --json --witness ring.witness", b"4111")
            .fails(5)
            .contains("\"usage_unknown\"")
    );
    place.run("key rotate cards --witness ring.witness").ok();
    place.feed("encrypt cards --witness ring.witness", b"4111").ok();
    check(&place, "--witness ring.witness", 0);
}

#[test]
fn a_reseal_spoils_no_witness() {
    let (place, _) = place();
    place.run("reseal --with-root-key-file root.key").ok();
    place.run("key rotate other").ok();
    place.run("key list --witness ring.witness").ok();
    assert_eq!(check(&place, "--witness ring.witness", 0)["faults"], json!([]));
    // It still knows what there was.
    fs::remove_file(place.path("ring/key-cards.sr")).unwrap();
    place.run("key show cards").fails(4);
    assert!(place.run("key show cards --witness ring.witness").fails(5).contains("key-cards.sr"));
    place.run("key show other --witness ring.witness").ok();
}

#[test]
fn a_check_says_what_has_become_of_each_document() {
    let place = Place::new();
    for name in ["deleted", "recreated", "missing", "older"] {
        place.run(&format!("key create {name}")).ok();
        place.run(&format!("key configure {name} --deletion-allowed")).ok();
    }
    let old = place.read("ring/key-older.sr");
    place.run("key rotate older").ok();
    place.run("witness --out ring.witness").ok();
    for name in ["deleted", "recreated"] {
        place.run(&format!("key delete {name} --confirm {name}")).ok();
    }
    for name in ["recreated", "new"] {
        place.run(&format!("key create {name}")).ok();
    }
    place.write("ring/key-older.sr", old);
    fs::remove_file(place.path("ring/key-missing.sr")).unwrap();
    let witness = &check(&place, "--witness ring.witness", 5)["witness"];
    let made = witness["made"].as_str().unwrap();
    assert!(
        made.len() == 20 && made.starts_with("20") && made.ends_with('Z') && witness["age_seconds"].is_u64(),
        "{witness}"
    );
    let expected = json!({
        "made": made, "age_seconds": witness["age_seconds"], "documents": 4, "missing": ["key-missing.sr"], "older": ["key-older.sr"], "other_history": [],
        "deleted": ["key-deleted.sr"], "recreated": ["key-recreated.sr"], "unknown": ["key-new.sr"],
    });
    assert_eq!(*witness, expected);
    let text = String::from_utf8(place.run("check --witness ring.witness").out).unwrap();
    let faults: Vec<&str> = text.lines().take(2).collect();
    for (document, what) in
        [("key-older.sr", "it is older than it was"), ("key-missing.sr", "it is not there any more")]
    {
        let fault = faults.iter().find(|fault| fault.starts_with(document)).unwrap();
        assert!(fault.ends_with(&format!(" (witness: {what})")), "{text}");
        assert_eq!(text.matches(document).count(), 1, "{text}");
    }
    let lines: Vec<&str> = text.lines().skip(2).collect();
    assert_eq!(lines[0], "5 documents, 2 keys, 2 faults");
    assert!(
        lines[1].starts_with(&format!("witness made {made}, ")) && lines[1].ends_with(", of 4 documents"),
        "{text}"
    );
    let said = [
        "witness: key-deleted.sr was deleted since",
        "witness: key-recreated.sr was deleted and created anew since",
        "witness: key-new.sr is not known to it",
    ];
    assert_eq!(lines[2..5], said, "{text}");
    assert!(lines[5].starts_with("keyring ") && lines[6].starts_with("pin srp1:"), "{text}");
    assert_eq!(lines.len(), 7, "{text}");
    // Without one nothing is said of it, and a key that is gone is not missed.
    assert_eq!(check(&place, "", 0)["witness"], Value::Null);
}

#[test]
fn a_witness_is_written_where_outputs_go() {
    let (place, _) = place();
    let piped = place.run("witness").ok();
    assert!(piped.starts_with(b"SRW1"));
    assert!(place.run("witness --json").json()["witness_base64"].as_str().unwrap().starts_with("U1JXM"));
    assert!(place.run("witness --json --out other.witness").json()["bytes"].is_u64());
    assert_eq!(mode(&place.path("ring.witness")) & 0o600, 0o600);
    place.run("key list --witness other.witness").ok();
    let said = place.run("witness --out ring/witness").fails(2);
    assert!(said.contains("the folder of a keyring"), "{said}");
}

#[test]
fn what_is_no_witness_opens_nothing() {
    let (mut place, _) = place();
    let good = place.read("ring.witness");
    place.run("init --keyring strange").ok();
    place.run("witness --keyring strange --out strange.witness").ok();
    place.write("later.witness", [b"SRW2", &good[4..]].concat());
    place.write("cut.witness", &good[..good.len() - 1]);
    place.write("forged.witness", [&good[..40], &[good[40] ^ 1], &good[41..]].concat());
    place.write("empty.witness", "");
    fs::File::create(place.path("large.witness")).unwrap().set_len((256 << 20) + 1).unwrap();
    for (file, code, name, hint) in [
        ("strange.witness", 5, "keyring_mismatch", "STRONGROOM_WITNESS"),
        ("later.witness", 5, "unsupported_format", "a newer program made it"),
        ("cut.witness", 5, "corrupt_document", "take another copy of the file"),
        ("forged.witness", 5, "corrupt_document", "take another copy of the file"),
        ("empty.witness", 5, "corrupt_document", "take another copy of the file"),
        ("large.witness", 5, "file_failed", "larger than any witness"),
        ("nobody.witness", 5, "file_failed", "cannot read nobody.witness"),
        ("/dev/zero", 5, "file_failed", "larger than any witness"),
    ] {
        for command in ["key list", "check"] {
            let said = place.run(&format!("{command} --json --witness={file}")).fails(code);
            assert!(said.contains(&format!("\"name\":\"{name}\"")) && said.contains(hint), "{file}: {said}");
        }
    }
    // A variable of a script that is not set must not open whatever stands there.
    place.set("STRONGROOM_WITNESS", "");
    assert!(place.run("key list").fails(2).contains("STRONGROOM_WITNESS"));
    place.run("key list --witness ring.witness").ok();
}

#[test]
fn a_pin_and_a_witness_are_both_met() {
    let (place, _) = place();
    let pin = |place: &Place| place.run("check --json").json()["pin"].as_str().unwrap().to_owned();
    let before = pin(&place);
    place.run(&format!("key list --witness ring.witness --pin {before}")).ok();
    let old = place.read("ring/root.sr");
    place.run("seal add --new-root-key-file second.key").ok();
    place.run("witness --out late.witness").ok();
    let late = pin(&place);
    place.write("ring/root.sr", old);
    place.run(&format!("key list --witness ring.witness --pin {before}")).ok();
    place.run(&format!("key list --witness ring.witness --pin {late}")).fails(5);
    place.run(&format!("key list --witness late.witness --pin {before}")).fails(5);
}

#[test]
fn a_new_keyring_has_no_witness_yet() {
    let (place, _) = place();
    let said =
        place.run("init --keyring other --new-root-key-file other.key --witness ring.witness").fails(3);
    assert!(said.contains("create one without a pin or witness"), "{said}");
    assert!(!place.path("other").exists() && !place.path("other.key").exists());
}

#[test]
fn a_snapshot_that_is_older_than_the_witness_is_not_restored() {
    let (place, _) = place();
    place.run("snapshot --out old.srs").ok();
    place.run("key rotate cards").ok();
    place.run("witness --out late.witness").ok();
    place.run("restore --keyring copy --in old.srs --witness late.witness").fails(5);
    assert!(!place.path("copy/root.sr").exists());
    place.run("restore --keyring copy --in old.srs --witness ring.witness").ok();
}
