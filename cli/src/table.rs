//! Whole tables: encrypt, decrypt or rewrap named columns of a CSV file.
//!
//! Rows stream through in batches. The result is written beside its place and put there in one step when it
//! is complete, so a failure, a kill or a full disk leaves what was there before. What is not worked on stays
//! byte for byte. `docs/tables.md` is the user's page.

mod arguments;
mod asked;
mod batch;
mod binding;
mod cell;
mod columns;
mod explain;
mod fault;
mod guard;
mod plan;
mod progress;
mod row;
mod source;
mod survey;

use crate::destination::{Destination, Readers, same_file};
use asked::Outside;
use batch::{Tally, Worker};
use binding::{Binding, Names};
use cell::Beginnings;
use columns::Columns;
use row::Row;
use source::Source;
use std::fs::Metadata;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use strongroom::View;
use survey::Survey;

pub(crate) use arguments::{Asked, TableArguments};
pub(crate) use batch::Verb;
pub(crate) use fault::{Fault, Left, Place, TableError};

/// A table and how it is read.
struct Table {
    path: PathBuf,
    columns: Columns,
    /// Between cells.
    delimiter: u8,
    /// How ciphertexts are told from other cells.
    beginnings: Beginnings,
    keep_empty: KeepEmpty,
}

/// Which empty cells stay as they are, instead of being values as any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeepEmpty {
    No,
    All,
    /// Those without quotes, which databases take for nothing.
    Unquoted,
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

/// What is done to a table.
struct Change<'a> {
    verb: Verb,
    /// Without a context, which the binding has.
    key: &'a View,
    /// To encrypt with, instead of the latest.
    version: Option<u32>,
    binding: Binding<'a>,
    /// Of a rewrap: what the new ciphertexts are bound to, with the names in the header.
    rebind: Option<Binding<'a>>,
    keep_empty: KeepEmpty,
    /// Where names would be, if they are nowhere.
    could_be: Names,
    /// How to say that they are there.
    say_bound: &'static str,
}

/// What was done.
struct Changed {
    tally: Tally,
    /// False if the table itself was to be replaced and no cell of it would be another.
    written: bool,
    /// How many other names the file has that was replaced.
    other_names: u64,
}

/// A batch ends with the row that reaches one of these.
const BATCH_ROWS: usize = 1024;
const BATCH_BYTES: usize = 1 << 20;

impl Table {
    /// Works on the table and writes the result, to the table itself if there is no `out`. Of an error,
    /// nothing is written.
    fn change(&self, change: &Change<'_>, out: Option<&Path>) -> Result<Changed, TableError> {
        let bar = progress::bar();
        let mut source = Source::open(&self.path, self.delimiter, &bar)?;
        let positions = self.columns.find(&source.header)?;
        let out = out.unwrap_or(&self.path);
        let in_place = same_file(&self.path, out);
        if in_place && !source.opened_as.is_file() {
            return Err(TableError::usage(
                "this is not a regular file that could be replaced; name another with --out",
            ));
        }
        let target = Destination::at(
            out,
            Readers::AtMost { mode: mode(&source.opened_as), secret: change.verb == Verb::Decrypt },
        )?;
        let header = std::mem::take(&mut source.header);
        let worker = Worker {
            change,
            positions: &positions,
            beginnings: &self.beginnings,
            header: &header,
            delimiter: self.delimiter,
        };
        let left = if target.is_draft() { Left::Nothing } else { Left::Some };
        let tally =
            write(&mut source, &worker, target.file()).map_err(|error| TableError { left, ..error })?;
        bar.finish_and_clear();
        let written = !in_place || tally.changed > 0;
        if in_place {
            unchanged_since(&self.path, &source.opened_as)?;
        }
        let other_names = if written { target.commit()? } else { 0 };
        Ok(Changed { tally, written, other_names })
    }

    /// Counts what there is for a verb to work on. Whether a ciphertext opens is not tried.
    fn survey(&self, verb: Verb) -> Result<Survey, TableError> {
        let bar = progress::bar();
        let mut source = Source::open(&self.path, self.delimiter, &bar)?;
        let positions = self.columns.find(&source.header)?;
        let mut survey = Survey::new(&positions);
        let outside = Outside {
            verb,
            positions: &positions,
            beginnings: &self.beginnings,
            keep_empty: self.keep_empty,
        };
        while let Some(row) = source.next()? {
            survey.add(&row, outside);
        }
        bar.finish_and_clear();
        Ok(survey)
    }
}

/// Writes the whole table: the mark, the header, the rows with their new cells, and what stands behind them.
fn write(source: &mut Source, worker: &Worker<'_>, file: &std::fs::File) -> Result<Tally, TableError> {
    let mut out = BufWriter::with_capacity(1 << 16, file);
    let mut put = |bytes: &[u8]| out.write_all(bytes).map_err(TableError::io(WRITE));
    if source.mark {
        put(source::MARK)?;
    }
    put(&worker.header.raw)?;
    let mut tally = Tally::default();
    while let Some(rows) = batch(source)? {
        worker.work(&rows, &mut tally, &mut put)?;
    }
    put(&source.rest)?;
    out.flush().map_err(TableError::io(WRITE))?;
    Ok(tally)
}

const WRITE: &str = "write the new table";

/// The next rows; `None` at the end.
fn batch(source: &mut Source) -> Result<Option<Vec<Row>>, TableError> {
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while rows.len() < BATCH_ROWS && bytes < BATCH_BYTES {
        let Some(row) = source.next()? else { break };
        bytes += row.raw.len();
        rows.push(row);
    }
    Ok((!rows.is_empty()).then_some(rows))
}

/// Refuses to replace a file that somebody else wrote to meanwhile: their rows would be lost.
fn unchanged_since(path: &Path, before: &Metadata) -> Result<(), TableError> {
    let now = std::fs::metadata(path).map_err(TableError::io("look at the table again"))?;
    let same = now.len() == before.len()
        && now.modified().ok() == before.modified().ok()
        && identity(&now) == identity(before);
    if same {
        Ok(())
    } else {
        Err(TableError::table("the file was changed while it was read; nothing was written, start again"))
    }
}

#[cfg(unix)]
fn identity(file: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (file.dev(), file.ino())
}

#[cfg(unix)]
fn mode(file: &Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::mode(file) & 0o777
}

#[cfg(not(unix))]
fn mode(_file: &Metadata) -> u32 {
    0o600
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
