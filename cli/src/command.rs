//! The commands, one per file.

mod decrypt;
mod encrypt;
mod init;
mod key;
mod rewrap;

use crate::failure::Failure;
use crate::session::Session;
use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Command {
    Init(init::Init),
    #[command(subcommand)]
    Key(key::Key),
    Encrypt(encrypt::Encrypt),
    Decrypt(decrypt::Decrypt),
    Rewrap(rewrap::Rewrap),
}

impl Command {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Init(command) => command.run(session),
            Self::Key(command) => command.run(session),
            Self::Encrypt(command) => command.run(session),
            Self::Decrypt(command) => command.run(session),
            Self::Rewrap(command) => command.run(session),
        }
    }
}
