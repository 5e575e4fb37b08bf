//! The RustCrypto provider: portable, every algorithm, and the one that runs under valgrind.

use aes::{Aes128Enc, Aes256Enc};
use aes_gcm::AesGcm;
use aes_gcm::aead::consts::{U12, U16};
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, XChaCha20Poly1305};

use super::{AeadAlgorithm, TAG_LEN};
use crate::alg::Rejected;

/// GCM runs AES forwards only (SP 800-38D section 7.2), so the decryption schedule is never computed: that is nearly
/// half of the time and of the memory of a key.
pub(in crate::alg) type Gcm<Aes> = AesGcm<Aes, U12>;

/// One prepared cipher. All are boxed: moving a key then moves a pointer and leaves no copy of the key behind, and no variant has room to
/// spare, in which whatever the stack held before would be kept.
pub(super) enum Cipher {
    Aes128Gcm(Box<Gcm<Aes128Enc>>),
    Aes256Gcm(Box<Gcm<Aes256Enc>>),
    ChaCha20Poly1305(Box<ChaCha20Poly1305>),
    XChaCha20Poly1305(Box<XChaCha20Poly1305>),
}

impl Cipher {
    pub(super) fn new(algorithm: AeadAlgorithm, key: &[u8]) -> Result<Self, Rejected> {
        Ok(match algorithm {
            AeadAlgorithm::Aes128Gcm => Self::Aes128Gcm(Box::new(prepare(key)?)),
            AeadAlgorithm::Aes256Gcm => Self::Aes256Gcm(Box::new(prepare(key)?)),
            AeadAlgorithm::ChaCha20Poly1305 => Self::ChaCha20Poly1305(Box::new(prepare(key)?)),
            AeadAlgorithm::XChaCha20Poly1305 => Self::XChaCha20Poly1305(Box::new(prepare(key)?)),
        })
    }

    pub(super) fn seal(&self, nonce: &[u8], aad: &[u8], plaintext: &[u8], out: &mut [u8]) -> Result<[u8; TAG_LEN], Rejected> {
        match self {
            Self::Aes128Gcm(cipher) => seal(&**cipher, nonce, aad, plaintext, out),
            Self::Aes256Gcm(cipher) => seal(&**cipher, nonce, aad, plaintext, out),
            Self::ChaCha20Poly1305(cipher) => seal(&**cipher, nonce, aad, plaintext, out),
            Self::XChaCha20Poly1305(cipher) => seal(&**cipher, nonce, aad, plaintext, out),
        }
    }

    pub(super) fn open(&self, nonce: &[u8], aad: &[u8], ciphertext: &[u8], tag: &[u8; TAG_LEN], out: &mut [u8]) -> Result<(), Rejected> {
        match self {
            Self::Aes128Gcm(cipher) => open(&**cipher, nonce, aad, ciphertext, tag, out),
            Self::Aes256Gcm(cipher) => open(&**cipher, nonce, aad, ciphertext, tag, out),
            Self::ChaCha20Poly1305(cipher) => open(&**cipher, nonce, aad, ciphertext, tag, out),
            Self::XChaCha20Poly1305(cipher) => open(&**cipher, nonce, aad, ciphertext, tag, out),
        }
    }
}

fn prepare<C: KeyInit>(key: &[u8]) -> Result<C, Rejected> {
    C::new_from_slice(key).map_err(|_| Rejected)
}

/// Encrypts from one buffer into another without a copy between them. A message beyond the cipher's limit is rejected.
#[inline]
pub(in crate::alg) fn seal<C: AeadInOut<TagSize = U16>>(
    cipher: &C,
    nonce: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    out: &mut [u8],
) -> Result<[u8; TAG_LEN], Rejected> {
    let nonce = nonce.try_into().map_err(|_| Rejected)?;
    let buffer = InOutBuf::new(plaintext, out).map_err(|_| Rejected)?;
    let tag = cipher.encrypt_inout_detached(nonce, aad, buffer);
    tag.map(Into::into).map_err(|_| Rejected)
}

/// Checks the tag in constant time, then decrypts. On failure nothing has been written.
#[inline]
pub(in crate::alg) fn open<C: AeadInOut<TagSize = U16>>(
    cipher: &C,
    nonce: &[u8],
    aad: &[u8],
    ciphertext: &[u8],
    tag: &[u8; TAG_LEN],
    out: &mut [u8],
) -> Result<(), Rejected> {
    let nonce = nonce.try_into().map_err(|_| Rejected)?;
    let buffer = InOutBuf::new(ciphertext, out).map_err(|_| Rejected)?;
    let opened = cipher.decrypt_inout_detached(nonce, aad, buffer, tag.into());
    opened.map_err(|_| Rejected)
}
