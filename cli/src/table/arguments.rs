//! `encrypt`, `decrypt` and `rewrap` with `--csv`.

use super::binding::{Binding, Names};
use super::cell::Beginnings;
use super::columns::Columns;
use super::plan::Plan;
use super::survey::{counted, grouped};
use super::{Change, KeepEmpty, Table, Verb};
use crate::destination::{about_other_names, is_standard_output};
use crate::failure::Failure;
use crate::message::{AadArguments, ViewArguments};
use crate::output::Output;
use crate::session::Session;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::path::PathBuf;
use std::time::Instant;
use strongroom::{Error, KeyInfo, View};

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
    delimiter: u8,
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
    #[arg(long, value_name = "WHICH", requires = "csv", value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "all")]
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

impl From<Option<Empty>> for KeepEmpty {
    fn from(given: Option<Empty>) -> Self {
        match given {
            None => Self::No,
            Some(Empty::All) => Self::All,
            Some(Empty::Unquoted) => Self::Unquoted,
        }
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

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'"' | b'\r' | b'\n' | 0) => Ok(*byte),
        _ => Err("a delimiter is one ASCII character that is no letter, digit, quote or line break, or the word 'tab'".to_owned()),
    }
}

impl TableArguments {
    /// Whether this is about a table.
    pub(crate) fn is_given(&self) -> bool {
        self.csv.is_some()
    }

    pub(crate) fn run(&self, session: &Session, asked: &Asked<'_>) -> Result<(), Failure> {
        self.check(asked)?;
        let Asked { verb, key, view, output, .. } = *asked;
        let path = self.csv.clone().unwrap_or_default();
        let key = session.key(key)?;
        let info = key.info()?;
        let (context, aad) = (self.context_column.clone(), self.aad_column.clone());
        let columns = Columns { worked: self.column.clone(), context, aad, names: self.column_name.clone() };
        let beginnings = Beginnings::new(info.version_template.as_deref(), view.transit);
        let table = Table {
            path,
            columns,
            delimiter: self.delimiter,
            beginnings,
            keep_empty: self.keep_empty.into(),
        };
        if self.dry_run {
            // Transit makes a new ciphertext each time.
            let plan = Plan::new(&table.path, verb, table.survey(verb)?, &info, view.transit || self.rebind);
            session.printer.print(&plan.text(), &plan)?;
            return Ok(plan.end()?);
        }
        match (info.derived, view.context.is_given() || table.columns.context.is_some()) {
            (true, false) => return Err(Error::ContextRequired.into()),
            (false, true) if !view.transit => return Err(Error::ContextNotAllowed.into()),
            _ => {}
        }
        let began = Instant::now();
        let view: View = if view.transit { key.transit() } else { (*key).clone() };
        let change = self.change(asked, &info, &view)?;
        let out = output.given();
        let changed = table.change(&change, out)?;
        let out = out.unwrap_or(&table.path);
        let names = change.rebind.as_ref().map_or(change.binding.names, |new| new.names);
        let done = Done {
            table: table.path.display().to_string(),
            out: out.display().to_string(),
            rows: changed.tally.rows,
            changed: changed.tally.changed,
            up_to_date: changed.tally.current,
            empty: changed.tally.empty,
            written: changed.written,
            columns_bound: names != Names::Nowhere,
            seconds: began.elapsed().as_secs_f64(),
        };
        // Whoever said so knows it.
        let unbound = verb == Verb::Encrypt && names == Names::Nowhere && self.bind_column.is_none();
        session.printer.print(&done.text(verb, unbound), &done)?;
        session.printer.warn_all(about_other_names(out, changed.other_names))
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
            "--column-name says what existing ciphertexts are bound to; what is encrypted is bound to the name in the header"
        } else if !self.column_name.is_empty() && !self.is_bound(asked) {
            "--column-name says what ciphertexts are bound to, which --bind-column no and, by itself, --transit say they are not"
        } else {
            return Ok(());
        };
        Err(Failure::usage(wrong))
    }

    fn is_bound(&self, asked: &Asked<'_>) -> bool {
        self.bind_column.map_or(!asked.view.transit, |bind| bind == Bind::Yes)
    }

    fn change<'a>(&self, asked: &Asked<'a>, info: &KeyInfo, key: &'a View) -> Result<Change<'a>, Failure> {
        let Asked { verb, version, view, aad, .. } = *asked;
        // Convergent keys take no aad.
        let could_be = if info.convergent { Names::InContext } else { Names::InAad };
        let names = if self.is_bound(asked) { could_be } else { Names::Nowhere };
        // Transit does not look at a context that it has no use for.
        let context = if info.derived { view.context.said()? } else { crate::message::Said::Nothing };
        let aad = aad.said()?;
        let rebind =
            self.rebind.then(|| Binding { names: could_be, aad: aad.clone(), context: context.clone() });
        let say_bound = if view.transit { "say --bind-column yes" } else { "leave out --bind-column no" };
        Ok(Change {
            verb,
            key,
            version,
            binding: Binding { names, aad, context },
            rebind,
            keep_empty: self.keep_empty.into(),
            could_be,
            say_bound,
        })
    }
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
    /// Whether the ciphertexts that were worked on, or made, are bound to the names of their columns.
    columns_bound: bool,
    seconds: f64,
}

impl Done {
    fn text(&self, verb: Verb, unbound: bool) -> String {
        let done = match verb {
            Verb::Encrypt => "encrypted",
            Verb::Decrypt => "decrypted",
            Verb::Rewrap => "rewrapped",
        };
        let mut text =
            format!("{}: {}, {} {done}", self.out, counted(self.rows, "row"), counted(self.changed, "cell"));
        if verb == Verb::Rewrap {
            text += &format!(", {} up to date", counted(self.up_to_date, "cell"));
        }
        if self.empty > 0 {
            text += &format!(", {} left empty", grouped(self.empty));
        }
        if unbound {
            text += ", not bound to the names of the columns";
        }
        text += if self.written { "\n" } else { "; the file was left as it is\n" };
        text
    }
}
