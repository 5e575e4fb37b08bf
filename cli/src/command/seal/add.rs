//! `strongroom seal add`

use crate::command::init::{create_root_key_file, guessable, labelled, refuse_within};
use crate::failure::Failure;
use crate::session::Session;
use crate::shown_seal::ShownSeal;
use crate::unseal::Ask;
use crate::with_seal::WithSeal;
use clap::Args;
use std::path::PathBuf;
use strongroom::{Error, Keyring, Seal, SealInfo};

/// Wrap a further copy of the root key, so that another root key or passphrase opens the keyring too.
#[derive(Args)]
pub(crate) struct Add {
    /// Make a new root key and write it to this file, which must not exist, for its owner only.
    #[arg(long, value_name = "FILE")]
    new_root_key_file: Option<PathBuf>,
    /// What to call it, such as where it is kept; 'seal list' shows it. It is not secret.
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    #[command(flatten)]
    with: WithSeal,
}

impl Add {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let ring = session.keyring()?;
        let before = ring.seals()?;
        match &self.new_root_key_file {
            Some(_) if self.with.is_given() => {
                return Err(Failure::usage("--new-root-key-file makes a root key; leave out the others"));
            }
            Some(file) => {
                refuse_within(file, &session.folder()?)?;
                create_root_key_file(file)?;
                add_new(&ring, file, self.label)?;
            }
            None => {
                let seal = self.with.seal(Ask::Twice("New passphrase: "))?;
                session.printer.warn_all(guessable(&seal))?;
                ring.add_seal(labelled(seal, self.label))?;
            }
        }
        let after = ring.seals()?;
        let added: Vec<&SealInfo> = after.iter().filter(|seal| !before.contains(seal)).collect();
        let text: String = added.iter().map(|seal| format!("added {} {}\n", seal.kind, seal.id)).collect();
        let shown: Vec<ShownSeal<'_>> = after.iter().map(ShownSeal::from).collect();
        session.printer.print(&text, &shown)
    }
}

/// A file that opens nothing is not left behind.
fn add_new(ring: &Keyring, file: &std::path::Path, label: Option<String>) -> Result<(), Failure> {
    ring.add_seal(labelled(Seal::root_key_file(file), label)).map_err(|error| {
        if !matches!(error, Error::Uncertain { .. }) {
            let _ = std::fs::remove_file(file);
        }
        error.into()
    })
}
