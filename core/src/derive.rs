//! From the material of a version, and a context if the key is derived, to a subkey (`docs/formats.md`,
//! section 3).

use crate::Error;
use crate::alg::aead::{AeadAlgorithm, AeadKey};
use crate::alg::hash::HashAlgorithm;
use crate::alg::kdf::{HkdfSha256, counter_hmac_sha256};
use crate::alg::mac::HmacKey;
use crate::alg::sign::SignAlgorithm;
use crate::alg::siv::SivKey;
use crate::committing::{CommittingSource, expand_bound};
use crate::context::Context;
use crate::error::invalid;
use crate::material::{KeyType, Scheme};
use crate::secret::{SecretArray, SecretBytes};
use crate::stack::{DEEP, SHALLOW, scrubbed};
use crate::subkey::{AeadSubkey, Subkey, convergent_nonces};
use crate::version::Version;
use std::sync::Arc;
use zeroize::Zeroizing;

/// How the Transit types derive subkeys. Types of our own have one way, which is neither.
///
/// ```
/// use strongroom::{Import, Kdf, KeySpec, KeyType, Keyring};
/// # let material: Vec<u8> = (0..32).collect();
/// let spec = KeySpec::new(KeyType::Aes256Gcm96).derived(true);
/// let key = Keyring::in_memory().import_key("old", Import::raw(material).kdf(Kdf::HmacCounter), spec)?;
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kdf {
    /// One block of HMAC-SHA256 in counter mode: Transit's KDF 0, for keys that came from there.
    HmacCounter,
    /// HKDF-SHA256: Transit's KDF 1.
    #[default]
    HkdfSha256,
}

/// How a convergent version makes its nonces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConvergentRule {
    /// The caller's nonce, which is refused everywhere: such versions are kept and never used.
    One,
    /// HMAC under the context: whoever knows the context can test guesses at a plaintext. Kept to read old
    /// ciphertexts.
    Two,
    /// HMAC under a key from HKDF.
    Three,
}

/// What of a version's options decides how its subkeys are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) kdf: Kdf,
    pub(crate) convergent: Option<ConvergentRule>,
}

/// What the subkeys of one version are made from: the extracted half of HKDF, so that a new context costs an
/// expansion only.
pub(crate) enum Source {
    Xaes(CommittingSource),
    Siv(HkdfSha256),
    Hkdf { algorithm: AeadAlgorithm, source: HkdfSha256, convergent: Option<ConvergentRule> },
    Counter { algorithm: AeadAlgorithm, material: Box<SecretBytes>, convergent: Option<ConvergentRule> },
    Signing { algorithm: SignAlgorithm, source: HkdfSha256 },
}

const XAES_LABEL: &str = "strongroom.xaes256-gcm.v1";
const SIV_LABEL: &[u8] = b"strongroom.aes256-siv.v1";
const STREAM_LABEL: &[u8] = b"strongroom.stream.v1";
const INDEX_LABEL: &[u8] = b"strongroom.index.v1";
const TOKEN_LABEL: &str = "strongroom.token.v1";
/// RFC 5869 section 2.2: without a salt, as many zero bytes as the hash is long.
const NO_SALT: &[u8] = &[];

/// The input key of streams under a version, of which every stream makes a key of its own
/// (`docs/formats.md`, section 16).
pub(crate) fn stream_key(
    material: &[u8],
    version: Version,
    context: Option<&Context>,
) -> Result<SecretArray<32>, Error> {
    scrubbed::<SHALLOW, _>(|| {
        let (kind, bytes) = context.map_or((0, &[][..]), |c| (c.kind(), c.encoded()));
        let (source, mut key) = (HkdfSha256::extract(STREAM_LABEL, material), SecretArray::zeroed());
        expand_bound(&source, version.get(), kind, &[bytes], key.expose_mut())?;
        Ok(key)
    })
}

