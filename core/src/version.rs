//! The number of a generation of key material.

use std::fmt;
use std::num::NonZeroU32;

/// The number of a version: 1 to 2^31 − 1.
///
/// ```
/// use strongroom::Version;
/// assert_eq!(Version::new(2).map(Version::get), Some(2));
/// assert_eq!(Version::new(0), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(NonZeroU32);

impl Version {
    /// The first version of every key.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// The largest number a version can have.
    pub const MAX: u32 = i32::MAX as u32;

    /// `None` for 0 and above 2^31 − 1.
    pub const fn new(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(number) if number.get() <= Self::MAX => Some(Self(number)),
            _ => None,
        }
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0.get()
    }

    pub(crate) fn next(self) -> Option<Self> {
        Self::new(self.get() + 1)
    }

    /// Where a list of all versions holds this one.
    pub(crate) const fn index(self) -> usize {
        self.get() as usize - 1
    }

    pub(crate) fn from_index(index: usize) -> Option<Self> {
        u32::try_from(index).ok().and_then(|i| i.checked_add(1)).and_then(Self::new)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Version({})", self.0)
    }
}
