//! `strongroom decrypt`

use crate::ciphertext::Work;
use crate::failure::Failure;
use crate::input::text;
use crate::output::Readers;
use crate::session::Session;
use clap::Args;
use serde::Serialize;
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
        let Work { input, output, .. } = &self.work;
        self.work.run(session, Verb::Decrypt, None, |view, aad| {
            let plaintext = if self.binary {
                view.decrypt_item(&strongroom::Item::binary(input.read()?.expose()).aad(aad))?
            } else {
                view.decrypt(text(&input.read_line()?)?, aad)?
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
