//! `cargo xtask bench [--quick] [--write]`: every measurement in one run, as tables; with `--write` as
//! `docs/performance.md` and its pictures.

mod beside;
mod figures;
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

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    if let Some(unknown) = arguments.iter().find(|word| !["--quick", "--write"].contains(word)) {
        bail!("there is no {unknown}: cargo xtask bench [--quick] [--write]");
    }
    let quick = arguments.contains(&"--quick");
    let mut figures = Figures::default();
    let programs = Programs::build(quick, &mut figures)?;
    let machine = Machine::here()?;
    let begun = std::time::Instant::now();
    for run in 1..=RUNS {
        programs.measure(&mut figures, run)?;
    }
    eprintln!("==> {:.0} s of measuring", begun.elapsed().as_secs_f64());
    let page = page::made(&figures, &machine)?;
    if arguments.contains(&"--write") {
        fs::write(root().join(page::PATH), &page).context(page::PATH)?;
        println!("wrote {}", page::PATH);
        return pictures::bless();
    }
    println!("{page}");
    Ok(())
}
