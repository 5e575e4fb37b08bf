//! `EncryptedPrivateKeyInfo` (RFC 5958 section 3) by PBES2 (RFC 8018 appendix A.4).

use super::{pkcs8, refuse};
use crate::Error;
use crate::alg::hash::HashAlgorithm;
use crate::alg::pbes2::{self, Kdf};
use crate::alg::sign::SignAlgorithm;
use crate::secret::SecretBytes;
use crate::stack::{DEEP, scrubbed};
use crate::wire::Malformed;
use crate::wire::der::{Elements, INTEGER, NULL, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE};

/// 1.2.840.113549.1.5.13.
const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13];
/// 1.2.840.113549.1.5.12.
const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12];
/// 1.3.6.1.4.1.11591.4.11 (RFC 7914 section 7).
const SCRYPT: &[u8] = &[0x2b, 6, 1, 4, 1, 0xda, 0x47, 4, 11];
/// 1.2.840.113549.2.x: the HMACs (RFC 8018 appendix B.1.1 and B.1.2).
const HMAC: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2];
/// 2.16.840.1.101.3.4.1.x: AES in CBC (RFC 8018 appendix B.2.5).
const AES: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1];

/// About ten seconds. OpenSSL writes 2,048; OWASP says 600,000.
const MAX_ITERATIONS: u32 = 10_000_000;
/// 128 · r · (N + p) bytes: 256 MiB. OpenSSL writes 16.
const MAX_MEMORY: usize = 256 << 20;
/// 128 · N · r · p bytes that are passed through: 2 GiB.
const MAX_WORK: usize = 2 << 30;
const MAX_SALT: usize = 1024;

const UNKNOWN: &str = "it is encrypted in a way that is not read; write it anew: openssl pkcs8 -topk8 -v2 \
    aes-256-cbc";
const TOO_MUCH: &str = "it takes more than 10000000 iterations, 256 MiB or 2 GiB of work to decrypt; write \
    it anew with less";
/// The one failure of a wrong passphrase and of damage, which cannot be told apart.
const WRONG: &str = "its passphrase is another, or it is damaged";

/// What a document is encrypted with.
struct Scheme<'a> {
    kdf: Kdf,
    salt: &'a [u8],
    key_len: usize,
    iv: &'a [u8; 16],
}

/// Why it is not decrypted.
enum Not {
    Malformed,
    Unknown,
    TooMuch,
}

