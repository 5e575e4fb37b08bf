//! The file that a table is read from, and the one that the new table becomes.

use super::progress;
use super::report::{Report, with_report};
use crate::destination::{Destination, NoOutput, Readers, is_standard_output, same_file};
use crate::failure::Failure;
use crate::stopped::{Left, Stopped};
use crate::streams;
use indicatif::{ProgressBar, ProgressBarIter};
use std::fs::{File, Metadata};
use std::io::{Read, Write};
use std::path::Path;
use strongroom_bulk::{Change, Error, Format, OnRefusal, Table, Tally, Verb};

/// A table's file, open.
pub(super) struct TableFile<'p> {
    path: &'p Path,
    input: Box<dyn Read>,
    /// What it was when it was opened; `None` of standard input.
    opened_as: Option<Metadata>,
    bar: ProgressBar,
}

/// What was done.
pub(super) struct Changed {
    pub(super) tally: Tally,
    /// False if the table itself was to be replaced and no cell of it would be another.
    pub(super) written: bool,
    /// How many other names the file has that was replaced.
    pub(super) other_names: u64,
}

/// What is read of a file, with a bar that shows how far it is.
pub(super) type Input = ProgressBarIter<Box<dyn Read>>;

/// Whether the new table goes to standard output: where that is named, and where there is no file to replace.
pub(super) fn goes_to_standard_output(path: &Path, out: Option<&Path>) -> bool {
    out.map_or_else(|| path == Path::new(STREAM), is_standard_output)
}

/// What stands for standard input, and for standard output.
pub(super) const STREAM: &str = "-";

impl<'p> TableFile<'p> {
    pub(super) fn open(path: &'p Path) -> Result<Self, Failure> {
        if path == Path::new(STREAM) {
            let input =
                streams::input().map_err(|error| Failure::io("cannot read standard input", &error))?;
            return Ok(Self { path, input: Box::new(input), opened_as: None, bar: ProgressBar::hidden() });
        }
        let failed = |error| Failure::file("open the table", path, &error);
        let file = File::open(path).map_err(failed)?;
        let opened_as = file.metadata().map_err(failed)?;
        if opened_as.is_dir() {
            return Err(Failure::usage(format!("{} is a folder, not a table", path.display())));
        }
        let bar = progress::bar();
        bar.set_length(opened_as.len());
        Ok(Self { path, input: Box::new(file), opened_as: Some(opened_as), bar })
    }

    pub(super) fn path(&self) -> &'p Path {
        self.path
    }

    /// Reads it.
    pub(super) fn read<T>(self, read: impl FnOnce(Input) -> Result<T, Failure>) -> Result<T, Failure> {
        let result = read(self.bar.wrap_read(self.input))?;
        self.bar.finish_and_clear();
        Ok(result)
    }

    /// Works on the table and writes the result, to the table itself if there is no `out`. Of an error,
    /// nothing is written, but to a pipe or a device, where nothing can be taken back.
    pub(super) fn change<F: Format>(
        self,
        out: Option<&Path>,
        report: Option<Report>,
        change: &Change<'_>,
        open: impl FnOnce(Input) -> Result<Table<F>, Error>,
        stopped: impl Fn(Error, Left) -> Stopped,
    ) -> Result<Changed, Failure> {
        let work = |table: Table<F>, refused: &mut OnRefusal<'_>, out: &mut dyn Write| {
            table.change(change, refused, out)
        };
        self.write(out, report, change.verb == Verb::Decrypt, open, work, stopped)
    }

    /// [`change`](Self::change) by any work on what was opened; what is `secret` is for its owner only.
    pub(super) fn write<T>(
        self,
        out: Option<&Path>,
        mut report: Option<Report>,
        secret: bool,
        open: impl FnOnce(Input) -> Result<T, Error>,
        work: impl FnOnce(T, &mut OnRefusal<'_>, &mut dyn Write) -> Result<Tally, Error>,
        stopped: impl Fn(Error, Left) -> Stopped,
    ) -> Result<Changed, Failure> {
        let Self { path, input, opened_as, bar } = self;
        let table = open(bar.wrap_read(input)).map_err(|error| stopped(error, Left::Nothing))?;
        if goes_to_standard_output(path, out) {
            let mut stdout = streams::output().map_err(|error| Failure::stdout(&error))?;
            let tally = with_report(&mut report, |refused| work(table, refused, &mut stdout))
                .map_err(|error| stopped(error, Left::Some))?;
            bar.finish_and_clear();
            report.map_or(Ok(()), Report::finish)?;
            return Ok(Changed { tally, written: true, other_names: 0 });
        }
        let out = out.unwrap_or(path);
        let replaced = opened_as.as_ref().filter(|_| same_file(path, out));
        if replaced.is_some_and(|opened_as| !opened_as.is_file()) {
            return Err(Failure::usage(format!(
                "{} is not a regular file that could be replaced; name another with --out",
                path.display()
            )));
        }
        // What comes in by a stream has no mode to keep.
        let mode = opened_as.as_ref().map_or(0o666, mode);
        let readers = Readers::AtMost { mode, secret };
        let target = Destination::at(out, readers).map_err(|error| no_output(out, error))?;
        let left = if target.is_draft() { Left::Nothing } else { Left::Some };
        let tally = with_report(&mut report, |refused| work(table, refused, &mut target.file()))
            .map_err(|error| stopped(error, left))?;
        bar.finish_and_clear();
        let written = replaced.is_none() || tally.changed > 0;
        if let Some(opened_as) = replaced {
            unchanged_since(path, opened_as)?;
        }
        // First: a table whose report is missing would have to be searched for what is wrong.
        report.map_or(Ok(()), Report::finish)?;
        let other_names = if written { target.commit().map_err(|error| no_output(out, error))? } else { 0 };
        Ok(Changed { tally, written, other_names })
    }
}

fn no_output(path: &Path, error: NoOutput) -> Failure {
    match error {
        NoOutput::Is(what) => Failure::usage(format!("the output {} is {what}", path.display())),
        NoOutput::Failed(what, error) => Failure::io(&format!("{}: cannot {what}", path.display()), &error),
    }
}

/// Refuses to replace a file that somebody else wrote to meanwhile: their rows would be lost.
fn unchanged_since(path: &Path, before: &Metadata) -> Result<(), Failure> {
    let now =
        std::fs::metadata(path).map_err(|error| Failure::file("look again at the table", path, &error))?;
    let same = now.len() == before.len()
        && now.modified().ok() == before.modified().ok()
        && identity(&now) == identity(before);
    if same { Ok(()) } else { Err(Failure::TableChanged) }
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
