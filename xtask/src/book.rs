//! `cargo xtask docs`: the pages as a book.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::step::{cargo, command, files, root, run, target};

/// Not for the tests: it takes minutes to compile.
const VERSION: &str = "0.5.4";

/// The book has every tracked page at its place, so that links between them lead where they lead here; a link
/// to a file that is no page leads to that file.
pub(crate) fn build() -> Result<()> {
    let program = program()?;
    let source = target()?.join("book-source");
    let book = target()?.join("book");
    if source.exists() {
        fs::remove_dir_all(&source).with_context(|| format!("cannot clear {}", source.display()))?;
    }
    for name in files(&["*.md", "*.svg", "LICENSE-*"])? {
        copy(&name, &source.join(&name))?;
    }
    copy("docs/book.toml", &source.join("book.toml"))?;
    let summary =
        fs::read_to_string(root().join("docs/SUMMARY.md")).context("cannot read docs/SUMMARY.md")?;
    fs::write(source.join("SUMMARY.md"), from_root(&summary))?;
    run(command(program).arg("build").arg(&source).arg("--dest-dir").arg(&book))?;
    println!("the book is {}", book.join("index.html").display());
    Ok(())
}

/// The list of `docs`, as it is from the root.
fn from_root(summary: &str) -> String {
    summary.replace("](", "](docs/").replace("](docs/../", "](")
}

fn copy(name: &str, to: &Path) -> Result<()> {
    let folder = to.parent().context("no folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let text = fs::read_to_string(root().join(name)).with_context(|| format!("cannot read {name}"))?;
    fs::write(to, indexes(&text)).with_context(|| format!("cannot write {}", to.display()))
}

/// A README is the index of its folder in a book, and links have to say so.
fn indexes(text: &str) -> String {
    text.replace("README.md)", "index.md)").replace("README.md#", "index.md#")
}

fn program() -> Result<std::path::PathBuf> {
    let tools = target()?.join("tools");
    let program = tools.join("bin/mdbook");
    let there = command(&program).arg("--version").output();
    if !there.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).trim().ends_with(VERSION)) {
        let install =
            ["install", "mdbook", "--locked", "--no-default-features", "--features", "search", "--version"];
        run(cargo(&install).arg(VERSION).arg("--root").arg(&tools))?;
    }
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_leads_to_the_same_pages_from_the_root() {
        let summary = "[Strongroom](../README.md)\n- [C](c.md)\n- [Express](guides/express.md)\n";
        let root = "[Strongroom](README.md)\n- [C](docs/c.md)\n- [Express](docs/guides/express.md)\n";
        assert_eq!(from_root(summary), root);
        assert_eq!(indexes("[a](x/README.md) [b](README.md#c)"), "[a](x/index.md) [b](index.md#c)");
    }
}
