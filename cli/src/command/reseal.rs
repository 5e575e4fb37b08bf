//! `strongroom reseal`

mod to_secret;

use super::init::{create_root_key_file, guessable, labelled, lonely, refuse_within};
use crate::failure::Failure;
use crate::numbers::counted;
use crate::session::Session;
use crate::shown_seal::ShownSeal;
use crate::unseal::Ask;
use crate::with_seal::WithSeal;
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;
use strongroom::Seal;

/// Make a new root key for every document, wrapped by the keys and passphrases that are given here and no
/// others.
///
/// This is what to do after a root key, a passphrase or a copy of the folder came into wrong hands. What was
/// in that copy is still in it, so rotate the keys too, and keep the pin that is printed instead of the one
/// that you had: the old root key can vouch for another. Interrupted, it goes on when it is run again with
/// the same seals.
#[derive(Args)]
pub(crate) struct Reseal {
    /// Make a new root key and write it to this file, which must not exist, for its owner only.
    #[arg(long, value_name = "FILE")]
    new_root_key_file: Option<PathBuf>,
    /// Make a new root key and put it in the place of the one in this secret of a platform, by its URL:
    /// awssecret:, azuresecret:, gcpsecret:, infisicalsecret: or vaultkv:. At every moment the keyring opens
    /// with what the secret holds; interrupted, run it again.
    #[arg(long, value_name = "URL", conflicts_with = "new_root_key_file")]
    to_secret: Option<String>,
    /// What to call the new root key; 'seal list' shows it. The others keep what they are called.
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    #[command(flatten)]
    with: WithSeal,
}

#[derive(Serialize)]
struct Resealed<'a> {
    documents: usize,
    seals: Vec<ShownSeal<'a>>,
    pin: &'a str,
}

const NONE: &str = "which seals are to open the keyring from now on? give --new-root-key-file or --to-secret, or \
     others by --with-seal, --with-root-key-file, --with-root-key-env, --with-passphrase-file, \
     --with-passphrase-env or --with-ask-passphrase";

impl Reseal {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let makes = self.new_root_key_file.is_some() || self.to_secret.is_some();
        if self.label.is_some() && !makes {
            return Err(Failure::usage(
                "--label is for a new root key; give --new-root-key-file or --to-secret",
            ));
        }
        if !makes && !self.with.is_given() {
            return Err(Failure::usage(NONE));
        }
        let ring = session.keyring()?;
        let mut seals = self.with.seals(Ask::Twice("New passphrase: "))?;
        session.printer.warn_all(seals.iter().find_map(guessable))?;
        if let Some(file) = &self.new_root_key_file {
            if self.label.as_ref().is_some_and(|label| !(1..=255).contains(&label.len())) {
                return Err(strongroom::Error::invalid_option("seal_label_out_of_range").into());
            }
            refuse_within(file, &session.folder()?)?;
            // It stays whatever happens: some documents may be sealed under it already.
            create_root_key_file(file)?;
            seals.push(labelled(Seal::root_key_file(file), self.label.clone()));
        }
        let replaced = match &self.to_secret {
            Some(url) => Some(to_secret::replace(&ring, url, self.label)?),
            None => None,
        };
        seals.extend(replaced.as_ref().map(|replaced| replaced.seal.clone()));
        let before = ring.seals()?;
        let documents = ring.reseal(seals)?;
        if let Some(replaced) = replaced {
            replaced.settle(&ring)?;
        }
        let (seals, pin) = (ring.seals()?, ring.pin()?.to_string());
        let json = Resealed { documents, seals: seals.iter().map(ShownSeal::from).collect(), pin: &pin };
        let mut text = format!("sealed {} anew\npin {pin}\n", counted(documents as u64, "document"));
        for gone in
            before.iter().filter(|copy| !seals.iter().any(|s| (&s.kind, &s.id) == (&copy.kind, &copy.id)))
        {
            text +=
                &format!("no copy any more for {} {}\n", gone.kind.escape_debug(), gone.id.escape_debug());
        }
        session.printer.print(&text, &json)?;
        session.printer.warn_all(lonely(&seals))
    }
}
