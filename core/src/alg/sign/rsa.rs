//! RSA (RFC 8017, FIPS 186-5): RSASSA-PSS, RSASSA-PKCS1-v1_5 and RSAES-OAEP, by AWS-LC.
//!
//! AWS-LC blinds every private operation, and checks a signature that it makes against the public key, since
//! one made with a fault in half of it gives the primes away.

use super::{How, Member, Of, RsaPadding, SaltLength, Takes, Unsigned};
use crate::alg::Rejected;
use crate::alg::hash::HashAlgorithm;
use crate::stack::roomy;
use strongroom_rsa as rsa;
use zeroize::Zeroizing;

/// The hash of OAEP and of its MGF1, as Transit has it.
const OAEP: rsa::Hash = rsa::Hash::Sha256;
/// What OAEP takes of a block beside the plaintext (RFC 8017 section 7.1.1): two hashes and two bytes.
const OAEP_TAKES: usize = 2 * 32 + 2;
/// What PKCS#1 v1.5 takes (RFC 8017 section 9.2).
const PKCS1_TAKES: usize = 11;

const WRONG_DIGEST: &str = "the digest does not have the length of its hash; name the hash it was made with";
const TOO_LONG: &str = "the input is too long for the key: pkcs1v15 without a hash takes 11 bytes fewer than it";
const WRONG_SALT: &str = "the salt is too long for the key and the hash";

/// `rsaEncryption` without parameters but null (RFC 8017 appendix A.1).
const RSA_ENCRYPTION: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";

/// One size: its module, and its number of bits.
macro_rules! size {
    ($module:ident $bits:literal $other:literal) => {
        pub(crate) mod $module {
            use super::*;
            pub(crate) use super::{PrivateKey, PublicKey};

            const BITS: usize = $bits;
            pub(in super::super) const SEED: Option<usize> = None;
            pub(in super::super) const TAKES: Takes = Takes::HASH.and(Takes::PADDING);
            /// `RSAPrivateKey` as DER (RFC 8017 appendix A.1.2).
            pub(in super::super) const MATERIAL: std::ops::RangeInclusive<usize> = 1..=8192;
            pub(in super::super) const NOT_ONE_KEY: &str = $other;
            pub(in super::super) const IDENTIFIER: &[u8] = RSA_ENCRYPTION;
            pub(in super::super) const OTHER_IDENTIFIER: &str = "its algorithm is not RSA";
            pub(in super::super) const JWS_HASH: Option<HashAlgorithm> = Some(HashAlgorithm::Sha256);

            pub(in super::super) fn other_in_vault(_: Option<HashAlgorithm>, _: bool) -> Option<&'static str> {
                None
            }

            /// `RSAPublicKey` as DER (RFC 8017 appendix A.1.1): the modulus, and an exponent of up to 33 bits.
            pub(in super::super) const fn is_public_len(len: usize) -> bool {
                len > BITS / 8 && len < BITS / 8 + 20
            }

            pub(in super::super) fn check(how: &How, len: usize) -> Result<(), &'static str> {
                super::check(BITS / 8, how, len)
            }

            pub(in super::super) fn generate() -> Result<Zeroizing<Vec<u8>>, strongroom_entropy::Error> {
                super::generate(BITS)
            }

            pub(in super::super) fn complete(raw: &[u8]) -> Zeroizing<Vec<u8>> {
                Zeroizing::new(raw.to_vec())
            }

            pub(in super::super) fn public_of(material: &[u8]) -> Result<Vec<u8>, Rejected> {
                Ok(PrivateKey::of_size(BITS, material)?.public())
            }

            pub(in super::super) fn write_private(material: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                Ok(Zeroizing::new(material.to_vec()))
            }

            pub(in super::super) fn read_private(
                private: &[u8],
                public: Option<&[u8]>,
            ) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                if public.is_some() {
                    return Err(Rejected);
                }
                Ok(Zeroizing::new(private.to_vec()))
            }

            pub(in super::super) fn jwk(public: &[u8]) -> Vec<(&'static str, Member<'_>)> {
                super::jwk(public)
            }

            pub(in super::super) fn key_of_material(material: &[u8]) -> Result<PrivateKey, Rejected> {
                PrivateKey::of_size(BITS, material)
            }

            pub(in super::super) fn public_key(public: &[u8]) -> Result<PublicKey, Rejected> {
                PublicKey::of_size(BITS, public)
            }
        }
    };
}

size! { rsa2048 2048 "it is not one whole RSA key of 2048 bits" }
size! { rsa3072 3072 "it is not one whole RSA key of 3072 bits" }
size! { rsa4096 4096 "it is not one whole RSA key of 4096 bits" }
