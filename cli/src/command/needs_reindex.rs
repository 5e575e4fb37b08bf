//! `strongroom needs-reindex`

use crate::failure::Failure;
use crate::input::{Input, text};
use crate::session::Session;
use clap::Args;
use serde::Serialize;

/// Say whether a blind index that is stored should be made anew, by the version that its text names.
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
        let needs_reindex = key.needs_reindex(text(&line)?)?;
        let said = if needs_reindex { "make it anew\n" } else { "up to date\n" };
        session.printer.print(said, &Said { needs_reindex })
    }
}
