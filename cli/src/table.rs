//! Whole tables: encrypt, decrypt or rewrap named columns of a CSV file.
//!
//! Rows stream through in batches. The result is written beside its place and put there in one step when it is complete, so a
//! failure, a kill or a full disk leaves what was there before. `docs/tables.md` is the user's page.

mod arguments;
mod batch;
mod cell;
mod columns;
mod fault;
mod guard;
mod progress;
mod source;
mod survey;
mod target;

use batch::{Tally, Worker};
use cell::Beginnings;
use columns::Columns;
use source::{Row, Source};
use std::fs::Metadata;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use strongroom::{Aad, Version, View};
use survey::Survey;
use target::Target;

pub(crate) use arguments::{Asked, TableArguments};
pub(crate) use batch::Verb;
pub(crate) use fault::{Fault, Place, TableError};

/// A table and how it is read.
struct Table {
    path: PathBuf,
    columns: Columns,
    /// Between cells.
    delimiter: u8,
    /// How ciphertexts are told from other cells.
    beginnings: Beginnings,
}

/// What is done to a table.
struct Change<'a> {
    verb: Verb,
    key: &'a View,
    /// To encrypt with, instead of the latest.
    version: Option<Version>,
    /// Of all rows, unless a column holds them.
    aad: &'a Aad<'a>,
    /// Empty cells of the named columns stay empty.
    keep_empty: bool,
}

/// What was done.
struct Changed {
    tally: Tally,
    /// False if the table itself was to be replaced and no cell of it would be another.
    written: bool,
}

/// A batch ends with the row that reaches one of these.
const BATCH_ROWS: usize = 1024;
const BATCH_BYTES: usize = 1 << 20;

impl Table {
    /// Works on the table and writes the result, to the table itself if there is no `out`. Of an error, nothing is written.
    fn change(&self, change: &Change<'_>, out: Option<&Path>) -> Result<Changed, TableError> {
        let bar = progress::bar();
        let mut source = Source::open(&self.path, self.delimiter, &bar)?;
        let positions = self.columns.find(&source.header)?;
        let out = out.unwrap_or(&self.path);
        let in_place = target::same_file(&self.path, out);
        if in_place && !source.opened_as.is_file() {
            return Err(TableError::usage("this is not a regular file that could be replaced; name another with --out"));
        }
        let target = Target::at(out, &source.opened_as, change.verb)?;
        let worker = Worker { change, positions: &positions, beginnings: &self.beginnings };
        let mut tally = Tally::default();
        let mut writer = writer(&source, self.delimiter, target.file())?;
        while let Some(rows) = batch(&mut source)? {
            worker.work(&rows, &mut tally, |row| writer.write_byte_record(row).map_err(unwritten))?;
        }
        let file = writer.into_inner().map_err(|error| TableError::io(WRITE)(error.into_error()))?;
        file.into_inner().map_err(|error| TableError::io(WRITE)(error.into_error()))?;
        bar.finish_and_clear();
        // Another spelling of the same cells is no reason to touch a file.
        let written = !in_place || tally.changed > 0;
        if in_place {
            unchanged_since(&self.path, &source.opened_as)?;
        }
        if written {
            target.commit()?;
        }
        Ok(Changed { tally, written })
    }

    /// Counts what there is. Whether a ciphertext opens is not tried.
    fn survey(&self) -> Result<Survey, TableError> {
        let bar = progress::bar();
        let mut source = Source::open(&self.path, self.delimiter, &bar)?;
        let positions = self.columns.find(&source.header)?;
        let mut survey = Survey::new(&positions);
        while let Some(row) = source.next()? {
            survey.add(&row.cells, &positions, &self.beginnings);
        }
        bar.finish_and_clear();
        Ok(survey)
    }
}

/// The next rows; `None` at the end.
fn batch(source: &mut Source) -> Result<Option<Vec<Row>>, TableError> {
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while rows.len() < BATCH_ROWS && bytes < BATCH_BYTES {
        let Some(row) = source.next()? else { break };
        bytes += row.cells.as_slice().len();
        rows.push(row);
    }
    Ok((!rows.is_empty()).then_some(rows))
}

type Writer<'a> = csv::Writer<BufWriter<&'a std::fs::File>>;

/// With the header written, and the mark and line ends of the source.
fn writer<'a>(source: &Source, delimiter: u8, file: &'a std::fs::File) -> Result<Writer<'a>, TableError> {
    let mut file = BufWriter::with_capacity(1 << 16, file);
    if source.mark {
        file.write_all(source::MARK).map_err(TableError::io(WRITE))?;
    }
    let terminator = if source.ends_in_crlf() { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).terminator(terminator).from_writer(file);
    writer.write_byte_record(&source.header).map_err(unwritten)?;
    Ok(writer)
}

const WRITE: &str = "write the new table";

fn unwritten(error: csv::Error) -> TableError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => TableError::io(WRITE)(error),
        other => TableError::table(format!("the row cannot be written: {other:?}")),
    }
}

/// Refuses to replace a file that somebody else wrote to meanwhile: their rows would be lost.
fn unchanged_since(path: &Path, before: &Metadata) -> Result<(), TableError> {
    let now = std::fs::metadata(path).map_err(TableError::io("look at the table again"))?;
    let same = now.len() == before.len() && now.modified().ok() == before.modified().ok() && identity(&now) == identity(before);
    if same { Ok(()) } else { Err(TableError::table("the file was changed while it was read; nothing was written, start again")) }
}

#[cfg(unix)]
fn identity(file: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (file.dev(), file.ino())
}

#[cfg(not(unix))]
fn identity(_file: &Metadata) -> (u64, u64) {
    (0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_was_changed_meanwhile_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, "v\nx\n").unwrap();
        let before = std::fs::metadata(&path).unwrap();
        unchanged_since(&path, &before).unwrap();
        std::fs::write(&path, "v\nx\ny\n").unwrap();
        unchanged_since(&path, &before).unwrap_err();
        let before = std::fs::metadata(&path).unwrap();
        std::fs::write(folder.path().join("other.csv"), "v\nx\nz\n").unwrap();
        std::fs::rename(folder.path().join("other.csv"), &path).unwrap();
        unchanged_since(&path, &before).unwrap_err();
        std::fs::remove_file(&path).unwrap();
        unchanged_since(&path, &before).unwrap_err();
    }
}
