//! How a column is indexed.

use super::normalize::Normalize;
use crate::Error;
use crate::derive::Purpose;
use crate::error::invalid;
use crate::version::Version;

/// How a column is indexed: what it is called, and what is done to a value before its index is made.
///
/// Whoever writes a column and whoever searches it say the same, also across languages: the name, the bits
/// and the form are part of the key, the steps of the normalisation are not. It is checked where it is used.
///
/// ```
/// use strongroom::{BlindIndex, KeySpec, Keyring};
/// let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
/// let emails = BlindIndex::new("users.email").bits(64);
/// assert_eq!(users.index("ann@example.com", &emails)?, users.index("ann@example.com", &emails)?);
/// assert_ne!(
///     users.index_binary("ann@example.com", &emails)?,
///     users.index_binary("ann@example.com", &BlindIndex::new("users.login").bits(64))?,
/// );
/// # Ok::<(), strongroom::Error>(())
/// ```
#[must_use]
#[derive(Debug, Clone)]
pub struct BlindIndex {
    name: Box<str>,
    steps: Vec<Normalize>,
    bits: u16,
    version: Option<Version>,
}

impl BlindIndex {
    /// Of a column of this name, 1 to 255 bytes, such as `users.email`. Two columns of one name can be
    /// compared with each other by whoever sees both.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into().into(), steps: Vec::new(), bits: 128, version: None }
    }

    /// Does this to a value first; called again, the next step after the one before. Without any a value is
    /// taken as it is.
    ///
    /// ```
    /// use strongroom::{BlindIndex, KeySpec, Keyring, Normalize};
    /// let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// let emails = BlindIndex::new("users.email").normalize(Normalize::Email);
    /// assert_eq!(users.index(" Ann@Example.com", &emails)?, users.index("ann@example.com", &emails)?);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    #[cfg(feature = "normalize")]
    pub fn normalize(mut self, step: Normalize) -> Self {
        self.steps.push(step);
        self
    }

    /// How many bits an index has, 8 to 256. 128, unless another number is said, are so many that two values
    /// have the same by chance never; with fewer they do, so that a row that is found need not be the one
    /// that was looked for, and the table tells less.
    pub fn bits(mut self, bits: u16) -> Self {
        self.bits = bits;
        self
    }

    /// The version to index with, of those that decrypt, instead of the newest that everybody who searches
    /// knows by now.
    pub fn version(mut self, version: Version) -> Self {
        self.version = Some(version);
        self
    }

    pub(super) fn steps(&self) -> &[Normalize] {
        &self.steps
    }

    pub(super) fn asked(&self) -> Option<Version> {
        self.version
    }

    /// How many bytes the bits take, and how many of the last one are used.
    pub(super) fn size(&self) -> (usize, u8) {
        let bits = usize::from(self.bits);
        (bits.div_ceil(8), if bits % 8 == 0 { 0xff } else { !(0xff >> (bits % 8)) })
    }

    /// Refuses what makes no index.
    #[inline]
    pub(super) fn check(&self) -> Result<(), Error> {
        if !(1..=MAX_NAME).contains(&self.name.len()) {
            return Err(Error::InvalidOption { reason: invalid::INDEX_NAME_OUT_OF_RANGE });
        }
        if !(8..=256).contains(&self.bits) {
            return Err(Error::InvalidOption { reason: invalid::INDEX_BITS_OUT_OF_RANGE });
        }
        Ok(())
    }

    /// What the key of the column is made for.
    pub(super) fn purpose(&self, form: Form, characters: u8) -> Purpose<'_> {
        let [high, low] = self.bits.to_be_bytes();
        let len = u8::try_from(self.name.len()).unwrap_or(0);
        let head = [b'i', b'n', b'd', b'e', b'x', high, low, form as u8, characters, len];
        Purpose { head, name: &self.name }
    }
}

/// In bytes.
const MAX_NAME: usize = 255;

/// Of what of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Whole = 0,
    Beginning = 1,
    Piece = 2,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_that_are_used() {
        let of = |bits| BlindIndex::new("n").bits(bits).size();
        assert_eq!(
            [8, 9, 12, 15, 16, 255, 256].map(of),
            [(1, 0xff), (2, 0x80), (2, 0xf0), (2, 0xfe), (2, 0xff), (32, 0xfe), (32, 0xff),]
        );
    }
}
