//! Whether a cell is worked on, left as it is or refused, as far as its outside and its row say that.

use crate::beginnings::{Beginnings, Cell};
use crate::binding::Says;
use crate::change::{Mixed, Verb};
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

/// What is to become of a cell.
pub(crate) enum Answer<'r, S: Source> {
    /// It holds nothing, and stays.
    Kept,
    /// It is plaintext, and stays.
    Skipped,
    /// It is opened to see that it may stay.
    Tried(Asked<'r, S>),
    /// It is worked on.
    Worked(Asked<'r, S>),
}

/// What is to be done to cells, and how they are told from each other.
pub(crate) struct Outside<'a, S> {
    pub(crate) verb: Verb,
    pub(crate) mixed: Mixed,
    pub(crate) source: &'a S,
    pub(crate) columns: &'a Found,
    pub(crate) beginnings: &'a Beginnings,
}

impl<'a, S: Source> Outside<'a, S> {
    pub(crate) fn ask(&self, row: &'a S::Row, column: &'a Named) -> Result<Answer<'a, S>, Error> {
        let refuse = |fault: CellFault| Error::from(fault).at(self.source.place(row).column(&column.name));
        let content = match self.source.content(row, column.position).map_err(refuse)? {
            Content::Nothing => return Ok(Answer::Kept),
            Content::Text(text) => text,
        };
        let cell = self.beginnings.cell(content.as_bytes());
        let answer = match (self.verb, cell, self.mixed) {
            (Verb::Encrypt, Cell::Ciphertext(_), Mixed::Refused) => {
                return Err(refuse(CellFault::CiphertextAlready));
            }
            (Verb::Decrypt | Verb::Rewrap, Cell::Empty, Mixed::Refused) => {
                return Err(refuse(CellFault::Empty));
            }
            (Verb::Decrypt | Verb::Rewrap, Cell::Plain, Mixed::Refused) => {
                return Err(refuse(CellFault::NotCiphertext));
            }
            // An empty text is a value as any other, which was not encrypted yet.
            (Verb::Decrypt | Verb::Rewrap, Cell::Empty | Cell::Plain, Mixed::Finished) => {
                return Ok(Answer::Skipped);
            }
            (Verb::Encrypt, Cell::Ciphertext(_), Mixed::Finished) => Answer::Tried,
            (Verb::Encrypt, Cell::Empty | Cell::Plain, _)
            | (Verb::Decrypt | Verb::Rewrap, Cell::Ciphertext(_), _) => Answer::Worked,
        };
        Ok(answer(Asked { row, column, content, says: Says::of(self.source, row, self.columns)? }))
    }
}
