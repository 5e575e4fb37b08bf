//! The names of keys and keyrings, and the files they are kept under.

use crate::Error;
use crate::error::invalid;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The name of a key: ASCII, 1 to 120 characters, `\w([\w.-]*\w)?`, as in Transit.
///
/// ```
/// use strongroom::KeyName;
/// assert_eq!(KeyName::new("cards")?.as_str(), "cards");
/// assert!(KeyName::new("../cards").is_err());
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(Arc<str>);

impl KeyName {
    /// The longest name, in characters. With every letter escaped, its file name still fits 255 bytes.
    pub const MAX_LEN: usize = 120;

    /// # Errors
    /// [`Error::InvalidKeyName`]
    pub fn new(name: &str) -> Result<Self, Error> {
        let word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
        let bytes = name.as_bytes();
        let proper = bytes.len() <= Self::MAX_LEN
            && bytes.first().is_some_and(word)
            && bytes.last().is_some_and(word)
            && bytes.iter().all(|b| word(b) || matches!(b, b'-' | b'.'));
        if proper { Ok(Self(name.into())) } else { Err(Error::InvalidKeyName) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For bindings: why a text is no name, said behind the message of [`Error::InvalidKeyName`]. Since the
    /// text may be anything, no more of it is repeated than the first character that no name has.
    ///
    /// ```
    /// # use strongroom::KeyName;
    /// assert_eq!(KeyName::why_not("my cards").as_deref(), Some("it has ' ' in it"));
    /// ```
    #[doc(hidden)]
    pub fn why_not(text: &str) -> Option<String> {
        if Self::new(text).is_ok() {
            return None;
        }
        let of_names = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        Some(match (text.chars().find(|c| !of_names(c)), text.chars().count()) {
            (_, 0) => "it is empty".to_owned(),
            (Some(odd), _) => format!("it has {odd:?} in it"),
            (None, len) if len > Self::MAX_LEN => format!("it has {len} characters"),
            (None, _) => "it begins or ends with '-' or '.'".to_owned(),
        })
    }

    /// The name of the wrapping key, which no user's key can have.
    pub(crate) fn wrapping() -> Self {
        Self(WRAPPING.into())
    }

    /// A name that a document may have: that of a user's key, or of the wrapping key.
    pub(crate) fn stored(name: &str) -> Result<Self, Error> {
        if name == WRAPPING { Ok(Self::wrapping()) } else { Self::new(name) }
    }
}

/// It begins with what no name of a user's begins with.
const WRAPPING: &str = "-wrapping";

impl FromStr for KeyName {
    type Err = Error;
    fn from_str(name: &str) -> Result<Self, Error> {
        Self::new(name)
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyName({})", self.0)
    }
}

/// What a keyring is known by, whatever folder or label it has: 16 random bytes.
///
/// ```
/// use strongroom::{Keyring, KeyringId};
/// let id = Keyring::in_memory().id();
/// assert_eq!(id.to_string().parse::<KeyringId>()?, id);
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyringId([u8; 16]);

impl KeyringId {
    /// From the bytes that a document holds.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for KeyringId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyringId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyringId({self})")
    }
}

impl FromStr for KeyringId {
    type Err = Error;

    /// 32 hexadecimal digits, as `Display` writes them.
    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = Error::InvalidOption { reason: invalid::KEYRING_ID_MALFORMED };
        if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(wrong);
        }
        u128::from_str_radix(text, 16).map(|id| Self(id.to_be_bytes())).map_err(|_| wrong)
    }
}

/// The name of a sealed document in a store.
///
/// ```
/// use strongroom::{DocName, KeyName};
/// let name = DocName::Key(KeyName::new("Card")?);
/// assert_eq!(name.file_name(), "key-+card.sr");
/// assert_eq!(DocName::from_file_name("key-+card.sr"), Some(name));
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocName {
    /// The wrapped root keys of the keyring. There is one.
    Root,
    /// A key.
    Key(KeyName),
    /// How often the versions of a key have been used.
    Usage(KeyName),
}

impl DocName {
    /// The name of the file that holds the document: `root.sr`, `key-<name>.sr`, `usage-<name>.sr`, where
    /// each of `A` to `Z` in a key's name is written `+a` to `+z`, since some file systems do not tell case
    /// apart.
    pub fn file_name(&self) -> String {
        let (kind, name) = match self {
            Self::Root => return "root.sr".to_owned(),
            Self::Key(name) => ("key-", name),
            Self::Usage(name) => ("usage-", name),
        };
        let mut file = String::with_capacity(kind.len() + name.0.len() + 8);
        file.push_str(kind);
        for c in name.0.chars() {
            if c.is_ascii_uppercase() {
                file.push('+');
            }
            file.push(c.to_ascii_lowercase());
        }
        file + ".sr"
    }

    /// The document that a file name stands for, or `None` for a file that is none of ours.
    pub fn from_file_name(file: &str) -> Option<Self> {
        let stem = file.strip_suffix(".sr")?;
        if stem == "root" {
            return Some(Self::Root);
        }
        let (make, escaped): (fn(KeyName) -> Self, &str) = match stem.strip_prefix("key-") {
            Some(rest) => (Self::Key, rest),
            None => (Self::Usage, stem.strip_prefix("usage-")?),
        };
        let mut name = String::with_capacity(escaped.len());
        let mut chars = escaped.chars();
        while let Some(c) = chars.next() {
            match c {
                '+' => name.push(chars.next().filter(char::is_ascii_lowercase)?.to_ascii_uppercase()),
                'A'..='Z' => return None,
                other => name.push(other),
            }
        }
        KeyName::stored(&name).ok().map(make)
    }
}

impl fmt::Display for DocName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_reversible_and_fit() {
        for name in ["a", "A", "Card", "card", "a.b-c_9", &"Z".repeat(120)] {
            let doc = DocName::Key(KeyName::new(name).unwrap());
            assert_eq!(DocName::from_file_name(&doc.file_name()), Some(doc.clone()));
            assert!(format!(".{doc}.tmp").len() <= 255);
        }
        assert_eq!(DocName::Key(KeyName::new("Card").unwrap()).file_name(), "key-+card.sr");
        let wrapping = DocName::Key(KeyName::wrapping());
        assert_eq!(wrapping.file_name(), "key--wrapping.sr");
        assert_eq!(DocName::from_file_name("key--wrapping.sr"), Some(wrapping));
        assert_eq!(KeyName::new(WRAPPING), Err(Error::InvalidKeyName));
        for other in [
            "key-.sr",
            "key--wrappin.sr",
            "key--wrapping2.sr",
            "key--Wrapping.sr",
            "key-A.sr",
            "key-+A.sr",
            "key-a",
            "Root.sr",
            "key-a+.sr",
            "epoch",
            ".lock",
        ] {
            assert_eq!(DocName::from_file_name(other), None, "{other}");
        }
    }
}
