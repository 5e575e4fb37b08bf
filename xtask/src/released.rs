//! `cargo xtask released`: the public items of the Rust crates against what releases promised, from rustdoc.
//!
//! The other surfaces are compared by tests (`tests/released`): this one needs the compiler's own view, since
//! macros make many of the items.

mod item;
mod shown;

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::step::{cargo, root, run as step, target};

/// The crates whose documentation is a promise, by package and by library.
const CRATES: [(&str, &str); 3] = [
    ("strongroom-entropy", "strongroom_entropy"),
    ("strongroom", "strongroom"),
    ("strongroom-bulk", "strongroom_bulk"),
];

/// Fewer lines were not all found.
const AT_LEAST: usize = 600;

/// Compares with the record of every release. As for the tests, `STRONGROOM_RELEASE` names one that is
/// written first.
pub(crate) fn check() -> Result<()> {
    if let Ok(version) = std::env::var("STRONGROOM_RELEASE") {
        bless(&version)?;
    }
    let now = lines()?;
    let (mut releases, mut gone) = (0, Vec::new());
    for entry in fs::read_dir(root().join("tests/released"))? {
        let file = entry?.path().join("rust.txt");
        let Ok(kept) = fs::read_to_string(&file) else { continue };
        let version = file.parent().and_then(|folder| folder.file_name()).unwrap_or_default();
        releases += 1;
        let lines = kept.lines().filter(|line| !now.contains(*line));
        gone.extend(lines.map(|line| format!("{}: {line}", version.to_string_lossy())));
    }
    ensure!(releases > 0, "tests/released has no rust.txt; `cargo xtask bless --release` writes it");
    ensure!(gone.is_empty(), "releases promised what is gone or has changed:\n  {}", gone.join("\n  "));
    println!("{} public items and traits of theirs; {releases} releases have lost none", now.len());
    Ok(())
}

/// Writes the record of this release, unless there is one.
pub(crate) fn bless(version: &str) -> Result<()> {
    let file = root().join("tests/released").join(version).join("rust.txt");
    if file.exists() {
        return Ok(());
    }
    let text = lines()?.into_iter().map(|line| line + "\n").collect::<String>();
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
}

fn lines() -> Result<BTreeSet<String>> {
    let mut lines = BTreeSet::new();
    for (package, library) in CRATES {
        lines.extend(item::lines(&documentation(package, library)?));
    }
    ensure!(lines.len() >= AT_LEAST, "only {} lines were made of the documentation", lines.len());
    Ok(lines)
}

/// What rustdoc says of a crate with its default features.
fn documentation(package: &str, library: &str) -> Result<Value> {
    let words = ["rustdoc", "--quiet", "--package", package, "--lib", "--", "-Zunstable-options"];
    step(
        cargo(&words)
            .args(["--output-format", "json", "--cap-lints", "allow"])
            .env("RUSTDOC", root().join("xtask/rustdoc-json")),
    )?;
    let file = target()?.join("doc").join(library).with_extension("json");
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(serde_json::from_str(&text)?)
}
