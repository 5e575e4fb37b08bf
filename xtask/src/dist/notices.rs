//! The licences of what is linked into what we give to others, as these ask for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::platform::Platform;
use crate::step::{cargo, output, root};

/// What it is called beside our own licences. maturin and npm take it by this name.
pub(super) const NAME: &str = "LICENSE-THIRD-PARTY";

/// Files of a crate that hold a licence or what has to go with it.
const NAMES: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE"];
/// Of what is in every library, and is no crate of the lock file.
const BESIDE: &str = "\
Rust's standard library is under MIT or Apache-2.0. A program that is linked with musl has musl in it,
which is under MIT, Copyright 2005-2020 Rich Felker and others. Both texts stand below.
";

/// Every crate that these packages are linked with on a platform, with its licence, and each text once.
pub(super) fn of(ours: &[&str], platform: &Platform) -> Result<String> {
    let words = ["metadata", "--format-version", "1", "--locked", "--filter-platform", platform.target];
    let metadata: Value = serde_json::from_slice(&output(&mut cargo(&words))?)?;
    let crates = linked(&metadata, ours)?;
    ensure!(crates.len() >= 20, "{ours:?} are linked with {} crates only", crates.len());
    let (mut list, mut texts) = (String::new(), BTreeMap::<String, Vec<String>>::new());
    for one in crates {
        let name = format!("{} {}", text(&one["name"])?, text(&one["version"])?);
        let _ = writeln!(list, "{name}: {}", text(&one["license"])?);
        let manifest = Path::new(text(&one["manifest_path"])?);
        for found in licences(manifest.parent().context("a manifest without a folder")?)? {
            texts.entry(found).or_default().push(name.clone());
        }
    }
    ensure!(!texts.is_empty(), "no crate brings the text of its licence");
    let tables = root().join("core/LICENSE-UNICODE");
    let licence = fs::read_to_string(&tables).with_context(|| format!("cannot read {}", tables.display()))?;
    texts.entry(licence).or_default().push("strongroom's tables of Unicode 16.0".to_owned());
    let mut written = format!("What is linked into this, and its licences.\n\n{list}\n{BESIDE}");
    for (licence, names) in texts {
        let _ = write!(written, "\n{}\n{}\n\n{}\n", "-".repeat(80), names.join(", "), licence.trim_end());
    }
    Ok(written)
}

/// The crates of others that ours are linked with. What runs in the compiler only is not linked.
fn linked<'a>(metadata: &'a Value, ours: &[&str]) -> Result<Vec<&'a Value>> {
    let list = |value: &'a Value| value.as_array().map(Vec::as_slice).unwrap_or_default();
    let packages: BTreeMap<&str, &Value> =
        list(&metadata["packages"]).iter().filter_map(|one| Some((one["id"].as_str()?, one))).collect();
    let nodes: BTreeMap<&str, &Value> = list(&metadata["resolve"]["nodes"])
        .iter()
        .filter_map(|one| Some((one["id"].as_str()?, one)))
        .collect();
    let begin = packages.iter().filter(|(_, one)| {
        one["source"].is_null() && one["name"].as_str().is_some_and(|name| ours.contains(&name))
    });
    let mut next: Vec<&str> = begin.map(|(id, _)| *id).collect();
    ensure!(next.len() == ours.len(), "not all of {ours:?} are packages");
    let mut seen = BTreeSet::new();
    while let Some(id) = next.pop() {
        let compiler = |id: &str| {
            let targets = list(&packages[id]["targets"]).iter().flat_map(|one| list(&one["kind"]));
            targets.into_iter().any(|kind| kind == "proc-macro")
        };
        if compiler(id) || !seen.insert(id) {
            continue;
        }
        for dependency in list(&nodes[id]["deps"]) {
            if list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null()) {
                next.extend(dependency["pkg"].as_str());
            }
        }
    }
    let mut crates: Vec<&Value> = seen.into_iter().map(|id| packages[id]).collect();
    crates.retain(|one| !one["source"].is_null());
    crates.sort_by_key(|one| (one["name"].as_str(), one["version"].as_str()));
    Ok(crates)
}

fn licences(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        path.is_file() && NAMES.iter().any(|begin| name.starts_with(begin))
    });
    files.sort();
    files.iter().map(|file| Ok(String::from_utf8_lossy(&fs::read(file)?).replace("\r\n", "\n"))).collect()
}

fn text(value: &Value) -> Result<&str> {
    value.as_str().context("cargo metadata leaves something out")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_is_named_with_its_text() {
        let notices = of(&["strongroom-cli"], Platform::host().unwrap()).unwrap();
        for linked in ["\naes 0.", "\nclap_builder 4.", "\nzeroize 1.", "Permission is hereby granted"] {
            assert!(notices.contains(linked), "{linked}");
        }
        assert!(of(&["strongroom-nobody"], Platform::host().unwrap()).is_err());
        // One is for tests, one runs in the compiler, and one is ours.
        for other in ["\nproptest ", "\nserde_derive ", "\nstrongroom "] {
            assert!(!notices.contains(other), "{other}");
        }
    }
}
