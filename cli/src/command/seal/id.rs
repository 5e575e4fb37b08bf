//! `strongroom seal id`

use crate::failure::Failure;
use crate::session::Session;
use crate::shown_seal::Id;
use clap::Args;
use std::path::PathBuf;

/// Print the id of a root key or of a platform's key, as 'seal list' shows it, without a keyring.
///
/// It is made from the key and is not secret. Without FILE, the root key is that of --root-key-file,
/// --root-key-env, --seal, STRONGROOM_ROOT_KEY or STRONGROOM_SEAL.
#[derive(Args)]
pub(crate) struct OfRootKey {
    /// A file with a root key.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

impl OfRootKey {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let seal = session.unseal.with_id(self.file.as_deref())?;
        let (kind, id) = (seal.kind()?, seal.id()?);
        session.printer.print(&format!("{id}\n"), &Id { kind: &kind, id: &id })
    }
}
