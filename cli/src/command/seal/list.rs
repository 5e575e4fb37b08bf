//! `strongroom seal list`

use super::Shown;
use crate::command::init::lonely;
use crate::failure::Failure;
use crate::session::Session;
use clap::Args;

/// List the wrapped copies of the root key.
#[derive(Args)]
pub(crate) struct List {}

impl List {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let seals = session.keyring()?.seals()?;
        let text: String = seals
            .iter()
            .map(|seal| format!("{:12}{}\n", seal.kind.escape_debug().to_string(), seal.id.escape_debug()))
            .collect();
        let shown: Vec<Shown<'_>> = seals.iter().map(Shown::from).collect();
        session.printer.print(&text, &shown)?;
        session.printer.warn_all(lonely(&seals))
    }
}
