//! `cargo xtask bench`: the measurements.

use anyhow::Result;

use crate::step::{cargo, run as step};
use crate::{c, node, python};

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    step(cargo(&["bench", "--package", "strongroom-benches"]).args(arguments))?;
    if !arguments.is_empty() {
        return Ok(());
    }
    c::bench()?;
    python::bench()?;
    node::bench()
}
