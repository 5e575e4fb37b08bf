//! `strongroom key delete`

use super::confirm;
use crate::failure::Failure;
use crate::session::Session;
use clap::Args;
use serde::Serialize;

/// Delete a key and its material, if it allows its deletion. This cannot be undone.
#[derive(Args)]
pub(crate) struct Delete {
    /// The name of the key.
    name: String,
    /// The name of the key again.
    #[arg(long, value_name = "NAME")]
    confirm: String,
}

#[derive(Serialize)]
struct Deleted<'a> {
    name: &'a str,
    deleted: bool,
}

impl Delete {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        confirm(&self.name, &self.confirm)?;
        session.keyring()?.delete_key(&self.name).map_err(|error| session.missed(error))?;
        session
            .printer
            .print(&format!("deleted {}\n", self.name), &Deleted { name: &self.name, deleted: true })
    }
}
