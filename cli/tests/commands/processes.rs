//! Several processes on one keyring.

use crate::place::Place;
use serde_json::Value;
use std::process::Stdio;

#[test]
fn no_rotation_is_lost() {
    let place = Place::new();
    place.run("key create cards").ok();
    let children: Vec<_> = (0..8)
        .map(|_| {
            place
                .command(&["key", "rotate", "cards"])
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    assert_eq!(place.run("key show cards --json").json()["latest_version"], 9);
}

#[test]
fn one_of_many_makes_the_keyring() {
    let place = Place::empty();
    let children: Vec<_> = (0..6)
        .map(|i| {
            let file = format!("{i}.key");
            place
                .command(&["init", "--json", "--new-root-key-file", &file])
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let outputs: Vec<_> = children.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
    let made: Vec<Value> = outputs
        .iter()
        .filter(|output| output.status.success())
        .map(|output| serde_json::from_slice(&output.stdout).unwrap())
        .collect();
    assert_eq!(made.len(), 1);
    assert!(outputs.iter().all(|output| matches!(output.status.code(), Some(0 | 3))));
    let left: Vec<String> =
        (0..6).map(|i| format!("{i}.key")).filter(|file| place.path(file).exists()).collect();
    assert_eq!(left, [made[0]["root_key_file"].as_str().unwrap()]);
    place.run(&format!("key list --root-key-file {}", left[0])).ok();
}

#[test]
fn ciphertexts_go_from_one_process_to_another() {
    let place = Place::new();
    place.run("key create cards").ok();
    let mut first =
        place.command(&["encrypt", "cards"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let second = place
        .command(&["decrypt", "cards"])
        .stdin(first.stdout.take().unwrap())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut first.stdin.take().unwrap(), &b"4111".repeat(100_000)).unwrap();
    assert!(first.wait().unwrap().success());
    assert_eq!(second.wait_with_output().unwrap().stdout, b"4111".repeat(100_000));
}
