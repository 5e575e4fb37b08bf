//! Whole keys, on their way between the keyring and a Transit engine: one after the other, each in one step,
//! and what became of each.

mod arrive;
mod leave;
mod line;
mod report;

use crate::failure::Failure;
use crate::numbers::counted;
use crate::output::Printer;
use crate::progress;
use line::{Line, Outcome};
use report::{Report, Summary};
use std::path::Path;
use strongroom::{Dialect, Error, Keyring};
use strongroom_platforms::{MountError, MountedKey, TransitMount};

/// Where keys go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Into the keyring.
    In,
    /// Out of it.
    Out,
}

pub(crate) struct Job {
    pub(crate) transit: TransitMount,
    /// As it was given.
    pub(crate) mount: String,
    pub(crate) ring: Keyring,
    /// Where it was said, or the server tells it.
    pub(crate) product: Option<Dialect>,
    pub(crate) dry_run: bool,
}

/// Moves these keys, or all.
pub(crate) fn run(
    mut job: Job,
    direction: Direction,
    keys: Vec<String>,
    report: Option<&Path>,
    printer: Printer,
) -> Result<(), Failure> {
    // Before anything is moved, so that there is a place for it.
    let report = report.map(Report::begin).transpose()?;
    let told = job.transit.product().map_err(server)?;
    if let (Some(said), Some(told)) = (job.product, told)
        && said != told
    {
        return Err(Failure::usage("the server is the other product than --product says"));
    }
    job.product = job.product.or(told);
    // The two mean different types by some numbers, and restore what is meant for the other without a word.
    let for_product = match (direction, job.product) {
        (Direction::In, _) => None,
        (Direction::Out, Some(product)) => Some(product),
        (Direction::Out, None) => {
            return Err(Failure::usage(
                "the server does not tell which product it is; give --product vault or --product openbao",
            ));
        }
    };
    let mut keys = match (keys.is_empty(), direction) {
        (false, _) => keys,
        (true, Direction::In) => job.transit.keys().map_err(server)?,
        (true, Direction::Out) => job.ring.keys()?.into_iter().map(|name| name.to_string()).collect(),
    };
    keys.sort_unstable();
    keys.dedup();
    let bar = progress::of_keys(keys.len());
    // What the command is stopped by is said after what it did.
    let (mut lines, mut stopped) = (Vec::with_capacity(keys.len()), None);
    for name in &keys {
        let line = match for_product {
            None => job.bring(name),
            Some(product) => job.take(name, product),
        };
        match line {
            Ok(line) => lines.push(line),
            Err(failure) => {
                stopped = Some(failure);
                break;
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let summary = Summary::of(&lines, keys.len(), job.dry_run);
    // What was done is said also where there is no room for the report.
    let reported = report.map(|report| report.finish(&lines)).transpose();
    printer.print(&summary.text(), &summary)?;
    let stopped = stopped.or(reported.err());
    match (stopped, summary.not_moved()) {
        (Some(failure), _) => Err(failure),
        (None, 0) => Ok(()),
        (None, count) => {
            let keys = counted(count, "key");
            Err(Failure::NotMoved(match (job.dry_run, count) {
                (true, _) => format!("{keys} would not move"),
                (false, 1) => format!("{keys} was not moved; what did move is whole"),
                (false, _) => format!("{keys} were not moved; what did move is whole"),
            }))
        }
    }
}

impl Job {
    /// Whether the keyring has a copy of its root key under a Transit key that is called so. On which server
    /// is not written there.
    fn wraps_root_key(&self, name: &str) -> Result<bool, Failure> {
        let id = format!("{}/{name}", self.mount);
        Ok(self.ring.seals()?.iter().any(|seal| seal.kind == "vault-transit" && seal.id == id))
    }

    /// The whole key as the server has it, and how that was had; or what became of it.
    fn fetch(
        &self,
        key: &MountedKey,
    ) -> Result<Result<(strongroom::SecretBytes, &'static str), Line>, Failure> {
        let line = |outcome, reason: &str| Line::new(key.name(), outcome).because(reason);
        let product = self.product.unwrap_or_else(|| key.product());
        let config = |option: &str| {
            let program = if product == Dialect::OpenBao { "bao" } else { "vault" };
            format!(
                "{program} write {} {option}=true",
                quoted(&format!("{}/keys/{}/config", self.mount, key.name()))
            )
        };
        let (exportable, backup) = (config("exportable"), config("allow_plaintext_backup"));
        if key.soft_deleted() {
            let path = quoted(&format!("{}/keys/{}/soft-delete-restore", self.mount, key.name()));
            let line = line(Outcome::NotMovable, "it is soft-deleted on the server");
            return Ok(Err(line.allow([format!("bao write -f {path}")])));
        }
        if !key.exportable() && self.wraps_root_key(key.name())? {
            let reason = "a key of this name wraps a copy of this keyring's root key ('strongroom seal list'); if \
                          it is the one, it need not move, and is best not exportable";
            return Ok(Err(line(Outcome::NotMovable, reason)));
        }
        if !key.exportable() {
            let reason = match key.allow_plaintext_backup() {
                true => "it is not exportable on the server",
                false => "it is not exportable on the server, and may not be backed up in the clear",
            };
            let missing = [exportable].into_iter().chain((!key.allow_plaintext_backup()).then_some(backup));
            return Ok(Err(line(Outcome::NotMovable, reason).allow_for_good(missing)));
        }
        if key.allow_plaintext_backup() {
            return match self.transit.backup(key.name()) {
                Ok(backup) => Ok(Ok((backup, "backup"))),
                Err(error) => failed(key.name(), error).map(Err),
            };
        }
        match self.transit.exported(key, product) {
            Ok(made) => Ok(Ok((made, "export"))),
            Err(MountError::Refused(reason)) => {
                let reason = format!("it may not be backed up in the clear, and {reason}");
                Ok(Err(line(Outcome::NotMovable, &reason).allow_for_good([backup])))
            }
            Err(error) => failed(key.name(), error).map(Err),
        }
    }
}

/// What the server said of one key, as its line; what it would say of all ends the command.
fn failed(name: &str, error: MountError) -> Result<Line, Failure> {
    match error {
        MountError::Away(_) => Err(server(error)),
        _ => Ok(Line::new(name, Outcome::Failed).because(&error.to_string())),
    }
}

/// What the library said of one key, as its line; what it would say of all ends the command.
fn refused(name: &str, error: Error) -> Result<Line, Failure> {
    use strongroom::ErrorFamily;
    match error.family() {
        ErrorFamily::Environment => Err(error.into()),
        _ => Ok(Line::new(name, Outcome::NotMovable).because(&error.told(crate::stopped::flag))),
    }
}

fn server(error: MountError) -> Failure {
    Failure::Server(error.to_string())
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | ':' | '=');
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn what_a_shell_would_read_otherwise_is_quoted() {
        assert_eq!(quoted("transit/keys/a-b.c_1/config"), "transit/keys/a-b.c_1/config");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("a'; rm"), r"'a'\''; rm'");
    }
}
