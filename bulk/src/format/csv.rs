//! CSV, as RFC 4180 has it, in UTF-8.

mod guard;
mod row;

use super::start::{self, Input, MARK, Start};
use super::{Extensible, Format, NewCell};
use crate::error::{CellFault, CsvFault, Error, Fault};
use crate::limits::MAX_CELL;
use crate::place::Place;
use crate::source::{Content, Source};
use guard::Guard;
use std::borrow::Cow;
use std::io::{BufRead, ErrorKind, Read};

pub use row::Row;

/// A CSV file, open at the row after the header.
pub struct Csv<R> {
    input: Input<R>,
    guard: Guard,
    header: Row,
    /// A column that the new table has behind the others.
    added: Option<String>,
    delimiter: Delimiter,
    keep_empty: KeepEmpty,
    /// A UTF-8 byte order mark stood in front.
    mark: bool,
    /// What stood after the last row: blank lines.
    rest: Vec<u8>,
}

/// What stands between cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiter(u8);

/// Which empty cells are nothing, instead of being values as any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepEmpty {
    /// None.
    No,
    /// All of them.
    All,
    /// Those without quotes, which databases take for nothing. What is decrypted to an empty text is written
    /// in quotes then.
    Unquoted,
}

impl Delimiter {
    /// The usual one.
    pub const COMMA: Self = Self(b',');

    /// One ASCII character that is no letter, digit, quote or line break, nor a zero byte; `None` for others.
    #[must_use]
    pub fn new(byte: u8) -> Option<Self> {
        let taken = !byte.is_ascii() || byte.is_ascii_alphanumeric();
        (!taken && !matches!(byte, b'"' | b'\r' | b'\n' | 0)).then_some(Self(byte))
    }
}

impl KeepEmpty {
    fn keeps(self, quoted: bool) -> bool {
        match self {
            Self::No => false,
            Self::All => true,
            Self::Unquoted => !quoted,
        }
    }
}

impl<R: Read> Csv<R> {
    /// Reads up to the end of the header.
    ///
    /// # Errors
    /// The file cannot be read, or is not CSV in UTF-8 with a header.
    pub fn open(input: R, delimiter: Delimiter, keep_empty: KeepEmpty) -> Result<Self, Error> {
        let (start, input) = start::look(input)?;
        let mark = match start {
            Start::Empty => return Err(CsvFault::Empty.into()),
            Start::Utf16 => return Err(CsvFault::Utf16.into()),
            Start::Archive => return Err(CsvFault::Archive.into()),
            Start::Text { mark } => mark,
        };
        let guard = Guard::new(delimiter.0);
        let header = Row::default();
        let mut csv =
            Self { input, guard, header, added: None, delimiter, keep_empty, mark, rest: Vec::new() };
        csv.header = csv.next_row()?.ok_or(CsvFault::NoHeader)?;
        Ok(csv)
    }

    /// Whether a new content could not be read again, or not as what it is.
    fn refused(&self, row: &Row, cell: &NewCell<'_>) -> Option<CellFault> {
        let content = cell.content.as_bytes();
        if content.len() > MAX_CELL / 2 && written_len(content) > MAX_CELL {
            return Some(CellFault::TooLarge);
        }
        // An empty text that is encrypted: quotes that come with the ciphertext would make it another text. A
        // cell that is added was no text before.
        let quoted = row.is_quoted(cell.position) || cell.position >= row.len();
        let ambiguous =
            !quoted && row.content(cell.position).is_empty() && row.needs_quotes(content, self.delimiter.0);
        ambiguous.then_some(CellFault::Ambiguous)
    }
}

impl<R: Read> Source for Csv<R> {
    type Row = Row;

