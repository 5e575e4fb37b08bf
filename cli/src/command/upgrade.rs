//! `strongroom upgrade`

use crate::failure::Failure;
use crate::numbers::counted;
use crate::session::Session;
use clap::Args;
use serde::Serialize;

/// Bring every document to the newest format that this program knows. Older programs may not read them then.
#[derive(Args)]
pub(crate) struct Upgrade {}

#[derive(Serialize)]
struct Upgraded {
    changed: usize,
}

impl Upgrade {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let changed = session.keyring()?.upgrade()?;
        session
            .printer
            .print(&format!("{} changed\n", counted(changed as u64, "document")), &Upgraded { changed })
    }
}
