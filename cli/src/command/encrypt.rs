//! `strongroom encrypt`

use crate::ciphertext::{Ciphertext, Work};
use crate::failure::Failure;
use crate::large;
use crate::message::VersionArgument;
use crate::session::Session;
use clap::Args;
use strongroom::Item;
use strongroom_bulk::Verb;

/// Encrypt a message. The ciphertext is a line of text.
#[derive(Args)]
pub(crate) struct Encrypt {
    #[command(flatten)]
    version: VersionArgument,
    /// Write the compact binary form instead of text.
    #[arg(long)]
    binary: bool,
    // Last, since the heading of its tables goes on to whatever follows.
    #[command(flatten)]
    work: Work,
}

impl Encrypt {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        if self.work.stream.stream {
            return large::encrypt(session, &self.work, |about| self.version.on(about));
        }
        self.work.run(session, Verb::Encrypt, self.version.key_version, |view, aad| {
            let plaintext = self.work.input.read()?;
            let item = self.version.on(Item::plaintext(plaintext.expose()).aad(aad));
            let ciphertext = if self.binary {
                Ciphertext::Binary(view.encrypt_binary_item(&item)?)
            } else {
                Ciphertext::Text(view.encrypt_item(&item)?)
            };
            ciphertext.write(session, &self.work.output, None)
        })
    }
}
