//! The file in which `--on-error report` lists what was refused.

use crate::destination::{Destination, Readers, is_standard_output, same_file};
use crate::failure::Failure;
use crate::numbers::counted;
use crate::output::refused;
use crate::stopped::{self, ShownPlace};
use serde::Serialize;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use strongroom_bulk::{Error, Fault, OnRefusal};

/// A report in the making, for its owner only. Nothing is seen of it until it is complete.
pub(super) struct Report {
    path: PathBuf,
    target: Destination,
    held: Vec<u8>,
    transit: bool,
}

/// What is held back at most before it is written.
const HOLDS: usize = 64 << 10;

/// A line of it.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    place: Option<ShownPlace<'a>>,
    code: &'a str,
    /// Of an error of the library.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u32>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
}

impl Report {
    /// Begins it, at a path that is neither the table nor what it becomes.
    pub(super) fn begin(path: &Path, tables: &[&Path], transit: bool) -> Result<Self, Failure> {
        if is_standard_output(path) {
            return Err(Failure::usage(
                "a report goes to a file or a named pipe, for standard output has the result; name one after \
                 --on-error report",
            ));
        }
        if tables.iter().any(|table| same_file(path, table)) {
            return Err(Failure::usage(format!(
                "the report would replace the table; give --on-error report another file than {}",
                path.display()
            )));
        }
        let target = Destination::at(path, Readers::Owner).map_err(|error| refused("write", path, &error))?;
        Ok(Self { path: path.to_owned(), target, held: Vec::new(), transit })
    }

    /// Adds a line.
    fn add(&mut self, error: &Error) -> io::Result<()> {
        let fault = error.fault();
        let number = match fault {
            Fault::Library(error) | Fault::DoesNotOpen(error) => Some(error.number()),
            _ => None,
        };
        let hint = stopped::hint(error, self.transit);
        let line = Line {
            place: error.place().map(ShownPlace::of),
            code: fault.name(),
            number,
            message: &stopped::in_words(fault),
            hint: hint.as_deref(),
        };
        serde_json::to_writer(&mut self.held, &line)?;
        self.held.push(b'\n');
        if self.held.len() > HOLDS { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> io::Result<()> {
        self.target.file().write_all(&self.held)?;
        self.held.clear();
        Ok(())
    }

    /// Puts it in place, also if it is empty: a report from before would be taken for this one.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        self.write().map_err(|error| Failure::file("write", &self.path, &error))?;
        let Self { path, target, .. } = self;
        target.commit().map(drop).map_err(|error| refused("write", &path, &error))
    }
}

/// What is done about a cell that is refused: it is listed in the report if there is one.
pub(super) fn with_report<T>(
    report: &mut Option<Report>,
    work: impl FnOnce(&mut OnRefusal<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    match report {
        None => work(&mut OnRefusal::Stop),
        Some(report) => work(&mut OnRefusal::Report(&mut |error| report.add(error))),
    }
}

/// How the command ends where rows were refused and listed: what became of them.
pub(super) fn ended(rows: u64, report: Option<&Path>, became: &str) -> Result<(), Failure> {
    match report {
        Some(path) if rows > 0 => {
            Err(Failure::Refused(format!("{} {became}; {} lists why", counted(rows, "row"), path.display())))
        }
        _ => Ok(()),
    }
}
