//! A process that works on a keyring and says, line by line, what is done: `worker ROLE KEYS LOG SEED
//! [WORD...]`.
//!
//! A line that begins with `failed` says what must not have happened. For the tests in `tests/processes.rs`.
#![forbid(unsafe_code)]

mod brief;
mod count;
mod peers;
mod read;
mod rotate;
mod stress;
mod write;

use std::path::PathBuf;
use std::time::{Duration, Instant};
use strongroom::{Directory, Error, Keyring, KeyringBuilder};
use strongroom_tests::dice::Dice;
use strongroom_tests::process::{Place, seal};

/// 70 seconds, after which a version that was closed may be trimmed, pass in 350 ms.
const FASTER: u32 = 200;

/// What the process was told.
struct Job {
    keys: PathBuf,
    log: PathBuf,
    begun: Instant,
    seed: u64,
    dice: Dice,
    words: Vec<String>,
}

impl Job {
    /// Opens the keyring with the clock of its place, so that versions can be trimmed soon.
    fn open(&self) -> Keyring {
        self.open_with(Keyring::builder().clock(Place::clock(&self.keys, FASTER)))
    }

    fn open_with(&self, builder: KeyringBuilder) -> Keyring {
        must("open", builder.open(Directory::new(&self.keys), seal()))
    }

    /// Fails if nobody has killed a process that works until it is killed.
    fn still_alive(&self) {
        if self.begun.elapsed() > Duration::from_secs(60) {
            println!("failed: nobody killed it");
            std::process::exit(1);
        }
    }

    fn number(&self, index: usize) -> u64 {
        self.words[index].parse().expect("a number")
    }
}

/// What has to work.
fn must<T>(what: &str, result: Result<T, Error>) -> T {
    result.unwrap_or_else(|error| {
        println!("failed {what}: {error:?}");
        std::process::exit(1)
    })
}

/// What may be refused in one way, because others were faster.
fn may<T>(what: &str, result: Result<T, Error>, refused: fn(&Error) -> bool) -> Option<T> {
    match result {
        Err(error) if refused(&error) => None,
        other => Some(must(what, other)),
    }
}

fn main() {
    let mut words = std::env::args().skip(1);
    let mut next = || words.next().expect("worker ROLE KEYS LOG SEED [WORD...]");
    let (role, keys, log, seed) = (next(), next().into(), next().into(), next().parse().expect("a seed"));
    let job = Job { keys, log, begun: Instant::now(), seed, dice: Dice::new(seed), words: words.collect() };
    match role.as_str() {
        "write" => write::run(job),
        "read" => read::run(job),
        "rotate" => rotate::run(job),
        "stress" => stress::run(job),
        "count" => count::run(job),
        "brief" => brief::run(job),
        other => panic!("no role {other}"),
    }
}