/// For what the key of a column of blind indexes is made: `"index" ‖ u16be bits ‖ u8 form ‖ u8 n ‖ u8 len`,
/// and the name of the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Purpose<'a> {
    pub(crate) head: [u8; 10],
    pub(crate) name: &'a str,
}

/// The key of a column of blind indexes (`docs/formats.md`, section 17).
#[cold]
pub(crate) fn column_key(
    secret: &[u8],
    version: Version,
    context: Option<&Context>,
    purpose: &Purpose<'_>,
) -> Result<Arc<HmacKey>, Error> {
    scrubbed::<SHALLOW, _>(|| {
        let (kind, bytes) = context.map_or((0, &[][..]), |c| (c.kind(), c.encoded()));
        let mut okm = Zeroizing::new([0; 32]);
        let source = HkdfSha256::extract(INDEX_LABEL, secret);
        expand_bound(&source, version.get(), kind, &[bytes], &mut *okm)?;
        let source = HkdfSha256::given(&*okm);
        let Purpose { head, name } = purpose;
        source.expand(&[head, name.as_bytes()], &mut *okm).map_err(|_| Error::NoSuchVersion)?;
        Ok(Arc::new(HmacKey::new(HashAlgorithm::Sha256, &*okm)))
    })
}

/// What seals and opens tokens is made from (`docs/formats.md`, section 18).
pub(crate) fn token_source(material: &[u8]) -> Source {
    Source::Xaes(CommittingSource::new(TOKEN_LABEL, material))
}

impl Source {
    pub(crate) fn new(key_type: KeyType, material: &[u8], rules: Rules) -> Result<Self, Error> {
        let hkdf = || HkdfSha256::extract(NO_SALT, material);
        Ok(match (key_type.profile().scheme, rules.kdf) {
            (Scheme::Xaes, _) => Self::Xaes(CommittingSource::new(XAES_LABEL, material)),
            (Scheme::Siv, _) => Self::Siv(HkdfSha256::extract(SIV_LABEL, material)),
            (Scheme::Transit(algorithm), Kdf::HkdfSha256) => {
                Self::Hkdf { algorithm, source: hkdf(), convergent: rules.convergent }
            }
            (Scheme::Transit(algorithm), Kdf::HmacCounter) => Self::Counter {
                algorithm,
                material: Box::new(SecretBytes::copy_of(material)),
                convergent: rules.convergent,
            },
            (Scheme::Sign(algorithm), Kdf::HkdfSha256) if algorithm.seed_len().is_some() => {
                Self::Signing { algorithm, source: hkdf() }
            }
            // For Ed25519, KDF 0 gives 32 bytes where Go wants 64, so no server ever signed with such a key
            // (and one shows an all-zero public key for it).
            (Scheme::Sign(_) | Scheme::Hmac | Scheme::Cmac | Scheme::Unsupported, _) => {
                return Err(Error::TypeNotSupported { key_type: key_type.name() });
            }
        })
    }

    /// The subkey of a context, with nothing of it left on the stack. Signing keys are made by deeper calls,
    /// which take longer by far.
    pub(crate) fn scrubbed_subkey(&self, version: Version, context: &Context) -> Result<Subkey, Error> {
        let make = || self.subkey(version, Some(context));
        if matches!(self, Self::Signing { .. }) {
            scrubbed::<DEEP, _>(make)
        } else {
            scrubbed::<SHALLOW, _>(make)
        }
    }

    /// The subkey without a context.
    pub(crate) fn plain(&self, version: Version) -> Result<Subkey, Error> {
        self.subkey(version, None)
    }

