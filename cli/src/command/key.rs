//! `strongroom key …`: one file per subcommand.

mod create;
mod show;
mod spec;

use crate::failure::Failure;
use crate::session::Session;
use clap::Subcommand;

/// Make and manage keys.
#[derive(Subcommand)]
pub(crate) enum Key {
    Create(create::Create),
    Show(show::Show),
}

impl Key {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Create(command) => command.run(session),
            Self::Show(command) => command.run(session),
        }
    }
}
