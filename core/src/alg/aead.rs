//! Authenticated encryption with associated data under a caller's nonce.
//!
//! AES-GCM is NIST SP 800-38D with 96-bit nonces and 128-bit tags, ChaCha20-Poly1305 is RFC 8439 section 2.8,
//! XChaCha20-Poly1305 is draft-irtf-cfrg-xchacha-03 section 2. One provider computes them; the checks that
//! must not depend on the provider are made here.

use super::Rejected;

#[cfg(all(test, feature = "aws-lc"))]
mod agreement;
#[cfg(feature = "aws-lc")]
mod aws_lc;
mod chacha;
pub(in crate::alg) mod gcm;
mod opening;
mod pass;
mod rustcrypto;

pub(crate) use opening::Opening;

/// The provider in use: a type `Cipher` with `new`, `seal` and `open`. RustCrypto's is always there.
#[cfg(feature = "aws-lc")]
use aws_lc as provider;
#[cfg(not(feature = "aws-lc"))]
use rustcrypto as provider;

/// Whether the provider reads a ciphertext again that it has written, to authenticate it. To Rust that is the
/// same; a binding must not have it seal into memory that others may write to meanwhile (`held.rs`).
pub(crate) const READS_BACK: bool = cfg!(feature = "aws-lc");

/// From this length on the provider is the faster one also where its key is made for one message only; `None`
/// where there is no other. Measured with AES-256-GCM on a Zen 5, where key and message of 64 bytes take 136
/// ns with RustCrypto and 184 ns with AWS-LC.
pub(in crate::alg) const FRESH_KEY_FROM: Option<usize> =
    if cfg!(feature = "aws-lc") { Some(320) } else { None };

/// Whether everything is computed by RustCrypto, which every build has: for tests of both in one.
#[cfg(feature = "aws-lc")]
pub(super) fn is_portable() -> bool {
    #[cfg(feature = "hazmat")]
    {
        use std::sync::LazyLock;
        static ASKED: LazyLock<bool> = LazyLock::new(|| {
            std::env::var_os("STRONGROOM_PROVIDER").is_some_and(|name| name == "rustcrypto")
        });
        *ASKED
    }
    #[cfg(not(feature = "hazmat"))]
    false
}

/// Length of every authentication tag, in bytes.
pub(crate) const TAG_LEN: usize = 16;

/// Which cipher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AeadAlgorithm {
    Aes128Gcm,
    Aes256Gcm,
    ChaCha20Poly1305,
    XChaCha20Poly1305,
}

impl AeadAlgorithm {
    /// Length of a key, in bytes.
    pub(crate) const fn key_len(self) -> usize {
        match self {
            Self::Aes128Gcm => 16,
            Self::Aes256Gcm | Self::ChaCha20Poly1305 | Self::XChaCha20Poly1305 => 32,
        }
    }

    /// Length of a nonce, in bytes.
    pub(crate) const fn nonce_len(self) -> usize {
        match self {
            Self::Aes128Gcm | Self::Aes256Gcm | Self::ChaCha20Poly1305 => 12,
            Self::XChaCha20Poly1305 => 24,
        }
    }

    /// The longest message, in bytes: how far the counter reaches.
    const fn max_len(self) -> u64 {
        match self {
            Self::Aes128Gcm | Self::Aes256Gcm => gcm::MAX_PLAINTEXT,
            Self::ChaCha20Poly1305 | Self::XChaCha20Poly1305 => chacha::MAX_PLAINTEXT,
        }
    }
}

/// A key with its schedule computed.
pub(crate) struct AeadKey {
    algorithm: AeadAlgorithm,
    cipher: provider::Cipher,
}

impl AeadKey {
    /// Computes the key schedule. A key of the wrong length is rejected.
    pub(crate) fn new(algorithm: AeadAlgorithm, key: &[u8]) -> Result<Self, Rejected> {
        if key.len() != algorithm.key_len() {
            return Err(Rejected);
        }
        let cipher = provider::Cipher::new(algorithm, key)?;
        Ok(Self { algorithm, cipher })
    }

    /// Encrypts `plaintext` into `out`, which has the same length, and returns the tag. The one is read once,
    /// the other written once and, but for [`READS_BACK`], never read.
    ///
    /// The caller never uses a nonce twice with one key (SP 800-38D section 8, RFC 8439 section 4).
    pub(crate) fn seal(
        &self,
        nonce: &[u8],
        aad: &[u8],
        plaintext: &[u8],
        out: &mut [u8],
    ) -> Result<[u8; TAG_LEN], Rejected> {
        if !self.takes(nonce, out.len()) || out.len() != plaintext.len() {
            return Err(Rejected);
        }
        self.cipher.seal(nonce, aad, plaintext, out)
    }

