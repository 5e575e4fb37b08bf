//! Searches never miss, also where those who write and those who search hear of rotations late: they are
//! refused before they could.

use crate::{emails, seal};
use std::collections::BTreeMap;
use std::time::Duration;
use strongroom::{Error, Key, KeySpec, Keyring, Memory};
use strongroom_tests::clock::Told;
use strongroom_tests::hooked::Hooked;
use strongroom_tests::noise::noise;

/// A process with a clock of its own, and a line to the store that can be cut.
struct Process {
    store: Hooked,
    key: Key,
}

impl Process {
    fn new(store: &Memory, clock: &std::sync::Arc<Told>) -> Self {
        let store = Hooked::new(store.clone());
        let key = Keyring::builder()
            .clock(clock.clone())
            .open(store.clone(), seal())
            .unwrap()
            .key("users")
            .unwrap();
        Self { store, key }
    }
}

#[test]
fn whoever_is_behind_finds_what_is_written_or_is_refused() {
    let (store, clock) = (Memory::new(), Told::at(1_000_000_000));
    let ring = Keyring::builder().clock(clock.clone()).create(store.clone(), seal()).unwrap();
    let key = ring.create_key("users", KeySpec::default()).unwrap();
    let (writer, searcher) = (Process::new(&store, &clock), Process::new(&store, &clock));
    writer.key.index("v", &emails()).unwrap();
    searcher.key.indexes("v", &emails()).unwrap();
    searcher.store.unplug(true);
    key.rotate().unwrap();
    let (mut found, mut refused) = (0, 0);
    for _ in 0..400 {
        clock.pass(Duration::from_millis(500));
        let stored = writer.key.index("v", &emails()).unwrap();
        match searcher.key.indexes("v", &emails()) {
            Ok(searched) => {
                assert!(searched.contains(&stored), "{stored} is not in {searched:?}");
                found += 1;
            }
            Err(error) => {
                assert_eq!(error, Error::Stale);
                refused += 1;
            }
        }
    }
    assert!(found > 100 && refused > 200, "{found} found, {refused} refused");
    searcher.store.unplug(false);
    clock.pass(Duration::from_secs(1));
    let stored = writer.key.index("v", &emails()).unwrap();
    assert!(stored.starts_with("strongroom:i2:"));
    assert_eq!(searcher.key.indexes("v", &emails()).unwrap()[0], stored);
}

/// Rows are written, found and made anew by processes whose lines are cut at random, while the key is rotated
/// again and again: a refusal is no miss.
#[test]
fn look_ups_never_miss() {
    let (store, clock) = (Memory::new(), Told::at(1_000_000_000));
    let ring = Keyring::builder().clock(clock.clone()).create(store.clone(), seal()).unwrap();
    let key = ring.create_key("users", KeySpec::default()).unwrap();
    let processes: Vec<Process> = (0..4).map(|_| Process::new(&store, &clock)).collect();
    let mut table: BTreeMap<u32, String> = BTreeMap::new();
    let (mut found, mut refused, mut renewed) = (0, 0, 0);
    let steps = 40_000;
    let dice = noise(8 * steps, 16);
    for (step, dice) in dice.chunks(8).enumerate() {
        clock.pass(Duration::from_millis(u64::from(dice[0])));
        if step % 4_000 == 3_999 {
            key.rotate().unwrap();
        }
        let process = &processes[usize::from(dice[1] % 4)];
        if dice[2] < 3 {
            process.store.unplug(dice[3] % 2 == 0);
        }
        let row = u32::from(dice[4]) % 97;
        let value = format!("person-{row}@example.com");
        let mut is_stale = |error: Error| {
            assert_eq!(error, Error::Stale);
            refused += 1;
        };
        match (dice[5] % 4, table.get(&row)) {
            (0, _) | (_, None) => match process.key.index(&value, &emails()) {
                Ok(index) => drop(table.insert(row, index)),
                Err(error) => is_stale(error),
            },
            // What this process does not know yet it leaves to others.
            (1, Some(stored)) => match process.key.needs_reindex(stored) {
                Ok(true) => match process.key.index(&value, &emails()) {
                    Ok(index) => {
                        table.insert(row, index);
                        renewed += 1;
                    }
                    Err(error) => is_stale(error),
                },
                Ok(false) => {}
                Err(error) => {
                    assert!(matches!(error, Error::VersionTooNew | Error::StoreFailed { .. }), "{error:?}")
                }
            },
            (_, Some(stored)) => match process.key.indexes(&value, &emails()) {
                Ok(searched) => {
                    assert!(searched.contains(stored), "step {step}: {stored} is not in {searched:?}");
                    found += 1;
                }
                Err(error) => is_stale(error),
            },
        }
    }
    println!("{found} found, {refused} refused, {renewed} made anew");
    assert!(found > 5_000 && refused > 1_000 && renewed > 100, "{found} {refused} {renewed}");
}
