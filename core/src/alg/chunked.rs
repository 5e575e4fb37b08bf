//! Chunked encryption (c2sp.org/chunked-encryption) with AES-256-GCM and SHA-512, there called
//! Cobblestone-256: a message of any length, each chunk of which opens alone and in its place only.
//!
//! The last chunk is shorter than the others, so a message that was cut, or that goes on, does not end in one
//! that opens (the construction STREAM of Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015, with the length
//! in the place of a flag). The commitment is of 256 bits of SHA-512 that bind input key, salt and context.

use zeroize::Zeroizing;

use super::Rejected;
use super::aead::{AeadAlgorithm, AeadKey, Opening, TAG_LEN};
use super::compare::constant_time_eq;
use super::kdf::expand_sha512;

/// Length of the plaintext of every chunk but the last, which is shorter.
pub(crate) const CHUNK: usize = 16 << 10;
/// Length of such a chunk when it is sealed.
pub(crate) const SEALED_CHUNK: usize = CHUNK + TAG_LEN;
/// Length of a salt, in bytes.
pub(crate) const SALT_LEN: usize = 24;
/// Length of a commitment, in bytes.
pub(crate) const COMMITMENT_LEN: usize = 32;

const KEY_LEN: usize = 32;
const NONCE_LEN: usize = 12;
const LABEL: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";
/// Chunks are counted from 0, and there are no more than so many.
const MOST_CHUNKS: u64 = 1 << 38;

/// The key of one message.
pub(crate) struct ChunkKey {
    key: AeadKey,
    /// Of chunk 0; the others have it with their number added without carry. It is never written.
    nonce: Box<Zeroizing<[u8; NONCE_LEN]>>,
    commitment: [u8; COMMITMENT_LEN],
}

impl ChunkKey {
    /// `context` is given in parts, which are concatenated. It is read twice. Input keys of another length
    /// than 32 bytes are rejected.
    pub(crate) fn new(input_key: &[u8], salt: &[u8; SALT_LEN], context: &[&[u8]]) -> Result<Self, Rejected> {
        if input_key.len() != KEY_LEN {
            return Err(Rejected);
        }
        let mut okm = Zeroizing::new([0; KEY_LEN + NONCE_LEN + COMMITMENT_LEN]);
        let joined;
        match context {
            [one, two] => expand_sha512(input_key, &[LABEL, salt, one, two], &mut *okm)?,
            more => {
                joined = more.concat();
                expand_sha512(input_key, &[LABEL, salt, &joined], &mut *okm)?;
            }
        }
        let (key, rest) = okm.split_first_chunk::<KEY_LEN>().ok_or(Rejected)?;
        let (base, commitment) = rest.split_first_chunk::<NONCE_LEN>().ok_or(Rejected)?;
        let mut nonce = Box::new(Zeroizing::new([0; NONCE_LEN]));
        nonce.copy_from_slice(base);
        let commitment = commitment.try_into().map_err(|_| Rejected)?;
        Ok(Self { key: AeadKey::new(AeadAlgorithm::Aes256Gcm, key)?, nonce, commitment })
    }

    /// What a message under this key begins with, behind its salt.
    pub(crate) fn commitment(&self) -> &[u8; COMMITMENT_LEN] {
        &self.commitment
    }

    /// Whether a message is one under this key, in constant time. To be asked before a chunk is opened.
    pub(crate) fn is_committed_to(&self, commitment: &[u8; COMMITMENT_LEN]) -> Result<(), Rejected> {
        if constant_time_eq(&self.commitment, commitment) { Ok(()) } else { Err(Rejected) }
    }

    /// Seals chunk `number` into `out`, which is longer by a tag. The plaintext is read once.
    ///
    /// The caller seals no number twice.
    pub(crate) fn seal(&self, number: u64, plaintext: &[u8], out: &mut [u8]) -> Result<(), Rejected> {
        if plaintext.len() > CHUNK {
            return Err(Rejected);
        }
        let nonce = self.nonce(number)?;
        let (ciphertext, tag) = out.split_at_mut_checked(plaintext.len()).ok_or(Rejected)?;
        if tag.len() != TAG_LEN {
            return Err(Rejected);
        }
        tag.copy_from_slice(&self.key.seal(&*nonce, &[], plaintext, ciphertext)?);
        Ok(())
    }

