//! What a command would do to a table: what `--dry-run` shows.

use super::done::name;
use crate::numbers::{counted, grouped};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use strongroom::KeyInfo;
use strongroom_bulk::{Count, Survey, Verb};

/// What would be done.
#[derive(Serialize)]
pub(super) struct Plan {
    table: String,
    rows: u64,
    columns: Vec<Shown>,
    /// All columns together.
    ciphertexts: BTreeMap<u32, u64>,
    latest_version: u32,
    /// Cells that would get another content.
    would_change: u64,
    /// Cells that are already what they would become. Whether ciphertexts open, which they have to, is not
    /// known.
    would_skip: u64,
    /// Cells that would be refused, the first of which would stop the work unless they are listed.
    would_refuse: u64,
    /// The rows that they are in.
    would_refuse_rows: u64,
    #[serde(skip)]
    goes_on: bool,
    #[serde(skip)]
    verb: Verb,
}

/// One column.
#[derive(Serialize)]
struct Shown {
    name: String,
    ciphertexts: BTreeMap<u32, u64>,
    plain: u64,
    empty: u64,
}

impl Plan {
    /// Whether every ciphertext is renewed by a rewrap, or only what is old; and whether the work goes on
    /// past rows that are refused.
    pub(super) fn new(
        path: &Path,
        verb: Verb,
        survey: &Survey,
        info: &KeyInfo,
        all_anew: bool,
        goes_on: bool,
    ) -> Self {
        let ciphertexts = survey.versions();
        let latest_version = info.latest_version.get();
        let stays = |version: u32| verb == Verb::Rewrap && !all_anew && version == latest_version;
        let would_change =
            survey.worked.iter().filter(|(version, _)| !stays(**version)).map(|(_, cells)| cells).sum();
        Self {
            table: path.display().to_string(),
            rows: survey.rows,
            columns: survey.columns.iter().map(Shown::of).collect(),
            ciphertexts,
            latest_version,
            would_change,
            would_skip: survey.skipped,
            would_refuse: survey.refused,
            would_refuse_rows: survey.refused_rows,
            goes_on,
            verb,
        }
    }

    pub(super) fn text(&self) -> String {
        let verb = match self.verb {
            Verb::Encrypt => "encrypt",
            Verb::Decrypt => "decrypt",
            Verb::Rewrap => "rewrap",
        };
        let refused = match self.would_refuse {
            0 => String::new(),
            _ if self.goes_on => format!(" and refuse {}", counted(self.would_refuse_rows, "row")),
            refused => {
                format!(", but would stop at the first of {} that it has to refuse", counted(refused, "cell"))
            }
        };
        let skipped = match (self.would_skip, self.verb) {
            (0, _) => String::new(),
            (cells, Verb::Encrypt) => format!(", leave {} that are encrypted", grouped(cells)),
            (cells, Verb::Decrypt | Verb::Rewrap) => format!(", leave {} as plaintext", grouped(cells)),
        };
        format!(
            "{}: {}, the latest version of the key is {}\n\n{}\n\n\
             {verb} would change {}{skipped}{refused}; nothing was opened or written\n",
            name(&self.table, "standard input"),
            counted(self.rows, "row"),
            self.latest_version,
            self.columns(),
            counted(self.would_change, "cell"),
        )
    }

    /// A table for people: one line for each column, one column for each version that occurs.
    fn columns(&self) -> String {
        let versions = &self.ciphertexts;
        let mut lines = vec![vec!["column".to_owned()]];
        lines[0].extend(versions.keys().map(|version| format!("version {version}")));
        lines[0].extend(["plain".to_owned(), "empty".to_owned()]);
        for column in &self.columns {
            let of = |version| column.ciphertexts.get(version).copied().unwrap_or_default();
            let counts = versions.keys().map(of).chain([column.plain, column.empty]);
            lines.push([column.name.clone()].into_iter().chain(counts.map(grouped)).collect());
        }
        let width = |at: usize| {
            lines
                .iter()
                .filter_map(|line| line.get(at))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or_default()
        };
        let show = |line: &Vec<String>| {
            let cells = line.iter().enumerate().map(|(at, cell)| {
                if at == 0 {
                    format!("{cell:<w$}", w = width(at))
                } else {
                    format!("   {cell:>w$}", w = width(at))
                }
            });
            cells.collect::<String>()
        };
        lines.iter().map(show).collect::<Vec<_>>().join("\n")
    }
}

impl Shown {
    fn of(count: &Count) -> Self {
        let Count { name, ciphertexts, plain, empty, .. } = count;
        Self { name: name.clone(), ciphertexts: ciphertexts.clone(), plain: *plain, empty: *empty }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_shown_in_columns() {
        let shown = |name: &str, versions: &[(u32, u64)], plain| Shown {
            name: name.into(),
            ciphertexts: versions.iter().copied().collect(),
            plain,
            empty: 0,
        };
        let plan = Plan {
            table: String::new(),
            rows: 3000,
            columns: vec![shown("email", &[(1, 1200), (10, 1800)], 0), shown("ä", &[], 3000)],
            ciphertexts: [(1, 1200), (10, 1800)].into(),
            latest_version: 10,
            would_change: 0,
            would_skip: 0,
            would_refuse: 0,
            would_refuse_rows: 0,
            goes_on: false,
            verb: Verb::Rewrap,
        };
        assert_eq!(
            plan.columns(),
            "column   version 1   version 10   plain   empty\n\
             email        1,200        1,800       0       0\n\
             ä                0            0   3,000       0"
        );
    }
}
