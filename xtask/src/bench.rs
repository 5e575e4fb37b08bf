//! `cargo xtask bench`: the measurements.

use anyhow::Result;

use crate::python;
use crate::step::{cargo, run as step};

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    step(cargo(&["bench", "--package", "strongroom-benches"]).args(arguments))?;
    if arguments.is_empty() { python::bench() } else { Ok(()) }
}
