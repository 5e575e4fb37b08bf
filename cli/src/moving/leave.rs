//! A key that leaves for a server. The one in the keyring is only read.

use super::line::{Line, Outcome};
use super::{Job, failed, quoted, refused};
use crate::failure::Failure;
use strongroom::{
    Dialect, Error, Expose, Key, KeyInfo, Keyring, Seal, SecretBytes, TransitBackup, TransitMatch,
};
use strongroom_platforms::{MountError, MountedKey};

impl Job {
    pub(super) fn take(&self, name: &str, product: Dialect) -> Result<Line, Failure> {
        let key = match self.ring.key(name) {
            Ok(key) => key,
            Err(error) => return refused(name, error),
        };
        let info = key.info()?;
        let line = |outcome| Line::new(name, outcome).of(&info);
        match self.transit.key(name) {
            Ok(None) => {}
            Ok(Some(there)) => return self.compare_there(&key, &info, &there),
            Err(error) => return failed(name, error),
        }
        if info.disabled {
            let call = format!("strongroom key enable {}", quoted(name));
            return Ok(line(Outcome::NotMovable).because("it is disabled").allow([call]));
        }
        let missing =
            [("--exportable", info.exportable), ("--allow-plaintext-backup", info.allow_plaintext_backup)];
        let missing: Vec<&str> =
            missing.iter().filter(|(_, is_on)| !is_on).map(|(option, _)| *option).collect();
        if !missing.is_empty() {
            let call = format!("strongroom key configure {} {}", quoted(name), missing.join(" "));
            let reason = "it is not exportable, or may not be backed up in the clear";
            return Ok(line(Outcome::NotMovable).because(reason).allow_for_good([call]));
        }
        let backup = match backup(&key, product) {
            Ok(backup) => backup,
            Err(error) => return refused(name, error),
        };
        if self.dry_run {
            return Ok(line(Outcome::WouldMove).by("backup"));
        }
        match self.transit.restore(name, &backup) {
            // It may have been this call, which was made again because its first answer got lost.
            Ok(()) | Err(MountError::Exists(_)) => self.look_after(&key, &info),
            Err(error) => failed(name, error),
        }
    }

    /// Whether the server has made of a backup what it was.
    fn look_after(&self, key: &Key, info: &KeyInfo) -> Result<Line, Failure> {
        let there = match self.transit.key(info.name.as_str()) {
            Ok(Some(there)) => there,
            Ok(None) => {
                let line = Line::new(info.name.as_str(), Outcome::Failed).of(info);
                return Ok(line.because("the server took it, and has no such key"));
            }
            Err(error) => return failed(info.name.as_str(), error),
        };
        let line = self.compare_there(key, info, &there)?;
        Ok(match line.outcome() {
            Outcome::ThereAlready => Line::new(info.name.as_str(), Outcome::Moved).of(info).by("backup"),
            _ => line,
        })
    }

    fn compare_there(&self, key: &Key, info: &KeyInfo, there: &MountedKey) -> Result<Line, Failure> {
        let line = |outcome| Line::new(info.name.as_str(), outcome).of(info);
        let backup = match self.fetch(there)? {
            Ok((backup, _)) => backup,
            Err(not) => {
                let reason = "the server has a key of this name, which cannot be compared";
                return Ok(not.of(info).because_too(reason));
            }
        };
        match key.compare_transit(backup.expose(), self.product) {
            Ok(TransitMatch::Same) => Ok(line(Outcome::ThereAlready).trimmed(info, there)),
            Ok(TransitMatch::Newer) => Ok(line(Outcome::ThereAlready).because("rotated on the server since")),
            Ok(TransitMatch::Older) => Ok(line(Outcome::Differs).because(
                "the keyring has later versions of it than the server, which were not taken along: let one \
                 place rotate, and delete the key there to take it anew",
            )),
            Ok(_) => Ok(line(Outcome::Differs)
                .because("the server has another key of this name; nothing is overwritten")),
            Err(error) => refused(info.name.as_str(), error),
        }
    }
}

/// As the server restores it. What writing a backup notes in a key is noted in a copy.
fn backup(key: &Key, product: Dialect) -> Result<SecretBytes, Error> {
    let seal = Seal::root_key_text(Seal::generate_root_key()?);
    let copies = Keyring::in_memory();
    let copy = copies.restore_key(&key.backup(seal.clone())?, seal, None)?;
    copy.backup_transit(TransitBackup::new(product), Expose::SecretMaterial)
}
