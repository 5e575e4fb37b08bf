//! The crates, as a registry takes them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::ledger::Ledger;
use super::{Order, VERSION};
use crate::step::{cargo, output, run, target};

/// What is published, each after what it depends on, with how large it may be in bytes.
const CRATES: [(&str, u64); 6] = [
    ("strongroom-entropy", 50_000),
    ("strongroom-rsa", 50_000),
    ("strongroom", 500_000),
    ("strongroom-bulk", 100_000),
    ("strongroom-platforms", 100_000),
    ("strongroom-cli", 200_000),
];

/// What stands in each beside its sources.
const BESIDE: [&str; 3] = ["README.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// In the one with the tables of Unicode.
const UNICODE: (&str, &str) = ("strongroom", "LICENSE-UNICODE");

/// Packs them, and compiles each from its package alone.
pub(super) fn make(order: &Order, ledger: &mut Ledger) -> Result<()> {
    check_files()?;
    let packages = CRATES.iter().flat_map(|(name, _)| ["--package", name]);
    run(cargo(&["package", "--locked", "--quiet"]).args(packages))?;
    for (name, limit) in CRATES {
        let file = format!("{name}-{VERSION}.crate");
        let place = order.out.join(&file);
        let packed = target()?.join("package").join(&file);
        fs::copy(&packed, &place).with_context(|| format!("cannot copy {}", packed.display()))?;
        ledger.made(&place, Some(limit))?;
    }
    Ok(())
}

/// What would be in each: its sources, its front page and the licences, and nothing else.
pub(crate) fn check_files() -> Result<()> {
    eprintln!("\n==> what the crates would have in them");
    for (name, _) in CRATES {
        let listed =
            output(&mut cargo(&["package", "--list", "--allow-dirty", "--quiet", "--package", name]))?;
        let listed = String::from_utf8(listed)?;
        let files: Vec<&str> = listed.lines().collect();
        let faults = faults(name, &files);
        ensure!(faults.is_empty(), "{name}:\n  {}", faults.join("\n  "));
        println!("{name}: {} files", files.len());
    }
    Ok(())
}

fn faults(name: &str, files: &[&str]) -> Vec<String> {
    let beside: Vec<&str> = BESIDE.into_iter().chain((name == UNICODE.0).then_some(UNICODE.1)).collect();
    let made = [".cargo_vcs_info.json", "Cargo.lock", "Cargo.toml", "Cargo.toml.orig"];
    let is_source =
        |file: &str| file.starts_with("src/") && Path::new(file).extension().is_some_and(|end| end == "rs");
    let strange =
        files.iter().filter(|file| !is_source(file) && !made.contains(file) && !beside.contains(file));
    let missing = beside.iter().filter(|file| !files.contains(file));
    strange
        .map(|file| format!("{file} is no source, and would be published"))
        .chain(missing.map(|file| format!("{file} is missing")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_has_its_sources_its_page_and_the_licences() {
        let files = ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "src/a/b.rs", "src/lib.rs"];
        assert!(faults("strongroom-bulk", &files).is_empty());
        assert_eq!(faults("strongroom-bulk", &files[..3]), ["README.md is missing"]);
        assert_eq!(faults("strongroom", &files), ["LICENSE-UNICODE is missing"]);
        for other in ["tests/vectors/key.json", "src/key.pem", "root.key"] {
            assert_eq!(faults("strongroom-bulk", &[&files[..], &[other]].concat()).len(), 1, "{other}");
        }
    }
}