    /// Opens chunk `number` where it is, and says how long its plaintext is, which begins where the chunk
    /// did. After a failure nothing of it is there.
    pub(crate) fn open(&self, number: u64, sealed: &mut [u8]) -> Result<usize, Rejected> {
        self.opened(number, sealed, Opening::InPlace)
    }

    /// Whether chunk `number` opens. It is as it was afterwards, unless it does not.
    pub(crate) fn check(&self, number: u64, sealed: &mut [u8]) -> Result<(), Rejected> {
        self.opened(number, sealed, Opening::Check).map(drop)
    }

    fn opened<'s>(
        &self,
        number: u64,
        sealed: &'s mut [u8],
        how: impl FnOnce(&'s mut [u8]) -> Opening<'s>,
    ) -> Result<usize, Rejected> {
        let (ciphertext, tag) = sealed.split_last_chunk_mut::<TAG_LEN>().ok_or(Rejected)?;
        let len = ciphertext.len();
        if len > CHUNK {
            return Err(Rejected);
        }
        self.key.open(&*self.nonce(number)?, &[], how(ciphertext), tag)?;
        Ok(len)
    }

    /// `base nonce XOR u96be number`.
    fn nonce(&self, number: u64) -> Result<Zeroizing<[u8; NONCE_LEN]>, Rejected> {
        if number >= MOST_CHUNKS {
            return Err(Rejected);
        }
        let mut nonce = Zeroizing::new(**self.nonce);
        let low = nonce.iter_mut().rev().zip(number.to_le_bytes());
        low.for_each(|(byte, of_number)| *byte ^= of_number);
        Ok(nonce)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(salt: u8) -> ChunkKey {
        ChunkKey::new(&[7; 32], &[salt; SALT_LEN], &[b"context"]).unwrap()
    }

    #[test]
    fn the_last_number_is_taken_and_none_above_it() {
        let (key, mut out) = (key(1), [0; 3 + TAG_LEN]);
        key.seal(MOST_CHUNKS - 1, b"abc", &mut out).unwrap();
        assert!(key.check(MOST_CHUNKS - 1, &mut out).is_ok());
        assert_eq!(key.open(MOST_CHUNKS - 1, &mut out), Ok(3));
        assert_eq!(&out[..3], b"abc");
        for above in [MOST_CHUNKS, MOST_CHUNKS + 1, u64::MAX] {
            assert_eq!(key.seal(above, b"abc", &mut out), Err(Rejected));
            assert_eq!(key.open(above, &mut out), Err(Rejected));
            assert_eq!(key.check(above, &mut out), Err(Rejected));
        }
    }

    #[test]
    fn a_chunk_opens_in_its_place_only_and_leaves_nothing_behind_elsewhere() {
        let mut good = vec![0; SEALED_CHUNK];
        key(1).seal(5, &[9; CHUNK], &mut good).unwrap();
        for (of, number) in [(1, 4), (1, 6), (1, 5 + (1 << 32)), (2, 5)] {
            let mut sealed = good.clone();
            assert_eq!(key(of).open(number, &mut sealed), Err(Rejected));
            assert!(sealed[..CHUNK].iter().all(|byte| *byte == 0));
        }
        assert_eq!(key(1).check(5, &mut good.clone()), Ok(()));
        assert_eq!(key(1).open(5, &mut good), Ok(CHUNK));
        assert_eq!(good[..CHUNK], [9; CHUNK]);
    }

    #[test]
    fn numbers_have_nonces_of_their_own() {
        let key = key(1);
        let numbers = [0, 1, 255, 256, 65_535, 65_536, 1 << 24, 1 << 32, MOST_CHUNKS - 1];
        let nonces: std::collections::BTreeSet<_> = numbers.iter().map(|n| *key.nonce(*n).unwrap()).collect();
        assert_eq!(nonces.len(), numbers.len());
    }

    #[test]
    fn other_lengths_are_rejected() {
        assert!(ChunkKey::new(&[7; 16], &[1; SALT_LEN], &[]).is_err());
        let key = key(1);
        assert_eq!(key.seal(0, &[0; CHUNK + 1], &mut [0; SEALED_CHUNK + 1]), Err(Rejected));
        for len in [0, 15, 18, 20] {
            assert_eq!(key.seal(0, b"abc", &mut vec![0; len]), Err(Rejected), "{len}");
        }
        assert_eq!(key.open(0, &mut [0; TAG_LEN - 1]), Err(Rejected));
        assert_eq!(key.open(0, &mut [0; SEALED_CHUNK + 1]), Err(Rejected));
    }
}
