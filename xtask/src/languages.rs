//! `cargo xtask languages`: the page of the languages, which is made from the one list of operations.

use anyhow::{Result, bail};

use crate::step::{cargo, product, run as step};

/// Writes `docs/languages.md`; with `--check` compares it instead.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let mut test = cargo(&["test", "--test", "languages"]);
    test.args(product());
    match arguments {
        [] => step(test.env("STRONGROOM_BLESS", "1")),
        ["--check"] => step(&mut test),
        _ => bail!("usage: cargo xtask languages [--check]"),
    }
}
