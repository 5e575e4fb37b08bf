//! 200 keys of every type and option, in and out again: everything that either side made, the other reads.

use crate::live::{Live, count, line, place, report, ring};
use crate::made::{Made, TYPES, Way};
use serde_json::Value;
use std::collections::BTreeSet;
use strongroom::{KeyConfig, Version};

const KEYS: usize = 200;

/// What a server tells of a key, without what is noted when it is backed up or restored.
fn told(live: &Live, mount: &str, name: &str) -> Value {
    let mut told = live.read(&format!("{mount}/keys/{name}"));
    for noted in ["backup_info", "restore_info", "allow_plaintext_backup"] {
        told.as_object_mut().unwrap().remove(noted);
    }
    told
}

#[test]
fn every_key_moves_in_and_out_again() {
    let Some(live) = Live::get("every_key_moves_in_and_out_again") else { return };
    live.mount("many");
    live.mount("back");
    let made: Vec<Made> = (0..KEYS).map(|number| Made::new(&live, "many", number)).collect();
    let of = |way: Way| made.iter().filter(move |made| made.way() == way);
    for way in [Way::Backup, Way::Export] {
        let types: BTreeSet<&str> = of(way).map(|made| made.key_type).collect();
        assert!(TYPES.iter().all(|key_type| types.contains(key_type)), "{way:?}: {types:?}");
        let some = |what: fn(&Made) -> bool| of(way).any(what);
        assert!(some(|made| made.convergent) && some(|made| made.derived && made.key_type == "ed25519"));
        assert!(some(|made| made.min_available > 1) && some(|made| made.key_type.starts_with("rsa")));
    }
    let [by_backup, by_export, not] = [Way::Backup, Way::Export, Way::Not].map(|way| of(way).count());
    assert!(by_backup >= 50 && by_export >= 30 && not >= 40, "{by_backup} {by_export} {not}");
    let moves = by_backup + by_export;

    let place = place();
    let call = format!("--json move --from-vault {} --mount many", live.url());
    let dry = report(&place.run(&format!("{call} --dry-run")), 3);
    assert_eq!((count(&dry, "would_move"), count(&dry, "not_movable")), (moves, not));
    assert!(ring(&place).keys().unwrap().is_empty());
    let moved = report(&place.run(&format!("{call} --report lines")), 3);
    assert_eq!((count(&moved, "moved"), count(&moved, "not_movable")), (moves, not));
    assert_eq!((&moved["counts"]["moved"], &moved["left"]), (&moves.into(), &0.into()));
    let by = |way: &str| moved["keys"].as_array().unwrap().iter().filter(|line| line["by"] == *way).count();
    assert_eq!((by("backup"), by("export")), (by_backup, by_export));
    let lines = String::from_utf8(place.read("lines")).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(&Value::from(lines), &moved["keys"]);
    assert_eq!(moved["counts"]["not_movable"], not);
    // A second run moves nothing.
    let again = report(&place.run(&call), 3);
    assert_eq!((count(&again, "there_already"), count(&again, "not_movable")), (moves, not));

    let ours = ring(&place);
    assert_eq!(ours.keys().unwrap().len(), moves);
    let mut checks = 0;
    for made in &made {
        let key = match made.way() {
            Way::Not => {
                assert!(ours.key(&made.name).is_err());
                assert!(!line(&moved, &made.name)["allow"].as_array().unwrap().is_empty());
                continue;
            }
            _ => ours.key(&made.name).unwrap(),
        };
        checks += made.is_read_by(&key);
        checks += made.is_read_at(&live, "many", &key);
        let info = key.info().unwrap();
        let there = told(&live, "many", &made.name);
        assert_eq!(info.key_type.name(), made.key_type);
        assert_eq!(there["latest_version"], info.latest_version.get());
        assert_eq!(there["min_decryption_version"], info.min_decryption_version.get());
        let min_encryption = info.min_encryption_version.map_or(0, Version::get);
        assert_eq!(there["min_encryption_version"], min_encryption);
        assert_eq!(there["auto_rotate_period"], info.auto_rotate_period.as_secs());
        assert_eq!(there["deletion_allowed"], info.deletion_allowed);
        assert_eq!((info.exportable, info.allow_plaintext_backup), (made.exportable, made.allow_backup));
        assert_eq!((info.derived, info.convergent), (made.derived, made.convergent));
    }

    // And out: what may not be backed up is named with the call that allows it.
    let call = format!("--json move --expose-secret-material --to-vault {} --mount back", live.url());
    let dry = report(&place.run(&format!("{call} --dry-run")), 3);
    assert_eq!((count(&dry, "would_move"), count(&dry, "not_movable")), (by_backup, by_export));
    assert!(live.names("back").is_empty());
    let out = report(&place.run(&call), 3);
    assert_eq!((count(&out, "moved"), count(&out, "not_movable")), (by_backup, by_export));
    for made in of(Way::Export) {
        let allow = format!("strongroom key configure {} --allow-plaintext-backup", made.name);
        assert_eq!(line(&out, &made.name)["allow"][0], *allow);
        ours.key(&made.name).unwrap().configure(KeyConfig::new().allow_plaintext_backup(true)).unwrap();
    }
    ours.close();
    let out = report(&place.run(&call), 0);
    assert_eq!((count(&out, "moved"), count(&out, "there_already")), (by_export, by_backup));
    let out = report(&place.run(&call), 0);
    assert_eq!(count(&out, "there_already"), moves);
    assert_eq!(live.names("back").len(), moves);
    let ours = ring(&place);
    for made in made.iter().filter(|made| made.way() != Way::Not) {
        checks += made.is_read_at(&live, "back", &ours.key(&made.name).unwrap());
        // Options, windows and dates too are what they were.
        assert_eq!(told(&live, "back", &made.name), told(&live, "many", &made.name), "{}", made.name);
        checks += 1;
    }
    println!("moving: {checks} checks of {KEYS} keys with a real server");
    assert!(checks >= 2000, "{checks}");
}
