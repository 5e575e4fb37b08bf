//! Environments of Python, in ignored folders.

use anyhow::Result;
use std::fs;
use std::path::PathBuf;

use crate::step::{command, root, run};

/// The interpreter of the one environment that all tests share, with what a file of requirements names.
pub(crate) fn with(requirements: &str) -> Result<PathBuf> {
    let environment = root().join("target/venv");
    if !environment.join("bin/pip").exists() {
        run(command("python3").args(["-m", "venv"]).arg(&environment))?;
    }
    let python = environment.join("bin/python");
    // Pip does not go to the network when the pinned versions are there already.
    run(command(&python).args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
        requirements,
    ]))?;
    Ok(python)
}

/// The interpreter of an environment in which nothing is installed.
pub(crate) fn fresh(folder: &str) -> Result<PathBuf> {
    let environment = root().join(folder);
    if environment.exists() {
        fs::remove_dir_all(&environment)?;
    }
    run(command("python3").args(["-m", "venv"]).arg(&environment))?;
    Ok(environment.join("bin/python"))
}
