//! Environments of Python, in ignored folders.

use anyhow::{Result, anyhow};
use std::fs;
use std::path::{Path, PathBuf};
use strongroom_servers::fetch;

use crate::step::{command, root, run};

/// The interpreter of the environment with what a file of requirements names, which is fetched once.
pub(crate) fn with(requirements: &str) -> Result<PathBuf> {
    let programs = fetch::python(&root().join(requirements)).map_err(|error| anyhow!(error))?;
    Ok(programs.join("python"))
}

/// The interpreter of an environment in which nothing is installed.
pub(crate) fn fresh(environment: &Path) -> Result<PathBuf> {
    if environment.exists() {
        fs::remove_dir_all(environment)?;
    }
    run(command("python3").args(["-m", "venv"]).arg(environment))?;
    Ok(environment.join("bin/python"))
}
