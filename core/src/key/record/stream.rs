//! The parameters of keys for streams that came from Tink.

use crate::alg::hash::HashAlgorithm;
use crate::material::KeyType;

/// How a Tink key cuts and seals a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StreamParameters {
    /// The length of a segment of ciphertext.
    pub(crate) segment: u32,
    /// The length of the AES key that each stream derives.
    pub(crate) derived: u8,
    /// The hash of the derivation.
    pub(crate) hkdf: HashAlgorithm,
    /// Of AES-CTR with HMAC: its hash and the length of a segment's tag.
    pub(crate) mac: Option<(HashAlgorithm, u8)>,
}

/// The hashes that Tink has for streams.
pub(crate) const HASHES: [HashAlgorithm; 3] =
    [HashAlgorithm::Sha1, HashAlgorithm::Sha256, HashAlgorithm::Sha512];

impl StreamParameters {
    /// Tink's own limits, so that nothing is kept that could not be read.
    pub(super) fn check(&self, key_type: KeyType, material: usize) -> Result<(), &'static str> {
        let Self { segment, derived, hkdf, mac } = self;
        let known = |hash: &HashAlgorithm| HASHES.contains(hash);
        // A segment holds one byte of plaintext at least behind the header (a length byte, the salt, a prefix
        // of the nonce) and the tag.
        let overhead = match (key_type, mac) {
            (KeyType::TinkGcmHkdfStream, None) => 8 + 16,
            (KeyType::TinkCtrHmacStream, Some((hash, tag)))
                if known(hash) && *tag >= 10 && usize::from(*tag) <= hash.output_len() =>
            {
                8 + u32::from(*tag)
            }
            _ => return Err("a version's parameters of a stream do not fit its type"),
        };
        let sized = matches!(derived, 16 | 32) && usize::from(*derived) <= material;
        let cut = *segment > overhead + u32::from(*derived) && *segment <= i32::MAX as u32;
        if sized && cut && known(hkdf) {
            Ok(())
        } else {
            Err("a version's parameters of a stream are out of their limits")
        }
    }
}
