//! What is signed: a hash, made as long as the key in one of two ways.

use aws_lc_sys as lc;

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hash {
    /// SHA-1, 20 bytes. Collisions are found in practice: for verifying what is old.
    Sha1,
    /// SHA-224, 28 bytes.
    Sha224,
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
    /// SHA3-224, 28 bytes.
    Sha3_224,
    /// SHA3-256, 32 bytes.
    Sha3_256,
    /// SHA3-384, 48 bytes.
    Sha3_384,
    /// SHA3-512, 64 bytes.
    Sha3_512,
}

impl Hash {
    /// How many bytes it has.
    pub(crate) const fn len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 | Self::Sha3_224 => 28,
            Self::Sha256 | Self::Sha3_256 => 32,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 => 64,
        }
    }

    /// AWS-LC's description of it, which lives as long as the process.
    pub(crate) fn descriptor(self) -> *const lc::EVP_MD {
        // SAFETY: each takes nothing, and gives the address of a constant that it sets up once.
        unsafe {
            match self {
                Self::Sha1 => lc::EVP_sha1(),
                Self::Sha224 => lc::EVP_sha224(),
                Self::Sha256 => lc::EVP_sha256(),
                Self::Sha384 => lc::EVP_sha384(),
                Self::Sha512 => lc::EVP_sha512(),
                Self::Sha3_224 => lc::EVP_sha3_224(),
                Self::Sha3_256 => lc::EVP_sha3_256(),
                Self::Sha3_384 => lc::EVP_sha3_384(),
                Self::Sha3_512 => lc::EVP_sha3_512(),
            }
        }
    }
}

/// How long the salt of a PSS signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Salt {
    /// To sign, as long as fits beside the hash; to verify, any length.
    Auto,
    /// This many bytes, to verify too.
    Len(usize),
}

/// How a hash is made as long as the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Padding {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2). The signature names the hash. Without one what is signed is
    /// padded as it is, from no bytes up to 11 fewer than the key has.
    #[allow(missing_docs)]
    Pkcs1v15 { hash: Option<Hash> },
    /// RSASSA-PSS (RFC 8017 section 8.1). The hash is that of the message and of MGF1.
    #[allow(missing_docs)]
    Pss { hash: Hash, salt: Salt },
}
