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
// One pointer, since an error is a part of what every call gives back. Shared, since one is handed to each of
// several calls that waited for one look at a store.
#[derive(Clone)]
pub struct Reason(Arc<Said>);

struct Said {
    sentence: Box<str>,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl Reason {
    /// This reason, with the error that it comes from.
    #[must_use]
    pub fn caused_by(self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(self.0.sentence.clone(), Some(cause.into().into()))
    }

    /// The sentence.
    pub fn as_str(&self) -> &str {
        &self.0.sentence
    }

    /// What it comes from.
    pub fn cause(&self) -> Option<&(dyn Error + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as &(dyn Error + 'static))
    }

    /// Another sentence about the same.
    pub(crate) fn told_as(self, sentence: impl Into<Box<str>>) -> Self {
        Self::new(sentence.into(), self.0.cause.clone())
    }

    #[cold]
    fn new(sentence: Box<str>, cause: Option<Arc<dyn Error + Send + Sync>>) -> Self {
        Self(Arc::new(Said { sentence, cause }))
    }
}

impl From<String> for Reason {
    fn from(sentence: String) -> Self {
        Self::new(sentence.into(), None)
    }
}

impl From<&str> for Reason {
    fn from(sentence: &str) -> Self {
        Self::new(sentence.into(), None)
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
