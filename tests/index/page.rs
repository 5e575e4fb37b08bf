//! What `docs/search.md` says in figures of the table in `examples/` is so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use strongroom::{BlindIndex, Key, Normalize};

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

/// The rows below the header. Cells may be in quotes, with delimiters and line breaks inside.
fn customers() -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    for character in read("examples/customers.csv").chars() {
        match character {
            // A quote inside is doubled, and ends and begins quotes again.
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    rows.split_off(1)
}

/// A row of the page's table, of the indexes that each row of the customers has.
fn figures(stored: &[Vec<String>]) -> String {
    let (mut indexes, mut looks) = (BTreeMap::<&str, u32>::new(), BTreeMap::<BTreeSet<&str>, u32>::new());
    for row in stored {
        row.iter().for_each(|index| *indexes.entry(index).or_default() += 1);
        *looks.entry(row.iter().map(String::as_str).collect()).or_default() += 1;
    }
    let alone = looks.values().filter(|rows| **rows == 1).count();
    let most = indexes.values().max().unwrap();
    let all: usize = stored.iter().map(Vec::len).sum();
    format!("| {} | {} | {most} rows | {} |", grouped(all), grouped(indexes.len()), grouped(alone))
}

fn grouped(number: usize) -> String {
    let digits = number.to_string();
    match digits.len() {
        0..=3 => digits,
        len => format!("{},{}", &digits[..len - 3], &digits[len - 3..]),
    }
}

#[test]
fn the_figures_of_the_page_are_true() {
    let (key, customers) = (crate::users(), customers());
    assert_eq!(customers.len(), 3000);
    let column = BlindIndex::new("customers").normalize(Normalize::Casefold);
    let of = |at: usize, index: fn(&Key, &str, &BlindIndex) -> Vec<String>| {
        figures(&customers.iter().map(|row| index(&key, &row[at], &column)).collect::<Vec<_>>())
    };
    let page = read("docs/search.md");
    for (what, figures) in [
        ("e-mail address", of(3, |key, value, column| vec![key.index(value, column).unwrap()])),
        ("name", of(2, |key, value, column| vec![key.index(value, column).unwrap()])),
        ("city", of(6, |key, value, column| vec![key.index(value, column).unwrap()])),
        (
            "the first 1, 2 and 3 characters of the name",
            of(2, |key, value, column| key.index_prefixes(value, &[1, 2, 3], column).unwrap()),
        ),
        ("all 3-grams of the name", of(2, |key, value, column| key.index_ngrams(value, 3, column).unwrap())),
    ] {
        let row = format!("\n| {what} {figures}\n");
        assert!(page.contains(&row), "the page does not say {row}");
    }
    for bits in [8, 16, 24, 32] {
        let hits = |rows: f64| rows / 2f64.powi(bits);
        let said = page.lines().find(|line| line.starts_with(&format!("| {bits} |"))).unwrap();
        let cells: Vec<f64> =
            said.split('|').skip(2).filter_map(|cell| cell.trim().replace(',', "").parse().ok()).collect();
        for (said, computed) in cells.iter().zip([hits(1e6), hits(1e8)]) {
            let near = (said - computed).abs() / computed;
            assert!(near < 0.2, "{bits} bits: {said} and {computed}");
        }
        assert_eq!(cells.len(), 2, "{said}");
    }
}
