//! Signatures: one file for each algorithm, all of one shape, and the one list of them.
//!
//! A file says of its algorithm
//!
//! - `SEED`, how many bytes of a KDF make a key, if a key can be made so;
//! - `TAKES`, what may be said of a signature, and `JWS_HASH`, the hash that a JSON Web Signature goes with;
//! - `KEPT`, what is kept of a key, `MATERIAL`, how long that can be, and `NOT_ONE_KEY`, what is wrong where
//!   not everything in it belongs together;
//! - `IS_CHECKED_WHEN_READ`, whether a document that holds something else than a key is refused;
//! - `IDENTIFIER`, the contents of its `AlgorithmIdentifier` as DER, `ALSO`, others under which the products
//!   take its keys, and `OTHER_IDENTIFIER`, what is wrong with any other;
//! - `ALONE`, the PEM label of a private key that stands in no PKCS#8, if there is one;
//! - `JWS_ALG`, the one algorithm of a JSON Web Signature with it, if it has one;
//! - `IS`, what is wrong with a key of it where one of another type was to be;
//! - `SIGNED`, the contents of the `AlgorithmIdentifier` of a signature of [`How::certified`];
//! - `AGREEMENT`, how two of its keys agree on a secret, if they can;
//!
//! and has the functions that are called below by their names, a `PrivateKey` that signs and a `PublicKey`
//! that verifies.

use std::ops::RangeInclusive;
use zeroize::Zeroizing;

use super::Rejected;
use super::ecdh::Agreement;
use super::hash::HashAlgorithm;

mod ecdsa;
pub(crate) mod ed25519;
mod how;
mod ml_dsa;
#[cfg(feature = "aws-lc")]
mod rsa;

use ecdsa::{p256, p384, p521};
pub(crate) use how::{How, Layout, Of, Takes};
pub use how::{RsaPadding, SaltLength};
use ml_dsa::{ml_dsa_44, ml_dsa_65, ml_dsa_87};
#[cfg(all(feature = "aws-lc", feature = "hazmat"))]
pub(crate) use rsa::few;
#[cfg(feature = "aws-lc")]
pub(super) use rsa::hash as rsa_hash;
#[cfg(feature = "aws-lc")]
use rsa::{rsa2048, rsa3072, rsa4096};

/// What is kept of a private key, and how others write it who know numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Bytes that are no number.
    Bytes,
    /// One number, to which a point of a curve belongs.
    Scalar,
    /// The numbers of RSA.
    Primes,
}

/// An identifier under which others write keys of an algorithm, and what reads the contents of `privateKey`
/// there.
pub(crate) type Also = (&'static [u8], fn(&[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected>);

/// What a private key in no PKCS#8 is called in PEM: `ECPrivateKey` (RFC 5915 section 4).
pub(crate) const EC_PRIVATE_KEY: &str = "EC PRIVATE KEY";
/// `RSAPrivateKey` (RFC 8017 appendix A.1.2).
pub(crate) const RSA_PRIVATE_KEY: &str = "RSA PRIVATE KEY";

/// Why nothing was signed, or no key made.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unsigned {
    /// The operating system gave no random bytes.
    NoRandomness(strongroom_entropy::Error),
    Rejected,
}

impl From<strongroom_entropy::Error> for Unsigned {
    fn from(error: strongroom_entropy::Error) -> Self {
        Self::NoRandomness(error)
    }
}

