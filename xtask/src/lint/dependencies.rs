//! What is depended on: its licences, where it comes from, and that it is declared with a version. From
//! `deny.toml`, which `cargo deny` reads as well.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use spdx::{Expression, LicenseReq, ParseMode};

use crate::step::{cargo, output, root};

/// Some crates write `MIT/Apache-2.0`.
const MODE: ParseMode = ParseMode { allow_slash_as_or_operator: true, ..ParseMode::STRICT };

pub(crate) fn check() -> Result<()> {
    eprintln!("\n==> licences and sources of what is depended on");
    let rules = Rules::of(&std::fs::read_to_string(root().join("deny.toml"))?)?;
    let metadata: Value =
        serde_json::from_slice(&output(&mut cargo(&["metadata", "--format-version", "1", "--locked"]))?)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let mut faults: Vec<String> = packages.iter().flat_map(|package| rules.faults(package)).collect();
    let wrappers = rules.bans.iter().flat_map(|(_, wrappers)| wrappers.iter().cloned());
    faults.extend(rules.banned(&linked(wrappers)?));
    ensure!(faults.is_empty(), "against deny.toml:\n  {}", faults.join("\n  "));
    println!(
        "{} packages have licences that deny.toml allows, and come from where it allows",
        packages.len()
    );
    Ok(())
}

struct Rules {
    licences: Vec<String>,
    /// Further licences, each of one package only.
    exceptions: Vec<(String, Vec<String>)>,
    registries: Vec<String>,
    /// What nobody may depend on, but those that are named beside it.
    bans: Vec<(String, Vec<String>)>,
}

impl Rules {
    fn of(text: &str) -> Result<Self> {
        let table: toml::Table = text.parse().context("deny.toml")?;
        let list = |section: &str, name: &str| -> Result<Vec<String>> {
            let list = table.get(section).and_then(|section| section.get(name));
            words(list).with_context(|| format!("deny.toml has no {section}.{name}"))
        };
        let exceptions = table.get("licenses").and_then(|section| section.get("exceptions"));
        let exceptions = exceptions.and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let exceptions = exceptions.iter().map(|one| {
            let name = one.get("name").and_then(toml::Value::as_str).context("an exception has no name")?;
            Ok((name.to_owned(), words(one.get("allow")).context("an exception allows nothing")?))
        });
        let bans = table.get("bans").and_then(|section| section.get("deny"));
        let bans = bans.and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let bans = bans.iter().map(|one| {
            let name = one.get("name").and_then(toml::Value::as_str).context("a ban has no name")?;
            Ok((name.to_owned(), words(one.get("wrappers")).unwrap_or_default()))
        });
        Ok(Self {
            licences: list("licenses", "allow")?,
            exceptions: exceptions.collect::<Result<_>>()?,
            registries: list("sources", "allow-registry")?,
            bans: bans.collect::<Result<_>>()?,
        })
    }

    /// What is wrong with a package, as `cargo metadata` describes it.
    fn faults(&self, package: &Value) -> Vec<String> {
        let name = format!(
            "{} {}",
            package["name"].as_str().unwrap_or("?"),
            package["version"].as_str().unwrap_or("?")
        );
        let mut faults = Vec::new();
        match package["license"].as_str().map(|licence| (licence, Expression::parse_mode(licence, MODE))) {
            Some((_, Ok(expression))) if expression.evaluate(|needed| self.allows(package, needed)) => {}
            Some((licence, _)) => faults.push(format!("{name} has the licence {licence}")),
            None => faults.push(format!("{name} names no licence")),
        }
        let source = package["source"].as_str();
        if source
            .is_some_and(|source| !self.registries.iter().any(|known| source == format!("registry+{known}")))
        {
            faults.push(format!("{name} comes from elsewhere: {}", source.unwrap_or_default()));
        }
        let dependencies = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
        let wild = dependencies
            .iter()
            .filter(|other| source.is_none() && other["req"] == "*" && other["path"].is_null());
        faults.extend(
            wild.map(|other| {
                format!("{name} takes any version of {}", other["name"].as_str().unwrap_or("?"))
            }),
        );
        faults
    }

    /// What is linked somewhere and should not be, of the names of all packages without those that may.
    fn banned(&self, tree: &str) -> Vec<String> {
        let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
        let banned = self.bans.iter().filter(|(name, _)| names.contains(name.as_str()));
        banned
            .map(|(name, _)| format!("{name} is banned; `cargo tree --invert {name}` says who asks for it"))
            .collect()
    }

