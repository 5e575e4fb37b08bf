//! Files of any size, piece by piece: what writes a stream, reads it, and brings it under another version.
//!
//! A key has to do with a stream before its first chunk only (`key/stream.rs`), when the stream is let in and
//! gets a key of its own. From then on it is asked of the keyring whether it is open still.

pub(crate) mod admitted;
mod crew;
mod fill;
pub(crate) mod info;
pub(crate) mod range;
pub(crate) mod reader;
pub(crate) mod rewrap;
pub(crate) mod writer;
