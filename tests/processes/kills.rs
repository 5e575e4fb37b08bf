//! Processes are killed at any moment, and nothing that was acknowledged is lost.

use crate::WORKER;
use crate::verdict::{Said, Verdict, create};
use std::time::Duration;
use strongroom_tests::dice::Dice;
use strongroom_tests::process::{Place, Process};
use strongroom_tests::soak::scaled;

/// In one folder, so that it does not grow for ever.
const KILLS: u64 = 320;

#[test]
fn whoever_is_killed_nothing_that_was_acknowledged_is_lost() {
    let folders = scaled(1, 32);
    let mut sum = Verdict::default();
    for folder in 0..folders {
        sum.add(&campaign(folder));
    }
    println!("kills: {sum:?}");
    assert!(sum.kills >= folders * 300);
    // Far below what is usual, so that a busy machine passes, and far from nothing.
    for (what, count, floor) in [
        ("rotations", sum.rotations, 10),
        ("labels", sum.labels, 10),
        ("created keys", sum.created, 5),
        ("deleted keys", sum.deleted, 1),
        ("ciphertexts", sum.opened, 200),
        ("trims", sum.trims, 1),
        ("ciphertexts opened by others", sum.opened_by_others, 200),
        ("checks", sum.checks, 20),
    ] {
        assert!(count >= floor * folders, "only {count} {what}");
    }
}

fn campaign(folder: u64) -> Verdict {
    let mut place = Place::on_disk();
    create(&place);
    let mut dice = Dice::new(folder);
    let mut said = Said::default();
    let mut alive: Vec<(usize, Process)> =
        (0..8).map(|slot| (slot, start(&mut place, slot, &mut dice))).collect();
    for kill in 0..KILLS {
        std::thread::sleep(Duration::from_micros(2_000 + dice.below(20_000)));
        let (slot, process) = alive.remove(dice.below(alive.len() as u64) as usize);
        said.read(slot, process.kill());
        if kill + 8 < KILLS {
            alive.push((slot, start(&mut place, slot, &mut dice)));
        }
    }
    assert!(alive.is_empty());
    said.hold_against(&place.keys(), KILLS)
}

/// Four write and four read.
fn start(place: &mut Place, slot: usize, dice: &mut Dice) -> Process {
    let role = if slot < 4 { "write" } else { "read" };
    place.start(WORKER, role, &[dice.below(u64::MAX).to_string(), format!("slot{slot}")])
}
