//! `strongroom rewrap`

use crate::failure::Failure;
use crate::input::{Input, text};
use crate::message::{AadArguments, ContextArguments};
use crate::output::{Output, Readers};
use crate::session::Session;
use crate::table::{TableArguments, Verb};
use clap::Args;
use serde::Serialize;

/// Bring a ciphertext under the latest version of its key.
///
/// It is authenticated first. One that is up to date comes back as it was.
#[derive(Args)]
pub(crate) struct Rewrap {
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
    /// The ciphertext is, and becomes, one in the compact binary form.
    #[arg(long)]
    binary: bool,
}

#[derive(Serialize)]
struct Rewrapped<'a> {
    ciphertext: &'a str,
    changed: bool,
}

#[derive(Serialize)]
struct RewrappedBinary<'a> {
    ciphertext_base64: &'a str,
    changed: bool,
}

impl Rewrap {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        if self.table.is_given() {
            return self.table.run(session, Verb::Rewrap, &self.key, &self.context, &self.aad, &self.output);
        }
        let view = session.view(&self.key, &self.context)?;
        self.aad.with(|aad| {
            if self.binary {
                let old = self.input.read()?;
                let new = view.rewrap_binary(old.expose(), aad)?;
                let json = session.printer.base64(&new);
                let json = RewrappedBinary { ciphertext_base64: &json, changed: new != old.expose() };
                session.printer.binary(&self.output, Readers::Anyone, &new, &json)
            } else {
                let old = self.input.read_line()?;
                let old = text(&old)?;
                let new = view.rewrap(old, aad)?;
                let json = Rewrapped { ciphertext: &new, changed: new != old };
                session.printer.data(&self.output, Readers::Anyone, format!("{new}\n").as_bytes(), &json)
            }
        })
    }
}
