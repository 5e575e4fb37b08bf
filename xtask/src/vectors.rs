//! Recomputes `tests/vectors/strongroom/` with the Python program that shares no code with the library and
//! the library's tables of Unicode, and lets another program read our backups for Vault and OpenBao.

use anyhow::Result;

use crate::step::{cargo, command, product, run};
use crate::venv;

/// Compares the committed files with what the program computes.
pub(crate) fn check() -> Result<()> {
    let python = venv::with("xtask/requirements.txt")?;
    run(command(&python).args(["-B", "tests/vectors/strongroom/generate.py", "--check"]))?;
    run(command(&python).args(["-B", "core/unicode/generate.py", "--check"]))?;
    // Once more with the Python that has what the reader needs to decrypt and verify.
    run(cargo(&["test", "--test", "transit_python"]).args(product()).env("STRONGROOM_PYTHON", &python))
}
