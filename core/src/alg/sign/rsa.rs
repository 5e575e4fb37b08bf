//! RSA (RFC 8017, FIPS 186-5): RSASSA-PSS, RSASSA-PKCS1-v1_5 and RSAES-OAEP, by AWS-LC.
//!
//! AWS-LC blinds every private operation, and checks a signature that it makes against the public key, since
//! one made with a fault in half of it gives the primes away.

use super::{
    Also, Block, How, Kept, Member, Of, RSA_PRIVATE_KEY, RsaPadding, SaltLength, Secret, Takes, Unsigned,
};
use crate::alg::Rejected;
use crate::alg::ecdh::Agreement;
use crate::alg::hash::HashAlgorithm;
use crate::error::invalid;
use sec1::der::asn1::UintRef;
use sec1::der::{self, Decode, Reader, SliceReader};
use strongroom_rsa as rsa;
use zeroize::Zeroizing;

/// What OAEP takes of a block beside the plaintext (RFC 8017 section 7.1.1): two hashes and two bytes. The
/// hash is SHA-256, as in Transit.
const OAEP_TAKES: usize = 2 * 32 + 2;
/// What PKCS#1 v1.5 takes (RFC 8017 section 9.2).
const PKCS1_TAKES: usize = 11;

/// `rsaEncryption`, whose parameters are null (RFC 8017 appendix A.1).
const RSA_ENCRYPTION: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";

/// `id-RSASSA-PSS` without parameters (RFC 4055 section 3.1), which Transit takes. With parameters a key is
/// for one hash and salt, which would be ignored.
const RSASSA_PSS: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a";

/// One size: its module, its number of bits, and what is wrong with any other.
macro_rules! size {
    ($module:ident $bits:literal $other:literal $is:literal) => {
        pub(crate) mod $module {
            use super::*;

            pub(crate) type PrivateKey = super::PrivateKey<$bits>;
            pub(crate) type PublicKey = super::PublicKey<$bits>;

            pub(in super::super) const SEED: Option<usize> = None;
            pub(in super::super) const TAKES: Takes = Takes::HASH.and(Takes::PADDING);
            /// Documents with the type were written before it was in use.
            pub(in super::super) const IS_CHECKED_WHEN_READ: bool = false;
            pub(in super::super) const KEPT: Kept = Kept::Primes;
            /// `RSAPrivateKey` as DER (RFC 8017 appendix A.1.2).
            pub(in super::super) const MATERIAL: std::ops::RangeInclusive<usize> = 1..=8192;
            pub(in super::super) const NOT_ONE_KEY: &str = $other;
            pub(in super::super) const IDENTIFIER: &[u8] = RSA_ENCRYPTION;
            pub(in super::super) const OTHER_IDENTIFIER: &str = "its algorithm is not RSA";
            pub(in super::super) const ALSO: &[Also] = &[(RSASSA_PSS, super::read_alone)];
            pub(in super::super) const ALONE: Option<&str> = Some(RSA_PRIVATE_KEY);
            /// There are several.
            pub(in super::super) const JWS_ALG: Option<&str> = None;
            pub(in super::super) const IS: &str = $is;
            /// `sha256WithRSAEncryption`, which is RSASSA-PKCS1-v1_5 (RFC 4055 section 5).
            pub(in super::super) const SIGNED: &[u8] =
                b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00";
            pub(in super::super) const AGREEMENT: Option<Agreement> = None;
            pub(in super::super) const JWS_HASH: Option<HashAlgorithm> = Some(HashAlgorithm::Sha256);

            pub(in super::super) const fn other_in_vault(_: Option<HashAlgorithm>) -> Option<&'static str> {
                None
            }

            /// `RSAPublicKey` as DER (RFC 8017 appendix A.1.1): the modulus, and an exponent of up to 33
            /// bits.
            pub(in super::super) const fn is_public_len(len: usize) -> bool {
                len > $bits / 8 && len < $bits / 8 + 20
            }

            pub(in super::super) fn check(how: &How, len: usize) -> Result<(), &'static str> {
                super::check($bits / 8, how, len)
            }

            pub(in super::super) fn generate() -> Result<Zeroizing<Vec<u8>>, Unsigned> {
                super::generate($bits)
            }

            pub(in super::super) fn complete(raw: &[u8]) -> Zeroizing<Vec<u8>> {
                Zeroizing::new(raw.to_vec())
            }

            pub(in super::super) fn of_primes(numbers: [&[u8]; 5]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                super::of_primes($bits, numbers)
            }

            pub(in super::super) fn public_of(material: &[u8]) -> Result<Vec<u8>, Rejected> {
                Ok(PrivateKey::from_material(material)?.public())
            }

            pub(in super::super) fn write_private(material: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                Ok(Zeroizing::new(material.to_vec()))
            }

            pub(in super::super) fn write_alone(material: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                Ok(Zeroizing::new(material.to_vec()))
            }

            pub(in super::super) fn jwk_secrets(material: &[u8]) -> Result<Vec<Secret>, Rejected> {
                super::jwk_secrets(material)
            }

            /// An RSA key in PKCS#8 has its public key inside.
            pub(in super::super) fn read_private(
                private: &[u8],
                public: Option<&[u8]>,
            ) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                if public.is_some() { Err(Rejected) } else { Ok(Zeroizing::new(private.to_vec())) }
            }

            pub(in super::super) fn jwk(public: &[u8]) -> Vec<(&'static str, Member<'_>)> {
                super::jwk(public)
            }
        }
    };
}

