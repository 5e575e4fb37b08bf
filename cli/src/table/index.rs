//! `index` with `--csv`: the blind index of each cell of a column, in another column.

use super::arguments::{Empty, delimiter};
use super::done::name;
use super::file::{STREAM, TableFile, goes_to_standard_output};
use super::run::keep_empty;
use crate::destination::about_other_names;
use crate::failure::Failure;
use crate::numbers::{counted, grouped};
use crate::output::Output;
use crate::session::Session;
use crate::stopped::Stopped;
use clap::Args;
use serde::Serialize;
use std::path::{Path, PathBuf};
use strongroom::{BlindIndex, View};
use strongroom_bulk::csv::{Csv, Delimiter};
use strongroom_bulk::{Beginnings, Indexing};

/// A table instead of one value.
#[derive(Args)]
#[command(next_help_heading = "Tables")]
pub(crate) struct IndexTable {
    /// Index a column of a CSV file, which is replaced as a whole unless --out is given. '-' is standard
    /// input, and the new table goes to standard output unless --out names a file.
    #[arg(long, value_name = "FILE", conflicts_with = "in_file", requires_all = ["column", "into"])]
    csv: Option<PathBuf>,
    /// The column with the values, by its name in the header.
    #[arg(long, value_name = "NAME", requires = "csv")]
    column: Option<String>,
    /// The column for the indexes, which is added behind the others if there is none of the name.
    #[arg(long, value_name = "NAME", requires = "csv")]
    into: Option<String>,
    /// What stands between cells of CSV: one ASCII character, or 'tab'.
    #[arg(long, value_name = "CHAR", requires = "csv", default_value = ",", value_parser = delimiter)]
    delimiter: Delimiter,
    /// Give empty cells an empty index, instead of refusing them: all, or those without quotes, which
    /// databases take for nothing.
    #[arg(
        long,
        value_name = "WHICH",
        requires = "csv",
        value_enum,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "all"
    )]
    keep_empty: Option<Empty>,
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
    written: bool,
}

impl IndexTable {
    pub(crate) fn is_given(&self) -> bool {
        self.csv.is_some()
    }

    /// `view` is the key of this name.
    pub(crate) fn run(
        &self,
        session: &Session,
        key: &str,
        view: &View,
        index: &BlindIndex,
        output: &Output,
    ) -> Result<(), Failure> {
        let (Some(path), Some(from), Some(into)) = (&self.csv, &self.column, &self.into) else {
            return Err(Failure::usage("--csv takes --column and --into"));
        };
        let template = session.key(key)?.info()?.version_template;
        let beginnings = Beginnings::new(template.as_deref(), false);
        let indexing = Indexing { key: view, index, from, into, beginnings };
        let out = output.given();
        let streamed = goes_to_standard_output(path, out);
        let place = if streamed { Path::new(STREAM) } else { out.unwrap_or(path) };
        let changed = TableFile::open(path)?.write(
            out,
            None,
            false,
            |input| Csv::open(input, self.delimiter, keep_empty(self.keep_empty)),
            |csv, _, out| indexing.change(csv, out),
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
            written: changed.written,
        };
        let text = done.text();
        if streamed { session.printer.note(&text, &done) } else { session.printer.print(&text, &done) }?;
        session.printer.warn_all(about_other_names(place, changed.other_names))
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
        text += if self.written { "\n" } else { "; the file was left as it is\n" };
        text
    }
}
