//! `strongroom seal …`: one file per subcommand.

mod add;
mod id;
mod list;
mod refresh;
mod remove;

use crate::failure::Failure;
use crate::session::Session;
use clap::Subcommand;

/// Manage the wrapped copies of the root key.
#[derive(Subcommand)]
pub(crate) enum Seal {
    Add(add::Add),
    Id(id::OfRootKey),
    List(list::List),
    Refresh(refresh::Refresh),
    Remove(remove::Remove),
}

impl Seal {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Add(command) => command.run(session),
            Self::Id(command) => command.run(session),
            Self::List(command) => command.run(session),
            Self::Refresh(command) => command.run(session),
            Self::Remove(command) => command.run(session),
        }
    }
}
