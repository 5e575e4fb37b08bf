//! Signatures: one file for each algorithm, all of one shape, and the one place that tells them apart.
//!
//! An algorithm has a `SEED` that its keys are made from, `MATERIAL` that is kept of one, a `PUBLIC` key and
//! the `IDENTIFIER` that stands for it in PKCS#8 and SubjectPublicKeyInfo; a `PrivateKey` that signs and a
//! `PublicKey` that verifies.

use super::Rejected;

pub(crate) mod ed25519;

/// How a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum SignAlgorithm {
    Ed25519,
}

/// A private key, ready to sign. A variant is a pointer, as those of `Subkey` are.
pub(crate) enum PrivateKey {
    Ed25519(ed25519::PrivateKey),
}

/// A public key, ready to verify.
pub(crate) enum PublicKey {
    Ed25519(Box<ed25519::PublicKey>),
}

impl SignAlgorithm {
    /// How long what a key is made from is.
    pub(crate) const fn seed_len(self) -> usize {
        match self {
            Self::Ed25519 => ed25519::SEED,
        }
    }

    /// How long what is kept of a key is.
    pub(crate) const fn material_len(self) -> usize {
        match self {
            Self::Ed25519 => ed25519::MATERIAL,
        }
    }

    /// Whether a public key can be as long as this.
    pub(crate) const fn has_public_len(self, len: usize) -> bool {
        match self {
            Self::Ed25519 => len == ed25519::PUBLIC,
        }
    }

    /// Whether a seed from a KDF makes a key, so that there can be one for each context.
    pub(crate) const fn derives(self) -> bool {
        match self {
            Self::Ed25519 => true,
        }
    }

    /// The contents of the `AlgorithmIdentifier` in PKCS#8 and SubjectPublicKeyInfo: DER of the object
    /// identifier and its parameters.
    pub(crate) const fn identifier(self) -> &'static [u8] {
        match self {
            Self::Ed25519 => ed25519::IDENTIFIER,
        }
    }

    /// Makes the material of a seed, into exactly the room for it.
    pub(crate) fn write_material(self, seed: &[u8], material: &mut [u8]) -> Result<(), Rejected> {
        match self {
            Self::Ed25519 => {
                ed25519::PrivateKey::write_material(seed.try_into().map_err(|_| Rejected)?, material)
            }
        }
    }

    /// The key of a seed.
    pub(crate) fn key_of_seed(self, seed: &[u8]) -> Result<PrivateKey, Rejected> {
        match self {
            Self::Ed25519 => {
                let seed = seed.try_into().map_err(|_| Rejected)?;
                Ok(PrivateKey::Ed25519(ed25519::PrivateKey::from_seed(seed)))
            }
        }
    }

    /// The key of a version's material; rejected is material in which not everything fits together.
    pub(crate) fn key_of_material(self, material: &[u8]) -> Result<PrivateKey, Rejected> {
        match self {
            Self::Ed25519 => ed25519::PrivateKey::from_material(material).map(PrivateKey::Ed25519),
        }
    }

    /// The seed in the material that has been checked.
    pub(crate) fn seed_of(self, material: &[u8]) -> Result<&[u8], Rejected> {
        material.get(..self.seed_len()).ok_or(Rejected)
    }

    /// The public key of material that has been checked.
    pub(crate) fn public_of(self, material: &[u8]) -> Result<Vec<u8>, Rejected> {
        match self {
            Self::Ed25519 => material.get(ed25519::SEED..).map(<[u8]>::to_vec).ok_or(Rejected),
        }
    }

    /// A public key from its bytes.
    pub(crate) fn public(self, bytes: &[u8]) -> Result<PublicKey, Rejected> {
        match self {
            Self::Ed25519 => {
                let bytes = bytes.try_into().map_err(|_| Rejected)?;
                ed25519::PublicKey::new(bytes).map(|key| PublicKey::Ed25519(Box::new(key)))
            }
        }
    }
}

impl PrivateKey {
    /// The bytes of the public key.
    pub(crate) fn public(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => key.public().to_vec(),
        }
    }

    /// A signature of the message, which is read once.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => key.sign(message).to_vec(),
        }
    }
}

impl PublicKey {
    /// Whether the signature is one of the message.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Rejected> {
        match self {
            Self::Ed25519(key) => key.verify(message, signature),
        }
    }
}
