//! `strongroom needs-reindex`

use crate::failure::Failure;
use crate::input::{Input, text};
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use strongroom::{Error, View};

/// Say whether a blind index that is stored should be made anew, by the version that its text names.
///
/// The exit code is 0 if it is up to date and 1 if it should be made anew; from 2 on, nothing is known of it.
#[derive(Args)]
pub(crate) struct NeedsReindex {
    /// The name of the key.
    key: String,
    #[command(flatten)]
    input: Input,
}

#[derive(Serialize)]
struct Said {
    needs_reindex: bool,
}

impl NeedsReindex {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let key = session.key(&self.key)?;
        let line = self.input.read_line()?;
        let stored = text(&line)?;
        let needs_reindex = key.needs_reindex(stored).map_err(|error| {
            let why = matches!(error, Error::Malformed).then(|| View::why_malformed_index(stored)).flatten();
            Failure::advised(error, why)
        })?;
        let said = if needs_reindex { "make it anew\n" } else { "up to date\n" };
        session.printer.print(said, &Said { needs_reindex })?;
        if needs_reindex { Err(Failure::Differs) } else { Ok(()) }
    }
}
