//! Hash functions: SHA-2 (FIPS 180-4) and SHA-3 (FIPS 202).

use sha2::{Digest, Sha256};

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
    /// SHA-1, FIPS 180-4. For macs of keys that came from Transit only, and there in the
    /// [`transit`](crate::View::transit) view only.
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

    /// Every hash, SHA-1 last: what the [`transit`](crate::View::transit) view makes macs with.
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
