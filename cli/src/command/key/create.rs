//! `strongroom key create`

use super::spec::SpecArguments;
use crate::failure::Failure;
use crate::session::Session;
use clap::Args;

/// Create a key.
#[derive(Args)]
pub(crate) struct Create {
    /// The name of the key.
    name: String,
    #[command(flatten)]
    spec: SpecArguments,
}

impl Create {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let spec = self.spec.spec()?;
        let info = session.keyring()?.create_key(&self.name, spec)?.info()?;
        super::show::print(session, &info, Some("created"))
    }
}
