//! `strongroom key list`

use crate::failure::Failure;
use crate::session::Session;
use clap::Args;

/// List the names of all keys.
#[derive(Args)]
pub(crate) struct List {}

impl List {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let names = session.keyring()?.keys()?;
        let text: String = names.iter().map(|name| format!("{name}\n")).collect();
        session.printer.print(&text, &names.iter().map(|name| name.as_str()).collect::<Vec<_>>())
    }
}
