//! What became of all keys: printed, and as a file.

use super::line::{Line, Outcome};
use crate::destination::{Destination, Readers, is_standard_output};
use crate::failure::Failure;
use crate::numbers::{counted, grouped};
use crate::output::refused;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file with a line of JSON for each key, for its owner only. Nothing is seen of it until it is complete.
pub(super) struct Report {
    path: PathBuf,
    target: Destination,
}

impl Report {
    pub(super) fn begin(path: &Path) -> Result<Self, Failure> {
        if is_standard_output(path) {
            return Err(Failure::usage(
                "a report goes to a file, for standard output has what is printed; give --json to have it as \
                 JSON there",
            ));
        }
        let target = Destination::at(path, Readers::Owner).map_err(|error| refused("write", path, &error))?;
        Ok(Self { path: path.to_owned(), target })
    }

    pub(super) fn finish(self, lines: &[Line]) -> Result<(), Failure> {
        let Self { path, target } = self;
        let mut text = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut text, line).map_err(|error| Failure::Files(error.to_string()))?;
            text.push(b'\n');
        }
        target.file().write_all(&text).map_err(|error| Failure::file("write", &path, &error))?;
        target.commit().map(drop).map_err(|error| refused("write", &path, &error))
    }
}

#[derive(Serialize)]
pub(super) struct Summary<'a> {
    dry_run: bool,
    keys: &'a [Line],
    /// How many there are of each.
    counts: BTreeMap<Outcome, u64>,
    /// Keys that were not come to, because the command stopped before.
    left: usize,
}

impl<'a> Summary<'a> {
    pub(super) fn of(keys: &'a [Line], all: usize, dry_run: bool) -> Self {
        let mut counts = BTreeMap::new();
        for line in keys {
            *counts.entry(line.outcome()).or_default() += 1;
        }
        Self { dry_run, keys, counts, left: all - keys.len() }
    }

    pub(super) fn not_moved(&self) -> u64 {
        self.keys.iter().filter(|line| !line.outcome().is_good()).count() as u64
    }

    pub(super) fn text(&self) -> String {
        let mut text: String = self.keys.iter().map(Line::text).collect();
        let count =
            |outcome: &Outcome| Some(format!("{} {}", grouped(*self.counts.get(outcome)?), outcome.words()));
        let mut said: Vec<String> = Outcome::ALL.iter().filter_map(count).collect();
        if self.left > 0 {
            said.push(format!("{} not looked at", grouped(self.left as u64)));
        }
        let all = counted((self.keys.len() + self.left) as u64, "key");
        let colon = if said.is_empty() { "" } else { ": " };
        text += &format!("{all}{colon}{}\n", said.join(", "));
        text
    }
}
