//! What can go wrong with a table, and where. No message holds the content of a cell.

use super::survey::counted;
use crate::destination::NoOutput;
use serde::{Serialize, Serializer};
use std::fmt;

/// A table that could not be worked on. Nothing was written, unless it is said.
#[derive(Debug)]
pub(crate) struct TableError {
    pub(crate) place: Option<Place>,
    pub(crate) fault: Fault,
    /// What may help.
    pub(crate) hint: Option<String>,
    pub(crate) left: Left,
}

/// What there is of an output after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    Nothing,
    /// The output is a pipe or a device, where nothing can be taken back.
    Some,
    /// Nothing was to be written: it was asked what would be done.
    Plan,
}

/// What is wrong.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The library refused a cell.
    Library(strongroom::Error),
    /// The file is not a table that can be worked on, or a cell is not what it has to be.
    Table(String),
    /// What was asked for does not fit together, or not with the header.
    Usage(String),
    /// The operating system refused.
    Io(&'static str, std::io::Error),
}

/// A row as people count them, and a cell of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Place {
    /// From 1 for the first row below the header, which is 0.
    pub(crate) row: u64,
    /// The line of the file on which the row begins, from 1. Not the same as the row, since a cell may hold
    /// line breaks.
    pub(crate) line: u64,
    pub(crate) column: Column,
}

/// A column, if one can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Column {
    Whole,
    /// From 1.
    Number(usize),
    Name(String),
}

impl TableError {
    pub(crate) fn table(reason: impl Into<String>) -> Self {
        Fault::Table(reason.into()).into()
    }

    pub(crate) fn usage(reason: impl Into<String>) -> Self {
        Fault::Usage(reason.into()).into()
    }

    pub(crate) fn io(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |error| Fault::Io(what, error).into()
    }

    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }
}

impl From<Fault> for TableError {
    fn from(fault: Fault) -> Self {
        Self { place: None, fault, hint: None, left: Left::Nothing }
    }
}

impl From<strongroom::Error> for TableError {
    fn from(error: strongroom::Error) -> Self {
        Fault::Library(error).into()
    }
}

impl From<NoOutput> for TableError {
    fn from(error: NoOutput) -> Self {
        match error {
            NoOutput::Is(what) => Self::usage(format!("the output is {what}")),
            NoOutput::Failed(what, error) => Self::io(what)(error),
        }
    }
}

impl Serialize for Column {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Whole => serializer.serialize_none(),
            Self::Number(number) => serializer.serialize_u64(*number as u64),
            Self::Name(name) => serializer.serialize_str(name),
        }
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

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        match &self.fault {
            Fault::Library(error) => write!(f, "{error}")?,
            Fault::Table(reason) | Fault::Usage(reason) => write!(f, "{reason}")?,
            Fault::Io(what, error) => write!(f, "cannot {what}: {error}")?,
        }
        let left = match self.left {
            Left::Nothing => "nothing was written",
            Left::Some => "what came out before it is no whole table",
            Left::Plan => return Ok(()),
        };
        match self.place.as_ref().map(|place| place.row.saturating_sub(1)) {
            Some(0) => write!(f, "; {left}"),
            Some(rows) => write!(f, "; stopped after {}, {left}", counted(rows, "row")),
            None if self.left == Left::Some => write!(f, "; {left}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for TableError {}
