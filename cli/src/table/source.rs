//! The file that a table is read from: its rows in order, with their places.

use super::fault::TableError;
use super::guard::Guard;
use super::row::Row;
use indicatif::{ProgressBar, ProgressBarIter};
use std::fs::{File, Metadata};
use std::io::{BufRead, BufReader, Chain, Cursor, ErrorKind, Read};
use std::path::Path;

/// A table, open at the row after the header.
pub(crate) struct Source {
    input: BufReader<Chain<Cursor<Vec<u8>>, ProgressBarIter<File>>>,
    guard: Guard,
    pub(crate) header: Row,
    /// A UTF-8 byte order mark stood in front.
    pub(crate) mark: bool,
    /// What the file was when it was opened.
    pub(crate) opened_as: Metadata,
    /// What stood after the last row: blank lines.
    pub(crate) rest: Vec<u8>,
}

pub(super) const MARK: &[u8] = b"\xef\xbb\xbf";

impl Source {
    pub(crate) fn open(path: &Path, delimiter: u8, bar: &ProgressBar) -> Result<Self, TableError> {
        if path == Path::new("-") {
            return Err(TableError::usage(
                "a table is read from a file; name it with --csv, or give /dev/stdin and --out",
            ));
        }
        let mut file = File::open(path).map_err(TableError::io("open the table"))?;
        let opened_as = file.metadata().map_err(TableError::io("open the table"))?;
        if opened_as.is_dir() {
            return Err(TableError::usage("this is a folder, not a table"));
        }
        bar.set_length(opened_as.len());
        let mut start = Vec::new();
        file.by_ref().take(4).read_to_end(&mut start).map_err(TableError::io(READ))?;
        let mark = start.starts_with(MARK);
        match start.as_slice() {
            [] => return Err(TableError::table("the file is empty; a table has at least a header")),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
                return Err(TableError::table("the file is UTF-16; save it as CSV in UTF-8"));
            }
            b"PK\x03\x04" => {
                return Err(TableError::table(
                    "the file is a workbook or an archive; save it as CSV in UTF-8",
                ));
            }
            _ => {}
        }
        if mark {
            start.drain(..MARK.len());
        }
        let input = BufReader::with_capacity(1 << 16, Cursor::new(start).chain(bar.wrap_read(file)));
        let mut source = Self {
            input,
            guard: Guard::new(delimiter),
            header: Row::default(),
            mark,
            opened_as,
            rest: Vec::new(),
        };
        source.header = source.next()?.ok_or_else(|| TableError::table("the file has no header"))?;
        Ok(source)
    }

    /// The next row.
    pub(crate) fn next(&mut self) -> Result<Option<Row>, TableError> {
        let mut row = Row::default();
        loop {
            let bytes = match self.input.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(TableError::io(READ)(error)),
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
}

const READ: &str = "read the table";
