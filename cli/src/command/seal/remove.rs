//! `strongroom seal remove`

use crate::command::init::lonely;
use crate::failure::Failure;
use crate::session::Session;
use crate::shown_seal::ShownSeal;
use clap::Args;

/// Remove a wrapped copy of the root key. The last one stays.
///
/// Whoever copied the keyring's files before can still open those with it.
#[derive(Args)]
pub(crate) struct Remove {
    /// The kind of seal, as 'seal list' shows it.
    kind: String,
    /// Which one of that kind, as 'seal list' shows it.
    id: String,
}

impl Remove {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let ring = session.keyring()?;
        ring.remove_seal(&self.kind, &self.id)?;
        let left = ring.seals()?;
        let shown: Vec<ShownSeal<'_>> = left.iter().map(ShownSeal::from).collect();
        session.printer.print(&format!("removed {} {}\n", self.kind, self.id), &shown)?;
        session.printer.warn_all(lonely(&left))
    }
}
