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
const CRATES: [(&str, &str); 5] = [
    ("strongroom-entropy", "strongroom_entropy"),
    ("strongroom-rsa", "strongroom_rsa"),
    ("strongroom", "strongroom"),
    ("strongroom-bulk", "strongroom_bulk"),
    ("strongroom-platforms", "strongroom_platforms"),
];

/// The end of the line of a method that an implementation has to have.
const OWED: &str = " (to be written)";

/// Fewer lines were not all found.
const AT_LEAST: usize = 600;

/// Compares with the record of every release. As for the tests, `STRONGROOM_RELEASE` names one that is
/// written first.
pub(crate) fn check() -> Result<()> {
    if let Ok(version) = std::env::var("STRONGROOM_RELEASE") {
        bless(&version)?;
    }
    let now = lines()?;
    let (mut releases, mut broken) = (0, Vec::new());
    for entry in fs::read_dir(root().join("tests/released"))? {
        let file = entry?.path().join("rust.txt");
        let Ok(kept) = fs::read_to_string(&file) else { continue };
        let version = file.parent().and_then(|folder| folder.file_name()).unwrap_or_default();
        releases += 1;
        let faults = faults(&kept.lines().collect(), &now);
        broken.extend(faults.into_iter().map(|fault| format!("{}: {fault}", version.to_string_lossy())));
    }
    ensure!(releases > 0, "tests/released has no rust.txt; `cargo xtask bless --release` writes it");
    ensure!(broken.is_empty(), "what releases promised is broken:\n  {}", broken.join("\n  "));
    println!("{} public items and traits of theirs; {releases} releases have lost none", now.len());
    Ok(())
}

/// What breaks a program that was made with the lines `kept`.
fn faults(kept: &BTreeSet<&str>, now: &BTreeSet<String>) -> Vec<String> {
    let gone =
        kept.iter().filter(|line| !now.contains(**line)).map(|line| format!("gone or changed: {line}"));
    let new = now.iter().filter(|line| !kept.contains(line.as_str()));
    // Whoever implemented the trait has no such method, and whoever matched the enum no such arm.
    let owed = new.clone().filter_map(|line| line.strip_suffix(OWED)).filter(|line| {
        let of = line.split(['(', '<']).next().and_then(|path| path.rsplit_once("::"));
        of.and_then(|(path, _)| path.rsplit(' ').next()).is_some_and(|of| has(kept, "trait", of))
    });
    let arms = new
        .clone()
        .filter_map(|line| line.strip_prefix("variant "))
        .filter(|variant| variant.rsplit_once("::").is_some_and(|(of, _)| has(kept, "enum", of)));
    let fields = new.filter_map(|line| line.strip_prefix("field ")).filter(|field| {
        field
            .split_once(": ")
            .is_some_and(|(path, _)| path.rsplit_once("::").is_some_and(|(of, _)| has(kept, "variant", of)))
    });
    gone.chain(owed.map(|line| format!("a trait of users has a new method: {line}")))
        .chain(arms.map(|line| format!("an enum that users match has a new variant: {line}")))
        .chain(fields.map(|line| format!("a variant that users take apart has a new field: {line}")))
        .collect()
}

/// Whether there is such an item, without `#[non_exhaustive]`.
fn has(kept: &BTreeSet<&str>, kind: &str, name: &str) -> bool {
    let begin = format!("{kind} {name}");
    kept.iter().any(|line| {
        line.strip_prefix(&begin).is_some_and(|rest| {
            !rest.starts_with("::") && !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_')
        })
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_and_what_users_have_to_follow_is_a_fault() {
        let kept = BTreeSet::from([
            "enum a::E",
            "#[non_exhaustive] enum a::Open",
            "variant a::Open::Old { .. }",
            "fn a::f(u8)",
            "trait a::T",
        ]);
        let with = |more: &[&str]| {
            let now = kept.iter().chain(more).map(|line| (*line).to_owned()).collect();
            faults(&kept, &now).len()
        };
        assert_eq!(with(&["fn a::g()", "variant a::Open::New", "fn a::T::m(self: &Self)"]), 0);
        assert_eq!(
            with(&["fn a::U::m() (to be written)", "variant a::New::One", "trait a::U", "enum a::New"]),
            0
        );
        assert_eq!(with(&["variant a::E::New"]), 1);
        assert_eq!(with(&["field a::Open::Old::more: u8"]), 1);
        assert_eq!(with(&["field a::Open::New::first: u8", "variant a::Open::New { .. }"]), 0);
        assert_eq!(with(&["fn a::T::m(self: &Self, &b::C) -> u8 (to be written)"]), 1);
        assert_eq!(faults(&kept, &BTreeSet::from(["trait a::T".to_owned()])).len(), 4);
    }
}
