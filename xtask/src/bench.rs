//! `cargo xtask bench [--quick] [--write]`: every measurement in one run, as tables; with `--write` as
//! `docs/performance.md` and its pictures. With `--growth` what a keyring takes as it grows, as
//! `docs/growth.md`, with `--files` files beside what others encrypt them with, as `docs/files.md`.

mod beside;
mod figures;
mod files;
mod machine;
mod number;
mod openssl;
mod page;
mod programs;
mod signatures;
mod slower;
mod tables;

use anyhow::{Context, Result, bail};
use std::fs;

use crate::pictures;
use crate::step::root;
use figures::Figures;
use machine::Machine;
use programs::Programs;

/// How often everything is measured. The lesser figure counts, and how far they are apart is said.
const RUNS: usize = 2;

const OPTIONS: [&str; 4] = ["--files", "--growth", "--quick", "--write"];

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    if let Some(unknown) = arguments.iter().find(|word| !OPTIONS.contains(word)) {
        bail!("there is no {unknown}: cargo xtask bench [--files | --growth] [--quick] [--write]");
    }
    let has = |option| arguments.contains(&option);
    let mut figures = Figures::default();
    let (machine, page) = match (has("--growth"), has("--files")) {
        (true, true) => bail!("one page at a time: --files or --growth"),
        (true, false) => {
            let machine = Machine::here()?;
            programs::measure_growth(has("--quick"), &mut figures)?;
            (machine, &page::GROWTH)
        }
        (false, true) => {
            programs::measure_files(has("--quick"), &mut figures)?;
            (Machine::here()?, &page::FILES)
        }
        (false, false) => {
            let programs = Programs::build(has("--quick"), &mut figures)?;
            let machine = Machine::here()?;
            let begun = std::time::Instant::now();
            for run in 1..=RUNS {
                programs.measure(&mut figures, run)?;
            }
            eprintln!("==> {:.0} s of measuring", begun.elapsed().as_secs_f64());
            (machine, &page::PERFORMANCE)
        }
    };
    let text = page::made(page, &figures, &machine)?;
    if has("--write") {
        fs::write(root().join(page.path), &text).context(page.path)?;
        println!("wrote {}", page.path);
        return pictures::bless();
    }
    println!("{text}");
    Ok(())
}
