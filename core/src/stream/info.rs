//! What a stream says of itself.

use super::fill::fill;
use crate::alg::aead::TAG_LEN;
use crate::alg::chunked::{CHUNK, SEALED_CHUNK};
use crate::version::Version;
use crate::wire::stream::{HEAD_LEN, Head};
use std::io::{self, Read};

/// What a stream says of itself, to whoever has no key too. None of it is authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamInfo {
    /// The version of the key that it is under.
    pub version: Version,
}

impl StreamInfo {
    /// Reads what a stream says of itself: 64 bytes, and no key is asked.
    ///
    /// ```
    /// use strongroom::{Aad, KeySpec, Keyring, StreamInfo};
    /// let key = Keyring::in_memory().create_key("exports", KeySpec::default())?;
    /// let file = key.encrypt_writer(Vec::new(), Aad::NONE)?.finish()?;
    /// let is_old = StreamInfo::read(&file[..])?.version < key.info()?.latest_version;
    /// assert!(!is_old);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Malformed`](crate::Error::Malformed),
    /// [`Error::UnsupportedFormat`](crate::Error::UnsupportedFormat) and
    /// [`Error::TruncatedStream`](crate::Error::TruncatedStream) inside one of input and output
    /// ([`Error::inside`](crate::Error::inside)), or the source's
    pub fn read(mut source: impl Read) -> io::Result<Self> {
        let Head { version, .. } = Head::parse(&read_head(&mut source)?)?;
        Ok(Self { version })
    }

    /// How long the plaintext of a stream is whose file has so many bytes; `None` if no stream has.
    ///
    /// ```
    /// use strongroom::StreamInfo;
    /// assert_eq!(StreamInfo::plaintext_len(80), Some(0));
    /// assert_eq!(StreamInfo::plaintext_len(64 + 16_400 + 16 + 5), Some(16_384 + 5));
    /// assert_eq!(StreamInfo::plaintext_len(64 + 16_400), None, "its last chunk is missing");
    /// ```
    pub fn plaintext_len(file: u64) -> Option<u64> {
        let (number, last) = last_chunk(file)?;
        Some(number * CHUNK as u64 + last.checked_sub(TAG_LEN as u64)?)
    }
}

/// The number of the last chunk of a file of so many bytes, and how many bytes are left for it. `None` where
/// there is not all of what stands before the chunks.
pub(super) fn last_chunk(file: u64) -> Option<(u64, u64)> {
    let chunks = file.checked_sub(HEAD_LEN as u64)?;
    Some((chunks / SEALED_CHUNK as u64, chunks % SEALED_CHUNK as u64))
}

/// Reads what stands before the chunks, as far as there is so much.
pub(crate) fn read_head(source: &mut impl Read) -> io::Result<Vec<u8>> {
    let (mut head, mut filled) = (vec![0; HEAD_LEN], 0);
    fill(source, &mut head, &mut filled)?;
    head.truncate(filled);
    Ok(head)
}
