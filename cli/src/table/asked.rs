//! Whether a cell is worked on, left as it is or refused, as far as its outside and its row say that.

use super::binding::{Says, text};
use super::cell::{Beginnings, Cell};
use super::columns::{Named, Positions};
use super::fault::TableError;
use super::row::Row;
use super::{KeepEmpty, Verb};
use std::borrow::Cow;

/// A cell to work on.
pub(super) struct Asked<'r> {
    pub(super) row: &'r Row,
    pub(super) column: &'r Named,
    pub(super) content: Cow<'r, str>,
    pub(super) says: Says<'r>,
}

/// What is to be done to cells, and how they are told from each other.
#[derive(Clone, Copy)]
pub(super) struct Outside<'a> {
    pub(super) verb: Verb,
    pub(super) positions: &'a Positions,
    pub(super) beginnings: &'a Beginnings,
    pub(super) keep_empty: KeepEmpty,
}

impl<'a> Outside<'a> {
    /// A cell that the library is to work on; `None` to leave it as it is.
    pub(super) fn ask(self, row: &'a Row, column: &'a Named) -> Result<Option<Asked<'a>>, TableError> {
        let content = text(row, column)?;
        let refuse = |reason: &str| Err(TableError::table(reason).at(row.place(&column.name)));
        match (self.verb, self.beginnings.cell(content.as_bytes())) {
            (_, Cell::Empty) if self.keep_empty.keeps(row.is_quoted(column.index)) => return Ok(None),
            (Verb::Encrypt, Cell::Ciphertext(_)) => {
                return refuse(
                    "the cell is a ciphertext already; rewrap renews it, and encrypting it again is refused",
                );
            }
            (_, Cell::Empty) if self.verb != Verb::Encrypt => {
                return refuse(
                    "the cell is empty, which no ciphertext is; with --keep-empty such cells stay empty",
                );
            }
            (Verb::Decrypt | Verb::Rewrap, Cell::Plain) => return refuse("the cell is not a ciphertext"),
            _ => {}
        }
        Ok(Some(Asked { row, column, content, says: Says::of(row, self.positions)? }))
    }
}
