//! The commands, one per file.

mod api_key;
mod check;
mod completions;
mod configure;
mod datakey;
mod decrypt;
mod encrypt;
mod hmac;
mod index;
mod info;
mod init;
mod key;
mod man;
#[cfg(feature = "platforms")]
mod r#move;
mod needs_reindex;
mod repair;
mod reseal;
mod restore;
mod rewrap;
mod seal;
mod sign;
mod snapshot;
mod token;
mod upgrade;
mod verify;
mod witness;

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
    Index(index::Index),
    NeedsReindex(needs_reindex::NeedsReindex),
    Datakey(datakey::DataKey),
    Info(info::Info),
    #[command(subcommand)]
    Token(token::Token),
    #[command(subcommand)]
    ApiKey(api_key::ApiKey),
    #[command(subcommand)]
    Seal(seal::Seal),
    Reseal(reseal::Reseal),
    Configure(configure::Configure),
    Check(check::Check),
    Repair(repair::Repair),
    Snapshot(snapshot::Snapshot),
    Restore(restore::Restore),
    Witness(witness::Witness),
    Upgrade(upgrade::Upgrade),
    #[cfg(feature = "platforms")]
    Move(r#move::Move),
    Completions(completions::Completions),
    Man(man::Man),
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
            Self::Index(command) => command.run(session),
            Self::NeedsReindex(command) => command.run(session),
            Self::Datakey(command) => command.run(session),
            Self::Info(command) => command.run(session),
            Self::Token(command) => command.run(session),
            Self::ApiKey(command) => command.run(session),
            Self::Seal(command) => command.run(session),
            Self::Reseal(command) => command.run(session),
            Self::Configure(command) => command.run(session),
            Self::Check(command) => command.run(session),
            Self::Repair(command) => command.run(session),
            Self::Snapshot(command) => command.run(session),
            Self::Restore(command) => command.run(session),
            Self::Witness(command) => command.run(session),
            Self::Upgrade(command) => command.run(session),
            #[cfg(feature = "platforms")]
            Self::Move(command) => command.run(session),
            Self::Completions(command) => command.run(session),
            Self::Man(command) => command.run(session),
        }
    }
}
