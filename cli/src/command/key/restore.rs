//! `strongroom key restore`

use crate::failure::Failure;
use crate::input::Input;
use crate::session::Session;
use crate::unseal::Ask;
use crate::with_seal::WithSeal;
use clap::Args;

/// Restore a key from a sealed backup. A key that exists is never overwritten.
#[derive(Args)]
pub(crate) struct Restore {
    /// Another name than the key had.
    name: Option<String>,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    with: WithSeal,
}

impl Restore {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let ring = session.keyring()?;
        let backup = self.input.read()?;
        let seal = self.with.seal(Ask::Once("Passphrase of the backup: "))?;
        let key = ring.restore_key(self.name.as_deref(), backup.expose(), seal)?;
        super::show::print(session, &key.info()?, Some("restored"))
    }
}
