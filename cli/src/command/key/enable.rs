//! `strongroom key disable` and `strongroom key enable`

use crate::failure::Failure;
use crate::session::Session;
use clap::Args;

/// Suspend a key as a whole: every operation on data is refused.
#[derive(Args)]
pub(crate) struct Disable {
    /// The name of the key.
    name: String,
}

impl Disable {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let key = session.key(&self.name)?;
        key.disable()?;
        super::show::print(session, &key.info()?, Some("disabled"))
    }
}

/// End what 'key disable' began.
#[derive(Args)]
pub(crate) struct Enable {
    /// The name of the key.
    name: String,
}

impl Enable {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let key = session.key(&self.name)?;
        key.enable()?;
        super::show::print(session, &key.info()?, Some("enabled"))
    }
}
