//! What can go wrong with a table, and where. No error holds the content of a cell.

mod cell;
mod csv;
mod ndjson;
mod request;

use crate::place::Place;
use std::{fmt, io};

pub use cell::{CellFault, JsonKind};
pub use csv::CsvFault;
pub use ndjson::NdjsonFault;
pub use request::{Part, Request};

/// Why a table could not be worked on.
#[derive(Debug)]
pub struct Error(Box<Details>);

#[derive(Debug)]
struct Details {
    place: Option<Place>,
    fault: Fault,
    hint: Option<Hint>,
}

/// What is wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum Fault {
    /// The library refused a cell.
    Library(strongroom::Error),
    /// A cell to encrypt begins as a ciphertext, and the library does not open it.
    DoesNotOpen(strongroom::Error),
    /// What was asked for does not fit together.
    Request(Request),
    /// The file is no CSV, or not the table that was spoken of.
    Csv(CsvFault),
    /// The file is no NDJSON, or not the table that was spoken of.
    Ndjson(NdjsonFault),
    /// A cell is not what it has to be.
    Cell(CellFault),
    /// The table could not be read.
    Read(io::Error),
    /// The new table could not be written.
    Write(io::Error),
    /// What was refused could not be handed on.
    Report(io::Error),
}

/// What may have happened to a cell that does not open.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hint {
    /// It opens as one that is bound to the name of its column.
    Bound,
    /// It opens as one that is not bound to the name of its column.
    NotBound,
    /// It opens as one of another column.
    Belongs {
        /// The column in which it stands.
        here: String,
        /// The column in which it would open.
        there: String,
    },
    /// The column may have had another name.
    Renamed {
        /// The column.
        column: String,
        /// Nothing says which row it is; when it was encrypted something may have.
        row_unsaid: bool,
    },
}

impl Error {
    /// Where, if it is about a row.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.0.place.as_ref()
    }

    /// What is wrong.
    #[must_use]
    pub fn fault(&self) -> &Fault {
        &self.0.fault
    }

    /// What may have happened.
    #[must_use]
    pub fn hint(&self) -> Option<&Hint> {
        self.0.hint.as_ref()
    }

    /// What is wrong, and where in the table.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.0.place = Some(place);
        self
    }

    pub(crate) fn with_hint(mut self, hint: Option<Hint>) -> Self {
        self.0.hint = hint;
        self
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self(Box::new(Details { place: None, fault, hint: None }))
    }
}

impl From<strongroom::Error> for Error {
    fn from(error: strongroom::Error) -> Self {
        Fault::Library(error).into()
    }
}

impl From<Request> for Error {
    fn from(request: Request) -> Self {
        Fault::Request(request).into()
    }
}

impl From<CsvFault> for Error {
    fn from(fault: CsvFault) -> Self {
        Fault::Csv(fault).into()
    }
}

impl From<NdjsonFault> for Error {
    fn from(fault: NdjsonFault) -> Self {
        Fault::Ndjson(fault).into()
    }
}

impl From<CellFault> for Error {
    fn from(fault: CellFault) -> Self {
        Fault::Cell(fault).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place() {
            write!(f, "{place}: ")?;
        }
        write!(f, "{}", self.fault())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.fault() {
            Fault::Library(error) | Fault::DoesNotOpen(error) => Some(error),
            Fault::Read(error) | Fault::Write(error) | Fault::Report(error) => Some(error),
            Fault::Request(_) | Fault::Csv(_) | Fault::Ndjson(_) | Fault::Cell(_) => None,
        }
    }
}

impl Fault {
    /// A name for programs, which stays: that of the library's error or of the [`CellFault`], else one of
    /// `request`, `csv`, `ndjson`, `read`, `write` and `report`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Library(error) | Self::DoesNotOpen(error) => error.name(),
            Self::Cell(fault) => fault.name(),
            Self::Request(_) => "request",
            Self::Csv(_) => "csv",
            Self::Ndjson(_) => "ndjson",
            Self::Read(_) => "read",
            Self::Write(_) => "write",
            Self::Report(_) => "report",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Library(error) => write!(f, "{error}"),
            Self::DoesNotOpen(error) => {
                write!(f, "the cell begins as a ciphertext and does not open, so it is not skipped: {error}")
            }
            Self::Request(request) => write!(f, "{request}"),
            Self::Csv(fault) => write!(f, "{fault}"),
            Self::Ndjson(fault) => write!(f, "{fault}"),
            Self::Cell(fault) => write!(f, "{fault}"),
            Self::Read(error) => write!(f, "cannot read the table: {error}"),
            Self::Write(error) => write!(f, "cannot write the new table: {error}"),
            Self::Report(error) => write!(f, "cannot write the report: {error}"),
        }
    }
}
