//! AWS-LC for the curves: about ten times as fast at signing, and hedged as well. It signs digests of one
//! hash for each curve, and a digest is only a number there: every number of that length goes through it.
//!
//! Whatever draws random bytes from it has to end before a process forks, as in `strongroom_rsa`.

use super::Rejected;
use crate::alg::aead::is_portable;
use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED,
    ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, ParsedPublicKey,
};

type Hash = &'static digest::Algorithm;

/// A private key of a curve.
pub(super) struct PrivateKey {
    key: EcdsaKeyPair,
    hash: Hash,
}

impl PrivateKey {
    pub(super) fn p256(private: &[u8], public: &[u8]) -> Option<Self> {
        Self::new(&ECDSA_P256_SHA256_FIXED_SIGNING, &digest::SHA256, private, public)
    }

    pub(super) fn p384(private: &[u8], public: &[u8]) -> Option<Self> {
        Self::new(&ECDSA_P384_SHA384_FIXED_SIGNING, &digest::SHA384, private, public)
    }

    pub(super) fn p521(private: &[u8], public: &[u8]) -> Option<Self> {
        Self::new(&ECDSA_P521_SHA512_FIXED_SIGNING, &digest::SHA512, private, public)
    }

    fn new(
        algorithm: &'static EcdsaSigningAlgorithm,
        hash: Hash,
        private: &[u8],
        public: &[u8],
    ) -> Option<Self> {
        if is_portable() {
            return None;
        }
        let pair = || EcdsaKeyPair::from_private_key_and_public_key(algorithm, private, public);
        Some(Self { key: strongroom_rsa::without_fork(pair).ok()?, hash })
    }

    /// Both numbers of a signature, or `None` where the number is not one for it.
    pub(super) fn sign(&self, number: &[u8]) -> Option<Vec<u8>> {
        let digest = digest(self.hash, number)?;
        let signature = strongroom_rsa::without_fork(|| self.key.sign_digest(&digest)).ok()?;
        Some(signature.as_ref().to_vec())
    }
}

/// A public key of a curve.
pub(super) struct PublicKey {
    key: ParsedPublicKey,
    hash: Hash,
}

impl PublicKey {
    pub(super) fn p256(public: &[u8]) -> Option<Self> {
        Self::new(&ECDSA_P256_SHA256_FIXED, &digest::SHA256, public)
    }

    pub(super) fn p384(public: &[u8]) -> Option<Self> {
        Self::new(&ECDSA_P384_SHA384_FIXED, &digest::SHA384, public)
    }

    pub(super) fn p521(public: &[u8]) -> Option<Self> {
        Self::new(&ECDSA_P521_SHA512_FIXED, &digest::SHA512, public)
    }

    fn new(algorithm: &'static EcdsaVerificationAlgorithm, hash: Hash, public: &[u8]) -> Option<Self> {
        if is_portable() {
            return None;
        }
        Some(Self { key: ParsedPublicKey::new(algorithm, public).ok()?, hash })
    }

    /// Whether both numbers are a signature, or `None` where the number is not one for it.
    pub(super) fn verify(&self, number: &[u8], signature: &[u8]) -> Option<Result<(), Rejected>> {
        let digest = digest(self.hash, number)?;
        Some(self.key.verify_digest_sig(&digest, signature).map_err(|_| Rejected))
    }
}

/// A number as a digest of the hash, whose length it must have but for zeros at the front.
fn digest(hash: Hash, number: &[u8]) -> Option<Digest> {
    let (zeros, rest) = number.split_at_checked(number.len().checked_sub(hash.output_len())?)?;
    if zeros.iter().any(|byte| *byte != 0) {
        return None;
    }
    Digest::import_less_safe(rest, hash).ok()
}
