//! The AWS-LC provider, behind the feature `aws-lc`: assembly for x86-64 and 64-bit ARM that takes the widest
//! instructions the processor has, and its own C elsewhere.
//!
//! Freed, a key's memory is wiped (`OPENSSL_free` of AWS-LC does that to whatever it frees). Tags are
//! compared by `CRYPTO_memcmp`. What was written is read again to authenticate it ([`super::READS_BACK`]).

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use chacha20::{R20, hchacha};
use zeroize::Zeroizing;

use super::rustcrypto;
use super::{AeadAlgorithm, Opening, TAG_LEN};
use crate::alg::Rejected;
use crate::held::take;

/// One prepared cipher. Every variant is a pointer or two: moving a key leaves no copy of it behind.
pub(super) enum Cipher {
    Gcm(LessSafeKey),
    ChaCha20Poly1305(LessSafeKey),
    /// A key for each message is made of this one.
    XChaCha20Poly1305(Box<Zeroizing<[u8; 32]>>),
    /// What a test has asked for.
    Portable(rustcrypto::Cipher),
}

impl Cipher {
    pub(super) fn new(algorithm: AeadAlgorithm, key: &[u8]) -> Result<Self, Rejected> {
        if super::is_portable() {
            return rustcrypto::Cipher::new(algorithm, key).map(Self::Portable);
        }
        Ok(match algorithm {
            AeadAlgorithm::Aes128Gcm => Self::Gcm(prepared(&AES_128_GCM, key)?),
            AeadAlgorithm::Aes256Gcm => Self::Gcm(prepared(&AES_256_GCM, key)?),
            AeadAlgorithm::ChaCha20Poly1305 => Self::ChaCha20Poly1305(prepared(&CHACHA20_POLY1305, key)?),
            AeadAlgorithm::XChaCha20Poly1305 => {
                let mut own = Box::new(Zeroizing::new([0; 32]));
                own.copy_from_slice(key);
                Self::XChaCha20Poly1305(own)
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
            Self::Gcm(key) | Self::ChaCha20Poly1305(key) => seal(key, nonce, aad, plaintext, out),
            Self::XChaCha20Poly1305(key) => {
                let (key, nonce) = of_message(key, nonce)?;
                seal(&key, &nonce, aad, plaintext, out)
            }
            Self::Portable(cipher) => cipher.seal(nonce, aad, plaintext, out),
        }
    }

    /// Decrypts, and compares the tag in constant time. On failure there may be anything where the plaintext
    /// goes.
    pub(super) fn open(
        &self,
        nonce: &[u8],
        aad: &[u8],
        opening: Opening<'_>,
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Rejected> {
        match self {
            Self::Gcm(key) | Self::ChaCha20Poly1305(key) => open(key, nonce, aad, opening, tag),
            Self::XChaCha20Poly1305(key) => {
                let (key, nonce) = of_message(key, nonce)?;
                open(&key, &nonce, aad, opening, tag)
            }
            Self::Portable(cipher) => cipher.open(nonce, aad, opening, tag),
        }
    }
}

fn prepared(algorithm: &'static aws_lc_rs::aead::Algorithm, key: &[u8]) -> Result<LessSafeKey, Rejected> {
    UnboundKey::new(algorithm, key).map(LessSafeKey::new).map_err(|_| Rejected)
}

/// The ChaCha20-Poly1305 of one message, and its nonce (draft-irtf-cfrg-xchacha-03 section 2.3).
fn of_message(key: &[u8; 32], nonce: &[u8]) -> Result<(LessSafeKey, [u8; 12]), Rejected> {
    let (first, last) = nonce.split_first_chunk::<16>().ok_or(Rejected)?;
    let subkey = Zeroizing::new(hchacha::<R20>(key.into(), first.into()).0);
    let mut short = [0; 12];
    short[4..].copy_from_slice(last.first_chunk::<8>().ok_or(Rejected)?);
    Ok((prepared(&CHACHA20_POLY1305, &*subkey)?, short))
}

fn nonce(bytes: &[u8]) -> Result<Nonce, Rejected> {
    Nonce::try_assume_unique_for_key(bytes).map_err(|_| Rejected)
}

fn seal(
    key: &LessSafeKey,
    bytes: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    out: &mut [u8],
) -> Result<[u8; TAG_LEN], Rejected> {
    let mut tag = [0; TAG_LEN];
    key.seal_out_of_place_scatter(nonce(bytes)?, Aad::from(aad), plaintext, out, &[], &mut tag)
        .map_err(|_| Rejected)?;
    Ok(tag)
}

fn open(
    key: &LessSafeKey,
    bytes: &[u8],
    aad: &[u8],
    opening: Opening<'_>,
    tag: &[u8; TAG_LEN],
) -> Result<(), Rejected> {
    // What is opened is read again and again, so a caller's is copied first.
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
    key.open_in_place_separate_tag(nonce(bytes)?, Aad::from(aad), tag, both).map_err(|_| Rejected)?;
    if again {
        // Under the same nonce the same plaintext is the same ciphertext. There is no way to ask for the tag
        // alone.
        let made = key.seal_in_place_separate_tag(nonce(bytes)?, Aad::from(aad), both);
        return if made.is_ok_and(|made| made.as_ref() == tag) { Ok(()) } else { Err(Rejected) };
    }
    Ok(())
}
