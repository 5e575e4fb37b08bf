//! `strongroom sign`

use crate::failure::Failure;
use crate::input::Input;
use crate::message::{ContextArguments, Form, version};
use crate::output::{Output, Readers};
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use strongroom::{Item, Version};

/// Sign a message. The signature is a line of text.
#[derive(Args)]
pub(crate) struct Sign {
    /// The name of the key.
    key: String,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    context: ContextArguments,
    /// The version to sign with, instead of the latest.
    #[arg(long, value_name = "N", value_parser = version)]
    key_version: Option<Version>,
    /// How the signature is written.
    #[arg(long, value_enum, default_value_t)]
    form: Form,
}

#[derive(Serialize)]
struct Signed<'a> {
    signature: &'a str,
}

impl Sign {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let view = session.view(&self.key, &self.context)?;
        let message = self.input.read()?;
        let mut item = Item::message(message.expose()).form(self.form.into());
        if let Some(version) = self.key_version {
            item = item.version(version);
        }
        let signature = view.sign_item(&item)?;
        session.printer.data(&self.output, Readers::Anyone, format!("{signature}\n").as_bytes(), &Signed { signature: &signature })
    }
}
