//! The file that a table is read from, and the one that the new table becomes.

use super::progress;
use super::report::{Report, with_report};
use crate::destination::{Destination, NoOutput, Readers, same_file};
use crate::failure::Failure;
use crate::stopped::{Left, Stopped};
use indicatif::{ProgressBar, ProgressBarIter};
use std::fs::{File, Metadata};
use std::path::Path;
use strongroom_bulk::{Change, Error, Format, Table, Tally, Verb};

/// A table's file, open.
pub(super) struct TableFile<'p> {
    path: &'p Path,
    file: File,
    /// What it was when it was opened.
    opened_as: Metadata,
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
pub(super) type Input = ProgressBarIter<File>;

impl<'p> TableFile<'p> {
    /// `option` is the one that names it.
    pub(super) fn open(path: &'p Path, option: &str) -> Result<Self, Failure> {
        if path == Path::new("-") {
            return Err(Failure::usage(format!(
                "a table is read from a file; name it with {option}, or give /dev/stdin and --out"
            )));
        }
        let failed = |error| Failure::file("open the table", path, &error);
        let file = File::open(path).map_err(failed)?;
        let opened_as = file.metadata().map_err(failed)?;
        if opened_as.is_dir() {
            return Err(Failure::usage(format!("{} is a folder, not a table", path.display())));
        }
        let bar = progress::bar();
        bar.set_length(opened_as.len());
        Ok(Self { path, file, opened_as, bar })
    }

    pub(super) fn path(&self) -> &'p Path {
        self.path
    }

    /// Reads it.
    pub(super) fn read<T>(self, read: impl FnOnce(Input) -> Result<T, Failure>) -> Result<T, Failure> {
        let result = read(self.bar.wrap_read(self.file))?;
        self.bar.finish_and_clear();
        Ok(result)
    }

    /// Works on the table and writes the result, to the table itself if there is no `out`. Of an error,
    /// nothing is written.
    pub(super) fn change<F: Format>(
        self,
        out: Option<&Path>,
        mut report: Option<Report>,
        change: &Change<'_>,
        open: impl FnOnce(Input) -> Result<Table<F>, Error>,
        stopped: impl Fn(Error, Left) -> Stopped,
    ) -> Result<Changed, Failure> {
        let Self { path, file, opened_as, bar } = self;
        let table = open(bar.wrap_read(file)).map_err(|error| stopped(error, Left::Nothing))?;
        let out = out.unwrap_or(path);
        let in_place = same_file(path, out);
        if in_place && !opened_as.is_file() {
            return Err(Failure::usage(format!(
                "{} is not a regular file that could be replaced; name another with --out",
                path.display()
            )));
        }
        let readers = Readers::AtMost { mode: mode(&opened_as), secret: change.verb == Verb::Decrypt };
        let target = Destination::at(out, readers).map_err(|error| no_output(out, error))?;
        let left = if target.is_draft() { Left::Nothing } else { Left::Some };
        let tally = with_report(&mut report, |refused| table.change(change, refused, target.file()))
            .map_err(|error| stopped(error, left))?;
        bar.finish_and_clear();
        let written = !in_place || tally.changed > 0;
        if in_place {
            unchanged_since(path, &opened_as)?;
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