    /// Names are compared byte for byte. What else is in the header is not shown: in a file without one, that
    /// would be the first row.
    fn find(&mut self, name: &str) -> Result<usize, Error> {
        let cells = self.header.contents().enumerate();
        let mut found = cells.filter(|(_, cell)| **cell == *name.as_bytes()).map(|(index, _)| index);
        match (found.next(), found.next()) {
            (Some(index), None) => Ok(index),
            (Some(_), Some(_)) => Err(CsvFault::TwiceInHeader(name.to_owned()).into()),
            (None, _) => {
                let columns = self.header.len();
                Err(CsvFault::NoColumn { name: name.to_owned(), columns }.into())
            }
        }
    }

    fn next_row(&mut self) -> Result<Option<Row>, Error> {
        let mut row = Row::default();
        loop {
            let bytes = match self.input.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(Fault::Read(error).into()),
            };
            if bytes.is_empty() {
                let ended = self.guard.end(&mut row)?;
                if !ended {
                    self.rest.append(&mut row.raw);
                    return Ok(None);
                }
                return Ok(Some(row));
            }
            let (taken, ended) = self.guard.take(bytes, &mut row)?;
            self.input.consume(taken);
            if ended {
                return Ok(Some(row));
            }
        }
    }

    fn content<'r>(&'r self, row: &'r Row, position: usize) -> Result<Content<'r>, CellFault> {
        let text = match row.content(position) {
            Cow::Borrowed(cell) => Cow::Borrowed(std::str::from_utf8(cell).map_err(|_| CellFault::NotUtf8)?),
            Cow::Owned(cell) => Cow::Owned(String::from_utf8(cell).map_err(|_| CellFault::NotUtf8)?),
        };
        let nothing = text.is_empty() && self.keep_empty.keeps(row.is_quoted(position));
        Ok(if nothing { Content::Nothing } else { Content::Text(text) })
    }

    fn place(&self, row: &Row) -> Place {
        row.place()
    }

    fn names(&self, _row: &Row) -> Vec<String> {
        self.header.contents().filter_map(|name| String::from_utf8(name.into_owned()).ok()).collect()
    }

    fn size(&self, row: &Row) -> usize {
        row.raw.len()
    }
}

impl<R: Read> Format for Csv<R> {
    fn begin(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.mark { MARK } else { b"" });
        let added = self.added.iter().map(|name| (self.header.len(), name.as_bytes()));
        self.header.rewrite(added, self.delimiter.0, false, out);
    }

    fn rewrite(&self, row: &Row, new: &[NewCell<'_>], out: &mut Vec<u8>) -> Result<(), Error> {
        if let Some((cell, fault)) = new.iter().find_map(|cell| Some((cell, self.refused(row, cell)?))) {
            return Err(Error::from(fault).at(row.place().column(cell.column)));
        }
        let contents = new.iter().map(|cell| (cell.position, cell.content.as_bytes()));
        // What is nothing was never encrypted then.
        row.rewrite(contents, self.delimiter.0, self.keep_empty == KeepEmpty::Unquoted, out);
        Ok(())
    }

    fn end(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.rest);
    }
}

impl<R: Read> Extensible for Csv<R> {
    fn find_or_add(&mut self, name: &str) -> Result<usize, Error> {
        match self.find(name) {
            Err(error) if matches!(error.fault(), Fault::Csv(CsvFault::NoColumn { .. })) => {
                self.added = Some(name.to_owned());
                Ok(self.header.len())
            }
            found => found,
        }
    }

    fn written<'r>(&'r self, row: &'r Row, position: usize) -> Result<Option<Content<'r>>, CellFault> {
        if position < row.len() { self.content(row, position).map(Some) } else { Ok(None) }
    }

    fn put(&self, row: &Row, cell: NewCell<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        self.rewrite(row, &[cell], out)
    }

    fn keep(&self, row: &Row, out: &mut Vec<u8>) -> Result<(), Error> {
        match &self.added {
            Some(column) => self.put(row, NewCell { position: row.len(), column, content: "" }, out),
            None => self.rewrite(row, &[], out),
        }
    }
}

/// How long a cell is at most when it is written: in quotes, with those inside doubled, and a delimiter.
fn written_len(cell: &[u8]) -> usize {
    cell.len() + cell.iter().filter(|&&byte| byte == b'"').count() + 3
}
