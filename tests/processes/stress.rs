//! Processes that reseal, trim, restore and encrypt one keyring all at once: everything that was acknowledged
//! is there, and everybody comes to an end.

use crate::WORKER;
use crate::verdict::{Said, Verdict, create};
use std::time::{Duration, Instant};
use strongroom_tests::process::{Place, Process};
use strongroom_tests::soak::scaled;

const PROCESSES: usize = 6;
const STEPS: u64 = 60;

#[test]
fn whoever_reseals_trims_and_restores_meanwhile_nothing_is_lost_and_nobody_is_stuck() {
    let rounds = scaled(2, 100);
    let mut sum = Verdict::default();
    for round in 0..rounds {
        // On tmpfs most changes meet, on a disk each takes long.
        sum.add(&campaign(if round % 2 == 0 { Place::in_memory() } else { Place::on_disk() }, round));
    }
    println!("stress: {sum:?}");
    for (what, count, floor) in [
        ("reseals", sum.resealed, 10),
        ("restores", sum.restored, 10),
        ("rotations", sum.rotations, 10),
        ("ciphertexts", sum.opened, 200),
        ("checks", sum.checks, 10),
        ("trims", sum.trims, 1),
    ] {
        assert!(count >= floor * rounds, "only {count} {what}");
    }
}

fn campaign(mut place: Place, round: u64) -> Verdict {
    create(&place);
    let words =
        |slot: usize| [(round * 100 + slot as u64).to_string(), format!("slot{slot}"), STEPS.to_string()];
    let mut processes: Vec<Option<Process>> =
        (0..PROCESSES).map(|slot| Some(place.start(WORKER, "stress", &words(slot)))).collect();
    let mut said = Said::default();
    let begun = Instant::now();
    // Minutes more than it takes, so that only what is stuck is said to be.
    while processes.iter().any(Option::is_some) {
        assert!(begun.elapsed() < Duration::from_secs(600), "somebody is stuck: {:?}", place.logs());
        std::thread::sleep(Duration::from_millis(5));
        for (slot, process) in processes.iter_mut().enumerate() {
            if process.as_mut().is_some_and(Process::has_ended) {
                let (success, lines) = process.take().unwrap().wait();
                assert!(
                    success && lines.last().is_some_and(|line| *line == format!("done {STEPS}")),
                    "{:?}",
                    lines.last()
                );
                said.read(slot, lines);
            }
        }
    }
    said.hold_against(&place.keys(), 0)
}
