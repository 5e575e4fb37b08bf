//! What was lent: a key of another keyring, whole or for one context, until a time.

use super::{Record, VersionRecord};
use crate::Error;
use crate::derive::ConvergentRule;
use crate::error::invalid;

/// That a key belongs elsewhere and was handed to this keyring.
pub(crate) struct Lent {
    /// From then on nothing is made with the key.
    pub(crate) until: u64,
    /// The one context that it was lent for, if it was not lent whole.
    pub(crate) context: Option<LentContext>,
}

/// A context, by what decides whether another is the same.
pub(crate) struct LentContext {
    /// 1 for bytes and text, 2 for a map.
    pub(crate) kind: u8,
    pub(crate) encoded: Box<[u8]>,
}

impl Record {
    /// Refuses what only the keyring may do that a key belongs to.
    pub(crate) fn check_own(&self) -> Result<(), Error> {
        if self.lent.is_some() { Err(Error::InvalidOption { reason: invalid::KEY_IS_LENT }) } else { Ok(()) }
    }

    /// Refuses to work with the subkeys of one context, which are kept.
    pub(crate) fn check_whole(&self) -> Result<(), Error> {
        let of_one_context = self.lent.as_ref().is_some_and(|lent| lent.context.is_some());
        if of_one_context {
            Err(Error::TypeNotSupported { key_type: "lent for one context" })
        } else {
            Ok(())
        }
    }

    /// What must hold of a key that was lent, and of one that was not.
    pub(super) fn check_lent(&self) -> Result<(), &'static str> {
        let context = self.lent.as_ref().and_then(|lent| lent.context.as_ref());
        if let Some(LentContext { kind, encoded }) = context
            && !(self.derived
                && matches!(kind, 1 | 2)
                && (1..=usize::from(u16::MAX)).contains(&encoded.len()))
        {
            return Err("it was lent for a context that is none, or takes no context");
        }
        if self.lent.is_some() && !self.archive.as_slice().is_empty() {
            return Err("it was lent and has an archive");
        }
        for version in self.versions.iter().filter(|version| !version.is_trimmed) {
            self.check_lent_version(version, context.is_some())?;
        }
        let early = |version: &VersionRecord| {
            version.closed.is_some()
                || version.lent.is_some()
                || version.limit.is_some()
                || version.subkeys.is_some()
        };
        if self.archive.versions().any(early) {
            Err("its archive says more than a backup could")
        } else {
            Ok(())
        }
    }

    fn check_lent_version(&self, version: &VersionRecord, for_one_context: bool) -> Result<(), &'static str> {
        if version.limit.is_some() && !(self.lent.is_some() && self.counts_version(version)) {
            return Err("a version has a limit of uses that are not counted, or was not lent");
        }
        if !for_one_context {
            return if version.subkeys.is_none() {
                Ok(())
            } else {
                Err("a version has subkeys of a context that is not named")
            };
        }
        if version.material.is_some() || version.hmac_key.is_some() {
            return Err("a version was lent for one context and holds what every context needs");
        }
        let ruled = self.rules(version).convergent == Some(ConvergentRule::Three);
        let fits = version.subkeys.as_ref().is_none_or(|subkeys| subkeys.nonce.is_some() == ruled);
        if fits {
            Ok(())
        } else {
            Err("a version's subkeys lack the one for nonces, or have one that makes none")
        }
    }
}
