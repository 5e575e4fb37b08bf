//! `strongroom encrypt`

use crate::failure::Failure;
use crate::input::Input;
use crate::message::{AadArguments, ContextArguments, version};
use crate::output::{Output, Readers};
use crate::session::Session;
use crate::table::{TableArguments, Verb};
use clap::Args;
use serde::Serialize;
use strongroom::{Item, Version};

/// Encrypt a message. The ciphertext is a line of text.
#[derive(Args)]
pub(crate) struct Encrypt {
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
    /// The version to encrypt with, instead of the latest.
    #[arg(long, value_name = "N", value_parser = version, conflicts_with = "csv")]
    key_version: Option<Version>,
    /// Write the compact binary form instead of text.
    #[arg(long)]
    binary: bool,
}

#[derive(Serialize)]
struct Encrypted<'a> {
    ciphertext: &'a str,
}

#[derive(Serialize)]
struct EncryptedBinary<'a> {
    ciphertext_base64: &'a str,
}

impl Encrypt {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        if self.table.is_given() {
            return self.table.run(session, Verb::Encrypt, &self.key, &self.context, &self.aad, &self.output);
        }
        let view = session.view(&self.key, &self.context)?;
        let plaintext = self.input.read()?;
        self.aad.with(|aad| {
            let item = Item::plaintext(plaintext.expose()).aad(&aad);
            let item = match self.key_version {
                Some(version) => item.version(version),
                None => item,
            };
            if self.binary {
                let ciphertext = view.encrypt_binary_item(&item)?;
                let json = session.printer.base64(&ciphertext);
                session.printer.binary(&self.output, Readers::Anyone, &ciphertext, &EncryptedBinary { ciphertext_base64: &json })
            } else {
                let ciphertext = view.encrypt_item(&item)?;
                session.printer.data(&self.output, Readers::Anyone, format!("{ciphertext}\n").as_bytes(), &Encrypted { ciphertext: &ciphertext })
            }
        })
    }
}