impl From<Malformed> for Not {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

pub(super) fn read(
    algorithm: SignAlgorithm,
    der: &[u8],
    passphrase: &SecretBytes,
) -> Result<SecretBytes, Error> {
    let (Scheme { kdf, salt, key_len, iv }, ciphertext) = match parts(der) {
        Ok(parts) => parts,
        Err(Not::Malformed) => return refuse(WRONG),
        Err(Not::Unknown) => return refuse(UNKNOWN),
        Err(Not::TooMuch) => return refuse(TOO_MUCH),
    };
    let opened =
        scrubbed::<DEEP, _>(|| pbes2::decrypt(kdf, passphrase.expose(), salt, key_len, iv, ciphertext));
    match opened {
        // One of 256 wrong keys gives a padding that could be one.
        Ok(der) if pkcs8::is_pkcs8(&der) => pkcs8::read(algorithm, &der),
        _ => refuse(WRONG),
    }
}

/// `EncryptedPrivateKeyInfo ::= SEQUENCE { SEQUENCE { PBES2, SEQUENCE { kdf, cipher } }, OCTET STRING }`.
fn parts(der: &[u8]) -> Result<(Scheme<'_>, &[u8]), Not> {
    let mut document = Elements::of(der);
    let mut info = Elements::of(document.next(SEQUENCE)?);
    document.end()?;
    let mut identifier = Elements::of(info.next(SEQUENCE)?);
    let ciphertext = info.next(OCTET_STRING)?;
    info.end()?;
    if identifier.next(OBJECT_IDENTIFIER)? != PBES2 {
        return Err(Not::Unknown);
    }
    let mut parameters = Elements::of(identifier.next(SEQUENCE)?);
    identifier.end()?;
    let (kdf, cipher) = (parameters.next(SEQUENCE)?, parameters.next(SEQUENCE)?);
    parameters.end()?;
    let (key_len, iv) = cipher_of(cipher)?;
    let (kdf, salt) = kdf_of(kdf, key_len)?;
    Ok((Scheme { kdf, salt, key_len, iv }, ciphertext))
}

fn cipher_of(cipher: &[u8]) -> Result<(usize, &[u8; 16]), Not> {
    let mut cipher = Elements::of(cipher);
    let key_len = match cipher.next(OBJECT_IDENTIFIER)?.strip_prefix(AES) {
        Some([2]) => 16,
        Some([22]) => 24,
        Some([42]) => 32,
        _ => return Err(Not::Unknown),
    };
    let iv = cipher.next(OCTET_STRING)?;
    cipher.end()?;
    Ok((key_len, iv.try_into().map_err(|_| Malformed)?))
}

fn kdf_of(kdf: &[u8], key_len: usize) -> Result<(Kdf, &[u8]), Not> {
    let mut kdf = Elements::of(kdf);
    let name = kdf.next(OBJECT_IDENTIFIER)?;
    let mut parameters = Elements::of(kdf.next(SEQUENCE)?);
    kdf.end()?;
    let salt = parameters.next(OCTET_STRING)?;
    if salt.len() > MAX_SALT {
        return Err(Not::TooMuch);
    }
    let kdf = match name {
        PBKDF2 => {
            let iterations = number(&mut parameters)?.ok_or(Not::TooMuch)?;
            check_len(&mut parameters, key_len)?;
            let hash = prf(parameters.optional(SEQUENCE)?)?;
            if iterations > MAX_ITERATIONS {
                return Err(Not::TooMuch);
            }
            Kdf::Pbkdf2 { hash, iterations }
        }
        SCRYPT => {
            let mut next = || number(&mut parameters)?.map(|n| n as usize).ok_or(Not::TooMuch);
            let (n, r, p) = (next()?, next()?, next()?);
            check_len(&mut parameters, key_len)?;
            if n < 2 || !n.is_power_of_two() {
                return Err(Not::Malformed);
            }
            let block = r.checked_mul(128).ok_or(Not::TooMuch)?;
            // The table, the lanes, and the block beside the one that it is mixed into.
            let entries = n.checked_add(p).and_then(|entries| entries.checked_add(2)).ok_or(Not::TooMuch)?;
            let memory = entries.checked_mul(block).ok_or(Not::TooMuch)?;
            let work = block.checked_mul(n).and_then(|pass| pass.checked_mul(p)).ok_or(Not::TooMuch)?;
            if memory > MAX_MEMORY || work > MAX_WORK {
                return Err(Not::TooMuch);
            }
            Kdf::Scrypt { log_n: n.trailing_zeros(), r, p }
        }
        _ => return Err(Not::Unknown),
    };
    parameters.end()?;
    Ok((kdf, salt))
}

/// The length of the key, which may stand there and must then be that of the cipher.
fn check_len(parameters: &mut Elements<'_>, key_len: usize) -> Result<(), Not> {
    if !parameters.is_next(INTEGER) || number(parameters)? == u32::try_from(key_len).ok() {
        Ok(())
    } else {
        Err(Not::Malformed)
    }
}

/// The HMAC, which is that with SHA-1 if none is named.
fn prf(identifier: Option<&[u8]>) -> Result<HashAlgorithm, Not> {
    let Some(identifier) = identifier else { return Ok(HashAlgorithm::Sha1) };
    let mut identifier = Elements::of(identifier);
    let name = identifier.next(OBJECT_IDENTIFIER)?;
    if !identifier.optional(NULL)?.unwrap_or_default().is_empty() {
        return Err(Not::Malformed);
    }
    identifier.end()?;
    match name.strip_prefix(HMAC) {
        Some([7]) => Ok(HashAlgorithm::Sha1),
        Some([8]) => Ok(HashAlgorithm::Sha224),
        Some([9]) => Ok(HashAlgorithm::Sha256),
        Some([10]) => Ok(HashAlgorithm::Sha384),
        Some([11]) => Ok(HashAlgorithm::Sha512),
        _ => Err(Not::Unknown),
    }
}

/// A number of at least 1 in its shortest form; `None` is one that is larger than what is read.
fn number(elements: &mut Elements<'_>) -> Result<Option<u32>, Malformed> {
    let bytes = match elements.next(INTEGER)? {
        [] | [0x80..=0xff, ..] | [0] | [0, 0..=0x7f, ..] => return Err(Malformed),
        [0, bytes @ ..] | bytes => bytes,
    };
    if bytes.len() > 4 {
        return Ok(None);
    }
    Ok(Some(bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))))
}
