//! What rows come from, whatever holds them.

use crate::error::{CellFault, Error};
use crate::place::Place;
use std::borrow::Cow;

/// A table, as rows in their order.
pub trait Source {
    /// One row, with what its cells hold.
    type Row;

    /// The position of a column, by its name. It is asked for every column before the first row is read.
    ///
    /// # Errors
    /// There is no such column, or more than one.
    fn find(&mut self, name: &str) -> Result<usize, Error>;

    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// The table cannot be read, or is not one.
    fn next_row(&mut self) -> Result<Option<Self::Row>, Error>;

    /// What stands in a row at a position that was found.
    ///
    /// # Errors
    /// It is no text.
    fn content<'r>(&'r self, row: &'r Self::Row, position: usize) -> Result<Content<'r>, CellFault>;

    /// Where a row is.
    fn place(&self, row: &Self::Row) -> Place;

    /// The names of all columns that a row has, for advice about cells that do not open.
    fn names(&self, row: &Self::Row) -> Vec<String>;

    /// How many bytes of memory a row takes, about: it says how many are worked on at a time.
    fn size(&self, row: &Self::Row) -> usize;
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content<'r> {
    /// Nothing, which is no value and stays as it is.
    Nothing,
    /// A text, which may be empty.
    Text(Cow<'r, str>),
}
