//! Bare algorithms over bytes: for running other people's test vectors, never for applications.
//!
//! Everything that the rest of the crate takes out of a caller's hands is in them here. A nonce can be
//! repeated, which gives away plaintexts and, for AES-GCM, the means to forge; a key is whatever bytes are
//! passed in and is not wiped afterwards; there are no versions, so nothing can be rotated. Nothing here is
//! covered by semantic versioning.

use std::fmt;

use crate::alg;
use crate::alg::aead::{AeadAlgorithm, AeadKey, Opening, TAG_LEN};
use crate::alg::chunked::{CHUNK, ChunkKey, SALT_LEN, SEALED_CHUNK};
use crate::alg::kdf::HkdfSha256;
use crate::alg::mac::HmacKey;
use crate::alg::pbes2::{Kdf, decrypt};
use crate::alg::sign::ed25519::{MULTIPLICATIONS, PrivateKey, PublicKey};
use crate::alg::sign::{How, Layout};
use crate::alg::siv::{SIV_LEN, Siv128Key, SivKey};
use crate::alg::xaes::XaesKey;
use crate::wire::api_key::write;
use crate::wire::prefix::is_name;
use crate::{HashAlgorithm, KeyType};

/// The one failure: a wrong key, tag, signature, length or parameter. Which one is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rejected;

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rejected")
    }
}

impl std::error::Error for Rejected {}

impl From<alg::Rejected> for Rejected {
    fn from(alg::Rejected: alg::Rejected) -> Self {
        Self
    }
}

/// AES key wrap with padding (RFC 5649) under AES-256, of what is wrapped for a public key.
///
/// ```
/// use strongroom::hazmat::{key_unwrap, key_wrap};
/// let wrapped = key_wrap(&[1; 32], &[2; 20]).unwrap();
/// assert_eq!(key_unwrap(&[1; 32], &wrapped).unwrap(), [2; 20]);
/// ```
///
/// # Errors
/// [`Rejected`] for fewer than 16 or more than 8,192 bytes.
#[cfg(feature = "aws-lc")]
pub fn key_wrap(key: &[u8; 32], payload: &[u8]) -> Result<Vec<u8>, Rejected> {
    Ok(alg::wrapping::kwp::wrap(key, payload)?)
}

/// Takes off what [`key_wrap`] put on.
///
/// ```
/// # use strongroom::hazmat::{Rejected, key_unwrap};
/// assert_eq!(key_unwrap(&[1; 32], &[0; 32]), Err(Rejected));
/// ```
///
/// # Errors
/// [`Rejected`] when it was not put on with this key, or is of another length.
#[cfg(feature = "aws-lc")]
pub fn key_unwrap(key: &[u8; 32], wrapped: &[u8]) -> Result<Vec<u8>, Rejected> {
    Ok(alg::wrapping::kwp::unwrap(key, wrapped)?.to_vec())
}

/// Unwraps what was wrapped for a public key, with its `RSAPrivateKey`, as [`Import::wrapped`] does.
///
/// ```
/// use strongroom::{HashAlgorithm, hazmat};
/// assert!(hazmat::unwrap(b"no key", HashAlgorithm::Sha256, &[0; 300]).is_err());
/// ```
///
/// # Errors
/// [`Rejected`], whatever is wrong with it.
///
/// [`Import::wrapped`]: crate::Import::wrapped
#[cfg(feature = "aws-lc")]
pub fn unwrap(private: &[u8], hash: HashAlgorithm, blob: &[u8]) -> Result<Vec<u8>, Rejected> {
    alg::wrapping::unwrap(private, hash, blob).map(|payload| payload.to_vec()).map_err(|_| Rejected)
}

/// Decrypts by PBES2 (RFC 8018 section 6.2.2) with PBKDF2 and AES in CBC, whose key has `key_len` bytes.
///
/// ```
/// # use strongroom::{HashAlgorithm, hazmat::{Rejected, pbes2_decrypt}};
/// let short = pbes2_decrypt(HashAlgorithm::Sha256, 1000, b"passphrase", &[1; 16], 32, &[2; 16], &[3; 15]);
/// assert_eq!(short, Err(Rejected));
/// ```
///
/// # Errors
/// [`Rejected`] for parameters that are not taken, a wrong password, and a ciphertext that is none.
pub fn pbes2_decrypt(
    hash: HashAlgorithm,
    iterations: u32,
    password: &[u8],
    salt: &[u8],
    key_len: usize,
    iv: &[u8; 16],
    ciphertext: &[u8],
) -> Result<Vec<u8>, Rejected> {
    let kdf = Kdf::Pbkdf2 { hash, iterations };
    Ok(decrypt(kdf, password, salt, key_len, iv, ciphertext)?.to_vec())
}

