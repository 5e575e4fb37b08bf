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
    /// assert_eq!(
    ///     KeyType::meant_by("aes").as_deref(),
    ///     Some("did you mean \"xaes256-gcm\" or \"aes256-gcm96\"?")
    /// );
    /// assert_eq!(KeyType::meant_by("rot13"), None);
    /// ```
    #[doc(hidden)]
    pub fn meant_by(name: &str) -> Option<String> {
        let all: Vec<String> = Self::those_meant_by(name).iter().map(|name| format!("{name:?}")).collect();
        (!all.is_empty()).then(|| format!("did you mean {}?", all.join(" or ")))
    }

    /// For the command line: the names of the types that were perhaps meant by one, the likeliest first.
    ///
    /// ```
    /// use strongroom::KeyType;
    /// assert_eq!(KeyType::those_meant_by("RSA"), ["rsa-2048", "rsa-3072", "rsa-4096"]);
    /// ```
    #[doc(hidden)]
    pub fn those_meant_by(name: &str) -> Vec<&'static str> {
        let name = name.trim().to_lowercase().replace(['_', ' '], "-");
        if let Some((_, here)) = ELSEWHERE.iter().find(|(elsewhere, _)| *elsewhere == name) {
            return here.to_vec();
        }
        let all = || Self::ALL.iter().map(|key_type| key_type.name());
        let near = Near::of(&name, all());
        let nearest = all().filter(|known| near.name() == Some(*known));
        let longer = all().filter(|known| name.len() >= 3 && known.starts_with(&name));
        nearest.chain(longer.filter(|known| near.name() != Some(*known))).take(4).collect()
    }
}

/// What types are called elsewhere, and here: the default first, then what other products read as well.
const ELSEWHERE: [(&str, &[&str]); 14] = [
    ("aes", &["xaes256-gcm", "aes256-gcm96"]),
    ("aes-128-gcm", &["aes128-gcm96"]),
    ("aes-256", &["xaes256-gcm", "aes256-gcm96"]),
    ("aes-256-gcm", &["xaes256-gcm", "aes256-gcm96"]),
    ("aes-gcm", &["xaes256-gcm", "aes256-gcm96"]),
    ("aes256", &["xaes256-gcm", "aes256-gcm96"]),
    ("aes256-gcm", &["xaes256-gcm", "aes256-gcm96"]),
    ("ec", &["ecdsa-p256", "ecdsa-p384", "ecdsa-p521"]),
    ("eddsa", &["ed25519"]),
    ("es256", &["ecdsa-p256"]),
    ("es384", &["ecdsa-p384"]),
    ("es512", &["ecdsa-p521"]),
    ("siv", &["aes256-siv"]),
    ("xaes", &["xaes256-gcm"]),
];

impl FromStr for KeyType {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let unknown = Error::InvalidOption { reason: invalid::UNKNOWN_KEY_TYPE };
        Self::ALL.iter().copied().find(|t| t.name() == name).ok_or(unknown)
    }
}
