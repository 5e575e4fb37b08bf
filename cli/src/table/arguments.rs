//! `encrypt`, `decrypt` and `rewrap` with `--csv`.

use super::cell::Beginnings;
use super::columns::Columns;
use super::survey::{Survey, counted, grouped};
use super::{Change, Table, Verb};
use crate::failure::Failure;
use crate::message::{AadArguments, ViewArguments};
use crate::output::Output;
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;
use strongroom::{Error, KeyInfo, Version};

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
    /// Leave empty cells empty, instead of treating them as values.
    #[arg(long, requires = "csv")]
    keep_empty: bool,
    /// Count the ciphertexts of each version, the plain and the empty cells, and write nothing.
    #[arg(long, requires = "csv")]
    dry_run: bool,
}

/// What is asked for beside the table.
pub(crate) struct Asked<'a> {
    pub(crate) verb: Verb,
    pub(crate) version: Option<Version>,
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
        let Asked { verb, version, key, view, aad, output } = *asked;
        let path = self.csv.clone().unwrap_or_default();
        if output.given() == Some(Path::new("-")) {
            return Err(Failure::usage("a table is written as a whole, to a file; name one with --out"));
        }
        let key = session.key(key)?;
        let info = key.info()?;
        let columns = Columns { worked: self.column.clone(), context: self.context_column.clone(), aad: self.aad_column.clone() };
        let table = Table { path, columns, delimiter: self.delimiter, beginnings: Beginnings::new(info.version_template.as_deref(), view.transit) };
        if self.dry_run {
            if version.is_some() {
                return Err(Failure::usage("--dry-run only counts, whatever the version to encrypt with; leave --key-version out"));
            }
            let plan = Plan::new(&table.path, verb, self.keep_empty, table.survey()?, &info, view.transit);
            return session.printer.print(&plan.text(), &plan);
        }
        match (info.derived, view.context.is_given() || table.columns.context.is_some()) {
            (true, false) => return Err(Error::ContextRequired.into()),
            (false, true) if !view.transit => return Err(Error::ContextNotAllowed.into()),
            _ => {}
        }
        let view = view.of(&key)?;
        aad.with(|aad| {
            let began = Instant::now();
            let change = Change { verb, key: &view, version, aad: &aad, keep_empty: self.keep_empty };
            let out = output.given();
            let changed = table.change(&change, out)?;
            let done = Done {
                table: table.path.display().to_string(),
                out: out.unwrap_or(&table.path).display().to_string(),
                rows: changed.tally.rows,
                changed: changed.tally.changed,
                up_to_date: changed.tally.current,
                empty: changed.tally.empty,
                written: changed.written,
                seconds: began.elapsed().as_secs_f64(),
            };
            session.printer.print(&done.text(verb), &done)
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
    seconds: f64,
}

impl Done {
    fn text(&self, verb: Verb) -> String {
        let done = match verb {
            Verb::Encrypt => "encrypted",
            Verb::Decrypt => "decrypted",
            Verb::Rewrap => "rewrapped",
        };
        let mut text = format!("{}: {}, {} {done}", self.out, counted(self.rows, "row"), counted(self.changed, "cell"));
        if verb == Verb::Rewrap {
            text += &format!(", {} up to date", counted(self.up_to_date, "cell"));
        }
        if self.empty > 0 {
            text += &format!(", {} left empty", grouped(self.empty));
        }
        text += if self.written { "\n" } else { "; the file was left as it is\n" };
        text
    }
}

/// What would be done.
#[derive(Serialize)]
struct Plan {
    table: String,
    #[serde(flatten)]
    survey: Survey,
    /// All columns together.
    ciphertexts: BTreeMap<u32, u64>,
    latest_version: u32,
    /// Cells that would get another content.
    would_change: u64,
    /// Cells that would be refused, the first of which would stop the work.
    would_refuse: u64,
    #[serde(skip)]
    verb: Verb,
}

impl Plan {
    fn new(path: &Path, verb: Verb, keep_empty: bool, survey: Survey, info: &KeyInfo, transit: bool) -> Self {
        let ciphertexts = survey.versions();
        let latest_version = info.latest_version.get();
        let all: u64 = ciphertexts.values().sum();
        let plain: u64 = survey.columns.iter().map(|column| column.plain).sum();
        let empty: u64 = if keep_empty { 0 } else { survey.columns.iter().map(|column| column.empty).sum() };
        let old: u64 = ciphertexts.iter().filter(|(version, _)| **version != latest_version).map(|(_, count)| count).sum();
        let (would_change, would_refuse) = match verb {
            Verb::Encrypt => (plain + empty, all),
            Verb::Decrypt => (all, plain + empty),
            // Transit makes a new one each time.
            Verb::Rewrap => (if transit { all } else { old }, plain + empty),
        };
        Self { table: path.display().to_string(), survey, ciphertexts, latest_version, would_change, would_refuse, verb }
    }

    fn text(&self) -> String {
        let verb = match self.verb {
            Verb::Encrypt => "encrypt",
            Verb::Decrypt => "decrypt",
            Verb::Rewrap => "rewrap",
        };
        let refused = match self.would_refuse {
            0 => String::new(),
            refused => format!(", but would stop at the first of {} that it has to refuse", counted(refused, "cell")),
        };
        format!(
            "{}: {}, the latest version of the key is {}\n\n{}\n\n{verb} would change {}{refused}; nothing was opened or written\n",
            self.table,
            counted(self.survey.rows, "row"),
            self.latest_version,
            self.survey.render(),
            counted(self.would_change, "cell"),
        )
    }
}
