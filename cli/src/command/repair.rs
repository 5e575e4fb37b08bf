//! `strongroom repair`

use super::key::confirm;
use crate::failure::Failure;
use crate::numbers::counted;
use crate::session::Session;
use clap::Args;
use serde::Serialize;

/// Write anew the documents that count encryptions and cannot be read or, with --witness, that are old or
/// missing. 'strongroom check' says which there are.
///
/// The counts are lost: the versions that were counted encrypt no more, so rotate those keys. Decryption goes
/// on. A key's own document is not made anew: restore it from a snapshot or a backup. Only one that was not
/// changed since the key was created can be taken away, by its name; what that key has encrypted opens with a
/// restored copy alone.
#[derive(Args)]
pub(crate) struct Repair {
    /// Take away this key instead, which cannot be read and was not changed since it was created. This cannot
    /// be undone.
    #[arg(value_name = "KEY", requires = "confirm")]
    name: Option<String>,
    /// The name of the key again.
    #[arg(long, value_name = "NAME", requires = "name")]
    confirm: Option<String>,
}

#[derive(Serialize)]
struct Repaired<'a> {
    repaired: Vec<&'a str>,
}

#[derive(Serialize)]
struct Removed<'a> {
    name: &'a str,
    removed: bool,
}

impl Repair {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match (&self.name, &self.confirm) {
            (Some(name), confirmed) => remove(session, name, confirmed.as_deref().unwrap_or_default()),
            (None, _) => repair(session),
        }
    }
}

fn repair(session: &Session) -> Result<(), Failure> {
    let names = session.keyring()?.repair()?;
    let repaired: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
    let mut text: String = repaired
        .iter()
        .map(|name| format!("{name}: how often it has encrypted is not known; rotate it to encrypt again\n"))
        .collect();
    text += &format!("{} repaired\n", counted(repaired.len() as u64, "document"));
    session.printer.print(&text, &Repaired { repaired })
}

fn remove(session: &Session, name: &str, confirmed: &str) -> Result<(), Failure> {
    confirm(name, confirmed)?;
    session.keyring()?.remove_unreadable(name)?;
    session
        .printer
        .print(&format!("removed {name}, which could not be read\n"), &Removed { name, removed: true })
}
