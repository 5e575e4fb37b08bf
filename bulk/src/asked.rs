//! Whether a cell is worked on, left as it is or refused, as far as its outside and its row say that.

use crate::beginnings::{Beginnings, Cell};
use crate::binding::Says;
use crate::change::Verb;
use crate::columns::{Found, Named};
use crate::error::{CellFault, Error};
use crate::source::{Content, Source};
use std::borrow::Cow;

/// A cell to work on.
pub(crate) struct Asked<'r, S: Source> {
    pub(crate) row: &'r S::Row,
    pub(crate) column: &'r Named,
    pub(crate) content: Cow<'r, str>,
    pub(crate) says: Says<'r>,
}

/// What is to be done to cells, and how they are told from each other.
pub(crate) struct Outside<'a, S> {
    pub(crate) verb: Verb,
    pub(crate) source: &'a S,
    pub(crate) columns: &'a Found,
    pub(crate) beginnings: &'a Beginnings,
}

impl<'a, S: Source> Outside<'a, S> {
    /// A cell that the library is to work on; `None` to leave it as it is.
    pub(crate) fn ask(&self, row: &'a S::Row, column: &'a Named) -> Result<Option<Asked<'a, S>>, Error> {
        let refuse = |fault: CellFault| Error::from(fault).at(self.source.place(row).column(&column.name));
        let content = match self.source.content(row, column.position).map_err(refuse)? {
            Content::Nothing => return Ok(None),
            Content::Text(text) => text,
        };
        match (self.verb, self.beginnings.cell(content.as_bytes())) {
            (Verb::Encrypt, Cell::Ciphertext(_)) => return Err(refuse(CellFault::CiphertextAlready)),
            (Verb::Decrypt | Verb::Rewrap, Cell::Empty) => return Err(refuse(CellFault::Empty)),
            (Verb::Decrypt | Verb::Rewrap, Cell::Plain) => return Err(refuse(CellFault::NotCiphertext)),
            (Verb::Encrypt, Cell::Empty | Cell::Plain)
            | (Verb::Decrypt | Verb::Rewrap, Cell::Ciphertext(_)) => {}
        }
        Ok(Some(Asked { row, column, content, says: Says::of(self.source, row, self.columns)? }))
    }
}
