//! `strongroom api-key generate`

use crate::failure::Failure;
use crate::output::{Output, Readers};
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use strongroom::ApiKey;
use zeroize::Zeroizing;

/// Generate an API key, a line of text: the prefix, 256 random bits, and a checksum.
///
/// It is to be handed out once and not kept: what is kept is its index.
#[derive(Args)]
pub(crate) struct Generate {
    /// What it begins with, before an underscore: 2 to 16 of a to z and 0 to 9.
    prefix: String,
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct Generated<'a> {
    api_key: &'a str,
}

impl Generate {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let key = ApiKey::generate(&self.prefix)?;
        let line = Zeroizing::new(format!("{}\n", key.expose()));
        let json = Generated { api_key: key.expose() };
        session.printer.data(&self.output, Readers::Owner, line.as_bytes(), &json)
    }
}
