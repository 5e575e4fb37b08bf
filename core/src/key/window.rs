//! Which versions may be worked with: the words of NIST SP 800-57 part 1, section 7, in numbers.

use crate::Error;
use crate::manner::Manner;
use crate::version::Version;

/// The windows of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) available: u32,
    pub(crate) decryption: Version,
    pub(crate) encryption: Option<Version>,
    pub(crate) latest: Version,
}

/// What can be done with a version, in the words of NIST SP 800-57 part 1, section 7.
///
/// ```
/// use strongroom::{KeySpec, Keyring, VersionState};
/// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
/// key.rotate()?;
/// let states: Vec<VersionState> = key.info()?.versions.iter().map(|version| version.state).collect();
/// assert_eq!(states, [VersionState::Deactivated, VersionState::Active]);
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum VersionState {
    /// It encrypts and signs, and decrypts and verifies: the latest, and any from `min_encryption_version`
    /// on.
    Active,
    /// It decrypts and verifies what was made with it.
    Deactivated,
    /// Below `min_decryption_version`: kept, and refused.
    Suspended,
    /// Trimmed: its dates are left.
    Destroyed,
}

impl Window {
    /// The version to make something new with. Without a `min_encryption_version` that is the latest only, or
    /// in Transit's manner any that still decrypts.
    pub(crate) fn for_encryption(&self, asked: Option<Version>, manner: Manner) -> Result<Version, Error> {
        let Some(version) = asked else { return Ok(self.latest) };
        if version > self.latest {
            return Err(Error::VersionTooNew);
        }
        let allowed = version == self.latest
            || (self.encryption.map_or(manner.is_transit(), |min| version >= min)
                && version >= self.decryption);
        if allowed { Ok(version) } else { Err(Error::VersionNotAllowed) }
    }

    /// Whether something made with a version may be opened or verified.
    pub(crate) fn for_decryption(&self, version: Version) -> Result<(), Error> {
        match version {
            v if v > self.latest => Err(Error::VersionTooNew),
            v if v < self.decryption => Err(Error::VersionTooOld),
            _ => Ok(()),
        }
    }

    pub(crate) fn state(&self, version: Version) -> VersionState {
        if version.get() < self.available {
            VersionState::Destroyed
        } else if version < self.decryption {
            VersionState::Suspended
        } else if self.for_encryption(Some(version), Manner::Strict).is_ok() {
            VersionState::Active
        } else {
            VersionState::Deactivated
        }
    }

    /// Whether these windows can follow from those of `self` by a change of settings.
    pub(crate) fn check_change(&self) -> Result<(), Error> {
        let refuse = |reason| Err(Error::InvalidWindow { reason });
        if self.decryption > self.latest || self.encryption.is_some_and(|min| min > self.latest) {
            return refuse("a minimum version is newer than the latest version; rotate first");
        }
        if self.encryption.is_some_and(|min| min < self.decryption) {
            return refuse("min_encryption_version must not be below min_decryption_version; raise both");
        }
        if self.decryption.get() < self.available
            || self.encryption.is_some_and(|min| min.get() < self.available)
        {
            return refuse("versions below min_available_version were trimmed and cannot be allowed again");
        }
        if self.available > 0 && self.encryption.is_none() {
            return refuse("min_encryption_version must stay set once versions were trimmed");
        }
        Ok(())
    }

    /// Whether all versions below `available` may be destroyed, by Transit's rules.
    pub(crate) fn check_trim(&self, available: Version) -> Result<(), Error> {
        let refuse = |reason| Err(Error::InvalidWindow { reason });
        if available.get() < self.available {
            return refuse("min_available_version cannot be lowered; what was trimmed is gone");
        }
        match (self.encryption.is_none_or(|min| available > min), available > self.decryption) {
            (true, true) => refuse(
                "only versions below both min_encryption_version and min_decryption_version can be trimmed; \
                 raise both first",
            ),
            (true, false) => {
                refuse("only versions below min_encryption_version can be trimmed; raise it first")
            }
            (false, true) => {
                refuse("only versions below min_decryption_version can be trimmed; raise it first")
            }
            (false, false) => Ok(()),
        }
    }
}
