//! `strongroom token issue`

use super::PrefixArgument;
use crate::failure::Failure;
use crate::input::Input;
use crate::message::{AadArguments, VersionArgument, ViewArguments};
use crate::output::{Output, Readers};
use crate::period;
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use std::time::Duration;
use strongroom::Item;

/// Issue a token that holds what is read, and is valid from now on for a while. It is a line of text.
#[derive(Args)]
pub(crate) struct Issue {
    /// The name of the key.
    key: String,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    view: ViewArguments,
    #[command(flatten)]
    aad: AadArguments,
    #[command(flatten)]
    version: VersionArgument,
    #[command(flatten)]
    prefix: PrefixArgument,
    /// For how long it is valid: 1s to 400d.
    #[arg(long, value_name = "PERIOD", value_parser = period::parse)]
    ttl: Duration,
}

#[derive(Serialize)]
struct Issued<'a> {
    token: &'a str,
}

impl Issue {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let view = session.view(&self.key, &self.view)?;
        let token = self.aad.with(|aad| {
            let payload = self.input.read()?;
            let item = self.version.on(Item::plaintext(payload.expose()).aad(aad));
            Ok(view.issue_item(&item, self.ttl, &self.prefix.form())?)
        })?;
        let line = format!("{token}\n");
        // Whoever reads it can use it.
        session.printer.data(&self.output, Readers::Owner, line.as_bytes(), &Issued { token: &token })
    }
}
