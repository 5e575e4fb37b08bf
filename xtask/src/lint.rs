//! `cargo xtask lint`: everything that is checked without running the code.

mod columns;
mod dependencies;
mod paths;
mod wiping;

use std::process::Stdio;

use anyhow::Result;

use crate::step::{cargo, run as step};

pub(crate) fn run() -> Result<()> {
    step(&mut cargo(&["fmt", "--all", "--check"]))?;
    columns::check()?;
    paths::check()?;
    wiping::check()?;
    step(&mut cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]))?;
    dependencies::check()?;
    documentation()?;
    deny()
}

/// The library and the program are both named `strongroom` and would write the same files, so each is
/// documented alone.
fn documentation() -> Result<()> {
    let libraries = ["doc", "--workspace", "--no-deps", "--exclude", "strongroom-cli"];
    let program = ["doc", "--no-deps", "--package", "strongroom-cli", "--target-dir", "target/doc-cli"];
    step(cargo(&libraries).env("RUSTDOCFLAGS", "-D warnings"))?;
    step(cargo(&program).env("RUSTDOCFLAGS", "-D warnings"))
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
