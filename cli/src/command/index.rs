//! `strongroom index`

use crate::failure::Failure;
use crate::input::Input;
use crate::message::ViewArguments;
use crate::output::{Output, Readers};
use crate::session::Session;
use crate::table::{AskedOfIndex, IndexTable};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Serialize;
use strongroom::{BlindIndex, Error, Normalize, Version, View};

/// Make the blind index of a value, a line of text, to store it beside the ciphertext and to find it again.
///
/// A value has the same index each time, under one version of the key. Say --all for those to search for:
/// one of each version, newest first.
#[derive(Args)]
pub(crate) struct Index {
    /// The name of the key.
    key: String,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    view: ViewArguments,
    #[command(flatten)]
    column: ColumnArguments,
    /// The indexes of the value under every version, newest first, to search for.
    #[arg(long, conflicts_with_all = ["table", "prefixes"])]
    all: bool,
    /// The indexes of the beginnings of the value, of these lengths in characters, to store.
    #[arg(long, value_name = "N", value_delimiter = ',', conflicts_with_all = ["ngrams", "table"])]
    prefixes: Vec<u8>,
    /// The value is a beginning to search for.
    #[arg(long, requires = "all", conflicts_with = "ngrams")]
    prefix: bool,
    /// The indexes of all runs of so many characters in the value: to store or, with --all, to search for.
    #[arg(long, value_name = "N", conflicts_with = "table")]
    ngrams: Option<u8>,
    // Last, since the heading of its tables goes on to whatever follows.
    #[command(flatten)]
    table: IndexTable,
}

/// How the column is indexed.
#[derive(Args)]
pub(crate) struct ColumnArguments {
    /// What the column is called, such as users.email. Indexes of other names have nothing in common.
    #[arg(long, value_name = "COLUMN")]
    name: String,
    /// What is done to a value first; several steps with commas between, in their order.
    #[arg(long, value_name = "STEPS", value_delimiter = ',', value_parser = step())]
    normalize: Vec<Option<Normalize>>,
    /// How many bits an index has, from 8 to 256.
    #[arg(long, value_name = "BITS", default_value_t = 128)]
    bits: u16,
    /// The version to work with, instead of the newest that everybody who searches knows by now.
    #[arg(long, value_name = "N", value_parser = crate::message::version)]
    key_version: Option<Version>,
}

impl ColumnArguments {
    pub(crate) fn index(&self) -> BlindIndex {
        let named = BlindIndex::new(self.name.as_str()).bits(self.bits);
        let index = self.normalize.iter().flatten().fold(named, |index, step| index.normalize(*step));
        match self.key_version {
            Some(version) => index.version(version),
            None => index,
        }
    }
}

/// A step by its name, or `none`.
fn step() -> impl TypedValueParser<Value = Option<Normalize>> {
    let names = ["none"].into_iter().chain(Normalize::ALL.iter().map(|step| step.name()));
    PossibleValuesParser::new(names)
        .try_map(|name| if name == "none" { Ok(None) } else { name.parse::<Normalize>().map(Some) })
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Made {
    Index(String),
    Indexes(Vec<String>),
    /// Of each version.
    Sets(Vec<Vec<String>>),
}

impl Index {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        if self.table.is_given() {
            let Self { key, view, output, .. } = &self;
            let index = &self.column.index();
            return self.table.run(session, &AskedOfIndex { key, view, index, output });
        }
        let view = session.view(&self.key, &self.view)?;
        let value = self.input.read_line()?;
        let made = self.made(&view, value.expose())?;
        let text = match &made {
            Made::Index(one) => format!("{one}\n"),
            Made::Indexes(all) => lines(all),
            // A line between two versions.
            Made::Sets(sets) => sets.iter().map(|set| lines(set)).collect::<Vec<_>>().join("\n"),
        };
        session.printer.data(&self.output, Readers::Anyone, text.as_bytes(), &made)
    }

    fn made(&self, view: &View, value: &[u8]) -> Result<Made, Error> {
        let index = &self.column.index();
        Ok(match (self.all, self.ngrams) {
            (true, Some(n)) => Made::Sets(view.indexes_ngrams(value, n, index)?),
            (true, None) if self.prefix => Made::Indexes(view.indexes_prefix(value, index)?),
            (true, None) => Made::Indexes(view.indexes(value, index)?),
            (false, Some(n)) => Made::Indexes(view.index_ngrams(value, n, index)?),
            (false, None) if !self.prefixes.is_empty() => {
                Made::Indexes(view.index_prefixes(value, &self.prefixes, index)?)
            }
            (false, None) => Made::Index(view.index(value, index)?),
        })
    }
}

fn lines(all: &[String]) -> String {
    all.iter().map(|one| format!("{one}\n")).collect()
}