size! {
    rsa2048 2048 "it is not one whole RSA key of 2048 bits"
    "it is a key of type rsa-2048; import it as that, or give one of the type asked for"
}
size! {
    rsa3072 3072 "it is not one whole RSA key of 3072 bits"
    "it is a key of type rsa-3072; import it as that, or give one of the type asked for"
}
size! {
    rsa4096 4096 "it is not one whole RSA key of 4096 bits"
    "it is a key of type rsa-4096; import it as that, or give one of the type asked for"
}

impl super::SignAlgorithm {
    /// What is encrypted under a key, if it encrypts.
    pub(crate) const fn block(self) -> Option<Block> {
        let len = match self {
            Self::Rsa2048 => 256,
            Self::Rsa3072 => 384,
            Self::Rsa4096 => 512,
            _ => return None,
        };
        Some(Block { len, overhead: OAEP_TAKES })
    }
}

impl super::PrivateKey {
    /// Decrypts a payload to the beginning of `out`, which has as many bytes. Gives the length.
    pub(crate) fn decrypt(&self, payload: &[u8], out: &mut [u8]) -> Result<usize, Rejected> {
        let oaep = |key: &rsa::PrivateKey, out| key.decrypt_oaep(rsa::Hash::Sha256, payload, out);
        match self {
            Self::Rsa2048(key) => oaep(&key.0, out),
            Self::Rsa3072(key) => oaep(&key.0, out),
            Self::Rsa4096(key) => oaep(&key.0, out),
            _ => return Err(Rejected),
        }
        .map_err(|_| Rejected)
    }
}

impl super::PublicKey {
    /// Encrypts a plaintext that is short enough.
    pub(crate) fn encrypt(&self, plaintext: &[u8]) -> Result<Vec<u8>, Rejected> {
        let oaep = |key: &rsa::PublicKey| key.encrypt_oaep(rsa::Hash::Sha256, plaintext);
        match self {
            Self::Rsa2048(key) => oaep(&key.0),
            Self::Rsa3072(key) => oaep(&key.0),
            Self::Rsa4096(key) => oaep(&key.0),
            _ => return Err(Rejected),
        }
        .map_err(|_| Rejected)
    }
}

fn generate(bits: usize) -> Result<Zeroizing<Vec<u8>>, Unsigned> {
    #[cfg(feature = "hazmat")]
    if let Some(key) = few::key(bits, || fresh(bits).ok()) {
        return Ok(key);
    }
    fresh(bits)
}

fn fresh(bits: usize) -> Result<Zeroizing<Vec<u8>>, Unsigned> {
    let key = rsa::PrivateKey::generate(bits).map_err(|_| Unsigned::Rejected)?;
    key.to_der().map_err(|_| Unsigned::Rejected)
}

/// A few keys in the place of new ones: looking for primes takes up to seconds, and tests make hundreds of
/// keys.
#[cfg(feature = "hazmat")]
pub(crate) mod few {
    use super::Zeroizing;
    use std::collections::BTreeMap;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, Ordering};

    type Made = Option<Zeroizing<Vec<u8>>>;

    pub(crate) static WANTED: AtomicBool = AtomicBool::new(false);
    /// Which comes next, and those that were made.
    type Few = (usize, Vec<Zeroizing<Vec<u8>>>);

    static KEYS: Mutex<BTreeMap<usize, Few>> = Mutex::new(BTreeMap::new());
    /// More than a test gives to one key.
    const FEW: usize = 4;

    pub(super) fn key(bits: usize, fresh: impl FnOnce() -> Made) -> Made {
        if !WANTED.load(Ordering::Relaxed) {
            return None;
        }
        let mut keys = KEYS.lock().ok()?;
        let (next, made) = keys.entry(bits).or_default();
        if made.len() < FEW {
            made.push(fresh()?);
        }
        let key = made.get(*next % FEW).cloned();
        *next += 1;
        key
    }
}

/// The key of these numbers, if it has so many bits.
fn of_primes(bits: usize, [n, e, d, p, q]: [&[u8]; 5]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
    let key = rsa::PrivateKey::from_numbers(n, e, d, p, q).map_err(|_| Rejected)?;
    if key.bits() != bits {
        return Err(Rejected);
    }
    key.to_der().map_err(|_| Rejected)
}

/// Whether a key of `size` bytes signs so many of them in this way.
fn check(size: usize, how: &How, len: usize) -> Result<(), &'static str> {
    let hash = match how.of {
        Of::Message(hash) => hash,
        Of::Digest(hash) if hash.output_len() == len => hash,
        Of::Digest(_) => return Err(invalid::DIGEST_OF_ANOTHER_LENGTH),
        Of::Raw if len + PKCS1_TAKES > size => return Err(invalid::UNHASHED_TOO_LONG),
        Of::Raw => return Ok(()),
    };
    match (how.padding, how.salt) {
        (RsaPadding::Pss, SaltLength::Bytes(salt)) if hash.output_len() + usize::from(salt) + 2 > size => {
            Err(invalid::SALT_TOO_LONG)
        }
        _ => Ok(()),
    }
}

