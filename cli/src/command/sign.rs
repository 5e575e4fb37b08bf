//! `strongroom sign`

use crate::failure::Failure;
use crate::input::Input;
use crate::message::{Form, HashArgument, VersionArgument, ViewArguments};
use crate::output::{Output, Readers};
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use strongroom::Item;

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
    view: ViewArguments,
    #[command(flatten)]
    version: VersionArgument,
    #[command(flatten)]
    hash: HashArgument,
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
        let view = session.view(&self.key, &self.view)?;
        let message = self.input.read()?;
        let item = Item::message(message.expose()).form(self.form.into());
        let signature = view.sign_item(&self.hash.on(self.version.on(item)))?;
        session.printer.data(
            &self.output,
            Readers::Anyone,
            format!("{signature}\n").as_bytes(),
            &Signed { signature: &signature },
        )
    }
}
