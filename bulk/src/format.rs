//! Formats of files.

pub mod csv;
pub mod ndjson;
mod start;

use crate::error::{CellFault, Error};
use crate::source::{Content, Source};

/// A format, open at its first row, in which a table can be written again.
///
/// What is not worked on is written byte for byte as it was read.
pub trait Format: Source {
    /// Writes what stands before the first row.
    fn begin(&self, out: &mut Vec<u8>);

    /// Writes a row with new cells, which come in the order of their positions.
    ///
    /// # Errors
    /// A cell could not be read again as it would be written.
    fn rewrite(&self, row: &Self::Row, new: &[NewCell<'_>], out: &mut Vec<u8>) -> Result<(), Error>;

    /// Writes what stood behind the last row, after the last one was read.
    fn end(&self, out: &mut Vec<u8>);
}

/// A format in which a column can be written that the table did not have.
pub trait Extensible: Format {
    /// The position of a column to be written, which is added behind the others if there is none of the name.
    ///
    /// # Errors
    /// There is more than one.
    fn find_or_add(&mut self, name: &str) -> Result<usize, Error>;

    /// What stands in a row at such a position; `None` where the row has to be given the cell.
    ///
    /// # Errors
    /// It is no text.
    fn written<'r>(&'r self, row: &'r Self::Row, position: usize) -> Result<Option<Content<'r>>, CellFault>;

    /// Writes a row with one new cell, which is added if the row has none there. Without content it is
    /// written as what holds nothing.
    ///
    /// # Errors
    /// It could not be read again as it would be written.
    fn put(&self, row: &Self::Row, cell: NewCell<'_>, out: &mut Vec<u8>) -> Result<(), Error>;

    /// Writes a row as it is, with an empty cell where a column is added and rows cannot do without.
    ///
    /// # Errors
    /// As [`put`](Self::put)
    fn keep(&self, row: &Self::Row, out: &mut Vec<u8>) -> Result<(), Error>;
}

/// A new content of a cell.
#[derive(Clone, Copy)]
pub struct NewCell<'v> {
    /// Of its column, as it was found.
    pub position: usize,
    /// The name of its column.
    pub column: &'v str,
    /// What it is to hold. It may be secret.
    pub content: &'v str,
}
