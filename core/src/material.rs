//! The types of key material. The one exhaustive match on them is [`KeyType::profile`].

mod text;

use crate::Error;
use crate::alg::Rejected;
use crate::alg::aead::{AeadAlgorithm, TAG_LEN};
use crate::alg::compare::constant_time_eq;
use crate::alg::sign::{How, Kept, SignAlgorithm, Unsigned};
use crate::committing;
use crate::secret::SecretBytes;
use crate::stack::{DEEP, scrubbed};
use crate::verb::{By, Verb};
use crate::wire::text::Prefix;
use std::ops::RangeInclusive;
use zeroize::Zeroizing;

/// The type of a version. A key can have versions of several types, if they do the same.
///
/// ```
/// use strongroom::KeyType;
/// let t: KeyType = "aes256-siv".parse()?;
/// assert!(t.is_supported() && t.encrypts() && t.derives() && !t.converges());
/// assert_eq!(KeyType::default().name(), "xaes256-gcm");
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum KeyType {
    /// XAES-256-GCM (C2SP) with a key commitment: random 24-byte nonces, no limit on messages to speak of.
    /// The default.
    #[default]
    Xaes256Gcm,
    /// AES-256-SIV (RFC 5297): deterministic, so equal messages of one version have equal ciphertexts.
    Aes256Siv,
    /// AES-256-GCM with 96-bit random nonces, as in Transit.
    Aes256Gcm96,
    /// AES-128-GCM with 96-bit random nonces, as in Transit.
    Aes128Gcm96,
    /// ChaCha20-Poly1305 (RFC 8439) with 96-bit random nonces, as in Transit.
    ChaCha20Poly1305,
    /// XChaCha20-Poly1305 with 192-bit random nonces, as in OpenBao.
    XChaCha20Poly1305,
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// ECDSA on P-256 (FIPS 186-5, SP 800-186).
    EcdsaP256,
    /// ECDSA on P-384 (FIPS 186-5, SP 800-186).
    EcdsaP384,
    /// ECDSA on P-521 (FIPS 186-5, SP 800-186).
    EcdsaP521,
    /// RSA with 2048 bits (RFC 8017): signs and encrypts. With the feature `aws-lc`.
    Rsa2048,
    /// RSA with 3072 bits (RFC 8017): signs and encrypts. With the feature `aws-lc`.
    Rsa3072,
    /// RSA with 4096 bits (RFC 8017): signs and encrypts. With the feature `aws-lc`.
    Rsa4096,
    /// HMAC, with a key of 32 to 512 bytes.
    Hmac,
    /// ML-DSA-44 (FIPS 204).
    MlDsa44,
    /// ML-DSA-65 (FIPS 204).
    MlDsa65,
    /// ML-DSA-87 (FIPS 204).
    MlDsa87,
    /// AES-128-CMAC (SP 800-38B).
    Aes128Cmac,
    /// AES-256-CMAC (SP 800-38B).
    Aes256Cmac,
    /// Tink's AES-GCM-HKDF streaming, for reading; not in this build.
    TinkGcmHkdfStream,
    /// Tink's AES-CTR-HMAC streaming, for reading; not in this build.
    TinkCtrHmacStream,
}

/// What a key can do: versions of one key are of one family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Encryption,
    Ed25519,
    Ecdsa,
    Rsa,
    Hmac,
    MlDsa,
    Cmac,
    Stream,
}

/// How the material of a type works on messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Xaes,
    Siv,
    Transit(AeadAlgorithm),
    Sign(SignAlgorithm),
    Hmac,
    Cmac,
    /// It has a number in documents; this build opens and keeps it, and refuses to work with it.
    Unsupported,
}

/// Everything that depends on the type, said once.
pub(crate) struct Profile {
    pub(crate) number: u8,
    pub(crate) name: &'static str,
    pub(crate) family: Family,
    pub(crate) scheme: Scheme,
    pub(crate) prefix: Prefix,
    pub(crate) material: RangeInclusive<usize>,
}

