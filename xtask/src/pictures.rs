//! The pictures of the pages, each made from a table that stands in a page: `cargo xtask bless` writes them.

mod layers;
mod life;
mod svg;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::step::root;

/// A picture, the page that has its table, how the table begins, and what draws it.
type Picture = (&'static str, &'static str, &'static str, fn(&[Vec<String>]) -> String);

const PICTURES: [Picture; 2] = [
    ("docs/pictures/layers.svg", "ARCHITECTURE.md", "| layer | files | what |", layers::draw),
    ("docs/pictures/life.svg", "docs/life.md", "| state | makes what is new |", life::draw),
];

pub(crate) fn bless() -> Result<()> {
    for (path, text) in drawn()? {
        if fs::read_to_string(&path).ok().as_deref() != Some(&text) {
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
            println!("wrote {}", path.display());
        }
    }
    Ok(())
}

fn drawn() -> Result<Vec<(PathBuf, String)>> {
    let drawn = PICTURES.iter().map(|&(picture, page, head, draw)| {
        let text = fs::read_to_string(root().join(page)).with_context(|| format!("cannot read {page}"))?;
        let rows = rows(&text, head);
        ensure!(rows.len() >= 4, "{page} has no table that begins with {head}");
        Ok((root().join(picture), draw(&rows)))
    });
    drawn.collect()
}

/// The cells of a Markdown table, without its head and its marks of code.
fn rows(page: &str, head: &str) -> Vec<Vec<String>> {
    let lines = page.lines().skip_while(|line| !line.starts_with(head)).skip(2);
    let rows = lines.take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells = row.trim().trim_matches('|').split('|');
        cells.map(|cell| cell.trim().replace('`', "")).collect()
    })
    .collect()
}

#[test]
fn the_pictures_are_those_of_the_tables() {
    for (path, text) in drawn().unwrap() {
        let there = fs::read_to_string(&path).unwrap_or_default();
        assert!(there == text, "{} is old; run `cargo xtask bless`", path.display());
    }
}