    fn subkey(&self, version: Version, context: Option<&Context>) -> Result<Subkey, Error> {
        let (kind, bytes) = context.map_or((0, &[][..]), |c| (c.kind(), c.encoded()));
        // In a frame that is scrubbed, and wiped where it is.
        let mut okm = Zeroizing::new([0; 64]);
        match self {
            Self::Xaes(source) => {
                source.key(version.get(), kind, &[bytes]).map(|key| Subkey::Committing(Arc::new(key)))
            }
            Self::Siv(source) => {
                expand_bound(source, version.get(), kind, &[bytes], &mut *okm)?;
                Ok(Subkey::Siv(Arc::new(SivKey::new(&okm))))
            }
            Self::Hkdf { algorithm, source, convergent } => {
                let len = algorithm.key_len();
                // Only rule 3 reads on, and the first bytes do not depend on how many are asked for (RFC 5869
                // section 2.3).
                let needed = len + if *convergent == Some(ConvergentRule::Three) { 32 } else { 0 };
                let okm = okm.get_mut(..needed).ok_or_else(|| Error::DecryptFailed)?;
                source.expand(&[bytes], okm).map_err(|_| Error::DecryptFailed)?;
                let (key, rest) = okm.split_at_checked(len).ok_or_else(|| Error::DecryptFailed)?;
                let convergent = match convergent {
                    None => None,
                    Some(ConvergentRule::Three) => Some(convergent_nonces(rest)),
                    Some(ConvergentRule::Two) => Some(convergent_nonces(bytes)),
                    Some(ConvergentRule::One) => return Err(UNUSABLE_RULE),
                };
                aead(*algorithm, key, convergent)
            }
            Self::Counter { algorithm, material, convergent } => {
                let okm = counter_hmac_sha256(material.expose(), bytes);
                let key = okm.get(..algorithm.key_len()).ok_or_else(|| Error::DecryptFailed)?;
                let convergent = match convergent {
                    None => None,
                    Some(ConvergentRule::Two) => Some(convergent_nonces(bytes)),
                    // Rule 3 needs more bytes than KDF 0 gives.
                    Some(ConvergentRule::One | ConvergentRule::Three) => return Err(UNUSABLE_RULE),
                };
                aead(*algorithm, key, convergent)
            }
            Self::Signing { algorithm, source } => {
                let len = algorithm.seed_len().ok_or_else(|| Error::DecryptFailed)?;
                let seed = okm.get_mut(..len).ok_or_else(|| Error::DecryptFailed)?;
                source.expand(&[bytes], seed).map_err(|_| Error::DecryptFailed)?;
                let key = algorithm.key_of_seed(seed).map_err(|_| Error::NoSuchVersion)?;
                Subkey::signing(*algorithm, key)
            }
        }
    }
}

const UNUSABLE_RULE: Error = Error::InvalidOption { reason: invalid::RULE_IS_UNUSABLE };

/// The subkey of a key that is not derived.
pub(crate) fn plain(key_type: KeyType, material: &[u8], version: Version) -> Result<Subkey, Error> {
    let wrong = Error::TypeNotSupported { key_type: key_type.name() };
    match key_type.profile().scheme {
        // Types of our own always derive, so that the version and the absence of a context are bound as well.
        Scheme::Xaes | Scheme::Siv => {
            Source::new(key_type, material, Rules { kdf: Kdf::HkdfSha256, convergent: None })?.plain(version)
        }
        Scheme::Transit(algorithm) => aead(algorithm, material, None),
        Scheme::Sign(algorithm) => {
            // A document may hold what is no key.
            Subkey::signing(algorithm, algorithm.key_of_material(material).map_err(|_| Error::NoSuchVersion)?)
        }
        Scheme::Hmac | Scheme::Cmac | Scheme::Unsupported => Err(wrong),
    }
}

fn aead(algorithm: AeadAlgorithm, key: &[u8], convergent: Option<HmacKey>) -> Result<Subkey, Error> {
    let key = AeadKey::new(algorithm, key).map_err(|_| Error::DecryptFailed)?;
    Ok(Subkey::Aead(Arc::new(AeadSubkey { algorithm, key, convergent: convergent.map(Box::new) })))
}
