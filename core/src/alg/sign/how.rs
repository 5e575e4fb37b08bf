//! How a message is signed: all that can be said of a signature.

use crate::alg::hash::{Digest, HashAlgorithm, digest};
use crate::held::owned;
use crate::secret::SecretBytes;

/// How an RSA signature pads the digest.
///
/// ```
/// use strongroom::{Item, RsaPadding};
/// let item = Item::message(b"v1.0").padding(RsaPadding::Pkcs1v15);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RsaPadding {
    /// RSASSA-PSS (RFC 8017 section 8.1), with the hash also in MGF1.
    #[default]
    Pss,
    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).
    Pkcs1v15,
}

/// How long the salt of RSASSA-PSS is.
///
/// ```
/// use strongroom::{Item, SaltLength};
/// let item = Item::message(b"v1.0").salt_length(SaltLength::Bytes(20));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SaltLength {
    /// As long as the key allows when signing; whatever it was when verifying.
    #[default]
    Auto,
    /// As long as a digest of the hash.
    Hash,
    /// So many bytes.
    Bytes(u16),
}

/// How a message is signed: all that can be said about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct How {
    pub(crate) of: Of,
    pub(crate) padding: RsaPadding,
    pub(crate) salt: SaltLength,
    pub(crate) layout: Layout,
}

/// What is given to be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Message(HashAlgorithm),
    /// What somebody else hashed.
    Digest(HashAlgorithm),
    /// What no hash is named for.
    Raw,
}

/// How the numbers of a signature stand in it, where it is made of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// DER.
    Asn1,
    /// One behind the other, each as long as the largest (RFC 7518 section 3.4); leniently, both of any one
    /// length.
    Jws { is_lenient: bool },
}

impl How {
    /// What nothing is said of.
    pub(crate) const USUAL: Self = Self {
        of: Of::Message(HashAlgorithm::Sha256),
        padding: RsaPadding::Pss,
        salt: SaltLength::Auto,
        layout: Layout::Asn1,
    };

    /// As in certificates and requests for them: with the hash that a JSON Web Signature goes with.
    pub(crate) const fn certified(hash: Option<HashAlgorithm>) -> Self {
        let hash = match hash {
            Some(hash) => hash,
            None => HashAlgorithm::Sha256,
        };
        Self { of: Of::Message(hash), padding: RsaPadding::Pkcs1v15, ..Self::USUAL }
    }

    /// What is signed in the place of a message, which is read once.
    pub(super) fn digest(&self, message: &[u8]) -> Digested {
        match self.of {
            Of::Message(hash) => Digested::Here(digest(hash, message)),
            Of::Digest(_) | Of::Raw => Digested::Before(owned(message)),
        }
    }
}

/// A set of what can be said of a signature beside its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Takes(u8);

impl Takes {
    pub(crate) const NOTHING: Self = Self(0);
    /// A hash, and that the input is a digest of it.
    pub(crate) const HASH: Self = Self(1);
    /// A padding and its salt.
    pub(crate) const PADDING: Self = Self(2);

    #[cfg(feature = "aws-lc")]
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// What is signed of a message.
pub(super) enum Digested {
    Here(Digest),
    /// It came as it is.
    Before(SecretBytes),
}

impl Digested {
    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Here(digest) => digest.as_bytes(),
            Self::Before(bytes) => bytes.expose(),
        }
    }
}
