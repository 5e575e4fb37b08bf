//! `strongroom key trim`

use super::confirm;
use crate::failure::Failure;
use crate::message::version;
use crate::period;
use crate::session::Session;
use clap::Args;
use strongroom::{Error, Key, Version};

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
        key.trim(self.min_available_version).map_err(|error| self.refused(&key, error))?;
        super::show::print(session, &key.info()?, Some("trimmed"))
    }

    /// An error, with what has to be done first, or from when on nothing has.
    fn refused(&self, key: &Key, error: Error) -> Failure {
        let wanted = self.min_available_version;
        let (Error::InvalidWindow { .. }, Ok(info)) = (&error, key.info()) else { return error.into() };
        let advice = match key.trim_possible_from(wanted) {
            Ok(Some(from)) => format!("it can be done from {} on", period::time_after(from)),
            _ if wanted > info.latest_version => {
                format!(
                    "the latest version is {}; 'strongroom key rotate' makes a newer one",
                    info.latest_version
                )
            }
            _ if wanted.get() < info.min_available_version => return error.into(),
            _ => format!(
                "'strongroom key configure {} --min-decryption-version {wanted} --min-encryption-version {wanted}'",
                self.name
            ),
        };
        Failure::Advised(error, advice)
    }
}
