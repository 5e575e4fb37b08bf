//! What a command would do to a table: what `--dry-run` shows.

use super::Verb;
use super::survey::{Survey, counted};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use strongroom::KeyInfo;

/// What would be done.
#[derive(Serialize)]
pub(super) struct Plan {
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
    /// Whether every ciphertext is renewed by a rewrap, or only what is old.
    pub(super) fn new(path: &Path, verb: Verb, survey: Survey, info: &KeyInfo, all_anew: bool) -> Self {
        let ciphertexts = survey.versions();
        let latest_version = info.latest_version.get();
        let all: u64 = ciphertexts.values().sum();
        let plain: u64 = survey.columns.iter().map(|column| column.plain).sum();
        let empty: u64 = survey.columns.iter().map(|column| column.empty - column.kept).sum();
        let old: u64 = ciphertexts.iter().filter(|(version, _)| **version != latest_version).map(|(_, count)| count).sum();
        let (would_change, would_refuse) = match verb {
            Verb::Encrypt => (plain + empty, all),
            Verb::Decrypt => (all, plain + empty),
            Verb::Rewrap => (if all_anew { all } else { old }, plain + empty),
        };
        Self { table: path.display().to_string(), survey, ciphertexts, latest_version, would_change, would_refuse, verb }
    }

    pub(super) fn text(&self) -> String {
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
