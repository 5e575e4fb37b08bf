//! What types are called, for people who write a name.

use super::KeyType;
use crate::error::invalid;
use crate::{Error, Near};
use std::fmt;
use std::str::FromStr;

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl KeyType {
    /// For bindings: which type was perhaps meant by a name that [`parse`](str::parse) does not know, as the
    /// end of a sentence.
    ///
    /// ```
    /// use strongroom::KeyType;
    /// assert_eq!(KeyType::meant_by("ecdsap256").as_deref(), Some("did you mean \"ecdsa-p256\"?"));
    /// assert_eq!(KeyType::meant_by("rot13"), None);
    /// ```
    #[doc(hidden)]
    pub fn meant_by(name: &str) -> Option<String> {
        let near = Near::of(
            &name.to_lowercase().replace('_', "-"),
            Self::ALL.iter().map(|key_type| key_type.name()),
        );
        near.name().map(|name| format!("did you mean {name:?}?"))
    }
}

impl FromStr for KeyType {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let unknown = Error::InvalidOption { reason: invalid::UNKNOWN_KEY_TYPE };
        Self::ALL.iter().copied().find(|t| t.name() == name).ok_or(unknown)
    }
}
