//! `strongroom snapshot`

use crate::failure::Failure;
use crate::output::{NewOutput, Readers};
use crate::session::Session;
use clap::Args;
use serde::Serialize;

/// Write the whole keyring, as it is at one moment and still sealed, to one file.
///
/// It opens with any key or passphrase that opens the keyring now.
#[derive(Args)]
pub(crate) struct Snapshot {
    #[command(flatten)]
    output: NewOutput,
}

#[derive(Serialize)]
struct Written<'a> {
    snapshot_base64: &'a str,
}

impl Snapshot {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let snapshot = session.keyring()?.snapshot_bytes()?;
        session.printer.binary(
            &self.output,
            Readers::Owner,
            &snapshot,
            &Written { snapshot_base64: &session.printer.base64(&snapshot) },
        )
    }
}
