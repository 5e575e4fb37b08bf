//! `strongroom api-key …`: one file per subcommand.

mod check;
mod generate;

use crate::failure::Failure;
use crate::session::Session;
use clap::Subcommand;

/// Generate API keys, and tell one that was mistyped. They need no keyring.
#[derive(Subcommand)]
pub(crate) enum ApiKey {
    Check(check::Check),
    Generate(generate::Generate),
}

impl ApiKey {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Check(command) => command.run(session),
            Self::Generate(command) => command.run(session),
        }
    }
}
