//! `strongroom decrypt`

use crate::ciphertext::{Work, of_binary, of_text, text_of};
use crate::failure::Failure;
use crate::large;
use crate::output::Readers;
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use strongroom::Item;
use strongroom_bulk::Verb;

/// Decrypt a ciphertext. The plaintext is written as it is, without a newline.
#[derive(Args)]
pub(crate) struct Decrypt {
    /// The ciphertext is in the compact binary form.
    #[arg(long)]
    binary: bool,
    // Last, since the heading of its tables goes on to whatever follows.
    #[command(flatten)]
    work: Work,
}

#[derive(Serialize)]
struct Decrypted<'a> {
    plaintext_base64: &'a str,
}

impl Decrypt {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        if self.work.stream.stream {
            return large::decrypt(session, &self.work);
        }
        let Work { input, output, .. } = &self.work;
        self.work.run(session, Verb::Decrypt, None, |view, aad| {
            let plaintext = if self.binary {
                let given = input.read()?;
                let item = Item::binary(given.expose()).aad(aad);
                view.decrypt_item(&item).map_err(|error| of_binary(given.expose(), error))?
            } else {
                let line = input.read_line()?;
                let given = text_of(&line)?;
                view.decrypt(given, aad).map_err(|error| of_text(view, given, error))?
            };
            let json = session.printer.base64(plaintext.expose());
            session.printer.data(
                output,
                Readers::Owner,
                plaintext.expose(),
                &Decrypted { plaintext_base64: &json },
            )
        })
    }
}
