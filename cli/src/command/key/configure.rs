//! `strongroom key configure`

use super::options::Changes;
use crate::failure::Failure;
use crate::session::Session;
use clap::Args;
use strongroom::KeyConfig;

/// Change settings of a key: all that are given or, with an error, none.
#[derive(Args)]
pub(crate) struct Configure {
    /// The name of the key.
    name: String,
    #[command(flatten)]
    changes: Changes,
}

impl Configure {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let config = self.changes.config()?;
        if config == KeyConfig::new() {
            return Err(Failure::usage(
                "nothing to change; 'strongroom key configure --help' shows what can be",
            ));
        }
        let info = session.key(&self.name)?.configure(config)?;
        super::show::print(session, &info, Some("configured"))
    }
}
