//! What is in the columns, counted.

use crate::asked::{Answer, Outside};
use crate::beginnings::Cell;
use crate::columns::Found;
use crate::error::Error;
use crate::refusal::OnRefusal;
use crate::source::{Content, Source};
use std::collections::BTreeMap;

/// The cells of each named column, by what they look like.
#[derive(Debug)]
pub struct Survey {
    /// How many rows there are.
    pub rows: u64,
    /// In the order in which they were named.
    pub columns: Vec<Count>,
    /// Cells that are to be worked on, in rows of which no cell is refused, by the version of the ciphertext
    /// that each of them is; 0 for those that are none.
    pub worked: BTreeMap<u32, u64>,
    /// Cells in such rows that are already what they would become, as far as their beginning tells.
    pub skipped: u64,
    /// Cells that are to be refused.
    pub refused: u64,
    /// The rows that they are in.
    pub refused_rows: u64,
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
    /// Of the empty ones, those that hold nothing.
    pub kept: u64,
}

impl Survey {
    pub(crate) fn new(columns: &Found) -> Self {
        let columns = columns
            .worked
            .iter()
            .map(|column| Count { name: column.name.clone(), ..Count::default() })
            .collect();
        let (worked, first) = (BTreeMap::new(), None);
        Self { rows: 0, columns, worked, skipped: 0, refused: 0, refused_rows: 0, first }
    }

    /// Counts a row, and says what is refused of it.
    pub(crate) fn add<S: Source>(&mut self, row: &S::Row, outside: &Outside<'_, S>) -> Vec<Error> {
        self.rows += 1;
        let (mut worked, mut skipped, mut refused) = (Vec::new(), 0, Vec::new());
        for (count, column) in self.columns.iter_mut().zip(&outside.columns.worked) {
            let mut version = 0;
            match outside.source.content(row, column.position) {
                Ok(Content::Nothing) => count.empty += 1,
                Ok(Content::Text(text)) => match outside.beginnings.cell(text.as_bytes()) {
                    Cell::Empty => count.empty += 1,
                    Cell::Plain => count.plain += 1,
                    Cell::Ciphertext(number) => {
                        version = number;
                        *count.ciphertexts.entry(version).or_default() += 1;
                    }
                },
                // It is no text, and is refused.
                Err(_) => count.plain += 1,
            }
            match outside.ask(row, column) {
                Ok(Answer::Kept) => count.kept += 1,
                Ok(Answer::Skipped | Answer::Tried(_)) => skipped += 1,
                Ok(Answer::Worked(_)) => worked.push(version),
                Err(error) => refused.push(error),
            }
        }
        if refused.is_empty() {
            self.skipped += skipped;
            worked.into_iter().for_each(|version| *self.worked.entry(version).or_default() += 1);
        }
        refused
    }

    /// Counts what is refused of a row, and hands it on where that is asked for.
    pub(crate) fn refuse(
        &mut self,
        mut refused: Vec<Error>,
        on_refusal: &mut OnRefusal<'_>,
    ) -> Result<(), Error> {
        if refused.is_empty() {
            return Ok(());
        }
        self.refused_rows += 1;
        match on_refusal {
            OnRefusal::Report(_) => self.refused += on_refusal.row(refused, |_| true)?,
            OnRefusal::Stop => {
                self.refused += refused.len() as u64;
                self.first.get_or_insert(refused.swap_remove(0));
            }
        }
        Ok(())
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
