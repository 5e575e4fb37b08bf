//! Random operations on two handles of one keyring, against a model of plain maps: the same results, the same
//! refusals.
//!
//! The two handles see each other's changes when they look. Until then a handle may go by any state between
//! what it has seen and what is, and that is all that the model allows it.

#[path = "model/keys.rs"]
mod keys;
#[path = "model/look.rs"]
mod look;
#[path = "model/messages.rs"]
mod messages;
#[path = "model/op.rs"]
mod op;
#[path = "model/shape.rs"]
mod shape;
#[path = "model/state.rs"]
mod state;
#[path = "model/world.rs"]
mod world;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use strongroom::{Directory, Memory, Store};
use world::World;

/// Each of these must have changed keys.
const CHANGES: [&str; 13] = [
    "Create",
    "Import",
    "ImportVersion",
    "Rotate",
    "RotateTo",
    "Windows",
    "AllowDeletion",
    "MakeExportable",
    "Trim",
    "Disable",
    "Enable",
    "Delete",
    "Restore",
];

/// In one sequence.
const STEPS: usize = 50;

fn run<S: Store + Clone + 'static>(sequences: u32, store: impl Fn() -> S) {
    let config =
        Config { cases: sequences, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &rand_seed()));
    let (steps, made) = (Cell::new(0), Cell::new(0));
    let changes = RefCell::new(BTreeMap::<String, u64>::new());
    let result = runner.run(&op::steps(STEPS), |sequence| {
        let mut world = World::new(store());
        sequence.iter().for_each(|step| world.step(step));
        steps.set(steps.get() + world.done);
        made.set(made.get() + world.made.len() as u64);
        world
            .changes
            .iter()
            .for_each(|(op, count)| *changes.borrow_mut().entry(op.clone()).or_default() += count);
        world.end();
        Ok(())
    });
    println!("{sequences} sequences, {} steps, {} ciphertexts, signatures and macs", steps.get(), made.get());
    println!("changes: {:?}", changes.borrow());
    result.unwrap();
    for op in CHANGES {
        let count = changes.borrow().get(op).copied().unwrap_or(0);
        assert!(count >= u64::from(sequences / 80), "{op} changed a key only {count} times");
    }
    assert!(steps.get() >= u64::from(sequences) * STEPS as u64);
    assert!(made.get() >= u64::from(sequences) * 4, "little was made");
}

/// Another one each time, and printed, unless one is given.
fn rand_seed() -> [u8; 32] {
    let mut seed = [0; 32];
    match std::env::var("STRONGROOM_SEED") {
        Ok(given) => seed.copy_from_slice(&hex::decode(given).expect("64 hexadecimal digits")),
        Err(_) => strongroom_entropy::fill(&mut seed).unwrap(),
    }
    println!("again with STRONGROOM_SEED={}", hex::encode(seed));
    seed
}

fn soak() -> bool {
    std::env::var_os("STRONGROOM_SOAK").is_some_and(|value| value != "0")
}

#[test]
fn in_memory() {
    run(if soak() { 100_000 } else { 2_000 }, Memory::new);
}

#[test]
fn in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let number = Cell::new(0);
    run(if soak() { 200 } else { 6 }, || {
        number.set(number.get() + 1);
        Directory::new(folder.path().join(number.get().to_string()))
    });
}
