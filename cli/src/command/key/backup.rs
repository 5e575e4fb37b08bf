//! `strongroom key backup`

use crate::failure::Failure;
use crate::output::{Output, Readers};
use crate::session::Session;
use crate::unseal::Ask;
use crate::with_seal::WithSeal;
use clap::Args;
use serde::Serialize;

/// Write a backup of a whole key, sealed to another seal: for another keyring or another day.
#[derive(Args)]
pub(crate) struct Backup {
    /// The name of the key.
    name: String,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    with: WithSeal,
}

#[derive(Serialize)]
struct Written<'a> {
    backup_base64: &'a str,
}

impl Backup {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let key = session.key(&self.name)?;
        let backup = key.backup(self.with.seal(Ask::Twice("Passphrase for the backup: "))?)?;
        session.printer.binary(&self.output, Readers::Owner, &backup, &Written { backup_base64: &session.printer.base64(&backup) })
    }
}
