//! `cargo xtask lint`: everything that is checked without running the code.

mod alone;
mod columns;
mod dependencies;
mod features;
mod paths;
mod wiping;
mod workflows;

use std::process::Stdio;

use anyhow::Result;

use crate::released;
use crate::step::{cargo, run as step};

pub(crate) fn run() -> Result<()> {
    step(&mut cargo(&["fmt", "--all", "--check"]))?;
    alone::check()?;
    columns::check()?;
    paths::check()?;
    wiping::check()?;
    workflows::check()?;
    step(&mut cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]))?;
    features::check()?;
    dependencies::check()?;
    documentation()?;
    released::check()?;
    deny()
}

/// The library and the program are both named `strongroom` and are written to the same place, so each is made
/// alone, and the library last, for whoever opens it. Of the whole workspace both times: with the features
/// that fewer packages ask for, everything below them would be compiled anew.
fn documentation() -> Result<()> {
    for what in ["--bins", "--lib"] {
        let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--all-features", what]);
        step(doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    }
    Ok(())
}

/// Advisories and doubles beside what is checked here, where it is installed.
fn deny() -> Result<()> {
    let installed = cargo(&["deny", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if installed.is_ok_and(|status| status.success()) {
        return step(&mut cargo(&["deny", "check", "licenses", "bans", "sources"]));
    }
    eprintln!(
        "\n==> SKIPPED: cargo deny is not installed, so crates that stand there in several versions were not listed"
    );
    Ok(())
}
