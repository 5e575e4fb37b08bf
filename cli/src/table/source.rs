//! The file that a table is read from: its rows in order, with their places.

use super::fault::{Column, Fault, Place, TableError};
use super::guard::Guard;
use csv::ByteRecord;
use indicatif::{ProgressBar, ProgressBarIter};
use std::fs::{File, Metadata};
use std::io::{Chain, Cursor, Read};
use std::path::Path;

type Input = Guard<Chain<Cursor<Vec<u8>>, ProgressBarIter<File>>>;

/// A table, open at the row after the header.
pub(crate) struct Source {
    csv: csv::Reader<Input>,
    pub(crate) header: ByteRecord,
    /// A UTF-8 byte order mark stood in front.
    pub(crate) mark: bool,
    /// What the file was when it was opened.
    pub(crate) opened_as: Metadata,
    row: u64,
    line: u64,
}

/// One row below the header.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) cells: ByteRecord,
    number: u64,
    line: u64,
}

impl Row {
    /// The place of one of its cells.
    pub(crate) fn place(&self, column: &str) -> Place {
        Place { row: self.number, line: self.line, column: Column::Name(column.to_owned()) }
    }
}

pub(super) const MARK: &[u8] = b"\xef\xbb\xbf";

impl Source {
    pub(crate) fn open(path: &Path, delimiter: u8, bar: &ProgressBar) -> Result<Self, TableError> {
        let mut file = File::open(path).map_err(TableError::io("open the table"))?;
        let opened_as = file.metadata().map_err(TableError::io("open the table"))?;
        if opened_as.is_dir() {
            return Err(TableError::usage("this is a folder, not a table"));
        }
        bar.set_length(opened_as.len());
        let mut start = Vec::new();
        file.by_ref().take(4).read_to_end(&mut start).map_err(TableError::io("read the table"))?;
        let mark = start.starts_with(MARK);
        match start.as_slice() {
            [] => return Err(TableError::table("the file is empty; a table has at least a header")),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err(TableError::table("the file is UTF-16; save it as CSV in UTF-8")),
            b"PK\x03\x04" => return Err(TableError::table("the file is a workbook or an archive; save it as CSV in UTF-8")),
            _ => {}
        }
        if mark {
            start.drain(..MARK.len());
        }
        let guard = Guard::new(Cursor::new(start).chain(bar.wrap_read(file)), delimiter);
        let csv = csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).buffer_capacity(1 << 16).from_reader(guard);
        let mut source = Self { csv, header: ByteRecord::new(), mark, opened_as, row: 0, line: 1 };
        let header = source.next()?.ok_or_else(|| TableError::table("the file has no header"))?;
        source.header = header.cells;
        Ok(source)
    }

    /// The next row.
    pub(crate) fn next(&mut self) -> Result<Option<Row>, TableError> {
        let mut cells = ByteRecord::new();
        if !self.csv.read_byte_record(&mut cells).map_err(unguarded)? {
            return Ok(None);
        }
        let row = Row { cells, number: self.row, line: self.line };
        self.row += 1;
        // The guard lets no blank line through between rows, so a row takes one line and one more for each line break inside it.
        self.line += 1 + row.cells.as_slice().iter().filter(|&&byte| byte == b'\n').count() as u64;
        Ok(Some(row))
    }

    /// Whether lines end in CR LF, as that of the header does.
    pub(crate) fn ends_in_crlf(&self) -> bool {
        self.csv.get_ref().crlf
    }
}

/// What the guard said, out of the wrapping of the reader.
fn unguarded(error: csv::Error) -> TableError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => match error.downcast::<TableError>() {
            Ok(error) => error,
            Err(error) => TableError { place: None, fault: Fault::Io("read the table", error) },
        },
        other => TableError::table(format!("this is not CSV: {other:?}")),
    }
}
