//! `strongroom hmac`

use super::verify::Verified;
use crate::ciphertext::of_text;
use crate::failure::Failure;
use crate::input::{Input, read_line_of};
use crate::message::{HashArgument, VersionArgument, ViewArguments};
use crate::output::{Output, Readers};
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;
use strongroom::Item;

/// Make the mac of a message, a line of text; or verify one.
///
/// When one is verified the exit code is 0 only if it fits.
#[derive(Args)]
pub(crate) struct Hmac {
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
    /// Verify this mac.
    #[arg(long, value_name = "MAC", conflicts_with_all = ["verify_file", "out_file", "key_version"])]
    verify: Option<String>,
    /// Verify the mac in this file.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["out_file", "key_version"])]
    verify_file: Option<PathBuf>,
}

#[derive(Serialize)]
struct Made<'a> {
    mac: &'a str,
}

impl Hmac {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let view = session.view(&self.key, &self.view)?;
        if self.verify.is_some() || self.verify_file.is_some() {
            let mac = read_line_of(self.verify.as_deref(), self.verify_file.as_deref())?;
            let message = self.input.read()?;
            let item = self.hash.on(Item::signed(message.expose(), &mac));
            view.verify_hmac_item(&item).map_err(|error| of_text(&view, &mac, error))?;
            return session.printer.print("verified\n", &Verified { valid: true });
        }
        let message = self.input.read()?;
        let mac = view.hmac_item(&self.hash.on(self.version.on(Item::message(message.expose()))))?;
        session.printer.data(
            &self.output,
            Readers::Anyone,
            format!("{mac}\n").as_bytes(),
            &Made { mac: &mac },
        )
    }
}
