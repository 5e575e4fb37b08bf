//! Processes that live for a few encryptions each do not use a key up.

use crate::WORKER;
use strongroom::{Aad, Directory, Key, KeyType, Keyring};
use strongroom_tests::process::{Place, seal};
use strongroom_tests::soak::scaled;

/// What one process may cost, if 10,000 are to cost less than 2^22 uses.
const EACH: u64 = (1 << 22) / 10_000;

#[test]
fn short_lived_processes_cost_little() {
    let (processes, leaked) = scaled((64, 500), (10_000, 500));
    let mut place = Place::in_memory();
    let ring = Keyring::create(Directory::new(place.keys()), seal()).unwrap();
    let counted = ring.create_key("counted", KeyType::Aes256Gcm96).unwrap();

    run(&mut place, processes, "exit");
    let after_exit = uses(&counted);
    println!("leases: {processes} processes that ended without closing cost {after_exit} uses");
    assert!(after_exit <= processes * EACH, "{after_exit}");
    assert!(after_exit >= processes, "{after_exit}");

    run(&mut place, processes, "close");
    let after_close = uses(&counted);
    assert_eq!(after_close - after_exit, encryptions(processes), "what was not used was not given back");

    for _ in 0..leaked {
        let ring = Keyring::open(Directory::new(place.keys()), seal()).unwrap();
        ring.key("counted").unwrap().encrypt(b"x", Aad::NONE).unwrap();
        std::mem::forget(ring);
    }
    let cost = uses(&counted) - after_close;
    println!("leases: {leaked} keyrings that were never closed cost {cost} uses");
    assert!(cost >= leaked && cost <= leaked * EACH, "{cost}");
}

/// From 1 to 40 each.
fn times(process: u64) -> u64 {
    1 + process % 40
}

fn encryptions(processes: u64) -> u64 {
    (0..processes).map(times).sum()
}

fn run(place: &mut Place, processes: u64, ending: &str) {
    let mut said = 0;
    for eight in (0..processes).collect::<Vec<_>>().chunks(8) {
        let started: Vec<_> = eight
            .iter()
            .map(|process| {
                place.start(
                    WORKER,
                    "brief",
                    &["0".to_owned(), times(*process).to_string(), ending.to_owned()],
                )
            })
            .collect();
        for process in started {
            let (success, lines) = process.wait();
            assert!(success && lines.iter().all(|line| line == "used 1"), "{lines:?}");
            said += lines.len() as u64;
        }
    }
    assert_eq!(said, encryptions(processes));
}

fn uses(key: &Key) -> u64 {
    key.info().unwrap().versions[0].uses.unwrap()
}
