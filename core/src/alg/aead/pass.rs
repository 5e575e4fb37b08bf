//! One message, in one pass over memory of the caller's: a stream cipher, and a hash of what was encrypted
//! with it.
//!
//! The crates `aes-gcm` and `chacha20poly1305` read a ciphertext twice, for its tag and to decrypt it, and
//! authenticate what they wrote by reading it again. Here a chunk goes through memory of our own, where it is
//! encrypted and authenticated, and from which it is written (`held.rs` says why); it stays in the nearest
//! cache meanwhile.

use aes::cipher::consts::U16;
use aes::cipher::inout::InOutBuf;
use aes::cipher::{BlockSizeUser, StreamCipher};
use ghash::universal_hash::UniversalHash;

use super::{Opening, TAG_LEN};
use crate::alg::Rejected;
use crate::alg::compare::constant_time_eq;
use crate::held::take;

/// Whole blocks of either cipher.
const CHUNK: usize = 4096;
/// Most messages are short, and need no more than this.
const SHORT: usize = 256;

/// A message under way.
pub(super) struct Pass<S, H> {
    stream: S,
    hash: H,
}

impl<S: StreamCipher, H: UniversalHash + BlockSizeUser<BlockSize = U16>> Pass<S, H> {
    /// The stream stands where the message is encrypted, and the hash at its beginning.
    #[inline]
    pub(super) fn new(stream: S, mut hash: H, aad: &[u8]) -> Self {
        hash.update_padded(aad);
        Self { stream, hash }
    }

    /// Encrypts `plaintext` into `out`, which has the same length. What the hash makes of it and the lengths
    /// comes back.
    #[inline]
    pub(super) fn seal(
        mut self,
        plaintext: &[u8],
        out: &mut [u8],
        lengths: [u8; 16],
    ) -> Result<[u8; TAG_LEN], Rejected> {
        if plaintext.len() <= SHORT {
            self.encrypt::<SHORT>(plaintext, out)?;
        } else {
            self.encrypt::<CHUNK>(plaintext, out)?;
        }
        Ok(digest(self.hash, lengths))
    }

    #[inline]
    fn encrypt<const N: usize>(&mut self, plaintext: &[u8], out: &mut [u8]) -> Result<(), Rejected> {
        let mut ours = [0; N];
        for (theirs, out) in plaintext.chunks(N).zip(out.chunks_mut(N)) {
            let ours = ours.get_mut(..theirs.len()).ok_or(Rejected)?;
            // Each byte is read as the keystream is added to it.
            let buffer = InOutBuf::new(theirs, ours).map_err(|_| Rejected)?;
            self.stream.try_apply_keystream_inout(buffer).map_err(|_| Rejected)?;
            self.hash.update_padded(ours);
            out.copy_from_slice(ours);
        }
        Ok(())
    }

    /// Copies the ciphertext to where its plaintext goes, authenticates it there, and decrypts it if
    /// `mask ⊕ tag` is what the hash makes of it. What is ours is not copied.
    #[inline]
    pub(super) fn open(
        mut self,
        opening: Opening<'_>,
        tag: &[u8; TAG_LEN],
        mask: [u8; TAG_LEN],
        lengths: [u8; 16],
    ) -> Result<(), Rejected> {
        let out = match opening {
            Opening::Into(ciphertext, out) => {
                for (theirs, ours) in ciphertext.chunks(CHUNK).zip(out.chunks_mut(CHUNK)) {
                    take(theirs, ours);
                    self.hash.update_padded(ours);
                }
                out
            }
            Opening::InPlace(both) => {
                self.hash.update_padded(both);
                both
            }
            Opening::Check(both) => {
                self.hash.update_padded(both);
                &mut []
            }
        };
        if !constant_time_eq(&masked(digest(self.hash, lengths), mask), tag) {
            return Err(Rejected);
        }
        self.stream.try_apply_keystream(out).map_err(|_| Rejected)
    }
}

#[inline]
fn digest<H: UniversalHash + BlockSizeUser<BlockSize = U16>>(
    mut hash: H,
    lengths: [u8; 16],
) -> [u8; TAG_LEN] {
    hash.update(&[lengths.into()]);
    hash.finalize().into()
}

#[inline]
pub(super) fn masked(digest: [u8; TAG_LEN], mask: [u8; TAG_LEN]) -> [u8; TAG_LEN] {
    (u128::from_ne_bytes(digest) ^ u128::from_ne_bytes(mask)).to_ne_bytes()
}
