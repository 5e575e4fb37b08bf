//! The compact form: `0xFE ‖ u32be N ‖ payload`.
//!
//! No UTF-8 text and no Tink ciphertext starts with 0xFE, so the two forms are never taken for each other.

use super::{MAX_MESSAGE, MAX_OVERHEAD, Malformed};
use crate::version::Version;

const MARK: u8 = 0xFE;

/// What stands before the payload, in bytes.
pub(crate) const HEAD_LEN: usize = 5;

/// The version and the payload of a binary ciphertext.
pub(crate) fn parse(binary: &[u8]) -> Result<(Version, &[u8]), Malformed> {
    let (&[mark, a, b, c, d], payload) = binary.split_first_chunk::<HEAD_LEN>().ok_or(Malformed)?;
    let version = Version::new(u32::from_be_bytes([a, b, c, d])).ok_or(Malformed)?;
    if mark != MARK || payload.len() > MAX_MESSAGE + MAX_OVERHEAD {
        return Err(Malformed);
    }
    Ok((version, payload))
}

/// What stands before the payload.
pub(crate) fn head(version: Version) -> [u8; HEAD_LEN] {
    let [a, b, c, d] = version.get().to_be_bytes();
    [MARK, a, b, c, d]
}
