//! What is in the columns, counted: what `--dry-run` shows.

use super::asked::Outside;
use super::cell::Cell;
use super::columns::Positions;
use super::fault::TableError;
use super::row::Row;
use serde::Serialize;
use std::collections::BTreeMap;

/// The cells of each named column, by what they look like.
#[derive(Debug, Serialize)]
pub(crate) struct Survey {
    pub(crate) rows: u64,
    pub(crate) columns: Vec<Count>,
    /// Cells that are to be refused.
    #[serde(skip)]
    pub(crate) refused: u64,
    /// Why the first of them is.
    #[serde(skip)]
    pub(crate) first: Option<TableError>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Count {
    pub(crate) name: String,
    /// How many ciphertexts there are of each version.
    pub(crate) ciphertexts: BTreeMap<u32, u64>,
    pub(crate) plain: u64,
    pub(crate) empty: u64,
    /// Of the empty ones, those that are to stay as they are.
    #[serde(skip)]
    pub(crate) kept: u64,
}

impl Survey {
    pub(super) fn new(positions: &Positions) -> Self {
        let columns = positions
            .worked
            .iter()
            .map(|column| Count { name: column.name.clone(), ..Count::default() })
            .collect();
        Self { rows: 0, columns, refused: 0, first: None }
    }

    pub(super) fn add(&mut self, row: &Row, outside: Outside<'_>) {
        self.rows += 1;
        for (count, column) in self.columns.iter_mut().zip(&outside.positions.worked) {
            match outside.beginnings.cell(&row.content(column.index)) {
                Cell::Empty => count.empty += 1,
                Cell::Plain => count.plain += 1,
                Cell::Ciphertext(version) => *count.ciphertexts.entry(version).or_default() += 1,
            }
            match outside.ask(row, column) {
                Ok(asked) => count.kept += u64::from(asked.is_none()),
                Err(refused) => {
                    self.refused += 1;
                    self.first.get_or_insert(refused);
                }
            }
        }
    }

    /// All columns together: the ciphertexts of each version.
    pub(crate) fn versions(&self) -> BTreeMap<u32, u64> {
        let mut all = BTreeMap::new();
        for (version, count) in self.columns.iter().flat_map(|column| &column.ciphertexts) {
            *all.entry(*version).or_default() += count;
        }
        all
    }

    /// A table for people: one line for each column, one column for each version that occurs.
    pub(crate) fn render(&self) -> String {
        let versions = self.versions();
        let mut lines = vec![vec!["column".to_owned()]];
        lines[0].extend(versions.keys().map(|version| format!("version {version}")));
        lines[0].extend(["plain".to_owned(), "empty".to_owned()]);
        for column in &self.columns {
            let of = |version| column.ciphertexts.get(version).copied().unwrap_or_default();
            let counts = versions.keys().map(of).chain([column.plain, column.empty]);
            lines.push([column.name.clone()].into_iter().chain(counts.map(grouped)).collect());
        }
        let width = |at: usize| {
            lines
                .iter()
                .filter_map(|line| line.get(at))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or_default()
        };
        let show = |line: &Vec<String>| {
            let cells = line.iter().enumerate().map(|(at, cell)| {
                if at == 0 {
                    format!("{cell:<w$}", w = width(at))
                } else {
                    format!("   {cell:>w$}", w = width(at))
                }
            });
            cells.collect::<String>()
        };
        lines.iter().map(show).collect::<Vec<_>>().join("\n")
    }
}

/// A number as people read it: `3,000`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How many of something: `1 row`, `3,000 rows`.
pub(crate) fn counted(number: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_shown_in_columns() {
        let count = |name: &str, versions: &[(u32, u64)], plain| Count {
            name: name.into(),
            ciphertexts: versions.iter().copied().collect(),
            plain,
            empty: 0,
            kept: 0,
        };
        let columns = vec![count("email", &[(1, 1200), (10, 1800)], 0), count("ä", &[], 3000)];
        let survey = Survey { rows: 3000, columns, refused: 0, first: None };
        assert_eq!(
            survey.render(),
            "column   version 1   version 10   plain   empty\nemail        1,200        1,800       0       0\nä                0            0   3,000       0"
        );
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