/// An AEAD cipher that takes a nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Aead {
    /// NIST SP 800-38D with a 16-byte key and a 12-byte nonce.
    Aes128Gcm,
    /// NIST SP 800-38D with a 32-byte key and a 12-byte nonce.
    Aes256Gcm,
    /// RFC 8439: a 32-byte key and a 12-byte nonce.
    ChaCha20Poly1305,
    /// draft-irtf-cfrg-xchacha-03: a 32-byte key and a 24-byte nonce.
    XChaCha20Poly1305,
    /// c2sp.org/XAES-256-GCM: a 32-byte key and a 24-byte nonce.
    Xaes256Gcm,
}

/// A prepared key of any [`Aead`].
enum Prepared {
    Plain(AeadKey),
    Xaes(XaesKey),
}

impl Prepared {
    fn new(aead: Aead, key: &[u8]) -> Result<Self, Rejected> {
        let algorithm = match aead {
            Aead::Aes128Gcm => AeadAlgorithm::Aes128Gcm,
            Aead::Aes256Gcm => AeadAlgorithm::Aes256Gcm,
            Aead::ChaCha20Poly1305 => AeadAlgorithm::ChaCha20Poly1305,
            Aead::XChaCha20Poly1305 => AeadAlgorithm::XChaCha20Poly1305,
            Aead::Xaes256Gcm => return Ok(Self::Xaes(XaesKey::new(array(key)?))),
        };
        Ok(Self::Plain(AeadKey::new(algorithm, key)?))
    }
}

