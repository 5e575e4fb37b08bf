//! The RustCrypto provider: portable, every algorithm, and the one that runs under valgrind.

use aes::{Aes128Enc, Aes256Enc};
use chacha20::{ChaCha20, XChaCha20};

use super::chacha::ChaChaPoly;
use super::gcm::Gcm;
use super::{AeadAlgorithm, Opening, TAG_LEN};
use crate::alg::Rejected;

/// One prepared cipher. All are boxed: moving a key then moves a pointer and leaves no copy of the key
/// behind, and no variant has room to spare, in which whatever the stack held before would be kept.
pub(super) enum Cipher {
    Aes128Gcm(Box<Gcm<Aes128Enc>>),
    Aes256Gcm(Box<Gcm<Aes256Enc>>),
    ChaCha20Poly1305(Box<ChaChaPoly<ChaCha20>>),
    XChaCha20Poly1305(Box<ChaChaPoly<XChaCha20>>),
}

impl Cipher {
    pub(super) fn new(algorithm: AeadAlgorithm, key: &[u8]) -> Result<Self, Rejected> {
        Ok(match algorithm {
            AeadAlgorithm::Aes128Gcm => {
                Self::Aes128Gcm(Box::new(Gcm::new(key.try_into().map_err(|_| Rejected)?)))
            }
            AeadAlgorithm::Aes256Gcm => {
                Self::Aes256Gcm(Box::new(Gcm::new(key.try_into().map_err(|_| Rejected)?)))
            }
            AeadAlgorithm::ChaCha20Poly1305 => {
                Self::ChaCha20Poly1305(Box::new(ChaChaPoly::new(key.try_into().map_err(|_| Rejected)?)))
            }
            AeadAlgorithm::XChaCha20Poly1305 => {
                Self::XChaCha20Poly1305(Box::new(ChaChaPoly::new(key.try_into().map_err(|_| Rejected)?)))
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
        match self {
            Self::Aes128Gcm(cipher) => cipher.seal(nonce, aad, plaintext, out),
            Self::Aes256Gcm(cipher) => cipher.seal(nonce, aad, plaintext, out),
            Self::ChaCha20Poly1305(cipher) => cipher.seal(nonce, aad, plaintext, out),
            Self::XChaCha20Poly1305(cipher) => cipher.seal(nonce, aad, plaintext, out),
        }
    }

    pub(super) fn open(
        &self,
        nonce: &[u8],
        aad: &[u8],
        opening: Opening<'_>,
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Rejected> {
        match self {
            Self::Aes128Gcm(cipher) => cipher.open(nonce, aad, opening, tag),
            Self::Aes256Gcm(cipher) => cipher.open(nonce, aad, opening, tag),
            Self::ChaCha20Poly1305(cipher) => cipher.open(nonce, aad, opening, tag),
            Self::XChaCha20Poly1305(cipher) => cipher.open(nonce, aad, opening, tag),
        }
    }
}
