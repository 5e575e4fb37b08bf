//! What is in the columns, counted.

use crate::asked::Outside;
use crate::beginnings::Cell;
use crate::columns::Found;
use crate::error::Error;
use crate::source::{Content, Source};
use std::collections::BTreeMap;

/// The cells of each named column, by what they look like.
#[derive(Debug)]
pub struct Survey {
    /// How many rows there are.
    pub rows: u64,
    /// In the order in which they were named.
    pub columns: Vec<Count>,
    /// Cells that are to be refused.
    pub refused: u64,
    /// Why the first of them is.
    pub first: Option<Error>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Count {
    /// Its name in the table.
    pub name: String,
    /// How many ciphertexts there are of each version.
    pub ciphertexts: BTreeMap<u32, u64>,
    /// Cells that are neither empty nor look like ciphertexts.
    pub plain: u64,
    /// Cells that hold nothing, or an empty text.
    pub empty: u64,
    /// Of the empty ones, those that are to stay as they are.
    pub kept: u64,
}

impl Survey {
    pub(crate) fn new(columns: &Found) -> Self {
        let columns = columns
            .worked
            .iter()
            .map(|column| Count { name: column.name.clone(), ..Count::default() })
            .collect();
        Self { rows: 0, columns, refused: 0, first: None }
    }

    pub(crate) fn add<S: Source>(&mut self, row: &S::Row, outside: &Outside<'_, S>) {
        self.rows += 1;
        for (count, column) in self.columns.iter_mut().zip(&outside.columns.worked) {
            match outside.source.content(row, column.position) {
                Ok(Content::Nothing) => count.empty += 1,
                Ok(Content::Text(text)) => match outside.beginnings.cell(text.as_bytes()) {
                    Cell::Empty => count.empty += 1,
                    Cell::Plain => count.plain += 1,
                    Cell::Ciphertext(version) => *count.ciphertexts.entry(version).or_default() += 1,
                },
                // It is no text, and is refused.
                Err(_) => count.plain += 1,
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
    #[must_use]
    pub fn versions(&self) -> BTreeMap<u32, u64> {
        let mut all = BTreeMap::new();
        for (version, count) in self.columns.iter().flat_map(|column| &column.ciphertexts) {
            *all.entry(*version).or_default() += count;
        }
        all
    }
}
