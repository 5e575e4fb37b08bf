//! Formats of files.

pub mod csv;
pub mod ndjson;
mod start;

use crate::error::Error;
use crate::source::Source;

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
