//! The two kinds of base64 that are read and written.

/// Which base64 a text holds. The text does not say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alphabet {
    /// RFC 4648 section 4, padded.
    Standard,
    /// RFC 4648 section 5, not padded: the `jws` form of signatures.
    UrlSafe,
}
