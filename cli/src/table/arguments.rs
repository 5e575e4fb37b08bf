//! `encrypt`, `decrypt` and `rewrap` with `--csv` or `--ndjson`.

use crate::failure::Failure;
use crate::message::{AadArguments, ViewArguments};
use crate::output::Output;
use clap::{ArgAction, Args, ValueEnum};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use strongroom_bulk::csv::Delimiter;
use strongroom_bulk::{Columns, Mixed, Verb};

/// A table instead of one message.
#[derive(Args)]
#[command(next_help_heading = "Tables")]
pub(crate) struct TableArguments {
    /// Work on columns of a CSV file, which is replaced as a whole unless --out is given. '-' is standard
    /// input, and the new table goes to standard output unless --out names a file.
    #[arg(
        long,
        value_name = "FILE",
        group = "table",
        conflicts_with_all = ["in_file", "binary"],
        requires = "column"
    )]
    pub(super) csv: Option<PathBuf>,
    /// Work on members of an NDJSON file, one JSON object a line, which is replaced as a whole unless --out
    /// is given. A column is a member that holds a string; null and missing members stay as they are. `-` is
    /// standard input, and the result goes to standard output unless --out is given.
    #[arg(
        long,
        value_name = "FILE",
        group = "table",
        conflicts_with_all = ["in_file", "binary"],
        requires = "column"
    )]
    pub(super) ndjson: Option<PathBuf>,
    /// A column to work on, by its name in the header, or of the member; repeat it for more.
    #[arg(long, value_name = "NAME", requires = "table")]
    pub(super) column: Vec<String>,
    /// The column that holds the context of each row.
    #[arg(long, value_name = "NAME", requires = "table", conflicts_with = "context_of_key")]
    pub(super) context_column: Option<String>,
    /// The column that holds the associated data of each row.
    #[arg(long, value_name = "NAME", requires = "table", conflicts_with = "aad_of_message")]
    pub(super) aad_column: Option<String>,
    /// What stands between cells of CSV: one ASCII character, or 'tab'.
    #[arg(
        long,
        value_name = "CHAR",
        requires = "csv",
        conflicts_with = "ndjson",
        default_value = ",",
        value_parser = delimiter
    )]
    pub(super) delimiter: Delimiter,
    /// Whether a ciphertext opens only in the column it was made for, by the name of the column [default:
    /// yes; with --transit: no].
    #[arg(long, value_name = "BIND", requires = "table", value_enum)]
    pub(super) bind_column: Option<Bind>,
    /// The name that the cells of a column are bound to, where it is not the one in the header; repeat it for
    /// more.
    #[arg(long, value_name = "NAME=BOUND", requires = "table")]
    pub(super) column_name: Vec<String>,
    /// With rewrap: make every ciphertext anew, bound to the name of its column in the header. It is opened
    /// as the other options say.
    #[arg(long, requires = "table")]
    pub(super) rebind: bool,
    /// Leave empty cells as they are, instead of treating them as values: all, or those without quotes, which
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
    pub(super) keep_empty: Option<Empty>,
    /// With encrypt: leave cells that are encrypted already as they are, to finish a column of which a part
    /// was encrypted. A cell that begins as a ciphertext has to open with this key in this row and column.
    #[arg(long, requires = "table")]
    pub(super) skip_encrypted: bool,
    /// With decrypt and rewrap: leave cells that are no ciphertexts as they are. Whoever can write the table
    /// can put plaintext in the place of a ciphertext then.
    #[arg(long, requires = "table")]
    pub(super) allow_plaintext: bool,
    /// 'report' goes on past rows in which a cell is refused, which stay as they are, lists what is wrong in
    /// the file, one JSON object a line, and ends with exit code 4 [default: stop at the first].
    #[arg(long, value_names = ["report", "FILE"], num_args = 2, action = ArgAction::Set, requires = "table")]
    pub(super) on_error: Vec<OsString>,
    /// Count the ciphertexts of each version, the plain and the empty cells, and write nothing. Where the
    /// work would stop at a cell, it ends with the error of that cell.
    #[arg(long, requires = "table")]
    pub(super) dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Bind {
    /// The name is in the aad or, with convergent keys, in the context.
    Yes,
    /// Cells of one row can be exchanged for each other.
    No,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Empty {
    All,
    Unquoted,
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

pub(super) fn delimiter(text: &str) -> Result<Delimiter, String> {
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
        self.csv.is_some() || self.ndjson.is_some()
    }

    pub(super) fn columns(&self) -> Result<Columns, Failure> {
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
    pub(super) fn check(&self, asked: &Asked<'_>) -> Result<(), Failure> {
        let wrong = if self.dry_run && asked.version.is_some() {
            "--dry-run only counts, whatever the version to encrypt with; leave --key-version out"
        } else if self.rebind && asked.verb != Verb::Rewrap {
            "--rebind is for rewrap"
        } else if self.skip_encrypted && asked.verb != Verb::Encrypt {
            "--skip-encrypted is for encrypt; decrypt and rewrap leave what is not encrypted with \
             --allow-plaintext"
        } else if self.allow_plaintext && asked.verb == Verb::Encrypt {
            "--allow-plaintext is for decrypt and rewrap; encrypt leaves what is encrypted with \
             --skip-encrypted"
        } else if self.on_error.first().is_some_and(|what| what != "report") {
            "--on-error takes the word 'report' and the file to write it to"
        } else if !self.column_name.is_empty() && asked.verb == Verb::Encrypt {
            "--column-name says what existing ciphertexts are bound to; what is encrypted is bound to the \
             name in the header"
        } else if !self.column_name.is_empty() && !self.is_bound(asked) {
            "--column-name says what ciphertexts are bound to, which --bind-column no and, by itself, \
             --transit say they are not"
        } else if self.ndjson.is_some() && matches!(self.keep_empty, Some(Empty::Unquoted)) {
            "--keep-empty=unquoted is about the quotes of CSV; NDJSON tells nothing, which is null, from an \
             empty text by itself"
        } else {
            return Ok(());
        };
        Err(Failure::usage(wrong))
    }

    pub(super) fn mixed(&self) -> Mixed {
        if self.skip_encrypted || self.allow_plaintext { Mixed::Finished } else { Mixed::Refused }
    }

    /// Where what is refused is listed.
    pub(super) fn report(&self) -> Option<&Path> {
        self.on_error.get(1).map(Path::new)
    }

    pub(super) fn is_bound(&self, asked: &Asked<'_>) -> bool {
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
