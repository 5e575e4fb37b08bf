//! The pictures of the pages, each made from a table that stands in a page: `cargo xtask bless` writes them.

mod bars;
mod layers;
mod life;
mod plot;
mod svg;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::step::root;

/// A picture, the page that has its table, how the table begins, and what draws it of the head and the rows.
type Picture = (&'static str, &'static str, &'static str, fn(&[String], &[Vec<String>]) -> String);

const PICTURES: [Picture; 6] = [
    ("docs/pictures/layers.svg", "ARCHITECTURE.md", "| layer | files | what |", layers::draw),
    ("docs/pictures/life.svg", "docs/life.md", "| state | makes what is new |", life::draw),
    ("docs/pictures/beside.svg", "docs/performance.md", "| from | beside |", bars::draw),
    ("docs/pictures/rust.svg", "docs/performance.md", "| encrypt to text, from Rust |", plot::draw),
    ("docs/pictures/buffer.svg", "docs/performance.md", "| encrypt into a buffer, from Rust |", plot::draw),
    ("docs/pictures/python.svg", "docs/performance.md", "| encrypt to text, from Python |", plot::draw),
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
        let (head, rows) =
            table(&text, head).with_context(|| format!("{page} has no table that begins with {head}"))?;
        ensure!(rows.len() >= 4, "{page} has a table of {} rows only", rows.len());
        Ok((root().join(picture), draw(&head, &rows)))
    });
    drawn.collect()
}

/// The cells of a Markdown table, its head apart, without its marks of code.
fn table(page: &str, head: &str) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let mut lines = page.lines().skip_while(|line| !line.starts_with(head));
    let head = cells(lines.next()?);
    Some((head, lines.skip(1).take_while(|line| line.starts_with('|')).map(cells).collect()))
}

fn cells(line: &str) -> Vec<String> {
    line.trim().trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect()
}

#[test]
fn the_pictures_are_those_of_the_tables() {
    for (path, text) in drawn().unwrap() {
        let there = fs::read_to_string(&path).unwrap_or_default();
        assert!(there == text, "{} is old; run `cargo xtask bless`", path.display());
    }
}
