//! `strongroom decrypt`

use crate::failure::Failure;
use crate::input::{Input, text};
use crate::message::{AadArguments, ContextArguments};
use crate::output::{Output, Readers};
use crate::session::Session;
use crate::table::{TableArguments, Verb};
use clap::Args;
use serde::Serialize;

/// Decrypt a ciphertext. The plaintext is written as it is, without a newline.
#[derive(Args)]
pub(crate) struct Decrypt {
    /// The name of the key.
    key: String,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    context: ContextArguments,
    #[command(flatten)]
    aad: AadArguments,
    #[command(flatten)]
    table: TableArguments,
    /// The ciphertext is in the compact binary form.
    #[arg(long)]
    binary: bool,
}

#[derive(Serialize)]
struct Decrypted<'a> {
    plaintext_base64: &'a str,
}

impl Decrypt {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        if self.table.is_given() {
            return self.table.run(session, Verb::Decrypt, &self.key, &self.context, &self.aad, &self.output);
        }
        let view = session.view(&self.key, &self.context)?;
        let plaintext = self.aad.with(|aad| {
            Ok(if self.binary { view.decrypt_binary(self.input.read()?.expose(), aad)? } else { view.decrypt(text(&self.input.read_line()?)?, aad)? })
        })?;
        let json = session.printer.base64(plaintext.expose());
        session.printer.data(&self.output, Readers::Owner, plaintext.expose(), &Decrypted { plaintext_base64: &json })
    }
}
