//! Signatures: one file for each algorithm, all of one shape, and the one list of them.
//!
//! A file says of its algorithm
//!
//! - `SEED`, how many bytes of a KDF make a key, if a key can be made so;
//! - `MATERIAL`, how long what is kept of a key is, and `NOT_ONE_KEY`, what is wrong where not everything in
//!   it belongs together;
//! - `IDENTIFIER`, the contents of its `AlgorithmIdentifier` as DER, and `OTHER_IDENTIFIER`, what is wrong
//!   with any other;
//!
//! and has the functions that are called below by their names, a `PrivateKey` that signs and a `PublicKey`
//! that verifies.

use zeroize::Zeroizing;

use super::Rejected;
use super::hash::HashAlgorithm;

pub(crate) mod ed25519;

/// One line for each algorithm: its name and its file.
macro_rules! algorithms {
    ($($algorithm:ident $file:ident;)*) => {
        /// How a key signs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum SignAlgorithm {
            $($algorithm,)*
        }

        /// A private key, ready to sign. A variant is a pointer, as those of `Subkey` are.
        pub(crate) enum PrivateKey {
            $($algorithm($file::PrivateKey),)*
        }

        /// A public key, ready to verify.
        pub(crate) enum PublicKey {
            $($algorithm(Box<$file::PublicKey>),)*
        }

        impl SignAlgorithm {
            /// How long a seed from a KDF is that makes a key, so that there can be one for each context.
            pub(crate) const fn seed_len(self) -> Option<usize> {
                match self { $(Self::$algorithm => $file::SEED,)* }
            }

            /// How long what is kept of a key is.
            pub(crate) const fn material_len(self) -> usize {
                match self { $(Self::$algorithm => $file::MATERIAL,)* }
            }

            /// What is wrong with material that [`key_of_material`](Self::key_of_material) rejects.
            pub(crate) const fn not_one_key(self) -> &'static str {
                match self { $(Self::$algorithm => $file::NOT_ONE_KEY,)* }
            }

            /// Whether a public key can be as long as this.
            pub(crate) const fn is_public_len(self, len: usize) -> bool {
                match self { $(Self::$algorithm => $file::is_public_len(len),)* }
            }

            /// The contents of the `AlgorithmIdentifier` in PKCS#8 and SubjectPublicKeyInfo: DER of the
            /// object identifier and its parameters.
            pub(crate) const fn identifier(self) -> &'static [u8] {
                match self { $(Self::$algorithm => $file::IDENTIFIER,)* }
            }

            /// What is wrong with a document that has another identifier.
            pub(crate) const fn other_identifier(self) -> &'static str {
                match self { $(Self::$algorithm => $file::OTHER_IDENTIFIER,)* }
            }

            /// What Vault does instead of this when a hash is named with a message, if it is something else.
            pub(crate) const fn other_in_vault(self, hash: HashAlgorithm) -> Option<&'static str> {
                match self { $(Self::$algorithm => $file::other_in_vault(hash),)* }
            }

            /// Fresh material, from the operating system.
            pub(crate) fn generate(self) -> Result<Zeroizing<Vec<u8>>, strongroom_entropy::Error> {
                match self { $(Self::$algorithm => $file::generate(),)* }
            }

            /// What came from outside, in the form that is kept; not yet checked.
            pub(crate) fn complete(self, raw: &[u8]) -> Zeroizing<Vec<u8>> {
                match self { $(Self::$algorithm => $file::complete(raw),)* }
            }

            /// The public key of material that has been checked.
            pub(crate) fn public_of(self, material: &[u8]) -> Result<Vec<u8>, Rejected> {
                match self { $(Self::$algorithm => $file::public_of(material),)* }
            }

            /// The contents of `privateKey` in PKCS#8 (RFC 5958 section 2), of checked material.
            pub(crate) fn write_private(self, material: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                match self { $(Self::$algorithm => $file::write_private(material),)* }
            }

            /// What is to be [completed](Self::complete), of the contents of `privateKey` and, where there is
            /// one, of `publicKey`.
            pub(crate) fn read_private(
                self,
                private: &[u8],
                public: Option<&[u8]>,
            ) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                match self { $(Self::$algorithm => $file::read_private(private, public),)* }
            }

            /// The members of a JSON Web Key that are required, sorted (RFC 7638 section 3).
            pub(crate) fn jwk(self, public: &[u8]) -> Vec<(&'static str, Member<'_>)> {
                match self { $(Self::$algorithm => $file::jwk(public),)* }
            }

            /// The key of a seed.
            pub(crate) fn key_of_seed(self, seed: &[u8]) -> Result<PrivateKey, Rejected> {
                match self {
                    $(Self::$algorithm => {
                        $file::PrivateKey::from_derived(seed).map(PrivateKey::$algorithm)
                    })*
                }
            }

            /// The key of a version's material; rejected is material in which not everything fits together.
            pub(crate) fn key_of_material(self, material: &[u8]) -> Result<PrivateKey, Rejected> {
                match self {
                    $(Self::$algorithm => {
                        $file::PrivateKey::from_material(material).map(PrivateKey::$algorithm)
                    })*
                }
            }

            /// A public key from its bytes.
            pub(crate) fn public(self, bytes: &[u8]) -> Result<PublicKey, Rejected> {
                match self {
                    $(Self::$algorithm => {
                        $file::PublicKey::from_bytes(bytes).map(|key| PublicKey::$algorithm(Box::new(key)))
                    })*
                }
            }
        }

        impl PrivateKey {
            /// The bytes of the public key.
            pub(crate) fn public(&self) -> Vec<u8> {
                match self { $(Self::$algorithm(key) => key.public().to_vec(),)* }
            }

            /// A signature of the message, which is read once.
            pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
                match self { $(Self::$algorithm(key) => key.sign(message).to_vec(),)* }
            }
        }

        impl PublicKey {
            /// Whether the signature is one of the message.
            pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Rejected> {
                match self { $(Self::$algorithm(key) => key.verify(message, signature),)* }
            }
        }
    };
}

algorithms! {
    Ed25519 ed25519;
}

/// What a member of a JSON Web Key holds.
pub(crate) enum Member<'a> {
    Word(&'static str),
    /// Written in base64url.
    Bytes(&'a [u8]),
}
