//! The algorithms: the only files of this crate that name a cryptography crate.
//!
//! Every file has the same shape: where the construction comes from, a prepared key (schedules and states
//! computed once, wiped on drop, used through `&self`), and its verbs. Nothing here knows of key types,
//! versions or formats, and nothing here uses another module of the crate but `held`, by which memory of
//! callers is read once.

pub(crate) mod aead;
pub(crate) mod chunked;
mod cmac;
pub(crate) mod compare;
pub(crate) mod ecdh;
mod gf128;
pub(crate) mod hash;
pub(crate) mod kdf;
pub(crate) mod mac;
pub(crate) mod password;
pub(crate) mod pbes2;
pub(crate) mod sign;
pub(crate) mod siv;
pub(crate) mod wrapping;
pub(crate) mod xaes;

/// The one failure of everything here: a wrong key, tag, length or parameter.
///
/// It says nothing more on purpose. Which check failed is exactly what a forger would like to know
/// (RFC 8439 section 4, RFC 5297 section 6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rejected;
