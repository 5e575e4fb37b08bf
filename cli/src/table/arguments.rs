//! `encrypt`, `decrypt` and `rewrap` with `--csv`.

use super::done::Done;
use super::file::{Input, TableFile};
use super::plan::Plan;
use super::stopped::{Left, Stopped};
use crate::destination::{about_other_names, is_standard_output};
use crate::failure::Failure;
use crate::message::{AadArguments, Said, ViewArguments};
use crate::output::Output;
use crate::session::Session;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use std::time::Instant;
use strongroom::{Error, View};
use strongroom_bulk::csv::{Csv, Delimiter, KeepEmpty};
use strongroom_bulk::{self as bulk, Beginnings, Change, Columns, Format, Table, Verb};

/// A table instead of one message.
#[derive(Args)]
#[command(next_help_heading = "Tables")]
pub(crate) struct TableArguments {
    /// Work on columns of a CSV file, which is replaced as a whole unless --out is given.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["in_file", "binary"], requires = "column")]
    csv: Option<PathBuf>,
    /// A column to work on, by its name in the header; repeat it for more.
    #[arg(long, value_name = "NAME", requires = "csv")]
    column: Vec<String>,
    /// The column that holds the context of each row.
    #[arg(long, value_name = "NAME", requires = "csv", conflicts_with = "context_of_key")]
    context_column: Option<String>,
    /// The column that holds the associated data of each row.
    #[arg(long, value_name = "NAME", requires = "csv", conflicts_with = "aad_of_message")]
    aad_column: Option<String>,
    /// What stands between cells: one ASCII character, or 'tab'.
    #[arg(long, value_name = "CHAR", requires = "csv", default_value = ",", value_parser = delimiter)]
    delimiter: Delimiter,
    /// Whether a ciphertext opens only in the column it was made for, by the name of the column [default:
    /// yes; with --transit: no].
    #[arg(long, value_name = "BIND", requires = "csv", value_enum)]
    bind_column: Option<Bind>,
    /// The name that the cells of a column are bound to, where it is not the one in the header; repeat it for
    /// more.
    #[arg(long, value_name = "NAME=BOUND", requires = "csv")]
    column_name: Vec<String>,
    /// With rewrap: make every ciphertext anew, bound to the name of its column in the header. It is opened
    /// as the other options say.
    #[arg(long, requires = "csv")]
    rebind: bool,
    /// Leave empty cells as they are, instead of treating them as values: all, or those without quotes, which
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
    /// Count the ciphertexts of each version, the plain and the empty cells, and write nothing. Where the
    /// work would stop at a cell, it ends with the error of that cell.
    #[arg(long, requires = "csv")]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Bind {
    /// The name is in the aad or, with convergent keys, in the context.
    Yes,
    /// Cells of one row can be exchanged for each other.
    No,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Empty {
    All,
    Unquoted,
}

/// As CSV takes it.
fn keep_empty(given: Option<Empty>) -> KeepEmpty {
    match given {
        None => KeepEmpty::No,
        Some(Empty::All) => KeepEmpty::All,
        Some(Empty::Unquoted) => KeepEmpty::Unquoted,
    }
}

/// What is asked for beside the table.
pub(crate) struct Asked<'a> {
    pub(crate) verb: Verb,
    pub(crate) version: Option<u32>,
    pub(crate) key: &'a str,
    pub(crate) view: &'a ViewArguments,
    pub(crate) aad: &'a AadArguments,
    pub(crate) output: &'a Output,
}

fn delimiter(text: &str) -> Result<Delimiter, String> {
    let byte = match text.as_bytes() {
        b"tab" => Some(b'\t'),
        [byte] => Some(*byte),
        _ => None,
    };
    let wrong = "a delimiter is one ASCII character that is no letter, digit, quote or line break, or the \
                 word 'tab'";
    byte.and_then(Delimiter::new).ok_or_else(|| wrong.to_owned())
}

impl TableArguments {
    /// Whether this is about a table.
    pub(crate) fn is_given(&self) -> bool {
        self.csv.is_some()
    }

    pub(crate) fn run(&self, session: &Session, asked: &Asked<'_>) -> Result<(), Failure> {
        self.check(asked)?;
        let path = self.csv.as_deref().unwrap_or(Path::new(""));
        let open = |input| Csv::open(input, self.delimiter, keep_empty(self.keep_empty));
        self.work(session, asked, path, open)
    }

