//! Snapshots: what comes out of them, and those that are refused.

use super::usage::{shown, uses};
use super::{bytes, expected, file, list, run, seal};
use serde_json::Value;
use strongroom::{Error, Keyring, Memory, Store};

/// A snapshot of which some parts are documents that stand in the file once.
fn joined(pieces: &Value, documents: &Value) -> Vec<u8> {
    list(pieces).flat_map(|piece| bytes(documents.get(piece.as_str().unwrap()).unwrap_or(piece))).collect()
}

fn stored(store: &Memory) -> Vec<String> {
    store.list(None, usize::MAX).unwrap().iter().map(strongroom::DocName::file_name).collect()
}

fn names(files: &Value) -> Vec<String> {
    let mut names: Vec<_> = list(files).map(|file| file.as_str().unwrap().to_owned()).collect();
    names.sort_unstable();
    names
}

#[test]
fn snapshots_restore_and_their_cases_hold() {
    let (mut snapshots, mut cases, mut counts) = (0, 0, 0);
    for one in list(&file("snapshots.json")["snapshots"]) {
        let snapshot = bytes(&one["snapshot"]);
        for with in list(&one["seals"]) {
            let store = Memory::new();
            let restored = Keyring::builder()
                .restore_bytes(&snapshot, store.clone(), seal(with))
                .unwrap_or_else(|error| panic!("{}: {error}", one["id"]));
            assert_eq!(restored.snapshot_bytes().unwrap(), snapshot, "{}", one["id"]);
            let mut files = stored(&store);
            files.sort_unstable();
            assert_eq!(files, names(&one["files"]), "{}", one["id"]);
            // As the one who restored it and as the next to open it.
            for ring in [restored, Keyring::open(store, seal(with)).unwrap()] {
                assert_eq!(ring.id().to_string(), one["keyring_id"]);
                let report = ring.check().unwrap();
                assert_eq!(
                    (report.faults, report.unfinished_reseal),
                    (Vec::new(), list(&one["roots"]).count() > 1),
                    "{}",
                    one["id"]
                );
                for key in list(&one["keys"]) {
                    let name = key["name"].as_str().unwrap();
                    if key.get("deleted").is_some() {
                        assert!(matches!(ring.key(name), Err(Error::KeyNotFound { .. })));
                    }
                    for case in list(&key["cases"]) {
                        assert_eq!(
                            run(&ring, name, case).unwrap_or_else(|error| panic!("{}: {error}", case["id"])),
                            expected(case),
                            "{}",
                            case["id"]
                        );
                        cases += 1;
                    }
                }
                for entry in list(&one["usage"]) {
                    let Ok(key) = ring.key(entry["key"].as_str().unwrap()) else { continue };
                    assert_eq!(
                        shown(&key).unwrap(),
                        uses(&entry["counted"]),
                        "{}: {name}",
                        one["id"],
                        name = entry["key"]
                    );
                    counts += 1;
                }
            }
            snapshots += 1;
        }
    }
    assert!(snapshots >= 6 && cases >= 50 && counts >= 34, "{snapshots} {cases} {counts}");
}

#[test]
fn the_neighbours_of_refused_snapshots_are_taken() {
    let given = file("snapshots.json");
    let mut ran = 0;
    for case in list(&given["accepted"]) {
        let store = Memory::new();
        let snapshot = joined(&case["snapshot"], &given["documents"]);
        let ring = Keyring::builder()
            .restore_bytes(&snapshot, store.clone(), seal(&case["seal"]))
            .unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
        assert_eq!(stored(&store).len(), list(&case["files"]).count(), "{}", case["id"]);
        // A key document that is not there, while its usage document is, is a fault that a check names.
        let missing: Vec<_> =
            ring.check().unwrap().faults.into_iter().map(|fault| Value::from(fault.document)).collect();
        assert_eq!(&missing, case["missing"].as_array().unwrap(), "{}", case["id"]);
        ran += 1;
    }
    assert!(ran >= 3, "{ran}");
}

#[test]
fn snapshots_that_must_be_refused_are_refused() {
    let given = file("snapshots.json");
    let (mut ran, mut wrong) = (0, Vec::new());
    for case in list(&given["refused"]) {
        let store = Memory::new();
        let name = match Keyring::builder().restore_bytes(
            &joined(&case["snapshot"], &given["documents"]),
            store.clone(),
            seal(&case["seal"]),
        ) {
            Ok(_) => "taken",
            Err(error) => error.name(),
        };
        if name != case["error"] {
            wrong.push(format!("{}: {name} instead of {}", case["id"], case["error"]));
        }
        // Every document is opened before any is written.
        assert_eq!(stored(&store), [""; 0], "{}", case["id"]);
        ran += 1;
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(ran >= 138, "{ran}");
}
