//! `strongroom sign`

use crate::failure::Failure;
use crate::input::Input;
use crate::message::{VersionArgument, ViewArguments};
use crate::output::{Output, Readers};
use crate::session::Session;
use crate::signature::SignatureArguments;
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
    signature: SignatureArguments,
}

#[derive(Serialize)]
struct Signed<'a> {
    signature: &'a str,
}

impl Sign {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let view = session.view(&self.key, &self.view)?;
        let message = self.input.read()?;
        let item = self.version.on(Item::message(message.expose()));
        let signature = view.sign_item(&self.signature.on(item))?;
        session.printer.data(
            &self.output,
            Readers::Anyone,
            format!("{signature}\n").as_bytes(),
            &Signed { signature: &signature },
        )
    }
}