    /// The work on the table at a path, which is of the format that is opened.
    fn work<F: Format>(
        &self,
        session: &Session,
        asked: &Asked<'_>,
        path: &Path,
        open: impl Fn(Input) -> Result<F, bulk::Error>,
    ) -> Result<(), Failure> {
        let Asked { verb, key, view, output, .. } = *asked;
        let key = session.key(key)?;
        let info = key.info()?;
        let columns = self.columns()?;
        let beginnings = Beginnings::new(info.version_template.as_deref(), view.transit);
        let table = |input| Table::open(open(input)?, &columns);
        let stopped = |error, left| Stopped { error, left, transit: view.transit };
        if self.dry_run {
            let count = |input| table(input)?.survey(verb, &beginnings);
            let mut survey = TableFile::open(path)?
                .read(|input| Ok(count(input).map_err(|error| stopped(error, Left::Nothing))?))?;
            // Transit makes a new ciphertext each time.
            let plan = Plan::new(path, verb, &survey, &info, view.transit || self.rebind);
            session.printer.print(&plan.text(), &plan)?;
            return survey.first.take().map_or(Ok(()), |first| Err(stopped(first, Left::Plan).into()));
        }
        match (info.derived, view.context.is_given() || self.context_column.is_some()) {
            (true, false) => return Err(Error::ContextRequired.into()),
            (false, true) if !view.transit => return Err(Error::ContextNotAllowed.into()),
            _ => {}
        }
        let began = Instant::now();
        let key: View = if view.transit { key.transit() } else { (*key).clone() };
        // Transit does not look at a context that it has no use for.
        let context = if info.derived { view.context.said()? } else { Said::Nothing };
        let aad = asked.aad.said()?;
        let change = Change {
            verb,
            key: &key,
            version: asked.version,
            // Convergent keys take no aad.
            convergent: info.convergent,
            bind: self.is_bound(asked),
            rebind: self.rebind,
            aad: aad.given(),
            context: context.given(),
            beginnings,
        };
        let out = output.given();
        let changed = TableFile::open(path)?.change(out, &change, table, stopped)?;
        let out = out.unwrap_or(path);
        let bound = change.bind || change.rebind;
        let done = Done {
            table: path.display().to_string(),
            out: out.display().to_string(),
            rows: changed.tally.rows,
            changed: changed.tally.changed,
            up_to_date: changed.tally.current,
            empty: changed.tally.empty,
            written: changed.written,
            columns_bound: bound,
            seconds: began.elapsed().as_secs_f64(),
        };
        // Whoever said so knows it.
        let unbound = verb == Verb::Encrypt && !bound && self.bind_column.is_none();
        session.printer.print(&done.text(verb, unbound), &done)?;
        session.printer.warn_all(about_other_names(out, changed.other_names))
    }

    fn columns(&self) -> Result<Columns, Failure> {
        Ok(Columns {
            worked: self.column.clone(),
            context: self.context_column.clone(),
            aad: self.aad_column.clone(),
            renamed: self
                .column_name
                .iter()
                .map(|pair| renamed(&self.column, pair))
                .collect::<Result<_, _>>()?,
        })
    }

    /// What is wrong about the arguments alone.
    fn check(&self, asked: &Asked<'_>) -> Result<(), Failure> {
        let wrong = if asked.output.given().is_some_and(is_standard_output) {
            "a table goes to a file or a named pipe, for standard output has the result; name one with --out"
        } else if self.dry_run && asked.version.is_some() {
            "--dry-run only counts, whatever the version to encrypt with; leave --key-version out"
        } else if self.rebind && asked.verb != Verb::Rewrap {
            "--rebind is for rewrap"
        } else if !self.column_name.is_empty() && asked.verb == Verb::Encrypt {
            "--column-name says what existing ciphertexts are bound to; what is encrypted is bound to the \
             name in the header"
        } else if !self.column_name.is_empty() && !self.is_bound(asked) {
            "--column-name says what ciphertexts are bound to, which --bind-column no and, by itself, \
             --transit say they are not"
        } else {
            return Ok(());
        };
        Err(Failure::usage(wrong))
    }

    fn is_bound(&self, asked: &Asked<'_>) -> bool {
        self.bind_column.map_or(!asked.view.transit, |bind| bind == Bind::Yes)
    }
}

/// Which column is meant, and the other name. A name may hold an equals sign: the longest one that fits is
/// meant.
fn renamed(columns: &[String], pair: &str) -> Result<(String, String), Failure> {
    let fits = columns
        .iter()
        .filter_map(|name| Some((name.len(), name, pair.strip_prefix(name.as_str())?.strip_prefix('=')?)));
    let (_, name, bound) = fits
        .max()
        .ok_or_else(|| Failure::usage("--column-name takes NAME=BOUND, where --column names NAME too"))?;
    Ok((name.clone(), bound.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_that_fits_is_meant() {
        let columns = ["a".to_owned(), "a=b".to_owned()];
        for (pair, name, bound) in [("a=x", "a", "x"), ("a=b=c=d", "a=b", "c=d"), ("a=b", "a", "b")] {
            assert_eq!(renamed(&columns, pair).unwrap(), (name.into(), bound.into()), "{pair}");
        }
        for wrong in ["a", "b=x", "aa=x"] {
            assert!(renamed(&columns, wrong).is_err(), "{wrong}");
        }
    }
}