/// Encrypts: `ciphertext ‖ tag(16)`.
///
/// ```
/// use strongroom::hazmat::{Aead, open, seal};
/// let sealed = seal(Aead::Aes256Gcm, &[1; 32], &[2; 12], b"aad", b"message").unwrap();
/// assert_eq!(open(Aead::Aes256Gcm, &[1; 32], &[2; 12], b"aad", &sealed).unwrap(), b"message");
/// ```
///
/// # Errors
/// [`Rejected`] when the key or the nonce has another length than the cipher's, or the message is too long
/// for it.
pub fn seal(aead: Aead, key: &[u8], nonce: &[u8], aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, Rejected> {
    let mut out = vec![0; plaintext.len()];
    let tag = match Prepared::new(aead, key)? {
        Prepared::Plain(key) => key.seal(nonce, aad, plaintext, &mut out)?,
        Prepared::Xaes(key) => key.seal(array(nonce)?, aad, plaintext, &mut out)?,
    };
    out.extend_from_slice(&tag);
    Ok(out)
}

/// Checks and decrypts `ciphertext ‖ tag(16)`.
///
/// ```
/// use strongroom::hazmat::{Aead, Rejected, open};
/// assert_eq!(open(Aead::Xaes256Gcm, &[1; 32], &[2; 24], b"", &[0; 16]), Err(Rejected));
/// ```
///
/// # Errors
/// [`Rejected`] as for [`seal`], and when the ciphertext was not made from this key, nonce and associated
/// data.
pub fn open(
    aead: Aead,
    key: &[u8],
    nonce: &[u8],
    aad: &[u8],
    ciphertext: &[u8],
) -> Result<Vec<u8>, Rejected> {
    let (ciphertext, tag) = ciphertext.split_last_chunk::<TAG_LEN>().ok_or(Rejected)?;
    let mut out = vec![0; ciphertext.len()];
    match Prepared::new(aead, key)? {
        Prepared::Plain(key) => key.open(nonce, aad, Opening::Into(ciphertext, &mut out), tag)?,
        Prepared::Xaes(key) => key.open(array(nonce)?, aad, Opening::Into(ciphertext, &mut out), tag)?,
    }
    Ok(out)
}

/// Encrypts with AES-SIV (RFC 5297): `siv(16) ‖ ciphertext`. A 64-byte key selects AES-256-SIV, a 32-byte key
/// the AES-128-SIV of the RFC's examples, which the rest of this crate does not offer.
///
/// ```
/// use strongroom::hazmat;
/// let sealed = hazmat::siv_seal(&[1; 64], &[b"aad"], b"message").unwrap();
/// assert_eq!(sealed.len(), 16 + 7);
/// ```
///
/// # Errors
/// [`Rejected`] for a key of another length and for more than 126 strings of associated data.
pub fn siv_seal(key: &[u8], associated: &[&[u8]], plaintext: &[u8]) -> Result<Vec<u8>, Rejected> {
    let mut out = vec![0; SIV_LEN + plaintext.len()];
    let (siv, ciphertext) = out.split_at_mut(SIV_LEN);
    siv.copy_from_slice(&match key.len() {
        64 => SivKey::new(array(key)?).seal(associated, plaintext, ciphertext)?,
        _ => Siv128Key::new(array(key)?).seal(associated, plaintext, ciphertext)?,
    });
    Ok(out)
}

/// Decrypts and checks `siv(16) ‖ ciphertext`.
///
/// ```
/// use strongroom::hazmat;
/// let sealed = hazmat::siv_seal(&[1; 64], &[b"aad"], b"message").unwrap();
/// assert_eq!(hazmat::siv_open(&[1; 64], &[b"aad"], &sealed).unwrap(), b"message");
/// ```
///
/// # Errors
/// [`Rejected`] as for [`siv_seal`], and when the ciphertext was not made from this key and associated data.
pub fn siv_open(key: &[u8], associated: &[&[u8]], ciphertext: &[u8]) -> Result<Vec<u8>, Rejected> {
    let (siv, ciphertext) = ciphertext.split_first_chunk::<SIV_LEN>().ok_or(Rejected)?;
    let mut out = vec![0; ciphertext.len()];
    match key.len() {
        64 => SivKey::new(array(key)?).open(associated, Opening::Into(ciphertext, &mut out), siv)?,
        _ => Siv128Key::new(array(key)?).open(associated, Opening::Into(ciphertext, &mut out), siv)?,
    }
    Ok(out)
}

/// Encrypts with c2sp.org/chunked-encryption (AES-256-GCM, SHA-512): `salt(24) ‖ commitment(32) ‖ chunks`.
///
/// ```
/// use strongroom::hazmat::{chunked_open, chunked_seal};
/// let sealed = chunked_seal(&[1; 32], b"context", &[2; 24], b"message").unwrap();
/// assert_eq!(chunked_open(&[1; 32], b"context", &sealed), (b"message".to_vec(), Ok(())));
/// ```
///
/// # Errors
/// [`Rejected`] for a key of another length than 32 bytes.
pub fn chunked_seal(
    input_key: &[u8],
    context: &[u8],
    salt: &[u8; SALT_LEN],
    plaintext: &[u8],
) -> Result<Vec<u8>, Rejected> {
    let key = ChunkKey::new(input_key, salt, &[context])?;
    let mut out = [&salt[..], key.commitment()].concat();
    for (number, start) in (0..).zip((0..=plaintext.len()).step_by(CHUNK)) {
        let chunk = &plaintext[start..plaintext.len().min(start + CHUNK)];
        let from = out.len();
        out.resize(from + chunk.len() + TAG_LEN, 0);
        key.seal(number, chunk, &mut out[from..])?;
    }
    Ok(out)
}

/// Opens what [`chunked_seal`] makes: what a reader from the front has handed out, and whether that is all.
///
/// ```
/// use strongroom::hazmat::{Rejected, chunked_open, chunked_seal};
/// let sealed = chunked_seal(&[1; 32], b"", &[2; 24], &[3; 20_000]).unwrap();
/// assert_eq!(chunked_open(&[1; 32], b"", &sealed[..20_000]), (vec![3; 16_384], Err(Rejected)));
/// ```
pub fn chunked_open(input_key: &[u8], context: &[u8], message: &[u8]) -> (Vec<u8>, Result<(), Rejected>) {
    let mut out = Vec::new();
    let opened = chunks(input_key, context, message, &mut out);
    (out, opened)
}

fn chunks(input_key: &[u8], context: &[u8], message: &[u8], out: &mut Vec<u8>) -> Result<(), Rejected> {
    let (salt, rest) = message.split_first_chunk().ok_or(Rejected)?;
    let (commitment, rest) = rest.split_first_chunk().ok_or(Rejected)?;
    let key = ChunkKey::new(input_key, salt, &[context])?;
    key.is_committed_to(commitment)?;
    for (number, start) in (0..).zip((0..=rest.len()).step_by(SEALED_CHUNK)) {
        let mut chunk = rest[start..rest.len().min(start + SEALED_CHUNK)].to_vec();
        let len = key.open(number, &mut chunk)?;
        out.extend_from_slice(&chunk[..len]);
    }
    Ok(())
}

/// HMAC (RFC 2104) in full length. The key may have any length.
///
/// ```
/// use strongroom::{HashAlgorithm, hazmat};
/// assert_eq!(hazmat::hmac(HashAlgorithm::Sha512, b"key", b"message").len(), 64);
/// ```
pub fn hmac(algorithm: HashAlgorithm, key: &[u8], message: &[u8]) -> Vec<u8> {
    HmacKey::new(algorithm, key).mac(&[message]).as_bytes().to_vec()
}

/// Verifies an HMAC in constant time.
///
/// ```
/// use strongroom::{HashAlgorithm, hazmat};
/// let tag = hazmat::hmac(HashAlgorithm::Sha256, b"key", b"message");
/// hazmat::hmac_verify(HashAlgorithm::Sha256, b"key", b"message", &tag).unwrap();
/// assert!(hazmat::hmac_verify(HashAlgorithm::Sha256, b"key", b"message", &tag[..16]).is_err());
/// ```
///
/// # Errors
/// [`Rejected`] for a wrong tag, and for one that is not of full length.
pub fn hmac_verify(algorithm: HashAlgorithm, key: &[u8], message: &[u8], tag: &[u8]) -> Result<(), Rejected> {
    Ok(HmacKey::new(algorithm, key).verify(&[message], tag)?)
}

/// HKDF-SHA256 (RFC 5869), extract and expand.
///
/// ```
/// use strongroom::hazmat;
/// assert_eq!(hazmat::hkdf_sha256(b"salt", b"material", b"info", 64).unwrap().len(), 64);
/// ```
///
/// # Errors
/// [`Rejected`] for more than 8,160 bytes.
pub fn hkdf_sha256(salt: &[u8], ikm: &[u8], info: &[u8], len: usize) -> Result<Vec<u8>, Rejected> {
    let mut out = vec![0; len];
    HkdfSha256::extract(salt, ikm).expand(&[info], &mut out)?;
    Ok(out)
}

/// Transit's KDF 0: `HMAC-SHA256(key, u32be 0 ‖ context ‖ u32be 256)`.
///
/// ```
/// use strongroom::hazmat;
/// assert_ne!(hazmat::counter_hmac_sha256(b"key", b"one"), hazmat::counter_hmac_sha256(b"key", b"two"));
/// ```
pub fn counter_hmac_sha256(key: &[u8], context: &[u8]) -> [u8; 32] {
    *alg::kdf::counter_hmac_sha256(key, context)
}

/// The public key of an Ed25519 seed (RFC 8032 section 5.1.5).
///
/// ```
/// use strongroom::hazmat;
/// assert_eq!(hazmat::ed25519_public(&[0; 32])[..2], [0x3b, 0x6a]);
/// ```
pub fn ed25519_public(seed: &[u8; 32]) -> [u8; 32] {
    PrivateKey::from_seed(seed).public()
}

/// Signs with pure Ed25519 (RFC 8032 section 5.1.6).
///
/// ```
/// use strongroom::hazmat;
/// let signature = hazmat::ed25519_sign(&[1; 32], b"message");
/// hazmat::ed25519_verify(&hazmat::ed25519_public(&[1; 32]), b"message", &signature).unwrap();
/// ```
pub fn ed25519_sign(seed: &[u8; 32], message: &[u8]) -> [u8; 64] {
    PrivateKey::from_seed(seed).sign(message)
}

/// Verifies with pure Ed25519 (RFC 8032 section 5.1.7), strictly: S below the group order, R and the public
/// key canonical and not of small order, the equation without the cofactor.
///
/// ```
/// use strongroom::hazmat;
/// let public = hazmat::ed25519_public(&[1; 32]);
/// let mut signature = hazmat::ed25519_sign(&[1; 32], b"message");
/// signature[0] ^= 1;
/// assert!(hazmat::ed25519_verify(&public, b"message", &signature).is_err());
/// ```
///
/// # Errors
/// [`Rejected`] for anything else, a signature that is not 64 bytes long included.
pub fn ed25519_verify(public: &[u8; 32], message: &[u8], signature: &[u8]) -> Result<(), Rejected> {
    Ok(PublicKey::new(public)?.verify(message, signature)?)
}

/// Signs with whatever is kept of a key of this type: a private number, a seed, or the numbers of RSA. Of a
/// message that is hashed, the hash is SHA-256; both numbers of ECDSA stand one behind the other.
///
/// ```
/// use strongroom::{KeyType, hazmat};
/// assert!(hazmat::sign(KeyType::EcdsaP256, &[1; 32], b"message").is_ok());
/// assert!(hazmat::sign(KeyType::EcdsaP256, &[0; 32], b"message").is_err());
/// ```
///
/// # Errors
/// [`Rejected`] when the type does not sign, and when that is no key of it.
pub fn sign(key_type: KeyType, material: &[u8], message: &[u8]) -> Result<Vec<u8>, Rejected> {
    let key = key_type.signature().ok_or(Rejected)?.key_of_material(material)?;
    let how = How { layout: Layout::Jws { is_lenient: false }, ..How::USUAL };
    key.sign(&how, message).map_err(|_| Rejected)
}

/// How many public keys of Ed25519 this thread has computed: what a call costs can be counted so, where it
/// cannot be timed.
///
/// ```
/// use strongroom::hazmat::{curve_multiplications, ed25519_public};
/// let before = curve_multiplications();
/// ed25519_public(&[7; 32]);
/// assert_eq!(curve_multiplications() - before, 1);
/// ```
pub fn curve_multiplications() -> u64 {
    MULTIPLICATIONS.with(std::cell::Cell::get)
}

/// The text of an API key (`docs/formats.md`, section 18), if the prefix is one. Who generates one draws the
/// number.
///
/// ```
/// use strongroom::{ApiKey, hazmat};
/// assert!(ApiKey::check(hazmat::api_key("acme", &[7; 32]).unwrap()).is_ok());
/// assert!(hazmat::api_key("a", &[7; 32]).is_err());
/// ```
///
/// # Errors
/// [`Rejected`] for a prefix that is none.
pub fn api_key(prefix: &str, number: &[u8; 32]) -> Result<String, Rejected> {
    let text = is_name(prefix).then(|| write(prefix, number)).ok_or(Rejected)?;
    String::from_utf8(text.expose().to_vec()).map_err(|_| Rejected)
}

/// 32 bytes of Argon2id, version 0x13 (RFC 9106).
///
/// ```
/// use strongroom::hazmat;
/// let key = hazmat::argon2id(64, 1, 1, b"passphrase", &[7; 16]).unwrap();
/// assert_ne!(key, hazmat::argon2id(64, 1, 1, b"Passphrase", &[7; 16]).unwrap());
/// ```
///
/// # Errors
/// [`Rejected`] for parameters outside RFC 9106 section 3.1, and when the system does not give the memory.
pub fn argon2id(
    memory_kib: u32,
    iterations: u32,
    lanes: u32,
    password: &[u8],
    salt: &[u8; 16],
) -> Result<[u8; 32], Rejected> {
    Ok(*alg::password::argon2id(memory_kib, iterations, lanes, password, salt)?)
}

fn array<const N: usize>(bytes: &[u8]) -> Result<&[u8; N], Rejected> {
    bytes.try_into().map_err(|_| Rejected)
}

/// Gives new RSA keys of this process the material of a few that are made once: for tests that make hundreds.
/// Never for applications: whoever has one of those keys has the others.
///
/// ```
/// strongroom::hazmat::few_rsa_keys();
/// ```
pub fn few_rsa_keys() {
    #[cfg(feature = "aws-lc")]
    alg::sign::few::WANTED.store(true, std::sync::atomic::Ordering::Relaxed);
}
