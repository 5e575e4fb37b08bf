//! What a command would do to a table: what `--dry-run` shows.

use super::Verb;
use super::fault::{Left, TableError};
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
        let current = ciphertexts.get(&latest_version).copied().unwrap_or_default();
        let taken: u64 =
            survey.columns.iter().map(|column| survey.rows - column.kept).sum::<u64>() - survey.refused;
        let would_change =
            if verb == Verb::Rewrap && !all_anew { taken.saturating_sub(current) } else { taken };
        let would_refuse = survey.refused;
        Self {
            table: path.display().to_string(),
            survey,
            ciphertexts,
            latest_version,
            would_change,
            would_refuse,
            verb,
        }
    }

    /// What would stop the work.
    pub(super) fn end(self) -> Result<(), TableError> {
        self.survey.first.map_or(Ok(()), |first| Err(TableError { left: Left::Plan, ..first }))
    }

    pub(super) fn text(&self) -> String {
        let verb = match self.verb {
            Verb::Encrypt => "encrypt",
            Verb::Decrypt => "decrypt",
            Verb::Rewrap => "rewrap",
        };
        let refused = match self.would_refuse {
            0 => String::new(),
            refused => {
                format!(", but would stop at the first of {} that it has to refuse", counted(refused, "cell"))
            }
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
