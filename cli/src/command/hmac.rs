//! `strongroom hmac`

use super::verify::Verified;
use crate::failure::Failure;
use crate::input::{Input, read_line_of};
use crate::message::version;
use crate::output::{Output, Readers};
use crate::session::Session;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Serialize;
use std::path::PathBuf;
use strongroom::{HashAlgorithm, Item, Version};

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
    /// The hash function.
    #[arg(long, value_name = "HASH", default_value = HashAlgorithm::default().name(), value_parser = hash())]
    hash: HashAlgorithm,
    /// The version to make the mac with, instead of the latest.
    #[arg(long, value_name = "N", value_parser = version, conflicts_with_all = ["verify", "verify_file"])]
    key_version: Option<Version>,
    /// Verify this mac.
    #[arg(long, value_name = "MAC", conflicts_with_all = ["verify_file", "out_file"])]
    verify: Option<String>,
    /// Verify the mac in this file.
    #[arg(long, value_name = "FILE", conflicts_with = "out_file")]
    verify_file: Option<PathBuf>,
}

#[derive(Serialize)]
struct Made<'a> {
    mac: &'a str,
}

impl Hmac {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let key = session.key(&self.key)?;
        if self.verify.is_some() || self.verify_file.is_some() {
            let mac = read_line_of(self.verify.as_deref(), self.verify_file.as_deref())?;
            let message = self.input.read()?;
            key.verify_hmac_item(&Item::signed(message.expose(), &mac).hash(self.hash))?;
            return session.printer.print("verified\n", &Verified { valid: true });
        }
        let message = self.input.read()?;
        let mut item = Item::message(message.expose()).hash(self.hash);
        if let Some(version) = self.key_version {
            item = item.version(version);
        }
        let mac = key.hmac_item(&item)?;
        session.printer.data(&self.output, Readers::Anyone, format!("{mac}\n").as_bytes(), &Made { mac: &mac })
    }
}

fn hash() -> impl TypedValueParser<Value = HashAlgorithm> {
    let find = |name: String| HashAlgorithm::ALL.into_iter().find(|hash| hash.name() == name).ok_or("unknown hash function");
    PossibleValuesParser::new(HashAlgorithm::ALL.map(HashAlgorithm::name)).try_map(find)
}