    fn takes(&self, nonce: &[u8], len: usize) -> bool {
        nonce.len() == self.algorithm.nonce_len() && len as u64 <= self.algorithm.max_len()
    }

    /// Decrypts what has the tag.
    ///
    /// After a failure the memory for the plaintext is all zero, whatever the provider left there: some
    /// decrypt before they know (CVE-2023-42811).
    pub(crate) fn open(
        &self,
        nonce: &[u8],
        aad: &[u8],
        mut opening: Opening<'_>,
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Rejected> {
        let (len, room) = opening.lengths();
        let opened = if !self.takes(nonce, len) || len != room {
            Err(Rejected)
        } else {
            self.cipher.open(nonce, aad, opening.lent(), tag)
        };
        opening.ended(opened)
    }
}

#[cfg(test)]
mod tests {
    use super::{AeadAlgorithm, AeadKey, Opening};

    const EVERY: [AeadAlgorithm; 4] = [
        AeadAlgorithm::Aes128Gcm,
        AeadAlgorithm::Aes256Gcm,
        AeadAlgorithm::ChaCha20Poly1305,
        AeadAlgorithm::XChaCha20Poly1305,
    ];

    #[test]
    fn open_leaves_nothing_behind_when_it_fails() {
        for algorithm in EVERY {
            let key = AeadKey::new(algorithm, &[7; 32][..algorithm.key_len()]).unwrap();
            let nonce = &[7; 24][..algorithm.nonce_len()];
            let mut ciphertext = [0; 100];
            let mut tag = key.seal(nonce, b"", &[7; 100], &mut ciphertext).unwrap();
            let mut out = [1; 100];
            assert!(key.open(nonce, b"", Opening::Into(&ciphertext, &mut out), &tag).is_ok());
            assert_eq!(out, [7; 100]);
            assert!(key.open(&nonce[1..], b"", Opening::Into(&ciphertext, &mut out), &tag).is_err());
            assert_eq!(out, [0; 100], "{algorithm:?} after a short nonce");
            out.fill(1);
            assert!(key.open(nonce, b"", Opening::Into(&ciphertext[1..], &mut out), &tag).is_err());
            assert_eq!(out, [0; 100], "{algorithm:?} after a buffer of another length");
            out.fill(1);
            tag[0] ^= 1;
            assert!(key.open(nonce, b"", Opening::Into(&ciphertext, &mut out), &tag).is_err());
            assert_eq!(out, [0; 100], "{algorithm:?} after a wrong tag");
        }
    }

    #[test]
    fn memory_of_ours_is_opened_where_it_is_or_only_checked() {
        for (algorithm, len) in
            EVERY.into_iter().flat_map(|a| [0, 1, 100, 256, 4096, 9001].map(|len| (a, len)))
        {
            let key = AeadKey::new(algorithm, &[7; 32][..algorithm.key_len()]).unwrap();
            let nonce = &[7; 24][..algorithm.nonce_len()];
            let plaintext: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
            let mut ciphertext = vec![0; len];
            let mut tag = key.seal(nonce, b"aad", &plaintext, &mut ciphertext).unwrap();
            let mut ours = ciphertext.clone();
            assert!(key.open(nonce, b"aad", Opening::Check(&mut ours), &tag).is_ok());
            assert_eq!(ours, ciphertext);
            assert!(key.open(nonce, b"aad", Opening::InPlace(&mut ours), &tag).is_ok());
            assert_eq!(ours, plaintext, "{algorithm:?} {len}");
            tag[15] ^= 1;
            for (mut ours, only_checked) in [(ciphertext.clone(), true), (ciphertext, false)] {
                let opening =
                    if only_checked { Opening::Check(&mut ours) } else { Opening::InPlace(&mut ours) };
                assert!(key.open(nonce, b"aad", opening, &tag).is_err());
                assert_eq!(ours, vec![0; len], "{algorithm:?} {len} after a wrong tag");
            }
        }
    }

    #[test]
    fn seal_rejects_a_buffer_of_another_length() {
        for algorithm in EVERY {
            let key = AeadKey::new(algorithm, &[7; 32][..algorithm.key_len()]).unwrap();
            let nonce = &[7; 24][..algorithm.nonce_len()];
            for len in [0, 6, 8] {
                assert!(key.seal(nonce, b"", b"message", &mut [0; 8][..len]).is_err());
            }
        }
    }
}
