//! `strongroom verify`

use crate::ciphertext::of_text;
use crate::failure::Failure;
use crate::input::{Input, read_line_of};
use crate::message::ViewArguments;
use crate::session::Session;
use crate::signature::SignatureArguments;
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;
use strongroom::{Error, Item};

/// Verify the signature of a message. The exit code is 0 only if it fits.
#[derive(Args)]
pub(crate) struct Verify {
    /// The name of the key.
    key: String,
    #[command(flatten)]
    input: Input,
    /// The signature.
    #[arg(
        long,
        value_name = "TEXT",
        required_unless_present = "signature_file",
        conflicts_with = "signature_file"
    )]
    signature: Option<String>,
    /// A file with the signature.
    #[arg(long, value_name = "FILE")]
    signature_file: Option<PathBuf>,
    #[command(flatten)]
    view: ViewArguments,
    #[command(flatten)]
    made: SignatureArguments,
}

#[derive(Serialize)]
pub(super) struct Verified {
    pub(super) valid: bool,
}

impl Verify {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let view = session.view(&self.key, &self.view)?;
        let signature = read_line_of(self.signature.as_deref(), self.signature_file.as_deref())?;
        let message = self.input.read()?;
        let item = self.made.on(Item::signed(message.expose(), &signature));
        view.verify_item(&item).map_err(|error| match of_text(&view, &signature, error) {
            // Of what is none there is nothing to say about its form.
            Failure::Library(error @ Error::Malformed) if is_of_a_key(&signature) => {
                Failure::Advised(error, self.made.other_form().to_owned())
            }
            failure => failure,
        })?;
        session.printer.print("verified\n", &Verified { valid: true })
    }
}

fn is_of_a_key(text: &str) -> bool {
    ["strongroom:v", "vault:v"].iter().any(|head| text.starts_with(head))
}
