//! `cargo xtask bless`: writes the pages that are made from the code, where a test otherwise compares them.

use anyhow::Result;

use crate::step::{cargo, run as step};
use crate::{c, instructions, python};

/// The tests that make a page.
const TESTS: [&str; 4] = ["errors", "matrix", "languages", "options"];

pub(crate) fn run() -> Result<()> {
    let tests = TESTS.into_iter().flat_map(|test| ["--test", test]);
    step(cargo(&["test", "--package", "strongroom-tests"]).args(tests).env("STRONGROOM_BLESS", "1"))?;
    python::bless()?;
    c::bless()?;
    instructions::check(true)
}
