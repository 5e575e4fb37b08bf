//! `strongroom api-key check`

use crate::failure::Failure;
use crate::input::{Input, text};
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use strongroom::ApiKey;

/// Say whether a text is an API key as it was handed out. Whether it was ever issued it does not say.
///
/// The exit code is 0 only if it is.
#[derive(Args)]
pub(crate) struct Check {
    #[command(flatten)]
    input: Input,
}

#[derive(Serialize)]
struct Checked {
    well_formed: bool,
}

impl Check {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let line = self.input.read_line()?;
        let given = text(&line)?;
        ApiKey::check(given).map_err(|error| Failure::advised(error, ApiKey::why_malformed(given)))?;
        session.printer.print("well-formed\n", &Checked { well_formed: true })
    }
}
