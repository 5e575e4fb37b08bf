//! Hash functions: SHA-2 (FIPS 180-4) and SHA-3 (FIPS 202).

use sha1::Sha1;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};

/// A hash function, for HMAC and for signatures over a digest.
///
/// ```
/// use strongroom::HashAlgorithm;
/// assert_eq!(HashAlgorithm::from_name("sha2-512"), Some(HashAlgorithm::Sha512));
/// assert_eq!(HashAlgorithm::default().output_len(), 32);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum HashAlgorithm {
    /// SHA-1, FIPS 180-4. It verifies signatures. Macs and new signatures are made with it in the
    /// [`transit`](crate::View::transit) view only, since two messages with one digest can be made.
    Sha1,
    /// SHA-224, FIPS 180-4.
    Sha224,
    /// SHA-256, FIPS 180-4. The default.
    #[default]
    Sha256,
    /// SHA-384, FIPS 180-4.
    Sha384,
    /// SHA-512, FIPS 180-4.
    Sha512,
    /// SHA3-224, FIPS 202.
    Sha3_224,
    /// SHA3-256, FIPS 202.
    Sha3_256,
    /// SHA3-384, FIPS 202.
    Sha3_384,
    /// SHA3-512, FIPS 202.
    Sha3_512,
}

impl HashAlgorithm {
    /// Every hash function but SHA-1, in the order of the declaration.
    pub const ALL: [Self; 8] = [
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Sha3_224,
        Self::Sha3_256,
        Self::Sha3_384,
        Self::Sha3_512,
    ];

    /// Every hash, SHA-1 last: what the [`transit`](crate::View::transit) view makes macs and signatures
    /// with.
    pub const WITH_SHA1: [Self; 9] = [
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Sha3_224,
        Self::Sha3_256,
        Self::Sha3_384,
        Self::Sha3_512,
        Self::Sha1,
    ];

    /// Its name as Transit writes it: `sha2-256`, `sha3-224`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha2-224",
            Self::Sha256 => "sha2-256",
            Self::Sha384 => "sha2-384",
            Self::Sha512 => "sha2-512",
            Self::Sha3_224 => "sha3-224",
            Self::Sha3_256 => "sha3-256",
            Self::Sha3_384 => "sha3-384",
            Self::Sha3_512 => "sha3-512",
        }
    }

    /// The hash function of that name, which is compared exactly.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::WITH_SHA1.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// Length of a digest, in bytes.
    pub const fn output_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 | Self::Sha3_224 => 28,
            Self::Sha256 | Self::Sha3_256 => 32,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 => 64,
        }
    }
}

/// SHA-256 of the concatenation of `parts`.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// A digest of any of the hashes.
pub(crate) struct Digest {
    bytes: [u8; 64],
    len: usize,
}

impl Digest {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// The digest of a message, which is read once.
pub(crate) fn digest(algorithm: HashAlgorithm, message: &[u8]) -> Digest {
    let mut digest = Digest { bytes: [0; 64], len: algorithm.output_len() };
    let out = digest.bytes.iter_mut();
    let write = |hashed: &[u8]| out.zip(hashed).for_each(|(byte, hashed)| *byte = *hashed);
    match algorithm {
        HashAlgorithm::Sha1 => write(&Sha1::digest(message)),
        HashAlgorithm::Sha224 => write(&Sha224::digest(message)),
        HashAlgorithm::Sha256 => write(&Sha256::digest(message)),
        HashAlgorithm::Sha384 => write(&Sha384::digest(message)),
        HashAlgorithm::Sha512 => write(&Sha512::digest(message)),
        HashAlgorithm::Sha3_224 => write(&Sha3_224::digest(message)),
        HashAlgorithm::Sha3_256 => write(&Sha3_256::digest(message)),
        HashAlgorithm::Sha3_384 => write(&Sha3_384::digest(message)),
        HashAlgorithm::Sha3_512 => write(&Sha3_512::digest(message)),
    }
    digest
}
