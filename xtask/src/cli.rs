//! The command line, built for this machine.

use anyhow::Result;
use std::path::PathBuf;

use crate::step::{cargo, run, target};

/// The program, built if it has to be.
pub(crate) fn built() -> Result<PathBuf> {
    run(&mut cargo(&["build", "--quiet", "--release", "--package", "strongroom-cli"]))?;
    Ok(target()?.join("release/strongroom"))
}
