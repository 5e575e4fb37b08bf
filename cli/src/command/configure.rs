//! `strongroom configure`

use crate::failure::Failure;
use crate::period;
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use std::time::Duration;

/// Change settings of the keyring. 'strongroom key configure' changes those of a key.
#[derive(Args)]
pub(crate) struct Configure {
    /// For how long a process may at most encrypt without having seen the keyring's folder: 1s to 365d, 60s
    /// unless this was called.
    ///
    /// 'key trim' waits for as long, and after a change to less for the longer time once more, since a
    /// process may still go by that.
    #[arg(long, value_name = "PERIOD", value_parser = period::parse)]
    max_staleness: Duration,
}

#[derive(Serialize)]
struct Configured {
    keyring: String,
    max_staleness_milliseconds: u64,
}

impl Configure {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let ring = session.keyring()?;
        ring.set_max_staleness(self.max_staleness)?;
        // Whole milliseconds are kept, of at most a year.
        let max_staleness_milliseconds = u64::try_from(self.max_staleness.as_millis()).unwrap_or(u64::MAX);
        let kept = period::show(Duration::from_millis(max_staleness_milliseconds));
        let text = format!("configured keyring {}, max staleness {kept}\n", ring.id());
        session
            .printer
            .print(&text, &Configured { keyring: ring.id().to_string(), max_staleness_milliseconds })
    }
}
