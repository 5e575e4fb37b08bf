//! What kept a store or a seal from answering.

use std::error::Error;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Why a store or a seal failed: a sentence for people, and the error that it comes from, if there is one.
///
/// Two are equal if they say the same: where it comes from does not count. Neither the sentence nor the error
/// may hold anything secret, since both are shown.
///
/// ```
/// use std::error::Error as _;
/// use strongroom::{Error, Reason, StoreError};
/// let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
/// let reason = Reason::from("cannot write root.sr").caused_by(full);
/// let error = Error::from(StoreError { reason });
/// let cause = error.source().and_then(|cause| cause.downcast_ref::<std::io::Error>());
/// assert_eq!(cause.map(std::io::Error::kind), Some(std::io::ErrorKind::StorageFull));
/// ```
#[derive(Clone)]
pub struct Reason {
    sentence: Box<str>,
    // Shared, since an error is handed to each of several calls that waited for one look at a store.
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl Reason {
    /// The same, with the error that it comes from.
    #[must_use]
    pub fn caused_by(self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { cause: Some(cause.into().into()), ..self }
    }

    /// The sentence.
    pub fn as_str(&self) -> &str {
        &self.sentence
    }

    /// What it comes from.
    pub fn cause(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn Error + 'static))
    }

    /// Another sentence about the same.
    pub(crate) fn told_as(self, sentence: impl Into<Box<str>>) -> Self {
        Self { sentence: sentence.into(), ..self }
    }
}

impl From<String> for Reason {
    fn from(sentence: String) -> Self {
        Self { sentence: sentence.into(), cause: None }
    }
}

impl From<&str> for Reason {
    fn from(sentence: &str) -> Self {
        Self { sentence: sentence.into(), cause: None }
    }
}

impl Deref for Reason {
    type Target = str;
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl PartialEq for Reason {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Reason {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_otherwise_keeps_its_cause() {
        let reason = Reason::from("full").caused_by("the disk").told_as("the reseal is not finished (full)");
        assert_eq!(reason.as_str(), "the reseal is not finished (full)");
        assert_eq!(reason.cause().map(ToString::to_string).as_deref(), Some("the disk"));
    }
}