/// One line for each algorithm: its name and its file.
macro_rules! algorithms {
    ($($(#[$when:meta])? $algorithm:ident $file:ident;)*) => {
        /// How a key signs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum SignAlgorithm {
            $($(#[$when])? $algorithm,)*
        }

        /// A private key, ready to sign. A variant is a pointer, as those of `Subkey` are.
        pub(crate) enum PrivateKey {
            $($(#[$when])? $algorithm($file::PrivateKey),)*
        }

        /// A public key, ready to verify.
        pub(crate) enum PublicKey {
            $($(#[$when])? $algorithm(Box<$file::PublicKey>),)*
        }

        impl SignAlgorithm {
            /// How long a seed from a KDF is that makes a key, so that there can be one for each context.
            pub(crate) const fn seed_len(self) -> Option<usize> {
                match self { $($(#[$when])? Self::$algorithm => $file::SEED,)* }
            }

            /// How long what is kept of a key can be.
            pub(crate) const fn material(self) -> RangeInclusive<usize> {
                match self { $($(#[$when])? Self::$algorithm => $file::MATERIAL,)* }
            }

            /// What that is.
            pub(crate) const fn kept(self) -> Kept {
                match self { $($(#[$when])? Self::$algorithm => $file::KEPT,)* }
            }

            /// What is kept of the numbers n, e, d, p and q.
            pub(crate) fn of_primes(self, numbers: [&[u8]; 5]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                match self { $($(#[$when])? Self::$algorithm => $file::of_primes(numbers),)* }
            }

            /// What may be said of a signature.
            pub(crate) const fn takes(self) -> Takes {
                match self { $($(#[$when])? Self::$algorithm => $file::TAKES,)* }
            }

            /// The hash that a JSON Web Signature goes with (RFC 7518 section 3.1), where there is one.
            pub(crate) const fn jws_hash(self) -> Option<HashAlgorithm> {
                match self { $($(#[$when])? Self::$algorithm => $file::JWS_HASH,)* }
            }

            /// What is wrong with what was said of a signature over so many bytes, as far as the key itself
            /// is not asked.
            pub(crate) fn check(self, how: &How, len: usize) -> Result<(), &'static str> {
                match self { $($(#[$when])? Self::$algorithm => $file::check(how, len),)* }
            }

            /// What is wrong with material that [`key_of_material`](Self::key_of_material) rejects.
            pub(crate) const fn not_one_key(self) -> &'static str {
                match self { $($(#[$when])? Self::$algorithm => $file::NOT_ONE_KEY,)* }
            }

            /// Whether a document is refused that holds something else than a key.
            pub(crate) const fn is_checked_when_read(self) -> bool {
                match self { $($(#[$when])? Self::$algorithm => $file::IS_CHECKED_WHEN_READ,)* }
            }

            /// Whether a public key can be as long as this.
            pub(crate) const fn is_public_len(self, len: usize) -> bool {
                match self { $($(#[$when])? Self::$algorithm => $file::is_public_len(len),)* }
            }

            /// The contents of the `AlgorithmIdentifier` in PKCS#8 and SubjectPublicKeyInfo: DER of the
            /// object identifier and its parameters.
            pub(crate) const fn identifier(self) -> &'static [u8] {
                match self { $($(#[$when])? Self::$algorithm => $file::IDENTIFIER,)* }
            }

            /// What is wrong with a document that has another identifier.
            pub(crate) const fn other_identifier(self) -> &'static str {
                match self { $($(#[$when])? Self::$algorithm => $file::OTHER_IDENTIFIER,)* }
            }

            /// Other identifiers, under which the products take keys of it.
            pub(crate) const fn also(self) -> &'static [Also] {
                match self { $($(#[$when])? Self::$algorithm => $file::ALSO,)* }
            }

            /// The PEM label of a private key that stands in no PKCS#8, if there is one.
            pub(crate) const fn alone(self) -> Option<&'static str> {
                match self { $($(#[$when])? Self::$algorithm => $file::ALONE,)* }
            }

            /// What is wrong with a key of it where one of another type was to be.
            pub(crate) const fn is(self) -> &'static str {
                match self { $($(#[$when])? Self::$algorithm => $file::IS,)* }
            }

            /// The contents of the `AlgorithmIdentifier` of a signature in a certificate or a request for
            /// one.
            pub(crate) const fn signed(self) -> &'static [u8] {
                match self { $($(#[$when])? Self::$algorithm => $file::SIGNED,)* }
            }

            /// How two of its keys agree on a secret, if they can.
            pub(crate) const fn agreement(self) -> Option<Agreement> {
                match self { $($(#[$when])? Self::$algorithm => $file::AGREEMENT,)* }
            }

            /// The one algorithm of a JSON Web Signature with it, if it has one.
            pub(crate) const fn jws_alg(self) -> Option<&'static str> {
                match self { $($(#[$when])? Self::$algorithm => $file::JWS_ALG,)* }
            }

            /// What Vault does instead of this when a hash is named with a message, if it is something else.
            pub(crate) const fn other_in_vault(self, hash: Option<HashAlgorithm>) -> Option<&'static str> {
                match self { $($(#[$when])? Self::$algorithm => $file::other_in_vault(hash),)* }
            }

            /// Fresh material, from the operating system.
            pub(crate) fn generate(self) -> Result<Zeroizing<Vec<u8>>, Unsigned> {
                match self { $($(#[$when])? Self::$algorithm => $file::generate(),)* }
            }

            /// What came from outside, in the form that is kept; not yet checked.
            pub(crate) fn complete(self, raw: &[u8]) -> Zeroizing<Vec<u8>> {
                match self { $($(#[$when])? Self::$algorithm => $file::complete(raw),)* }
            }

            /// The public key of material that has been checked.
            pub(crate) fn public_of(self, material: &[u8]) -> Result<Vec<u8>, Rejected> {
                match self { $($(#[$when])? Self::$algorithm => $file::public_of(material),)* }
            }

            /// The contents of `privateKey` in PKCS#8 (RFC 5958 section 2), of checked material.
            pub(crate) fn write_private(self, material: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                match self { $($(#[$when])? Self::$algorithm => $file::write_private(material),)* }
            }

            /// Checked material as a private key that stands in no PKCS#8, for an algorithm that has such a
            /// form.
            pub(crate) fn write_alone(self, material: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                match self { $($(#[$when])? Self::$algorithm => $file::write_alone(material),)* }
            }

            /// What is to be [completed](Self::complete), of the contents of `privateKey` and, where there is
            /// one, of `publicKey`.
            pub(crate) fn read_private(
                self,
                private: &[u8],
                public: Option<&[u8]>,
            ) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                match self { $($(#[$when])? Self::$algorithm => $file::read_private(private, public),)* }
            }

            /// The members of a JSON Web Key that are required, sorted (RFC 7638 section 3).
            pub(crate) fn jwk(self, public: &[u8]) -> Vec<(&'static str, Member<'_>)> {
                match self { $($(#[$when])? Self::$algorithm => $file::jwk(public),)* }
            }

            /// What a JSON Web Key of checked material has beside the members of the public one.
            pub(crate) fn jwk_secrets(self, material: &[u8]) -> Result<Vec<Secret>, Rejected> {
                match self { $($(#[$when])? Self::$algorithm => $file::jwk_secrets(material),)* }
            }

            /// The key of a seed.
            pub(crate) fn key_of_seed(self, seed: &[u8]) -> Result<PrivateKey, Rejected> {
                match self {
                    $($(#[$when])? Self::$algorithm => {
                        $file::PrivateKey::from_derived(seed).map(PrivateKey::$algorithm)
                    })*
                }
            }

            /// The key of a version's material; rejected is material in which not everything fits together.
            pub(crate) fn key_of_material(self, material: &[u8]) -> Result<PrivateKey, Rejected> {
                match self {
                    $($(#[$when])? Self::$algorithm => {
                        $file::PrivateKey::from_material(material).map(PrivateKey::$algorithm)
                    })*
                }
            }

            /// A public key from its bytes.
            pub(crate) fn public(self, bytes: &[u8]) -> Result<PublicKey, Rejected> {
                match self {
                    $($(#[$when])? Self::$algorithm => {
                        $file::PublicKey::from_bytes(bytes).map(|key| PublicKey::$algorithm(Box::new(key)))
                    })*
                }
            }
        }

        impl PrivateKey {
            /// The bytes of the public key.
            pub(crate) fn public(&self) -> Vec<u8> {
                match self { $($(#[$when])? Self::$algorithm(key) => key.public().to_vec(),)* }
            }

            /// A signature of the message, which is read once.
            pub(crate) fn sign(&self, how: &How, message: &[u8]) -> Result<Vec<u8>, Unsigned> {
                match self { $($(#[$when])? Self::$algorithm(key) => key.sign_as(how, message),)* }
            }
        }

        impl PublicKey {
            /// Whether the signature is one of the message.
            pub(crate) fn verify(&self, how: &How, message: &[u8], signature: &[u8]) -> Result<(), Rejected> {
                match self {
                    $($(#[$when])? Self::$algorithm(key) => key.verify_as(how, message, signature),)*
                }
            }
        }
    };
}

algorithms! {
    Ed25519 ed25519;
    EcdsaP256 p256;
    EcdsaP384 p384;
    EcdsaP521 p521;
    MlDsa44 ml_dsa_44;
    MlDsa65 ml_dsa_65;
    MlDsa87 ml_dsa_87;
    #[cfg(feature = "aws-lc")]
    Rsa2048 rsa2048;
    #[cfg(feature = "aws-lc")]
    Rsa3072 rsa3072;
    #[cfg(feature = "aws-lc")]
    Rsa4096 rsa4096;
}

/// Of a build that has nothing that encrypts under a public key.
#[cfg(not(feature = "aws-lc"))]
mod no_encryption {
    use super::{Block, PrivateKey, PublicKey, Rejected, SignAlgorithm};

    impl SignAlgorithm {
        pub(crate) const fn block(self) -> Option<Block> {
            None
        }
    }

    impl PrivateKey {
        pub(crate) fn decrypt(&self, _: &[u8], _: &mut [u8]) -> Result<usize, Rejected> {
            Err(Rejected)
        }
    }

    impl PublicKey {
        pub(crate) fn encrypt(&self, _: &[u8]) -> Result<Vec<u8>, Rejected> {
            Err(Rejected)
        }
    }
}

/// What is encrypted under a public key: how long a payload is, and how many bytes it has more than the
/// longest plaintext.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) len: usize,
    pub(crate) overhead: usize,
}

/// A member of a JSON Web Key that holds a secret, which is written in base64url.
pub(crate) type Secret = (&'static str, Zeroizing<Vec<u8>>);

/// What a member of a JSON Web Key holds.
pub(crate) enum Member<'a> {
    Word(&'static str),
    /// Written in base64url.
    Bytes(&'a [u8]),
}
