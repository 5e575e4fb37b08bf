//! `strongroom key trim`

use super::confirm;
use crate::failure::Failure;
use crate::message::version;
use crate::session::Session;
use clap::Args;
use strongroom::Version;

/// Destroy the material of old versions. Their dates stay. This cannot be undone.
///
/// Both minimum versions of the key have to be at or above the version given.
#[derive(Args)]
pub(crate) struct Trim {
    /// The name of the key.
    name: String,
    /// Every version below this is destroyed.
    #[arg(long, value_name = "N", value_parser = version)]
    min_available_version: Version,
    /// The name of the key again.
    #[arg(long, value_name = "NAME")]
    confirm: String,
}

impl Trim {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        confirm(&self.name, &self.confirm)?;
        let key = session.key(&self.name)?;
        key.trim(self.min_available_version)?;
        super::show::print(session, &key.info()?, Some("trimmed"))
    }
}
