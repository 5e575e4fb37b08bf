//! `strongroom key …`: one file per subcommand.

mod backup;
mod certificate;
mod configure;
mod create;
mod csr;
mod delete;
mod derive;
mod enable;
mod export;
mod import;
mod list;
mod options;
pub(super) mod product;
mod public_key;
mod restore;
mod rotate;
mod rotate_due;
mod show;
mod spec;
mod trim;
mod wrapping_key;

use crate::failure::Failure;
use crate::session::Session;
use clap::Subcommand;

/// Make and manage keys.
#[derive(Subcommand)]
pub(crate) enum Key {
    Create(create::Create),
    List(list::List),
    Show(show::Show),
    Rotate(rotate::Rotate),
    RotateDue(rotate_due::RotateDue),
    Configure(configure::Configure),
    Disable(enable::Disable),
    Enable(enable::Enable),
    Trim(trim::Trim),
    Delete(delete::Delete),
    Import(import::Import),
    WrappingKey(wrapping_key::WrappingKey),
    Export(export::Export),
    PublicKey(public_key::PublicKey),
    Csr(csr::Csr),
    Certificate(certificate::Certificate),
    Derive(derive::Derive),
    Backup(backup::Backup),
    Restore(restore::Restore),
}

impl Key {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Create(command) => command.run(session),
            Self::List(command) => command.run(session),
            Self::Show(command) => command.run(session),
            Self::Rotate(command) => command.run(session),
            Self::RotateDue(command) => command.run(session),
            Self::Configure(command) => command.run(session),
            Self::Disable(command) => command.run(session),
            Self::Enable(command) => command.run(session),
            Self::Trim(command) => command.run(session),
            Self::Delete(command) => command.run(session),
            Self::Import(command) => command.run(session),
            Self::WrappingKey(command) => command.run(session),
            Self::Export(command) => command.run(session),
            Self::PublicKey(command) => command.run(session),
            Self::Csr(command) => command.run(session),
            Self::Certificate(command) => command.run(session),
            Self::Derive(command) => command.run(session),
            Self::Backup(command) => command.run(session),
            Self::Restore(command) => command.run(session),
        }
    }
}

/// What cannot be undone names the key twice.
pub(super) fn confirm(name: &str, confirmed: &str) -> Result<(), Failure> {
    if name == confirmed {
        Ok(())
    } else {
        Err(Failure::usage("--confirm names another key; nothing was changed"))
    }
}
