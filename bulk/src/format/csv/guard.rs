//! What a table is, byte by byte: finds where its cells and rows end, and refuses what is none.
//!
//! Readers of CSV are lenient: they drop blank lines, let a quoted cell run to the end of the file, and hold
//! a row of any size in memory. Here a table is what RFC 4180 section 2 says, with lines that end in LF or CR
//! LF, so that nothing is lost or guessed.

use super::row::Row;
use crate::error::{CsvFault, Error};
use crate::limits::{MAX_CELL, MAX_ROW};
use crate::place::{Column, Place};

/// Where the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    RowStart,
    CellStart,
    Plain,
    Quoted,
    /// After a quote inside a quoted cell: the end of the cell, or the first half of a quote.
    Quote,
    /// After a CR that has to be followed by LF.
    Return,
    BlankReturn,
}

/// Follows a table from its first byte.
pub(crate) struct Guard {
    delimiter: u8,
    state: State,
    line: u64,
    row: u64,
    row_line: u64,
    /// Cells before this one in the row.
    cells: usize,
    cell_len: usize,
    row_len: usize,
    /// How many cells the header has, once it ended.
    columns: Option<usize>,
    /// The line of the first blank line after the last row.
    blank: Option<u64>,
}

impl Guard {
    pub(crate) fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            state: State::RowStart,
            line: 1,
            row: 0,
            row_line: 1,
            cells: 0,
            cell_len: 0,
            row_len: 0,
            columns: None,
            blank: None,
        }
    }

    /// Takes bytes up to the end of a row into that row. How many, and whether the row ended with them.
    pub(crate) fn take(&mut self, bytes: &[u8], row: &mut Row) -> Result<(usize, bool), Error> {
        let mut at = 0;
        let ended = loop {
            // Most bytes stand inside a cell and change nothing.
            let rest = bytes.get(at..).unwrap_or_default();
            let inside = match self.state {
                State::Plain => memchr::memchr3(self.delimiter, b'\n', b'\r', rest).unwrap_or(rest.len()),
                State::Quoted => memchr::memchr2(b'"', b'\n', rest).unwrap_or(rest.len()),
                _ => 0,
            };
            self.count(inside)?;
            at += inside;
            let Some(&byte) = bytes.get(at) else { break false };
            at += 1;
            if self.byte(byte, row)? {
                break true;
            }
        };
        row.raw.extend_from_slice(bytes.get(..at).unwrap_or_default());
        Ok((at, ended))
    }

    /// Counts bytes of a cell, and refuses those that are too many.
    fn count(&mut self, bytes: usize) -> Result<(), Error> {
        self.cell_len += bytes;
        self.row_len += bytes;
        if self.cell_len > MAX_CELL {
            return Err(self.error(CsvFault::CellTooLarge));
        }
        if self.row_len > MAX_ROW {
            return Err(self.error(CsvFault::RowTooLarge));
        }
        Ok(())
    }

    /// Whether it ends a row.
    fn byte(&mut self, byte: u8, row: &mut Row) -> Result<bool, Error> {
        if self.state == State::RowStart && !matches!(byte, b'\n' | b'\r') {
            if let Some(line) = self.blank {
                return Err(self.error_at(line, Column::Whole, CsvFault::BlankLine));
            }
            (self.cells, self.cell_len, self.row_len, self.row_line) = (0, 0, 0, self.line);
        }
        let (before, at) = (self.state, self.row_len);
        self.count(1)?;
        self.state = match (self.state, byte) {
            (State::RowStart, b'\r') => State::BlankReturn,
            (State::BlankReturn | State::RowStart, b'\n') => {
                self.blank = self.blank.or(Some(self.line));
                State::RowStart
            }
            (State::Return | State::BlankReturn, byte) if byte != b'\n' => {
                return Err(self.error(CsvFault::CarriageReturn));
            }
            (State::Quoted, b'"') => State::Quote,
            (State::Quoted, _) | (State::Quote, b'"') => State::Quoted,
            (State::RowStart | State::CellStart, b'"') => State::Quoted,
            (_, b'\n') => {
                row.cells.push(at - usize::from(before == State::Return));
                self.end_row(row)?;
                State::RowStart
            }
            (_, b'\r') => State::Return,
            (_, byte) if byte == self.delimiter => {
                row.cells.push(at);
                self.cells += 1;
                self.cell_len = 0;
                if self.columns.is_some_and(|columns| self.cells >= columns) {
                    return Err(self.ragged(true));
                }
                State::CellStart
            }
            (State::Quote, _) => {
                return Err(self.error(CsvFault::TextAfterQuote));
            }
            _ => State::Plain,
        };
        self.line += u64::from(byte == b'\n');
        let blank = matches!(before, State::RowStart | State::BlankReturn);
        Ok(byte == b'\n' && self.state == State::RowStart && !blank)
    }

    fn end_row(&mut self, row: &mut Row) -> Result<(), Error> {
        let cells = self.cells + 1;
        if cells != *self.columns.get_or_insert(cells) {
            return Err(self.ragged(false));
        }
        (row.number, row.line) = (self.row, self.row_line);
        self.row += 1;
        Ok(())
    }

    /// The file is at its end. Whether a row ended with it that has no line end.
    pub(crate) fn end(&mut self, row: &mut Row) -> Result<bool, Error> {
        match self.state {
            State::Quoted => Err(self.error(CsvFault::InsideQuotes)),
            State::Return | State::BlankReturn => Err(self.error(CsvFault::CarriageReturn)),
            // With one column, a blank line may be the row of an empty cell (and at the end of wider tables
            // it is just the end).
            State::RowStart => match self.blank {
                Some(line) if self.columns == Some(1) => {
                    Err(self.error_at(line, Column::Whole, CsvFault::BlankCell))
                }
                _ => Ok(false),
            },
            State::CellStart | State::Plain | State::Quote => {
                self.state = State::RowStart;
                row.cells.push(row.raw.len());
                self.end_row(row)?;
                Ok(true)
            }
        }
    }

    fn ragged(&self, longer: bool) -> Error {
        let columns = self.columns.unwrap_or_default();
        let fault = if longer { CsvFault::MoreCells { columns } } else { CsvFault::FewerCells { columns } };
        self.error_at(self.row_line, Column::Whole, fault)
    }

    fn error(&self, fault: CsvFault) -> Error {
        self.error_at(self.row_line, Column::Number(self.cells + 1), fault)
    }

    fn error_at(&self, line: u64, column: Column, fault: CsvFault) -> Error {
        Error::from(fault).at(Place { row: self.row, line, column })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In pieces of every size, so that every boundary of a buffer is tried.
    fn check(text: &str) -> Result<(), String> {
        let outcomes: Vec<_> = (1..=text.len()).map(|size| check_in_pieces(text, size)).collect();
        assert!(outcomes.windows(2).all(|two| two[0] == two[1]), "{text:?}: {outcomes:?}");
        outcomes.into_iter().next().unwrap()
    }

    fn check_in_pieces(text: &str, size: usize) -> Result<(), String> {
        let (mut guard, mut row, mut taken) = (Guard::new(b','), Row::default(), Vec::new());
        for piece in text.as_bytes().chunks(size) {
            let mut rest = piece;
            while !rest.is_empty() {
                let (at, ended) = guard.take(rest, &mut row).map_err(|error| error.to_string())?;
                rest = &rest[at..];
                if ended {
                    taken.append(&mut std::mem::take(&mut row).raw);
                }
            }
        }
        guard.end(&mut row).map_err(|error| error.to_string())?;
        taken.append(&mut row.raw);
        assert_eq!(taken, text.as_bytes());
        Ok(())
    }

    #[test]
    fn tables_pass() {
        for text in [
            "a,b\n1,2\n",
            "a,b\r\n1,2",
            "a\n\"\"\n",
            "a,b\n\"x\n\"\"y\"\"\r\",\n",
            "a,b\n1,2\n\n\r\n",
            "a,b\n5\" pipe,\"\"\n",
            "a\n1\n",
            ",\n,\n",
        ] {
            check(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        }
    }

    #[test]
    fn other_things_do_not() {
        for (text, expected) in [
            ("a,b\n1\n", "row 1 (line 2): the row has fewer cells than the header, which has 2"),
            ("a,b\n1,2\n1,2,3\n", "row 2 (line 3): the row has more cells"),
            ("a,b\n1,2\n\n1,2\n", "row 2 (line 3): a blank line"),
            ("\na,b\n1,2\n", "header (line 1): a blank line"),
            ("a\n1\n\n", "row 2 (line 3): a blank line in a table of one column"),
            ("a,b\n1,\"2\n", "row 1 (line 2), cell 2: the file ends inside a quoted cell"),
            ("a,b\n\"1\"x,2\n", "row 1 (line 2), cell 1: text after the closing quote"),
            ("a,b\r1,2\r", "header (line 1), cell 2: a carriage return"),
            ("a,b\n1,2\r", "row 1 (line 2), cell 2: a carriage return"),
            ("a,b\n\"1\n1\",2\n\"\",\n1", "row 3 (line 5): the row has fewer"),
        ] {
            let error = check(text).expect_err(text);
            assert!(error.starts_with(expected), "{text:?}: {error}");
        }
    }
}
