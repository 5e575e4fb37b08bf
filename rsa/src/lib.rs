//! RSA for Strongroom, by AWS-LC: keys of 2048, 3072 and 4096 bits, signatures with every hash that Vault's
//! Transit knows and any length of salt, and OAEP.
//!
//! The crate exists because none does all of that: `aws-lc-rs` signs with SHA-256, SHA-384 and SHA-512 and
//! a salt as long as the hash only, and the crate `rsa` computes with private numbers in variable time
//! (RUSTSEC-2023-0071). It is a thin layer over the C interface of AWS-LC, so it needs `unsafe`, which the
//! library forbids; each block says why it is sound.
//!
//! # What AWS-LC does, and what is added here
//!
//! Padding, blinding, exponentiation and the check of every private result against the public exponent (so
//! that a fault does not give the key away) are AWS-LC's, and so is the randomness of keys, salts and seeds.
//! Where the operating system has no random bytes, AWS-LC aborts the process.
//!
//! A private key is taken if AWS-LC finds n = p · q, d · e = 1 modulo p − 1 and q − 1, and the three values
//! of the Chinese remainder theorem right. Beyond that are refused here: a modulus of another size, an e
//! above 2^32, a d that is not below n, and a key without e and primes.
//!
//! That p and q are prime is not looked at. Where one is not, a signature fails when AWS-LC checks it, so
//! [`PrivateKey::prove`] makes one; numbers that pass although they are no primes (Carmichael's) are those
//! with which a key works as well.
//!
//! The first private operation of a process, and of a forked child, takes a tenth of a second: AWS-LC seeds
//! its generator from the jitter of the processor, too, unless `AWS_LC_SYS_NO_JITTER_ENTROPY=1` was set when
//! it was compiled. Public keys draw random bytes to encrypt only.
//!
//! # Encryption by PKCS #1 v1.5
//!
//! There is none to decrypt. Whoever learns whether a decryption succeeded can decrypt everything with some
//! thousand questions (Bleichenbacher, CRYPTO '98), and a [`Result`] tells just that. What hides it gives a
//! random message instead of an error, which a caller would store as a plaintext.
//!
//! # Forks
//!
//! AWS-LC forbids a child to go on with a key that another thread of its parent was working with: it aborts
//! the child by an assertion, in release builds too, or has it wait for ever for a lock that the thread held.
//! On Unix `fork` therefore waits until no thread is in a call of this crate, and threads wait for `fork`
//! (`src/call.rs`). That costs `fork` as long as an operation takes, at most 10 s, after which it is not held
//! up any longer. Two ways go past it: a child made by a bare `clone` or `_Fork`, and a thread of the parent
//! that made keys or signatures and ends at the same moment.
//!
//! # Memory
//!
//! AWS-LC's allocator wipes what it frees, so a key is gone with its last handle. Nothing here prints one.

#![deny(unsafe_op_in_unsafe_fn)]

mod call;
mod crt;
mod key;
mod oaep;
mod owned;
mod padding;
mod private_key;
mod public_key;

/// The example of the front page is run as well.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod front_page {}

pub use call::without_fork;
pub use padding::{Hash, Padding, Salt};
pub use private_key::PrivateKey;
pub use public_key::PublicKey;

/// The one failure: a key, a signature, a ciphertext or a length was not accepted.
///
/// It says nothing more, since who is told why a decryption failed can learn what it would have given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rejected;

impl std::fmt::Display for Rejected {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("RSA does not accept this key, input or signature")
    }
}

impl std::error::Error for Rejected {}
