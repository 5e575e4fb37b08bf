//! HMAC (RFC 2104, FIPS 198-1) over any hash of [`HashAlgorithm`].
//!
//! Written here on top of the hashes because the `hmac` crate leaves the padded key behind: on the stack
//! while it prepares, and for SHA-3 also in a state that is not wiped on drop.

use sha1::Sha1;
use sha2::digest::FixedOutputReset;
use sha2::digest::array::Array;
use sha2::digest::common::BlockSizeUser;
use sha2::{Digest, Sha224, Sha384, Sha512};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};
use zeroize::Zeroize;

use super::Rejected;
use super::cmac::CmacKey;
use super::compare::constant_time_eq;
use super::hash::HashAlgorithm;

mod sha256;

const IPAD: u8 = 0x36;
const OPAD: u8 = 0x5c;

/// A key that MACs messages.
pub(crate) enum MacKey {
    Hmac(HmacKey),
    Cmac(CmacKey),
}

impl MacKey {
    pub(crate) fn hmac(algorithm: HashAlgorithm, key: &[u8]) -> Self {
        Self::Hmac(HmacKey::new(algorithm, key))
    }

    /// Rejected is a key of another length than those of AES-128 and AES-256.
    pub(crate) fn cmac(key: &[u8]) -> Result<Self, Rejected> {
        CmacKey::new(key).map(Self::Cmac)
    }

    /// The tag of a message, in full.
    #[inline]
    pub(crate) fn mac(&self, message: &[u8]) -> Tag {
        match self {
            Self::Hmac(key) => key.mac(&[message]),
            Self::Cmac(key) => {
                let mut tag = Tag { bytes: [0; 64], len: 16 };
                tag.bytes.iter_mut().zip(key.of(message).iter()).for_each(|(byte, made)| *byte = *made);
                tag
            }
        }
    }

    /// Compares in constant time with a tag of full length.
    pub(crate) fn verify(&self, message: &[u8], expected: &[u8]) -> Result<(), Rejected> {
        if constant_time_eq(self.mac(message).as_bytes(), expected) { Ok(()) } else { Err(Rejected) }
    }
}

/// A key with the inner and outer hash states computed; a message clones them (RFC 2104 section 4).
pub(crate) struct HmacKey(State);

/// SHA-256 is on the path of every message and lies inline; the others would be several times its size.
enum State {
    Sha1(Box<Prepared<Sha1>>),
    Sha224(Box<Prepared<Sha224>>),
    Sha256(sha256::Prepared),
    Sha384(Box<Prepared<Sha384>>),
    Sha512(Box<Prepared<Sha512>>),
    Sha3_224(Box<Prepared<Sha3_224>>),
    Sha3_256(Box<Prepared<Sha3_256>>),
    Sha3_384(Box<Prepared<Sha3_384>>),
    Sha3_512(Box<Prepared<Sha3_512>>),
}

impl HmacKey {
    /// Computes both states. A key may have any length; one longer than the hash's block is hashed first
    /// (RFC 2104 section 2).
    pub(crate) fn new(algorithm: HashAlgorithm, key: &[u8]) -> Self {
        Self(match algorithm {
            HashAlgorithm::Sha1 => State::Sha1(Box::new(Prepared::new(key))),
            HashAlgorithm::Sha224 => State::Sha224(Box::new(Prepared::new(key))),
            HashAlgorithm::Sha256 => State::Sha256(sha256::Prepared::new(key)),
            HashAlgorithm::Sha384 => State::Sha384(Box::new(Prepared::new(key))),
            HashAlgorithm::Sha512 => State::Sha512(Box::new(Prepared::new(key))),
            HashAlgorithm::Sha3_224 => State::Sha3_224(Box::new(Prepared::new(key))),
            HashAlgorithm::Sha3_256 => State::Sha3_256(Box::new(Prepared::new(key))),
            HashAlgorithm::Sha3_384 => State::Sha3_384(Box::new(Prepared::new(key))),
            HashAlgorithm::Sha3_512 => State::Sha3_512(Box::new(Prepared::new(key))),
        })
    }

    /// The tag of the concatenation of `parts`.
    #[inline]
    pub(crate) fn mac(&self, parts: &[&[u8]]) -> Tag {
        self.mac_all(parts.iter().copied())
    }

    /// The tag of the concatenation of parts that do not lie in one slice.
    #[inline]
    pub(super) fn mac_all<'a>(&self, parts: impl Iterator<Item = &'a [u8]>) -> Tag {
        match &self.0 {
            State::Sha1(state) => state.mac(parts),
            State::Sha224(state) => state.mac(parts),
            State::Sha256(state) => state.mac(parts),
            State::Sha384(state) => state.mac(parts),
            State::Sha512(state) => state.mac(parts),
            State::Sha3_224(state) => state.mac(parts),
            State::Sha3_256(state) => state.mac(parts),
            State::Sha3_384(state) => state.mac(parts),
            State::Sha3_512(state) => state.mac(parts),
        }
    }

    /// Compares in constant time with a tag of full length. A truncated tag is rejected: it is a weaker
    /// promise than the one that was made (RFC 2104 section 5).
    pub(crate) fn verify(&self, parts: &[&[u8]], expected: &[u8]) -> Result<(), Rejected> {
        if constant_time_eq(self.mac(parts).as_bytes(), expected) { Ok(()) } else { Err(Rejected) }
    }
}

/// The two hash states after the padded key (RFC 2104 section 4).
struct Prepared<D> {
    inner: D,
    outer: D,
}

impl<D: Digest + FixedOutputReset + BlockSizeUser + Clone> Prepared<D> {
    fn new(key: &[u8]) -> Self {
        let mut block = Array::<u8, D::BlockSize>::default();
        if key.len() > block.len() {
            let mut hashed = D::digest(key);
            block[..hashed.len()].copy_from_slice(&hashed);
            hashed.as_mut_slice().zeroize();
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        block.iter_mut().for_each(|byte| *byte ^= IPAD);
        let inner = D::new_with_prefix(&block);
        block.iter_mut().for_each(|byte| *byte ^= IPAD ^ OPAD);
        let outer = D::new_with_prefix(&block);
        block.as_mut_slice().zeroize();
        Self { inner, outer }
    }

    #[inline]
    fn mac<'a>(&self, parts: impl Iterator<Item = &'a [u8]>) -> Tag {
        let mut hash = self.inner.clone();
        for part in parts {
            Digest::update(&mut hash, part);
        }
        let mut tag = Tag { bytes: [0; 64], len: <D as Digest>::output_size() };
        // In place: finalizing by value leaves behind the state that was moved, which nothing wipes.
        if let Some(output) = tag.output::<D>() {
            Digest::finalize_into_reset(&mut hash, output);
        }
        let mut hash = self.outer.clone();
        Digest::update(&mut hash, tag.as_bytes());
        if let Some(output) = tag.output::<D>() {
            Digest::finalize_into_reset(&mut hash, output);
        }
        tag
    }
}

/// An HMAC tag. It may become a nonce or a key, so it is wiped on drop.
pub(crate) struct Tag {
    bytes: [u8; 64],
    len: usize,
}

impl Tag {
    /// Where a hash of this length is written. No hash here is longer than 64 bytes.
    #[inline]
    fn output<D: Digest>(&mut self) -> Option<&mut Array<u8, D::OutputSize>> {
        self.bytes.get_mut(..self.len)?.try_into().ok()
    }

    /// The tag, as long as the hash's digest.
    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl Drop for Tag {
    fn drop(&mut self) {
        // The rest was never written.
        self.bytes[..self.len].zeroize();
    }
}