    fn allows(&self, package: &Value, needed: &LicenseReq) -> bool {
        let needed = needed.to_string();
        let own = self.exceptions.iter().filter(|(name, _)| package["name"] == name.as_str());
        self.licences.contains(&needed) || own.into_iter().any(|(_, licences)| licences.contains(&needed))
    }
}

/// The packages that are linked, for whatever system and with all features, but for what these alone ask for.
/// (The list of `cargo metadata` has those too that a feature would ask for if it were on.)
fn linked(without: impl Iterator<Item = String>) -> Result<String> {
    let words = ["tree", "--locked", "--workspace", "--all-features", "--target", "all", "--prefix", "none"];
    let excluded = without.flat_map(|package| ["--exclude".to_owned(), package]);
    Ok(String::from_utf8(output(cargo(&words).args(["--format", "{p}"]).args(excluded))?)?)
}

fn words(list: Option<&toml::Value>) -> Option<Vec<String>> {
    let list = list?.as_array()?;
    Some(list.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DENY: &str = r#"
        [licenses]
        allow = ["MIT", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"]
        exceptions = [{ name = "tool", allow = ["MPL-2.0"] }]
        [sources]
        allow-registry = ["https://index"]
    "#;

    fn faults(licence: Option<&str>, source: Option<&str>, requirement: &str) -> usize {
        faults_of("crate", licence, source, requirement)
    }

    fn faults_of(name: &str, licence: Option<&str>, source: Option<&str>, requirement: &str) -> usize {
        let package = json!({
            "name": name,
            "version": "1.0.0",
            "license": licence,
            "source": source,
            "dependencies": [{ "name": "other", "req": requirement, "path": null }],
        });
        Rules::of(DENY).unwrap().faults(&package).len()
    }

    #[test]
    fn what_is_banned_is_found_wherever_it_comes_from() {
        let bans = r#"[bans]
            deny = [{ name = "tls" }, { name = "ring", wrappers = ["benches"] }]"#;
        let rules = Rules::of(&format!("{DENY}\n{bans}")).unwrap();
        assert_eq!(rules.banned("client v1.0.0\nstrings v1.0.0 (*)\ntls-types v2.0.0").len(), 0);
        assert_eq!(rules.banned("client v1.0.0\ntls v0.1.0 (*)").len(), 1);
        assert_eq!(rules.banned("ring v1.0.0\ntls v0.1.0\ntls v0.2.0").len(), 2);
        let wrappers: Vec<&String> = rules.bans.iter().flat_map(|(_, wrappers)| wrappers).collect();
        assert_eq!(wrappers, ["benches"]);
    }

    #[test]
    fn a_licence_can_be_one_package_s_alone() {
        let index = Some("registry+https://index");
        assert_eq!(faults_of("tool", Some("MPL-2.0"), index, "1"), 0);
        assert_eq!(faults_of("tool", Some("GPL-3.0-only"), index, "1"), 1);
        assert_eq!(faults_of("crate", Some("MPL-2.0"), index, "1"), 1);
    }

    #[test]
    fn licences_sources_and_versions_are_looked_at() {
        let index = Some("registry+https://index");
        for taken in [
            "MIT",
            "MIT OR GPL-3.0-only",
            "Apache-2.0/MIT",
            "MIT AND Unicode-3.0",
            "(MIT OR GPL-3.0-only) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert_eq!(faults(Some(taken), index, "*"), 0, "{taken}");
        }
        for refused in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "Apache-2.0", "nothing", ""] {
            assert_eq!(faults(Some(refused), index, "*"), 1, "{refused}");
        }
        assert_eq!(faults(None, index, "1"), 1);
        assert_eq!(faults(Some("MIT"), Some("registry+https://elsewhere"), "1"), 1);
        assert_eq!(faults(Some("MIT"), Some("git+https://index"), "1"), 1);
        assert_eq!(faults(Some("MIT"), None, "1"), 0);
        assert_eq!(faults(Some("MIT"), None, "*"), 1);
    }

    #[test]
    fn a_page_without_rules_is_no_page() {
        assert!(Rules::of("").is_err() && Rules::of("[licenses]\nallow = []").is_err());
    }
}
