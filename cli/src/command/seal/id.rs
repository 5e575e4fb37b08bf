//! `strongroom seal id`

use crate::failure::Failure;
use crate::session::Session;
use crate::shown_seal::Id;
use clap::Args;
use std::path::PathBuf;

/// Print the id of a root key, as 'seal list' shows it, without a keyring.
///
/// It is made from the key and is not secret. Without FILE, the root key is that of --root-key-file,
/// --root-key-env or STRONGROOM_ROOT_KEY.
#[derive(Args)]
pub(crate) struct OfRootKey {
    /// A file with a root key.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

impl OfRootKey {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let id = session.unseal.root_key(self.file.as_deref())?.id()?;
        session.printer.print(&format!("{id}\n"), &Id { kind: "root-key", id: &id })
    }
}
