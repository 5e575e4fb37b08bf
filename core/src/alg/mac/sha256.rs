//! HMAC-SHA256 (RFC 2104, FIPS 180-4 section 6.2): on the path of every message of a committing key and of
//! every new context, so over the compression function itself.
//!
//! Over the hash of the crate a tag takes a third longer: that clones and wipes a buffer of a block with each
//! state, and gathers in it what is there already.

use sha2::block_api::compress256;
use zeroize::{Zeroize, Zeroizing, optimization_barrier};

use super::{IPAD, OPAD, Tag};

const BLOCK: usize = 64;
/// Length of a digest, in bytes.
const DIGEST: usize = 32;

/// What a hash starts from (FIPS 180-4 section 5.3.3).
#[rustfmt::skip]
const START: State = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
];

type State = [u32; 8];

/// The states after the padded key (RFC 2104 section 4).
pub(super) struct Prepared {
    inner: State,
    outer: State,
}

impl Prepared {
    pub(super) fn new(key: &[u8]) -> Self {
        let mut block = Zeroizing::new([0; BLOCK]);
        match block.get_mut(..key.len()) {
            Some(short) => short.copy_from_slice(key),
            None => {
                let mut hash = Hash::new(START, 0);
                hash.update(key);
                hash.finish(&mut block);
            }
        }
        let mut prepared = Self { inner: START, outer: START };
        block.iter_mut().for_each(|byte| *byte ^= IPAD);
        compress256(&mut prepared.inner, std::slice::from_ref(&*block));
        block.iter_mut().for_each(|byte| *byte ^= IPAD ^ OPAD);
        compress256(&mut prepared.outer, std::slice::from_ref(&*block));
        prepared
    }

    #[inline]
    pub(super) fn mac<'a>(&self, parts: impl Iterator<Item = &'a [u8]>) -> Tag {
        let mut hash = Hash::new(self.inner, 1);
        parts.for_each(|part| hash.update(part));
        let mut block = [0; BLOCK];
        hash.finish(&mut block);
        // The inner digest is a message of its own behind the outer key.
        let mut hash = Hash { state: self.outer, block, filled: DIGEST, before: 1 };
        let mut tag = Tag { bytes: [0; 64], len: DIGEST };
        hash.finish(&mut tag.bytes);
        block.fill(0);
        optimization_barrier(&block);
        tag
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

/// A hash under way, wiped when it is dropped: what it hashes may be a key, or become one.
struct Hash {
    state: State,
    block: [u8; BLOCK],
    /// How much of the block is there. Never all of it.
    filled: usize,
    /// How many blocks the state has taken.
    before: u64,
}

impl Hash {
    #[inline]
    fn new(state: State, before: u64) -> Self {
        Self { state, block: [0; BLOCK], filled: 0, before }
    }

    #[inline]
    fn update(&mut self, mut part: &[u8]) {
        if self.filled > 0 {
            let room = self.block.get_mut(self.filled..).unwrap_or_default();
            let Some((now, later)) = part.split_at_checked(room.len()) else { return self.gather(part) };
            room.copy_from_slice(now);
            part = later;
            compress256(&mut self.state, std::slice::from_ref(&self.block));
            self.before += 1;
            self.filled = 0;
        }
        let (blocks, rest) = part.as_chunks();
        if !blocks.is_empty() {
            compress256(&mut self.state, blocks);
            self.before += blocks.len() as u64;
        }
        self.gather(rest);
    }

    /// Takes what does not fill the block.
    #[inline]
    fn gather(&mut self, part: &[u8]) {
        let end = self.filled + part.len();
        self.block.get_mut(self.filled..end).unwrap_or_default().copy_from_slice(part);
        self.filled = end;
    }

    /// Pads with `10*` and the length in bits (FIPS 180-4 section 5.1.1), and writes the digest to the
    /// beginning of `out`.
    #[inline]
    fn finish(&mut self, out: &mut [u8; 64]) {
        const LENGTH: usize = BLOCK - 8;
        let bits = (self.before * BLOCK as u64 + self.filled as u64) * 8;
        let rest = self.block.get_mut(self.filled..).unwrap_or_default();
        rest.fill(0);
        if let Some(first) = rest.first_mut() {
            *first = 0x80;
        }
        if self.filled >= LENGTH {
            compress256(&mut self.state, std::slice::from_ref(&self.block));
            self.block.fill(0);
        }
        self.block[LENGTH..].copy_from_slice(&bits.to_be_bytes());
        compress256(&mut self.state, std::slice::from_ref(&self.block));
        for (word, out) in self.state.iter().zip(out.as_chunks_mut().0) {
            *out = word.to_be_bytes();
        }
    }
}

impl Drop for Hash {
    #[inline]
    fn drop(&mut self) {
        self.state.fill(0);
        self.block.fill(0);
        optimization_barrier(self);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Prepared as OfCrate;
    use super::*;
    use sha2::Sha256;

    /// Around every border of a block, with the message in one part and in many.
    #[test]
    fn it_is_what_the_crate_makes_of_every_length() {
        let bytes: Vec<u8> = (0..400).map(|i| (i * 7 + i / 251) as u8).collect();
        for key_len in [0, 1, 32, 55, 56, 63, 64, 65, 119, 120, 128, 200] {
            let key = &bytes[..key_len];
            let (ours, theirs) = (Prepared::new(key), OfCrate::<Sha256>::new(key));
            for len in 0..=200 {
                let message = &bytes[200..200 + len];
                let expected = theirs.mac([message].into_iter());
                assert_eq!(
                    ours.mac([message].into_iter()).as_bytes(),
                    expected.as_bytes(),
                    "{key_len} {len}"
                );
                for size in [1, 13, 63, 64, 65, 130] {
                    let parts = ours.mac(message.chunks(size));
                    assert_eq!(parts.as_bytes(), expected.as_bytes(), "{key_len} {len} {size}");
                }
            }
        }
    }

    #[test]
    fn nothing_between_parts_changes_nothing() {
        let key = Prepared::new(b"key");
        let (plain, with) = ([&b"ab"[..], b"c"], [&b""[..], b"ab", b"", b"", b"c", b""]);
        assert_eq!(key.mac(plain.into_iter()).as_bytes(), key.mac(with.into_iter()).as_bytes());
    }
}
