//! `strongroom key public-key`

use crate::base64;
use crate::failure::Failure;
use crate::message::{ContextArguments, version};
use crate::output::{Output, Readers};
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use strongroom::Version;

/// Give out the public key of a signing key, as a line of base64.
#[derive(Args)]
pub(crate) struct PublicKey {
    /// The name of the key.
    name: String,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    context: ContextArguments,
    /// The version, instead of the latest.
    #[arg(long, value_name = "N", value_parser = version)]
    key_version: Option<Version>,
}

#[derive(Serialize)]
struct Public<'a> {
    public_key_base64: &'a str,
}

impl PublicKey {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let key = self.context.of(&session.key(&self.name)?)?.public_key(self.key_version)?;
        let public = base64::encode(key.as_bytes());
        session.printer.data(
            &self.output,
            Readers::Anyone,
            format!("{}\n", *public).as_bytes(),
            &Public { public_key_base64: &public },
        )
    }
}
