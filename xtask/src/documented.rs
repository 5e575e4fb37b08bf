//! The lines that README gives for installing, each run as it stands, in clean folders.

use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;

use crate::python::Beside;
use crate::step::{cargo, command, root, run, target};
use crate::venv;

/// For C and C++ the tests of the binding do it, with pkg-config and CMake.
const ELSEWHERE: &str = "cargo xtask install --prefix FOLDER";

pub(crate) fn test() -> Result<()> {
    eprintln!("\n==> what README says to install with");
    let readme = fs::read_to_string(root().join("README.md"))?;
    let lines = lines(&readme)?;
    let place = tempfile::tempdir()?;
    for line in &lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["pip", "install", package] => python(&root().join(package))?,
            ["npm", "install", package] => node(&root().join(package), &place.path().join("node"))?,
            ["cargo", "add", package, "--path", path] => {
                rust(package, &root().join(path), &example(&readme)?, &place.path().join("rust"))?;
            }
            ["cargo", "install", options @ ..] => program(options, &place.path().join("program"))?,
            _ => ensure!(line == ELSEWHERE, "README says `{line}` to install, which nobody has tried"),
        }
    }
    println!("{} lines of README were run", lines.len());
    Ok(())
}

/// The second column of the table under the heading.
fn lines(readme: &str) -> Result<Vec<String>> {
    let (_, rest) = readme.split_once("\n## Install\n").context("README has no heading Install")?;
    let section = rest.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").nth(1));
    // They are run in the clone, which is where it says CLONE.
    let lines: Vec<String> = rows
        .filter_map(|cell| Some(cell.strip_prefix('`')?.strip_suffix('`')?.replace("CLONE/", "")))
        .collect();
    ensure!(lines.len() >= 5, "README says only {} ways to install", lines.len());
    Ok(lines)
}

/// The first program in Rust.
fn example(readme: &str) -> Result<String> {
    let (_, rest) = readme.split_once("\n```rust\n").context("README has no example")?;
    Ok(rest.split("\n```").next().unwrap_or_default().to_owned())
}

fn python(package: &Path) -> Result<()> {
    Beside::clear();
    let python = venv::fresh(&target()?.join("venv-documented"))?;
    run(command(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .arg(package))?;
    run(command(&python).arg("examples/python/first_look.py"))
}

fn node(package: &Path, place: &Path) -> Result<()> {
    fs::create_dir(place)?;
    fs::write(place.join("package.json"), r#"{"private": true, "type": "module"}"#)?;
    fs::copy(root().join("examples/first_look.mjs"), place.join("first_look.mjs"))?;
    run(command("npm")
        .current_dir(place)
        .args(["install", "--silent", "--no-audit", "--no-fund"])
        .arg(package))?;
    run(command("node").current_dir(place).arg("first_look.mjs"))
}

/// A crate of its own, with the versions of our lock file: what others have published since is theirs.
fn rust(package: &str, path: &Path, example: &str, place: &Path) -> Result<()> {
    run(cargo(&["new", "--quiet", "--vcs", "none"]).arg(place))?;
    fs::write(place.join("src/main.rs"), example)?;
    fs::copy(root().join("Cargo.lock"), place.join("Cargo.lock"))?;
    run(cargo(&["add", "--quiet", package, "--path"]).arg(path).current_dir(place))?;
    run(cargo(&["run", "--quiet"]).current_dir(place).env("CARGO_TARGET_DIR", target()?.join("documented")))
}

fn program(options: &[&str], place: &Path) -> Result<()> {
    run(cargo(&["install", "--quiet"])
        .args(options)
        .arg("--root")
        .arg(place)
        .env("CARGO_TARGET_DIR", target()?))?;
    run(command(place.join("bin/strongroom")).arg("--version"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_the_table_alone() {
        let rows = "| for | say |\n|---|---|\n| A | `a b` | x |\n| B | `c` | `d` |\n";
        let more = "| C | `e` | |\n| D | `f` | |\n| E | `g` | |\n\n## Next\n\n| F | `h` | |\n";
        let text = format!("# Title\n\n| Z | `z` | |\n\n## Install\n\n{rows}{more}");
        assert_eq!(lines(&text).unwrap(), ["a b", "c", "e", "f", "g"]);
        assert!(lines("# Title\n").is_err() && lines(&format!("# T\n\n## Install\n\n{rows}")).is_err());
        assert_eq!(example("a\n```rust\nfn main() {}\n```\n").unwrap(), "fn main() {}");
    }
}
