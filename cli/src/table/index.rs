//! `index` with `--csv` or `--ndjson`: the blind index of each cell of a column, in another column.

use super::arguments::{Empty, delimiter};
use super::done::name;
use super::file::{Input, STREAM, TableFile, goes_to_standard_output};
use super::report::{Report, ended};
use super::run::keep_empty;
use crate::destination::about_other_names;
use crate::failure::Failure;
use crate::message::ViewArguments;
use crate::numbers::{counted, grouped};
use crate::output::Output;
use crate::session::Session;
use crate::stopped::Stopped;
use clap::{ArgAction, Args};
use serde::Serialize;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use strongroom::{BlindIndex, Error, View};
use strongroom_bulk::csv::{Csv, Delimiter};
use strongroom_bulk::ndjson::Ndjson;
use strongroom_bulk::{self as bulk, Beginnings, Extensible, Indexing, RowContext};

/// A table instead of one value.
#[derive(Args)]
#[command(next_help_heading = "Tables")]
pub(crate) struct IndexTable {
    /// Index a column of a CSV file, which is replaced as a whole unless --out is given. '-' is standard
    /// input, and the new table goes to standard output unless --out names a file.
    #[arg(
        long,
        value_name = "FILE",
        group = "table",
        conflicts_with = "in_file",
        requires_all = ["column", "into"]
    )]
    csv: Option<PathBuf>,
    /// Index a member of the lines of an NDJSON file, one JSON object a line, as --csv does a column. A line
    /// whose member is null or missing gets none.
    #[arg(
        long,
        value_name = "FILE",
        group = "table",
        conflicts_with = "in_file",
        requires_all = ["column", "into"]
    )]
    ndjson: Option<PathBuf>,
    /// The column with the values, by its name in the header, or of the member.
    #[arg(long, value_name = "NAME", requires = "table")]
    column: Option<String>,
    /// The column for the indexes, which is added behind the others if there is none of the name.
    #[arg(long, value_name = "NAME", requires = "table")]
    into: Option<String>,
    /// The column that holds the context of each row.
    #[arg(long, value_name = "NAME", requires = "table", conflicts_with = "context_of_key")]
    context_column: Option<String>,
    /// What stands between cells of CSV: one ASCII character, or 'tab'.
    #[arg(
        long,
        value_name = "CHAR",
        requires = "csv",
        conflicts_with = "ndjson",
        default_value = ",",
        value_parser = delimiter
    )]
    delimiter: Delimiter,
    /// Give empty cells an empty index, instead of refusing them: all, or those without quotes, which
    /// databases take for nothing.
    #[arg(
        long,
        value_name = "WHICH",
        requires = "table",
        value_enum,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "all"
    )]
    keep_empty: Option<Empty>,
    /// 'report' goes on past rows in which a cell is refused, which stay as they are, lists what is wrong in
    /// the file, one JSON object a line, and ends with exit code 4 [default: stop at the first].
    #[arg(long, value_names = ["report", "FILE"], num_args = 2, action = ArgAction::Set, requires = "table")]
    on_error: Vec<OsString>,
}

/// What was done.
#[derive(Serialize)]
struct Done {
    table: String,
    out: String,
    rows: u64,
    changed: u64,
    up_to_date: u64,
    empty: u64,
    /// Rows that stayed as they are since their cell was refused.
    refused_rows: u64,
    written: bool,
}

/// What is asked for beside the table.
pub(crate) struct AskedOfIndex<'a> {
    pub(crate) key: &'a str,
    pub(crate) view: &'a ViewArguments,
    pub(crate) index: &'a BlindIndex,
    pub(crate) output: &'a Output,
}

impl IndexTable {
    pub(crate) fn is_given(&self) -> bool {
        self.csv.is_some() || self.ndjson.is_some()
    }

