//! What is no CSV, or not the table that was spoken of.

use crate::limits::{MAX_CELL, MAX_ROW};
use std::fmt;

/// What is wrong about a file as CSV.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CsvFault {
    /// The file is empty.
    Empty,
    /// The file is UTF-16.
    Utf16,
    /// The file is an archive, as workbooks are.
    Archive,
    /// Nothing but blank lines or a byte order mark is there.
    NoHeader,
    /// The header does not have a column.
    NoColumn {
        /// The name that was looked for.
        name: String,
        /// How many columns the header has.
        columns: usize,
    },
    /// The header has a column more than once.
    TwiceInHeader(String),
    /// A row has more cells than the header.
    MoreCells {
        /// How many columns the header has.
        columns: usize,
    },
    /// A row has fewer cells than the header.
    FewerCells {
        /// How many columns the header has.
        columns: usize,
    },
    /// A cell is larger than [`MAX_CELL`].
    CellTooLarge,
    /// A row is larger than [`MAX_ROW`].
    RowTooLarge,
    /// A blank line stands between rows.
    BlankLine,
    /// A blank line in a table of one column, where it may be an empty cell.
    BlankCell,
    /// A carriage return ends no line and stands in no quotes.
    CarriageReturn,
    /// Text stands behind the closing quote of a cell.
    TextAfterQuote,
    /// The file ends inside a quoted cell.
    InsideQuotes,
}

impl fmt::Display for CsvFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Empty => "the file is empty; a table has at least a header",
            Self::Utf16 => "the file is UTF-16; save it as CSV in UTF-8",
            Self::Archive => "the file is a workbook or an archive; save it as CSV in UTF-8",
            Self::NoHeader => "the file has no header",
            Self::NoColumn { name, columns } => {
                return write!(
                    f,
                    "the header has no column {name:?} among its {columns}; names are compared exactly"
                );
            }
            Self::TwiceInHeader(name) => {
                return write!(f, "the header has more than one column {name:?}; rename one of them");
            }
            Self::MoreCells { columns } => {
                return write!(f, "the row has more cells than the header, which has {columns}");
            }
            Self::FewerCells { columns } => {
                return write!(f, "the row has fewer cells than the header, which has {columns}");
            }
            Self::CellTooLarge => {
                let most = MAX_CELL >> 20;
                return write!(f, "the cell is larger than {most} MiB; is a closing quote missing?");
            }
            Self::RowTooLarge => {
                return write!(
                    f,
                    "the row is larger than {} MiB; is a closing quote missing?",
                    MAX_ROW >> 20
                );
            }
            Self::BlankLine => "a blank line between the rows; remove it",
            Self::BlankCell => {
                "a blank line in a table of one column; write an empty cell as \"\", or remove the line"
            }
            Self::CarriageReturn => {
                "a carriage return that ends no line (CR LF or LF does); inside a cell it has to be quoted"
            }
            Self::TextAfterQuote => {
                "text after the closing quote of the cell; a quote inside a cell has to be doubled"
            }
            Self::InsideQuotes => "the file ends inside a quoted cell; was it cut off?",
        };
        f.write_str(text)
    }
}
