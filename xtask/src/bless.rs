//! `cargo xtask bless`: writes the pages that are made from the code, where a test otherwise compares them.

use anyhow::Result;

use crate::step::{cargo, root, run as step};
use crate::{c, instructions, pictures, python, released};

/// The tests that make a page from what others have made: the page of languages reads the declarations that
/// the options are written into.
const TESTS: [&str; 3] = ["errors", "matrix", "languages"];

pub(crate) fn run() -> Result<()> {
    // The header of C first, whose structs C++ follows.
    c::bless()?;
    pages(&["options"])?;
    pages(&TESTS)?;
    python::bless()?;
    pictures::bless()?;
    instructions::check(true)
}

/// What a release promises, which tests compare from then on. What is written already stays as it is.
pub(crate) fn release() -> Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    std::fs::create_dir_all(root().join("tests/released").join(version))?;
    for (package, test) in
        [("strongroom-tests", "released"), ("strongroom-cli", "commands"), ("strongroom-c", "c")]
    {
        let words = ["test", "--package", package, "--test", test, "--", "keep"];
        step(cargo(&words).env("STRONGROOM_RELEASE", version))?;
    }
    released::bless(version)
}

fn pages(tests: &[&str]) -> Result<()> {
    let tests = tests.iter().flat_map(|test| ["--test", test]);
    step(cargo(&["test", "--package", "strongroom-tests"]).args(tests).env("STRONGROOM_BLESS", "1"))
}
