//! How ciphertexts, signatures and macs are written down, and keys from other programs. Knows no algorithm.

pub(crate) mod api_key;
pub(crate) mod base64;
pub(crate) mod binary;
pub(crate) mod der;
pub(crate) mod go_base64;
pub(crate) mod go_text;
pub(crate) mod index;
pub(crate) mod pem;
pub(crate) mod prefix;
pub(crate) mod secret_text;
pub(crate) mod stream;
pub(crate) mod text;
pub(crate) mod token;
pub(crate) mod x509;

/// Plaintexts and other messages are at most 2^30 bytes.
pub(crate) const MAX_MESSAGE: usize = 1 << 30;

/// More than any type adds to a message.
pub(crate) const MAX_OVERHEAD: usize = 128;

/// What was given is not written the one way in which it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;
