//! The commands, one per file.

mod datakey;
mod decrypt;
mod encrypt;
mod hmac;
mod init;
mod key;
mod rewrap;
mod seal;
mod sign;
mod verify;

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
    Sign(sign::Sign),
    Verify(verify::Verify),
    Hmac(hmac::Hmac),
    Datakey(datakey::DataKey),
    #[command(subcommand)]
    Seal(seal::Seal),
}

impl Command {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Init(command) => command.run(session),
            Self::Key(command) => command.run(session),
            Self::Encrypt(command) => command.run(session),
            Self::Decrypt(command) => command.run(session),
            Self::Rewrap(command) => command.run(session),
            Self::Sign(command) => command.run(session),
            Self::Verify(command) => command.run(session),
            Self::Hmac(command) => command.run(session),
            Self::Datakey(command) => command.run(session),
            Self::Seal(command) => command.run(session),
        }
    }
}
