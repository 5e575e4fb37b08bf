//! AES-GCM (NIST SP 800-38D) with 96-bit nonces and 128-bit tags: AES in counter mode, and GHASH.

use aes::cipher::consts::U16;
use aes::cipher::{
    Array, BlockCipherEncrypt, BlockSizeUser, InnerIvInit, Key, KeyInit, StreamCipher, StreamCipherCore,
};
use ctr::{Ctr32BE, CtrCore};
use ghash::GHash;
use zeroize::Zeroize;

use super::pass::{Pass, masked};
use super::{Opening, TAG_LEN};
use crate::alg::Rejected;

/// A key with its schedule and the powers of H computed. GCM runs AES forwards only (SP 800-38D section 7.2),
/// so `C` has no schedule for decryption: that would be nearly half of the time and of the memory of a key.
pub(in crate::alg) struct Gcm<C> {
    cipher: C,
    hash: GHash,
}

/// 2^39 − 256 bits (SP 800-38D section 5.2.1.1).
pub(super) const MAX_PLAINTEXT: u64 = (1 << 36) - 32;

impl<C: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>> Gcm<C> {
    #[inline]
    pub(in crate::alg) fn new(key: &Key<C>) -> Self
    where
        C: KeyInit,
    {
        let cipher = C::new(key);
        // H = AES(0^128) (section 7.1, step 1).
        let mut h = Array([0; 16]);
        cipher.encrypt_block(&mut h);
        let hash = GHash::new(&h);
        h.zeroize();
        Self { cipher, hash }
    }

    /// Encrypts `plaintext` into `out`, which has the same length, and returns the tag.
    #[inline]
    pub(in crate::alg) fn seal(
        &self,
        nonce: &[u8],
        aad: &[u8],
        plaintext: &[u8],
        out: &mut [u8],
    ) -> Result<[u8; TAG_LEN], Rejected> {
        let lengths = lengths(aad, (plaintext.len(), out.len()))?;
        let (stream, mask) = self.stream(nonce)?;
        let digest = Pass::new(stream, self.hash.clone(), aad).seal(plaintext, out, lengths)?;
        Ok(masked(digest, mask))
    }

    /// Checks the tag in constant time, then decrypts. On failure there may be ciphertext where the plaintext
    /// goes.
    #[inline]
    pub(in crate::alg) fn open(
        &self,
        nonce: &[u8],
        aad: &[u8],
        opening: Opening<'_>,
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Rejected> {
        let lengths = lengths(aad, opening.lengths())?;
        let (stream, mask) = self.stream(nonce)?;
        Pass::new(stream, self.hash.clone(), aad).open(opening, tag, mask, lengths)
    }

    /// The keystream behind its first block, which masks the tag (section 7.1, steps 2, 3 and 6): J0 is the
    /// nonce and a counter of 32 bits that is 1.
    #[inline]
    fn stream(&self, nonce: &[u8]) -> Result<(impl StreamCipher + use<'_, C>, [u8; TAG_LEN]), Rejected> {
        let mut j0 = [0; 16];
        j0[15] = 1;
        j0[..12].copy_from_slice(nonce.first_chunk::<12>().filter(|_| nonce.len() == 12).ok_or(Rejected)?);
        let mut core = CtrCore::inner_iv_init(&self.cipher, &Array(j0));
        let mut mask = Array([0; TAG_LEN]);
        core.write_keystream_block(&mut mask);
        Ok((Ctr32BE::from_core(core), mask.0))
    }
}

/// `u64be bits of the aad ‖ u64be bits of the message` (section 7.1, step 5).
fn lengths(aad: &[u8], (message, out): (usize, usize)) -> Result<[u8; 16], Rejected> {
    let (aad, len) = (aad.len() as u64, message as u64);
    if message != out || len > MAX_PLAINTEXT || aad >= 1 << 61 {
        return Err(Rejected);
    }
    Ok(((u128::from(aad * 8) << 64) | u128::from(len * 8)).to_be_bytes())
}
