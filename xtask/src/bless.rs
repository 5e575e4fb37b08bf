//! `cargo xtask bless`: writes the pages that are made from the code, where a test otherwise compares them.

use anyhow::Result;

use crate::python;
use crate::step::{cargo, run as step};

/// The tests that make a page.
const TESTS: [&str; 2] = ["errors", "matrix"];

pub(crate) fn run() -> Result<()> {
    let tests = TESTS.into_iter().flat_map(|test| ["--test", test]);
    step(cargo(&["test", "--package", "strongroom-tests"]).args(tests).env("STRONGROOM_BLESS", "1"))?;
    python::bless()
}
