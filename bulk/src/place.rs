//! Where in a table something is.

use std::fmt;

/// A row as people count them, and a cell of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// From 1 for the first row of values. A header, where the format has one, is 0.
    pub row: u64,
    /// The line of the file on which the row begins, from 1. Not the same as the row, since a cell may hold
    /// line breaks.
    pub line: u64,
    /// The cell, if one can be told.
    pub column: Column,
}

/// A column, if one can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// It is about the row.
    Whole,
    /// From 1.
    Number(usize),
    /// One of the columns that were named.
    Name(String),
}

impl Place {
    /// A cell of the same row.
    #[must_use]
    pub fn column(self, name: &str) -> Self {
        Self { column: Column::Name(name.to_owned()), ..self }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            0 => write!(f, "header (line {})", self.line)?,
            row => write!(f, "row {row} (line {})", self.line)?,
        }
        match &self.column {
            Column::Whole => Ok(()),
            Column::Number(number) => write!(f, ", cell {number}"),
            Column::Name(name) => write!(f, ", column {name:?}"),
        }
    }
}
