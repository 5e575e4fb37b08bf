//! What of a version works on messages, prepared when it is first needed.

use crate::Error;
use crate::derive::Source;
use crate::subkey::Subkey;
use once_cell::race::OnceBox;

/// Stands for the material of a version, what subkeys are derived from it for, and how.
pub(crate) type Tag = [u8; 16];

/// What a subkey is for. Each has a label of its own, so that what one made the other does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// Ciphertexts and signatures.
    Messages,
    Tokens,
}

/// The subkeys of one version for one purpose. Two threads may prepare the same; one of them wins.
#[derive(Default)]
pub(super) struct Subkeys {
    /// That of a key that is not derived.
    plain: OnceBox<Subkey>,
    /// What those of contexts are made from.
    source: OnceBox<Source>,
    /// By which they are remembered: random, and handed on only to the same version of the same material.
    tag: OnceBox<Tag>,
}

impl Subkeys {
    /// Those of the same version of the same key, as it was read later.
    pub(super) fn later(&self, derives_as_before: bool) -> Self {
        let tag = self.tag.get().filter(|_| derives_as_before);
        let tag = tag.map_or_else(OnceBox::new, |tag| OnceBox::with_value(Box::new(*tag)));
        Self { tag, ..Self::default() }
    }

    #[inline]
    pub(super) fn plain(&self, make: impl FnOnce() -> Result<Box<Subkey>, Error>) -> Result<&Subkey, Error> {
        self.plain.get_or_try_init(make)
    }

    #[inline]
    pub(super) fn source(&self, make: impl FnOnce() -> Result<Box<Source>, Error>) -> Result<&Source, Error> {
        self.source.get_or_try_init(make)
    }

    #[inline]
    pub(super) fn tag(&self, draw: impl FnOnce() -> Result<Box<Tag>, Error>) -> Result<&Tag, Error> {
        self.tag.get_or_try_init(draw)
    }
}
