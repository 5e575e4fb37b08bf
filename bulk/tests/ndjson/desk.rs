//! A key, and tables in memory that are worked on with it.

use strongroom::{Key, KeySpec, Keyring};
use strongroom_bulk::csv::{Csv, Delimiter, KeepEmpty};
use strongroom_bulk::ndjson::Ndjson;
use strongroom_bulk::{
    Beginnings, Change, Columns, Error, Format, Given, Mixed, OnRefusal, Survey, Table, Tally, Verb,
};

pub(crate) struct Desk {
    pub(crate) key: Key,
    pub(crate) columns: Columns,
    pub(crate) bind: bool,
}

impl Desk {
    /// For these columns.
    pub(crate) fn new(columns: &[&str]) -> Self {
        Self::with(KeySpec::default(), columns)
    }

    pub(crate) fn with(spec: KeySpec, columns: &[&str]) -> Self {
        let key = Keyring::in_memory().create_key("customers", spec).unwrap();
        let worked = columns.iter().map(ToString::to_string).collect();
        Self { key, columns: Columns { worked, ..Columns::default() }, bind: true }
    }

    pub(crate) fn aad(mut self, column: &str) -> Self {
        self.columns.aad = Some(column.to_owned());
        self
    }

    pub(crate) fn context(mut self, column: &str) -> Self {
        self.columns.context = Some(column.to_owned());
        self
    }

    pub(crate) fn ndjson(&self, verb: Verb, text: impl AsRef<[u8]>) -> Result<(Vec<u8>, Tally), Error> {
        self.change(verb, Ndjson::open(text.as_ref(), false)?)
    }

    pub(crate) fn csv(&self, verb: Verb, text: impl AsRef<[u8]>) -> Result<(Vec<u8>, Tally), Error> {
        self.change(verb, Csv::open(text.as_ref(), Delimiter::COMMA, KeepEmpty::No)?)
    }

    pub(crate) fn change<F: Format>(&self, verb: Verb, format: F) -> Result<(Vec<u8>, Tally), Error> {
        let change = Change {
            verb,
            key: &self.key,
            version: None,
            convergent: self.key.info().unwrap().convergent,
            bind: self.bind,
            rebind: false,
            aad: Given::Nothing,
            context: Given::Nothing,
            mixed: Mixed::Refused,
            beginnings: Beginnings::new(None, false),
        };
        let mut out = Vec::new();
        let tally = Table::open(format, &self.columns)?.change(&change, &mut OnRefusal::Stop, &mut out)?;
        Ok((out, tally))
    }

    pub(crate) fn survey(&self, verb: Verb, text: impl AsRef<[u8]>) -> Result<Survey, Error> {
        let ndjson = Ndjson::open(text.as_ref(), false)?;
        Table::open(ndjson, &self.columns)?.survey(
            verb,
            Mixed::Refused,
            &Beginnings::new(None, false),
            &mut OnRefusal::Stop,
        )
    }

    /// What has to work, as text.
    pub(crate) fn done(&self, verb: Verb, text: impl AsRef<[u8]>) -> String {
        let (out, _) = self.ndjson(verb, text).unwrap_or_else(|error| panic!("{verb:?}: {error}"));
        String::from_utf8(out).unwrap()
    }

    /// What has to be refused, and why.
    pub(crate) fn refused(&self, verb: Verb, text: impl AsRef<[u8]>) -> Error {
        self.ndjson(verb, text).map(|_| ()).unwrap_err()
    }
}

/// The values of a file, by another reader.
pub(crate) fn values(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