    pub(crate) fn run(&self, session: &Session, asked: &AskedOfIndex<'_>) -> Result<(), Failure> {
        self.check()?;
        if let Some(path) = &self.ndjson {
            return self.work(session, asked, path, |input| Ndjson::open(input, self.keep_empty.is_some()));
        }
        let path = self.csv.as_deref().unwrap_or(Path::new(""));
        self.work(session, asked, path, |input| Csv::open(input, self.delimiter, keep_empty(self.keep_empty)))
    }

    /// What is wrong about the arguments alone.
    fn check(&self) -> Result<(), Failure> {
        if self.on_error.first().is_some_and(|what| what != "report") {
            return Err(Failure::usage("--on-error takes the word 'report' and the file to write it to"));
        }
        if self.ndjson.is_some() && matches!(self.keep_empty, Some(Empty::Unquoted)) {
            return Err(Failure::usage(
                "--keep-empty=unquoted is about the quotes of CSV; NDJSON tells nothing, which is null, from \
                 an empty text by itself",
            ));
        }
        Ok(())
    }

    fn work<F: Extensible>(
        &self,
        session: &Session,
        asked: &AskedOfIndex<'_>,
        path: &Path,
        open: impl FnOnce(Input) -> Result<F, bulk::Error>,
    ) -> Result<(), Failure> {
        let (Some(from), Some(into)) = (&self.column, &self.into) else {
            return Err(Failure::usage("a table takes --column and --into"));
        };
        let AskedOfIndex { view, index, output, .. } = *asked;
        let key = session.key(asked.key)?;
        let info = key.info()?;
        match (info.derived, view.context.is_given() || self.context_column.is_some()) {
            (true, false) => return Err(Error::ContextRequired.into()),
            (false, true) if !view.transit => return Err(Error::ContextNotAllowed.into()),
            _ => {}
        }
        let of_row = |context: &str| {
            let of_row = key.context(context)?;
            Ok::<View, Error>(if view.transit { of_row.transit() } else { of_row })
        };
        // Transit does not look at a context that it has no use for.
        let column = self.context_column.as_deref().filter(|_| info.derived);
        let indexing = Indexing {
            key: &view.of(&key)?,
            context: column.map(|column| RowContext { column, view: &of_row }),
            index,
            from,
            into,
            beginnings: Beginnings::new(info.version_template.as_deref(), false),
        };
        let out = output.given();
        let streamed = goes_to_standard_output(path, out);
        let place = if streamed { Path::new(STREAM) } else { out.unwrap_or(path) };
        let file = TableFile::open(path)?;
        let report = self.on_error.get(1).map(Path::new);
        let listed = report.map(|at| Report::begin(at, &[path, place], false)).transpose()?;
        let changed = file.write(
            out,
            listed,
            false,
            open,
            |table, refused, out| indexing.change(table, refused, out),
            |error, left| Stopped { error, left, transit: false },
        )?;
        let tally = changed.tally;
        let done = Done {
            table: path.display().to_string(),
            out: place.display().to_string(),
            rows: tally.rows,
            changed: tally.changed,
            up_to_date: tally.current,
            empty: tally.empty,
            refused_rows: tally.refused_rows,
            written: changed.written,
        };
        let text = done.text();
        if streamed { session.printer.note(&text, &done) } else { session.printer.print(&text, &done) }?;
        session.printer.warn_all(about_other_names(place, changed.other_names))?;
        ended(done.refused_rows, report, "refused and left as before")
    }
}

impl Done {
    fn text(&self) -> String {
        let mut text = format!(
            "{}: {}, {} indexed, {} up to date",
            name(&self.out, "standard output"),
            counted(self.rows, "row"),
            counted(self.changed, "cell"),
            grouped(self.up_to_date),
        );
        if self.empty > 0 {
            text += &format!(", {} left empty", grouped(self.empty));
        }
        if self.refused_rows > 0 {
            text += &format!(", {} refused", counted(self.refused_rows, "row"));
        }
        text += if self.written { "\n" } else { "; the file was left as it is\n" };
        text
    }
}
