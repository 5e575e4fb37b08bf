//! The Graviola provider, behind the feature `graviola`: assembly in Rust, so that no other compiler is
//! needed, for x86-64 and 64-bit ARM. Where the processor lacks what it needs, RustCrypto computes.
//!
//! Keys are wiped when they are dropped, and registers after each call. It works in place, so a plaintext
//! lies for a moment where its ciphertext will be ([`super::READS_BACK`]).

use graviola::aead::{AesGcm, ChaCha20Poly1305, XChaCha20Poly1305};
use graviola::util::is_cpu_supported;

use super::rustcrypto;
use super::{AeadAlgorithm, Opening, TAG_LEN};
use crate::alg::Rejected;
use crate::held::take;

/// One prepared cipher. Every variant is a pointer: moving a key leaves no copy of it behind.
pub(super) enum Cipher {
    Gcm(Box<AesGcm>),
    ChaCha20Poly1305(Box<ChaCha20Poly1305>),
    XChaCha20Poly1305(Box<XChaCha20Poly1305>),
    /// For want of instructions, or because a test has asked for it.
    Portable(rustcrypto::Cipher),
}

impl Cipher {
    pub(super) fn new(algorithm: AeadAlgorithm, key: &[u8]) -> Result<Self, Rejected> {
        if super::is_portable() || !is_cpu_supported() {
            return rustcrypto::Cipher::new(algorithm, key).map(Self::Portable);
        }
        // Whoever makes a key overwrites the stack below.
        let own = || <[u8; 32]>::try_from(key).map_err(|_| Rejected);
        Ok(match algorithm {
            AeadAlgorithm::Aes128Gcm | AeadAlgorithm::Aes256Gcm => Self::Gcm(Box::new(AesGcm::new(key))),
            AeadAlgorithm::ChaCha20Poly1305 => {
                Self::ChaCha20Poly1305(Box::new(ChaCha20Poly1305::new(own()?)))
            }
            AeadAlgorithm::XChaCha20Poly1305 => {
                Self::XChaCha20Poly1305(Box::new(XChaCha20Poly1305::new(own()?)))
            }
        })
    }

    pub(super) fn seal(
        &self,
        nonce: &[u8],
        aad: &[u8],
        plaintext: &[u8],
        out: &mut [u8],
    ) -> Result<[u8; TAG_LEN], Rejected> {
        if let Self::Portable(cipher) = self {
            return cipher.seal(nonce, aad, plaintext, out);
        }
        take(plaintext, out);
        self.seal_in_place(nonce, aad, out).inspect_err(|_| out.fill(0))
    }

    fn seal_in_place(&self, nonce: &[u8], aad: &[u8], both: &mut [u8]) -> Result<[u8; TAG_LEN], Rejected> {
        let (short, long) =
            (|| nonce.try_into().map_err(|_| Rejected), || nonce.try_into().map_err(|_| Rejected));
        let mut tag = [0; TAG_LEN];
        match self {
            Self::Gcm(key) => key.encrypt(short()?, aad, both, &mut tag),
            Self::ChaCha20Poly1305(key) => key.encrypt(short()?, aad, both, &mut tag),
            Self::XChaCha20Poly1305(key) => key.encrypt(long()?, aad, both, &mut tag),
            Self::Portable(_) => return Err(Rejected),
        }
        Ok(tag)
    }

    /// Checks the tag in constant time, and decrypts. On failure there may be anything where the plaintext
    /// goes.
    pub(super) fn open(
        &self,
        nonce: &[u8],
        aad: &[u8],
        opening: Opening<'_>,
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Rejected> {
        if let Self::Portable(cipher) = self {
            return cipher.open(nonce, aad, opening, tag);
        }
        let (both, again) = match opening {
            Opening::Into(ciphertext, out) => {
                if ciphertext.len() != out.len() {
                    return Err(Rejected);
                }
                take(ciphertext, out);
                (out, false)
            }
            Opening::InPlace(both) => (both, false),
            Opening::Check(both) => (both, true),
        };
        let (short, long) =
            (|| nonce.try_into().map_err(|_| Rejected), || nonce.try_into().map_err(|_| Rejected));
        match self {
            Self::Gcm(key) => key.decrypt(short()?, aad, both, tag),
            Self::ChaCha20Poly1305(key) => key.decrypt(short()?, aad, both, tag),
            Self::XChaCha20Poly1305(key) => key.decrypt(long()?, aad, both, tag),
            Self::Portable(_) => return Err(Rejected),
        }
        .map_err(|_| Rejected)?;
        // Under the same nonce the same plaintext is the same ciphertext.
        if again && self.seal_in_place(nonce, aad, both)? != *tag {
            return Err(Rejected);
        }
        Ok(())
    }
}
