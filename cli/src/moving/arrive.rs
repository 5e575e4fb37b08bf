//! A key that comes into the keyring.

use super::line::{Line, Outcome};
use super::{Job, failed, refused};
use crate::failure::Failure;
use strongroom::{Error, KeyName, Keyring, SecretBytes, TransitMatch};
use strongroom_platforms::MountedKey;

impl Job {
    pub(super) fn bring(&self, name: &str) -> Result<Line, Failure> {
        // What a server calls a key is shown, and printed as a part of commands.
        if let Err(error) = name.parse::<KeyName>() {
            return refused(name, error);
        }
        let key = match self.transit.key(name) {
            Ok(Some(key)) => key,
            Ok(None) => return Ok(Line::new(name, Outcome::Failed).because("the server has no such key")),
            Err(error) => return failed(name, error),
        };
        let (backup, by) = match self.fetch(&key)? {
            Ok(fetched) => fetched,
            Err(line) => return Ok(line),
        };
        match self.ring.key(name) {
            Ok(there) => return self.compare_here(&there, &key, &backup),
            Err(Error::KeyNotFound { .. }) => {}
            Err(error) => return refused(name, error),
        }
        // What is not to be written is restored all the same, where it is gone afterwards.
        let (ring, outcome) = match self.dry_run {
            true => (&Keyring::in_memory(), Outcome::WouldMove),
            false => (&self.ring, Outcome::Moved),
        };
        match ring.restore_transit(backup.expose(), Some(name), self.product) {
            Ok(key) => Ok(Line::new(name, outcome).of(&key.info()?).by(by)),
            // Somebody else was faster.
            Err(Error::KeyExists { .. }) => self.compare_here(&self.ring.key(name)?, &key, &backup),
            Err(error) => refused(name, error),
        }
    }

    fn compare_here(
        &self,
        key: &strongroom::Key,
        there: &MountedKey,
        backup: &SecretBytes,
    ) -> Result<Line, Failure> {
        let info = key.info()?;
        let line = |outcome| Line::new(info.name.as_str(), outcome).of(&info);
        match key.compare_transit(backup.expose(), self.product) {
            Ok(TransitMatch::Same) => Ok(line(Outcome::ThereAlready).trimmed(&info, there)),
            Ok(TransitMatch::Older) => {
                Ok(line(Outcome::ThereAlready).because("rotated in the keyring since"))
            }
            Ok(TransitMatch::Newer) => Ok(line(Outcome::Differs).because(
                "the server has later versions of it than the keyring, which were not brought along: let one \
                 place rotate, and delete the key here to bring it anew",
            )),
            Ok(_) => Ok(line(Outcome::Differs)
                .because("the keyring has another key of this name; nothing is overwritten")),
            Err(error) => refused(info.name.as_str(), error),
        }
    }
}
