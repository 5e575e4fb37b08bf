//! `strongroom key create`

use super::spec::SpecArguments;
use crate::failure::Failure;
use crate::session::{Session, no_name};
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
        let created = session.keyring()?.create_key(&self.name, spec);
        let info = created.map_err(|error| no_name(&self.name, error))?.info()?;
        super::show::print(session, &info, Some("created"))
    }
}