/// RFC 7518 section 6.3.1.
fn jwk(public: &[u8]) -> Vec<(&'static str, Member<'_>)> {
    let numbers = SliceReader::new(public).and_then(|mut reader| {
        reader.sequence(|reader| Ok((UintRef::decode(reader)?, UintRef::decode(reader)?)))
    });
    let (n, e) =
        numbers.map_or((&[][..], &[][..]), |(n, e): (UintRef<'_>, UintRef<'_>)| (n.as_bytes(), e.as_bytes()));
    vec![("e", Member::Bytes(e)), ("kty", Member::Word("RSA")), ("n", Member::Bytes(n))]
}

fn read_alone(private: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
    Ok(Zeroizing::new(private.to_vec()))
}

/// RFC 7518 section 6.3.2, of `RSAPrivateKey`: a version, n, e, and then these in this order.
fn jwk_secrets(material: &[u8]) -> Result<Vec<Secret>, Rejected> {
    let read = |reader: &mut SliceReader<'_>| {
        reader.sequence(|reader| {
            for _ in 0..3 {
                UintRef::decode(reader)?;
            }
            ["d", "p", "q", "dp", "dq", "qi"]
                .into_iter()
                .map(|name| Ok((name, Zeroizing::new(UintRef::decode(reader)?.as_bytes().to_vec()))))
                .collect()
        })
    };
    SliceReader::new(material).and_then(|mut reader| read(&mut reader)).map_err(|_: der::Error| Rejected)
}

pub(in crate::alg) fn hash(hash: HashAlgorithm) -> rsa::Hash {
    match hash {
        HashAlgorithm::Sha1 => rsa::Hash::Sha1,
        HashAlgorithm::Sha224 => rsa::Hash::Sha224,
        HashAlgorithm::Sha256 => rsa::Hash::Sha256,
        HashAlgorithm::Sha384 => rsa::Hash::Sha384,
        HashAlgorithm::Sha512 => rsa::Hash::Sha512,
        HashAlgorithm::Sha3_224 => rsa::Hash::Sha3_224,
        HashAlgorithm::Sha3_256 => rsa::Hash::Sha3_256,
        HashAlgorithm::Sha3_384 => rsa::Hash::Sha3_384,
        HashAlgorithm::Sha3_512 => rsa::Hash::Sha3_512,
    }
}

fn padding(how: &How) -> rsa::Padding {
    let (Of::Message(named) | Of::Digest(named)) = how.of else {
        return rsa::Padding::Pkcs1v15 { hash: None };
    };
    match how.padding {
        RsaPadding::Pkcs1v15 => rsa::Padding::Pkcs1v15 { hash: Some(hash(named)) },
        RsaPadding::Pss => rsa::Padding::Pss {
            hash: hash(named),
            salt: match how.salt {
                SaltLength::Auto => rsa::Salt::Auto,
                SaltLength::Hash => rsa::Salt::Len(named.output_len()),
                SaltLength::Bytes(len) => rsa::Salt::Len(len.into()),
            },
        },
    }
}

/// A private key, ready to sign and decrypt.
pub(crate) struct PrivateKey<const BITS: usize>(Box<rsa::PrivateKey>);

impl<const BITS: usize> PrivateKey<BITS> {
    pub(super) fn from_derived(_: &[u8]) -> Result<Self, Rejected> {
        Err(Rejected)
    }

    pub(super) fn from_material(material: &[u8]) -> Result<Self, Rejected> {
        let key = rsa::PrivateKey::from_der(material).map_err(|_| Rejected)?;
        if key.bits() == BITS { Ok(Self(Box::new(key))) } else { Err(Rejected) }
    }

    pub(super) fn public(&self) -> Vec<u8> {
        self.0.public().and_then(|public| public.to_der()).unwrap_or_default()
    }

    pub(super) fn sign_as(&self, how: &How, message: &[u8]) -> Result<Vec<u8>, Unsigned> {
        self.0.sign(padding(how), how.digest(message).as_bytes()).map_err(|_| Unsigned::Rejected)
    }
}

/// A public key, ready to verify and encrypt.
pub(crate) struct PublicKey<const BITS: usize>(rsa::PublicKey);

impl<const BITS: usize> PublicKey<BITS> {
    pub(super) fn from_bytes(public: &[u8]) -> Result<Self, Rejected> {
        let key = rsa::PublicKey::from_der(public).map_err(|_| Rejected)?;
        if key.bits() == BITS { Ok(Self(key)) } else { Err(Rejected) }
    }

    pub(super) fn verify_as(&self, how: &How, message: &[u8], signature: &[u8]) -> Result<(), Rejected> {
        self.0.verify(padding(how), how.digest(message).as_bytes(), signature).map_err(|_| Rejected)
    }
}
