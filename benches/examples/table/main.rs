//! `table [--quick] [--work WORD] [--who WORD] [--size BYTES]`: what the library takes beside its peers, in
//! one process and in turns, as lines of JSON:
//! `{"work":"seal in place","size":64,"who":"ring AES-256-GCM","ns":100.00}`.
//! A word chooses what contains it. `cargo xtask bench` builds this with each provider and makes the page.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot be made ends the run")]

mod by_hand;
mod indexes;
mod ours;
mod primitives;
mod rounds;
mod signatures;
mod threads;

use rounds::Measure;
use std::process::ExitCode;

const SIZES: [usize; 5] = [64, 1 << 10, 16 << 10, 64 << 10, 1 << 20];
const QUICK: [usize; 3] = [64, 64 << 10, 1 << 20];
const ROUNDS: u32 = 100;
const QUICK_ROUNDS: u32 = 25;

fn main() -> ExitCode {
    let Some(asked) = Asked::read(std::env::args().skip(1)) else {
        eprintln!("usage: table [--quick] [--work WORD] [--who WORD] [--size BYTES]");
        return ExitCode::from(2);
    };
    let (sizes, rounds) = if asked.quick { (&QUICK[..], QUICK_ROUNDS) } else { (&SIZES[..], ROUNDS) };
    let mut measures = Vec::new();
    primitives::add(&mut measures, sizes);
    by_hand::add(&mut measures, sizes);
    ours::add(&mut measures, sizes);
    indexes::add(&mut measures);
    threads::add(&mut measures);
    // Keys of RSA take a while.
    if signatures::WORKS.iter().any(|work| work.contains(&asked.work)) {
        signatures::add(&mut measures);
    }
    measures.retain(|measure| asked.wants(measure));
    rounds::run(&mut measures, rounds);
    measures.iter().for_each(|measure| println!("{}", measure.line()));
    ExitCode::SUCCESS
}

#[derive(Default)]
struct Asked {
    quick: bool,
    work: String,
    who: String,
    size: Option<usize>,
}

impl Asked {
    fn read(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let mut asked = Self::default();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--quick" => asked.quick = true,
                "--work" => asked.work = words.next()?,
                "--who" => asked.who = words.next()?,
                "--size" => asked.size = Some(words.next()?.parse().ok()?),
                _ => return None,
            }
        }
        Some(asked)
    }

    fn wants(&self, measure: &Measure) -> bool {
        let Self { quick: _, work, who, size } = self;
        measure.work.contains(work)
            && measure.who.contains(who)
            && size.is_none_or(|size| size == measure.size)
    }
}
