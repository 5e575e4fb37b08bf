//! ChaCha20-Poly1305 (RFC 8439 section 2.8) and XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03 section 2).

use aes::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use poly1305::Poly1305;
use poly1305::universal_hash::KeyInit;
use std::marker::PhantomData;
use zeroize::Zeroizing;

use super::pass::Pass;
use super::{Opening, TAG_LEN};
use crate::alg::Rejected;

/// A key; there is nothing to compute beforehand. `S` is the stream cipher, and knows how long a nonce is.
pub(super) struct ChaChaPoly<S> {
    key: Zeroizing<[u8; 32]>,
    stream: PhantomData<S>,
}

/// What a counter of 32 bits reaches from 1 on (RFC 8439 section 2.8).
pub(super) const MAX_PLAINTEXT: u64 = ((1 << 32) - 1) * 64;

impl<S: KeyIvInit + StreamCipher + StreamCipherSeek> ChaChaPoly<S> {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self { key: Zeroizing::new(*key), stream: PhantomData }
    }

    /// Encrypts `plaintext` into `out`, which has the same length, and returns the tag.
    pub(super) fn seal(
        &self,
        nonce: &[u8],
        aad: &[u8],
        plaintext: &[u8],
        out: &mut [u8],
    ) -> Result<[u8; TAG_LEN], Rejected> {
        let lengths = lengths(aad, (plaintext.len(), out.len()))?;
        self.pass(nonce, aad)?.seal(plaintext, out, lengths)
    }

    /// Checks the tag in constant time, then decrypts. On failure there may be ciphertext where the plaintext
    /// goes.
    pub(super) fn open(
        &self,
        nonce: &[u8],
        aad: &[u8],
        opening: Opening<'_>,
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Rejected> {
        let lengths = lengths(aad, opening.lengths())?;
        self.pass(nonce, aad)?.open(opening, tag, [0; TAG_LEN], lengths)
    }

    /// The first block is the key of Poly1305, and the message begins with the second (RFC 8439 section 2.6).
    fn pass(&self, nonce: &[u8], aad: &[u8]) -> Result<Pass<S, Poly1305>, Rejected> {
        let mut stream = S::new_from_slices(&*self.key, nonce).map_err(|_| Rejected)?;
        let mut key = Zeroizing::new([0; 32]);
        stream.try_apply_keystream(&mut *key).map_err(|_| Rejected)?;
        let hash = Poly1305::new((&*key).into());
        stream.try_seek(64u32).map_err(|_| Rejected)?;
        Ok(Pass::new(stream, hash, aad))
    }
}

/// `u64le bytes of the aad ‖ u64le bytes of the message`.
fn lengths(aad: &[u8], (message, out): (usize, usize)) -> Result<[u8; 16], Rejected> {
    let (aad, len) = (aad.len() as u64, message as u64);
    if message != out || len > MAX_PLAINTEXT {
        return Err(Rejected);
    }
    Ok(((u128::from(len) << 64) | u128::from(aad)).to_le_bytes())
}
