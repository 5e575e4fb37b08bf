//! Key derivation: HKDF-SHA256 and the expanding half of HKDF-SHA512 (RFC 5869), and Transit's older counter
//! construction.

use zeroize::Zeroizing;

use super::Rejected;
use super::hash::HashAlgorithm;
use super::mac::{HmacKey, Tag};

/// Length of one HKDF block, in bytes: the output of SHA-256.
const BLOCK: usize = 32;

/// HKDF-SHA256 after its extract step: the pseudorandom key as a prepared HMAC state.
///
/// Written here on top of HMAC because the `hkdf` crate leaves the blocks of output, which are key bytes, on
/// the stack; the tags of [`HmacKey`] wipe themselves.
///
/// On the heap, so that what holds one beside smaller things has no room to spare, in which a copy of what
/// the stack held would be kept.
pub(crate) struct HkdfSha256(Box<HmacKey>);

impl HkdfSha256 {
    /// HKDF-Extract (RFC 5869 section 2.2). An empty salt and the salt of 32 zeros that stands for "none" are
    /// the same.
    pub(crate) fn extract(salt: &[u8], ikm: &[u8]) -> Self {
        let prk = HmacKey::new(HashAlgorithm::Sha256, salt).mac(&[ikm]);
        Self(Box::new(HmacKey::new(HashAlgorithm::Sha256, prk.as_bytes())))
    }

    /// Of a pseudorandom key that is given.
    pub(crate) fn given(key: &[u8]) -> Self {
        Self(Box::new(HmacKey::new(HashAlgorithm::Sha256, key)))
    }

    /// HKDF-Expand (RFC 5869 section 2.3) with the concatenation of `info`. More than 255 blocks are
    /// rejected, and then nothing is written.
    pub(crate) fn expand(&self, info: &[&[u8]], out: &mut [u8]) -> Result<(), Rejected> {
        expand(&self.0, BLOCK, info, out)
    }
}

/// HKDF-Expand (RFC 5869 section 2.3) with SHA-512, of a pseudorandom key that is given. More than 255 blocks
/// are rejected, and then nothing is written.
pub(crate) fn expand_sha512(key: &[u8], info: &[&[u8]], out: &mut [u8]) -> Result<(), Rejected> {
    let hash = HashAlgorithm::Sha512;
    expand(&HmacKey::new(hash, key), hash.output_len(), info, out)
}

/// With a hash whose output has `len` bytes.
fn expand(key: &HmacKey, len: usize, info: &[&[u8]], out: &mut [u8]) -> Result<(), Rejected> {
    if out.len() > 255 * len {
        return Err(Rejected);
    }
    let mut previous: Option<Tag> = None;
    for (block, counter) in out.chunks_mut(len).zip(1..=u8::MAX) {
        let parts = previous.iter().map(Tag::as_bytes).chain(info.iter().copied());
        let tag = key.mac_all(parts.chain([&[counter][..]]));
        block.copy_from_slice(&tag.as_bytes()[..block.len()]);
        previous = Some(tag);
    }
    Ok(())
}

/// Transit's KDF 0, of keys made before Vault 0.6 and of imported derived keys: `HMAC-SHA256(key, u32be 0 ‖
/// context ‖ u32be 256)`.
///
/// One block of a counter-mode KDF that counts from 0 and writes the length in bits last. It is not SP
/// 800-108, which counts from 1 and separates a label with a zero byte.
pub(crate) fn counter_hmac_sha256(key: &[u8], context: &[u8]) -> Zeroizing<[u8; 32]> {
    let tag =
        HmacKey::new(HashAlgorithm::Sha256, key).mac(&[&0u32.to_be_bytes(), context, &256u32.to_be_bytes()]);
    let mut out = Zeroizing::new([0; 32]);
    out.copy_from_slice(tag.as_bytes());
    out
}
