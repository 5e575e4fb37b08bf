//! `cargo xtask test`: every test, up to the first failure.

use anyhow::Result;

use crate::step::{cargo, run as step};
use crate::{c, examples, instructions, node, pairs, python, servers, vectors};

/// Each on its own, so that the features which one asks for are not switched on for another.
const PACKAGES: [&str; 8] = [
    "strongroom",
    "strongroom-entropy",
    "strongroom-timing",
    "strongroom-tests",
    "strongroom-races",
    "strongroom-bulk",
    "strongroom-cli",
    "xtask",
];

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    for package in PACKAGES {
        step(cargo(&["test", "--package", package]).args(arguments))?;
    }
    // Its examples are there with the feature only.
    step(cargo(&["test", "--package", "strongroom", "--doc", "--features", "hazmat"]).args(arguments))?;
    if arguments.is_empty() {
        examples::check()?;
        vectors::check()?;
        instructions::check(false)?;
        c::test(&[])?;
        python::test(&[])?;
        node::test(&[])?;
        pairs::test()?;
        servers::test()
    } else {
        eprintln!(
            "\n==> skipped: making the examples and the vectors again, counting instructions, and the tests of the bindings, because arguments were given"
        );
        Ok(())
    }
}