impl KeyType {
    /// Every type that has a number.
    pub const ALL: &'static [Self] = &[
        Self::Xaes256Gcm,
        Self::Aes256Siv,
        Self::Aes256Gcm96,
        Self::Aes128Gcm96,
        Self::ChaCha20Poly1305,
        Self::XChaCha20Poly1305,
        Self::Ed25519,
        Self::EcdsaP256,
        Self::EcdsaP384,
        Self::EcdsaP521,
        Self::Rsa2048,
        Self::Rsa3072,
        Self::Rsa4096,
        Self::Hmac,
        Self::MlDsa44,
        Self::MlDsa65,
        Self::MlDsa87,
        Self::Aes128Cmac,
        Self::Aes256Cmac,
        Self::TinkGcmHkdfStream,
        Self::TinkCtrHmacStream,
    ];

    /// The type of a keyring's wrapping key, as in Transit.
    pub(crate) const WRAPPING: Self = Self::Rsa4096;

    pub(crate) const fn profile(self) -> Profile {
        const fn signing(
            number: u8,
            name: &'static str,
            family: Family,
            algorithm: SignAlgorithm,
        ) -> (u8, &'static str, Family, Scheme, Prefix, RangeInclusive<usize>) {
            (number, name, family, Scheme::Sign(algorithm), Prefix::Vault, algorithm.material())
        }
        use AeadAlgorithm::{Aes128Gcm, Aes256Gcm, ChaCha20Poly1305, XChaCha20Poly1305};
        use Scheme::Unsupported;
        let (number, name, family, scheme, prefix, material) = match self {
            Self::Xaes256Gcm => {
                (1, "xaes256-gcm", Family::Encryption, Scheme::Xaes, Prefix::Strongroom, 32..=32)
            }
            Self::Aes256Siv => {
                (2, "aes256-siv", Family::Encryption, Scheme::Siv, Prefix::Strongroom, 64..=64)
            }
            Self::Aes256Gcm96 => {
                (3, "aes256-gcm96", Family::Encryption, Scheme::Transit(Aes256Gcm), Prefix::Vault, 32..=32)
            }
            Self::Aes128Gcm96 => {
                (4, "aes128-gcm96", Family::Encryption, Scheme::Transit(Aes128Gcm), Prefix::Vault, 16..=16)
            }
            Self::ChaCha20Poly1305 => (
                5,
                "chacha20-poly1305",
                Family::Encryption,
                Scheme::Transit(ChaCha20Poly1305),
                Prefix::Vault,
                32..=32,
            ),
            Self::XChaCha20Poly1305 => (
                6,
                "xchacha20-poly1305",
                Family::Encryption,
                Scheme::Transit(XChaCha20Poly1305),
                Prefix::Vault,
                32..=32,
            ),
            Self::Ed25519 => signing(7, "ed25519", Family::Ed25519, SignAlgorithm::Ed25519),
            Self::EcdsaP256 => signing(8, "ecdsa-p256", Family::Ecdsa, SignAlgorithm::EcdsaP256),
            Self::EcdsaP384 => signing(9, "ecdsa-p384", Family::Ecdsa, SignAlgorithm::EcdsaP384),
            Self::EcdsaP521 => signing(10, "ecdsa-p521", Family::Ecdsa, SignAlgorithm::EcdsaP521),
            #[cfg(feature = "aws-lc")]
            Self::Rsa2048 => signing(11, "rsa-2048", Family::Rsa, SignAlgorithm::Rsa2048),
            #[cfg(feature = "aws-lc")]
            Self::Rsa3072 => signing(12, "rsa-3072", Family::Rsa, SignAlgorithm::Rsa3072),
            #[cfg(feature = "aws-lc")]
            Self::Rsa4096 => signing(13, "rsa-4096", Family::Rsa, SignAlgorithm::Rsa4096),
            #[cfg(not(feature = "aws-lc"))]
            Self::Rsa2048 => (11, "rsa-2048", Family::Rsa, Unsupported, Prefix::Vault, 1..=8192),
            #[cfg(not(feature = "aws-lc"))]
            Self::Rsa3072 => (12, "rsa-3072", Family::Rsa, Unsupported, Prefix::Vault, 1..=8192),
            #[cfg(not(feature = "aws-lc"))]
            Self::Rsa4096 => (13, "rsa-4096", Family::Rsa, Unsupported, Prefix::Vault, 1..=8192),
            Self::Hmac => (14, "hmac", Family::Hmac, Scheme::Hmac, Prefix::Vault, 32..=512),
            Self::MlDsa44 => signing(15, "ml-dsa-44", Family::MlDsa, SignAlgorithm::MlDsa44),
            Self::MlDsa65 => signing(16, "ml-dsa-65", Family::MlDsa, SignAlgorithm::MlDsa65),
            Self::MlDsa87 => signing(17, "ml-dsa-87", Family::MlDsa, SignAlgorithm::MlDsa87),
            Self::Aes128Cmac => (18, "aes128-cmac", Family::Cmac, Scheme::Cmac, Prefix::Vault, 16..=16),
            Self::Aes256Cmac => (19, "aes256-cmac", Family::Cmac, Scheme::Cmac, Prefix::Vault, 32..=32),
            Self::TinkGcmHkdfStream => {
                (20, "tink-gcm-hkdf-stream", Family::Stream, Unsupported, Prefix::Vault, 16..=8192)
            }
            Self::TinkCtrHmacStream => {
                (21, "tink-ctr-hmac-stream", Family::Stream, Unsupported, Prefix::Vault, 16..=8192)
            }
        };
        Profile { number, name, family, scheme, prefix, material }
    }

    /// The name, such as `xaes256-gcm`.
    pub const fn name(self) -> &'static str {
        self.profile().name
    }

    /// Whether this build works with the type. The others have a number in documents, and every operation
    /// refuses them.
    pub const fn is_supported(self) -> bool {
        !matches!(self.profile().scheme, Scheme::Unsupported)
    }

    /// Whether keys of the type encrypt and decrypt.
    pub const fn encrypts(self) -> bool {
        match self.profile().scheme {
            Scheme::Xaes | Scheme::Siv | Scheme::Transit(_) => true,
            Scheme::Sign(algorithm) => algorithm.block().is_some(),
            Scheme::Hmac | Scheme::Cmac | Scheme::Unsupported => false,
        }
    }

    /// How long a payload is that holds a plaintext of so many bytes.
    pub(crate) const fn payload_len(self, plaintext: usize) -> usize {
        match self.profile().scheme {
            Scheme::Sign(algorithm) => match algorithm.block() {
                Some(block) => block.len,
                None => 0,
            },
            _ => plaintext.saturating_add(self.overhead()),
        }
    }

    /// How much longer a payload is than the plaintext, or than the longest that it can hold.
    pub(crate) const fn overhead(self) -> usize {
        match self.profile().scheme {
            Scheme::Xaes => committing::OVERHEAD,
            Scheme::Siv => TAG_LEN,
            Scheme::Transit(algorithm) => algorithm.nonce_len() + TAG_LEN,
            Scheme::Sign(algorithm) => match algorithm.block() {
                Some(block) => block.overhead,
                None => 0,
            },
            Scheme::Hmac | Scheme::Cmac | Scheme::Unsupported => 0,
        }
    }

    /// Whether keys of the type sign.
    pub const fn signs(self) -> bool {
        self.signature().is_some()
    }

    /// How keys of the type sign, if they do.
    pub(crate) const fn signature(self) -> Option<SignAlgorithm> {
        match self.profile().scheme {
            Scheme::Sign(algorithm) => Some(algorithm),
            _ => None,
        }
    }

    /// Whether two keys of the type agree on another key.
    pub const fn agrees(self) -> bool {
        match self.signature() {
            Some(algorithm) => algorithm.agreement().is_some(),
            None => false,
        }
    }

    /// How long a key of the type is that two others agree on, where Transit has the type.
    pub(crate) const fn agreed_len(self) -> Option<usize> {
        match self.profile().scheme {
            Scheme::Transit(algorithm) => Some(algorithm.key_len()),
            _ => None,
        }
    }

    /// Whether keys of the type do this, as far as their type says.
    pub(crate) const fn does(self, verb: Verb) -> bool {
        match verb.by() {
            By::Encrypting => self.encrypts(),
            By::Streaming => self.has_streams(),
            By::Signing => self.signs(),
            By::Agreeing => self.agrees(),
            By::Every => self.is_supported(),
        }
    }

    /// Whether keys of the type can be derived.
    pub const fn derives(self) -> bool {
        match self.profile().scheme {
            Scheme::Xaes | Scheme::Siv | Scheme::Transit(_) => true,
            Scheme::Sign(algorithm) => algorithm.seed_len().is_some(),
            Scheme::Hmac | Scheme::Cmac | Scheme::Unsupported => false,
        }
    }

    /// Whether keys of the type can be convergent.
    pub const fn converges(self) -> bool {
        matches!(self.profile().scheme, Scheme::Transit(_))
    }

    pub(crate) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|t| t.profile().number == number)
    }

    /// Whether a version of another type may come after one of this: of the same family, or of the default
    /// type, which makes the streams that the types of Tink only read.
    pub(crate) fn can_become(self, next: Self) -> bool {
        let (from, to) = (self.profile().family, next.profile().family);
        from == to || (from == Family::Stream && next == Self::Xaes256Gcm)
    }

    /// Whether a derived version makes something in a key of [`Kdf::HmacCounter`](crate::Kdf::HmacCounter).
    /// Types of our own derive in a way of their own, whatever the key says. Of AES-128 the products take
    /// more bytes than the key has, and of Ed25519 fewer than they need.
    pub(crate) const fn works_with_counter(self) -> bool {
        match self.profile().scheme {
            Scheme::Transit(algorithm) => algorithm.key_len() == 32,
            Scheme::Sign(_) => false,
            Scheme::Xaes | Scheme::Siv | Scheme::Hmac | Scheme::Cmac | Scheme::Unsupported => true,
        }
    }

    /// Whether the default's further subkeys, for streams and tokens, are made of the type.
    pub(crate) const fn has_streams(self) -> bool {
        matches!(self.profile().scheme, Scheme::Xaes)
    }

    /// Whether the material is what MACs, of a length that is chosen when the key is made.
    pub(crate) const fn is_hmac(self) -> bool {
        matches!(self.profile().family, Family::Hmac)
    }

    /// Whether macs of the type are CMACs under its material.
    pub(crate) const fn has_cmac(self) -> bool {
        matches!(self.profile().scheme, Scheme::Cmac)
    }

    /// Whether what keys of the type make can start with a template: macs never do.
    pub(crate) const fn has_template(self) -> bool {
        !matches!(self.profile().family, Family::Hmac | Family::Cmac)
    }

    /// Whether versions of the type have an HMAC key of their own.
    pub(crate) const fn has_hmac_key(self) -> bool {
        !matches!(self.profile().family, Family::Hmac | Family::Cmac)
    }

    /// Whether a version can be a public key alone.
    pub(crate) const fn has_public_key(self) -> bool {
        matches!(self.profile().family, Family::Ed25519 | Family::Ecdsa | Family::Rsa | Family::MlDsa)
    }

    /// Whether a document may hold a public key of this length.
    pub(crate) const fn keeps_public_len(self, len: usize) -> bool {
        match self.signature() {
            Some(algorithm) if algorithm.is_checked_when_read() => algorithm.is_public_len(len),
            _ => self.has_public_key(),
        }
    }

    /// Fresh material, straight from the operating system. `size` is for `hmac` only.
    pub(crate) fn generate(self, size: usize) -> Result<SecretBytes, Error> {
        let profile = self.profile();
        if !self.is_supported() {
            return Err(Error::TypeNotSupported { key_type: profile.name });
        }
        let random = |len| {
            let mut bytes = SecretBytes::zeroed(len);
            strongroom_entropy::fill(bytes.expose_mut()).map(|()| bytes)
        };
        match profile.scheme {
            Scheme::Sign(algorithm) => {
                scrubbed::<DEEP, _>(|| algorithm.generate()).map(taken).map_err(unsigned)
            }
            Scheme::Hmac => Ok(random(size)?),
            _ => Ok(random(*profile.material.end())?),
        }
    }

    /// Raw material from outside, brought into the form that a version keeps.
    pub(crate) fn import(self, raw: &SecretBytes) -> Result<SecretBytes, Error> {
        let profile = self.profile();
        if !self.is_supported() {
            return Err(Error::TypeNotSupported { key_type: profile.name });
        }
        let bytes = raw.expose();
        let refuse = |reason| Err(Error::InvalidMaterial { reason });
        if bytes.is_empty() || bytes.iter().all(|b| Some(b) == bytes.first()) {
            return refuse("it is empty or one byte repeated");
        }
        let material = match profile.scheme {
            Scheme::Sign(algorithm) => taken(scrubbed::<DEEP, _>(|| algorithm.complete(bytes))),
            _ => SecretBytes::copy_of(bytes),
        };
        match scrubbed::<DEEP, _>(|| self.check_whole(material.expose())) {
            Ok(()) => Ok(material),
            Err(reason) => refuse(reason),
        }
    }

    /// Whether material is a key of the type, whoever made it.
    pub(crate) fn check_whole(self, material: &[u8]) -> Result<(), &'static str> {
        self.check(material)?;
        let Some(algorithm) = self.signature() else { return Ok(()) };
        let whole = algorithm.key_of_material(material).and_then(|key| match algorithm.kept() {
            // Numbers that fit together need not be prime; with those that are not, no signature comes about.
            Kept::Primes => key.sign(&How::USUAL, &[]).map(drop).map_err(|_| Rejected),
            Kept::Bytes | Kept::Scalar => Ok(()),
        });
        whole.map_err(|Rejected| algorithm.not_one_key())
    }

    /// Whether a document may hold this material. Of types that came into use after the first release it may
    /// be anything of the length: documents with them were written before anything looked.
    pub(crate) fn check(self, material: &[u8]) -> Result<(), &'static str> {
        let profile = self.profile();
        if !profile.material.contains(&material.len()) {
            return Err("it has the wrong length for its type");
        }
        match profile.scheme {
            Scheme::Siv if constant_time_eq(&material[..32], &material[32..]) => Err("its halves are equal"),
            Scheme::Sign(algorithm) if algorithm.is_checked_when_read() => {
                algorithm.key_of_material(material).map(drop).map_err(|Rejected| algorithm.not_one_key())
            }
            _ => Ok(()),
        }
    }
}

/// Why there is no signature, or no new key, to whoever asked for one. A version whose material is no key is
/// one that there is not: documents may hold it ([`SignAlgorithm::is_checked_when_read`]).
pub(crate) fn unsigned(why: Unsigned) -> Error {
    match why {
        Unsigned::NoRandomness(error) => error.into(),
        Unsigned::Rejected => Error::NoSuchVersion,
    }
}

/// Takes over what an algorithm made.
fn taken(mut made: Zeroizing<Vec<u8>>) -> SecretBytes {
    SecretBytes::new(std::mem::take(&mut *made))
}
