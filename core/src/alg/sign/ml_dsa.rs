//! ML-DSA (FIPS 204): pure, hedged, with an empty context.

use super::{Also, How, Kept, Member, Secret, Takes, Unsigned};
use crate::alg::Rejected;
use crate::alg::compare::constant_time_eq;
use crate::alg::ecdh::Agreement;
use crate::alg::hash::HashAlgorithm;
use crate::stack::{roomy, roomy_in_public};
use ml_dsa::{EncodedSignature, EncodedVerifyingKey, Seed, Signature, SigningKey, VerifyingKey};
use sec1::der::asn1::OctetStringRef;
use sec1::der::{Decode, Reader, SliceReader};
use zeroize::Zeroizing;

/// What is kept of a key: the seed that the standard calls ξ.
const SEED_LEN: usize = 32;

/// One set of parameters: its module, its name in the crate and in a JSON Web Key, the last byte of its
/// object identifier, and how long its public keys are (FIPS 204 table 2).
macro_rules! parameters {
    ($module:ident = $set:ident $jwk:literal $number:literal $public:literal $other:literal $is:literal) => {
        pub(crate) mod $module {
            use super::*;
            use ml_dsa::$set;

            /// Any 32 bytes make a key, but Transit derives none.
            pub(in super::super) const SEED: Option<usize> = None;
            pub(in super::super) const TAKES: Takes = Takes::NOTHING;
            pub(in super::super) const MATERIAL: std::ops::RangeInclusive<usize> = SEED_LEN..=SEED_LEN;
            pub(in super::super) const NOT_ONE_KEY: &str = "it is not a seed";
            /// RFC 9881 section 2, without parameters.
            pub(in super::super) const IDENTIFIER: &[u8] =
                &[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, $number];
            pub(in super::super) const OTHER_IDENTIFIER: &str = $other;
            pub(in super::super) const ALSO: &[Also] = &[];
            pub(in super::super) const ALONE: Option<&str> = None;
            pub(in super::super) const JWS_ALG: Option<&str> = Some($jwk);
            pub(in super::super) const IS: &str = $is;
            /// RFC 9881 section 3.
            pub(in super::super) const SIGNED: &[u8] = IDENTIFIER;
            pub(in super::super) const AGREEMENT: Option<Agreement> = None;
            pub(in super::super) const JWS_HASH: Option<HashAlgorithm> = None;

            /// Documents with the type were written before it was in use.
            pub(in super::super) const IS_CHECKED_WHEN_READ: bool = false;
            pub(in super::super) const KEPT: Kept = Kept::Bytes;

            pub(in super::super) fn of_primes(_: [&[u8]; 5]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                Err(Rejected)
            }

            pub(in super::super) const fn other_in_vault(_: Option<HashAlgorithm>) -> Option<&'static str> {
                None
            }

            pub(in super::super) const fn is_public_len(len: usize) -> bool {
                len == $public
            }

            pub(in super::super) const fn check(_: &How, _: usize) -> Result<(), &'static str> {
                Ok(())
            }

            pub(in super::super) fn generate() -> Result<Zeroizing<Vec<u8>>, Unsigned> {
                let mut seed = Zeroizing::new(vec![0; SEED_LEN]);
                strongroom_entropy::fill(&mut seed)?;
                Ok(seed)
            }

            pub(in super::super) fn complete(raw: &[u8]) -> Zeroizing<Vec<u8>> {
                Zeroizing::new(raw.to_vec())
            }

            pub(in super::super) fn public_of(material: &[u8]) -> Result<Vec<u8>, Rejected> {
                PrivateKey::from_material(material).map(|key| key.public())
            }

            /// The seed alone, `ML-DSA-PrivateKey` of RFC 9881 section 6.
            pub(in super::super) fn write_private(material: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                Ok(super::write_seed(material))
            }

            pub(in super::super) fn write_alone(_: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                Err(Rejected)
            }

            /// The seed (RFC 9964 section 3).
            pub(in super::super) fn jwk_secrets(material: &[u8]) -> Result<Vec<Secret>, Rejected> {
                Ok(vec![("priv", Zeroizing::new(material.to_vec()))])
            }

            /// The seed, from the form that has it alone or from the one that has the expanded key beside it,
            /// which OpenSSL writes. The expanded key alone is not taken: no seed can be made of it.
            pub(in super::super) fn read_private(
                private: &[u8],
                public: Option<&[u8]>,
            ) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                let seed = match super::read_seed(private) {
                    Ok(seed) => seed,
                    Err(Rejected) => read_both(private)?,
                };
                if public.is_some_and(|public| public_of(&seed).as_deref() != Ok(public)) {
                    return Err(Rejected);
                }
                Ok(seed)
            }

            /// `SEQUENCE { seed, expandedKey }`, if the one is made of the other.
            fn read_both(private: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                let (seed, expanded) = super::split_both(private).map_err(|_| Rejected)?;
                if constant_time_eq(&expanded_of(seed)?, expanded) {
                    Ok(Zeroizing::new(seed.to_vec()))
                } else {
                    Err(Rejected)
                }
            }

            /// The private key of FIPS 204 section 4 that a seed stands for.
            pub(in super::super) fn expanded_of(seed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                let PrivateKey(key) = PrivateKey::from_material(seed)?;
                #[allow(deprecated, reason = "it is compared, and not worked with")]
                let expanded = roomy(|| Zeroizing::new(key.expanded_key().to_expanded().to_vec()));
                Ok(expanded)
            }

            /// Key type `AKP`, in which the algorithm is named (RFC 9964 section 3).
            pub(in super::super) fn jwk(public: &[u8]) -> Vec<(&'static str, Member<'_>)> {
                vec![
                    ("alg", Member::Word($jwk)),
                    ("kty", Member::Word("AKP")),
                    ("pub", Member::Bytes(public)),
                ]
            }

            /// A private key, expanded and ready to sign.
            pub(crate) struct PrivateKey(Box<SigningKey<$set>>);

            impl PrivateKey {
                pub(in super::super) fn from_derived(_: &[u8]) -> Result<Self, Rejected> {
                    Err(Rejected)
                }

                pub(in super::super) fn from_material(material: &[u8]) -> Result<Self, Rejected> {
                    let seed = Zeroizing::new(Seed::try_from(material).map_err(|_| Rejected)?);
                    Ok(roomy(|| Self(Box::new(SigningKey::from_seed(&seed)))))
                }

                pub(in super::super) fn public(&self) -> Vec<u8> {
                    roomy_in_public(|| self.0.as_ref().as_ref().encode().to_vec())
                }

                pub(in super::super) fn sign_as(&self, _: &How, message: &[u8]) -> Result<Vec<u8>, Unsigned> {
                    roomy(|| {
                        let key = self.0.expanded_key();
                        let signature =
                            strongroom_entropy::generate(|random| key.sign_randomized(message, &[], random))?
                                .map_err(|_| Unsigned::Rejected)?;
                        Ok(signature.encode().to_vec())
                    })
                }
            }

            /// A public key, expanded and ready to verify.
            pub(crate) struct PublicKey(VerifyingKey<$set>);

            impl PublicKey {
                /// Every bytes of the length are a key (FIPS 204 section 7.2).
                pub(in super::super) fn from_bytes(public: &[u8]) -> Result<Self, Rejected> {
                    let public = EncodedVerifyingKey::<$set>::try_from(public).map_err(|_| Rejected)?;
                    Ok(Self(roomy_in_public(|| VerifyingKey::decode(&public))))
                }

                pub(in super::super) fn verify_as(
                    &self,
                    _: &How,
                    message: &[u8],
                    signature: &[u8],
                ) -> Result<(), Rejected> {
                    let signature = EncodedSignature::<$set>::try_from(signature).map_err(|_| Rejected)?;
                    let verified = roomy_in_public(|| {
                        let signature = Signature::<$set>::decode(&signature)?;
                        self.0.verify_with_context(message, &[], &signature).then_some(())
                    });
                    verified.ok_or(Rejected)
                }
            }
        }
    };
}

parameters! {
    ml_dsa_44 = MlDsa44 "ML-DSA-44" 17 1312 "its algorithm is not ML-DSA-44"
    "it is a key of type ml-dsa-44; import it as that, or give one of the type asked for"
}
parameters! {
    ml_dsa_65 = MlDsa65 "ML-DSA-65" 18 1952 "its algorithm is not ML-DSA-65"
    "it is a key of type ml-dsa-65; import it as that, or give one of the type asked for"
}
parameters! {
    ml_dsa_87 = MlDsa87 "ML-DSA-87" 19 2592 "its algorithm is not ML-DSA-87"
    "it is a key of type ml-dsa-87; import it as that, or give one of the type asked for"
}

/// The head of a seed as `[0]` of 32 bytes in DER.
const SEED_HEAD: [u8; 2] = [0x80, 32];

fn write_seed(material: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut private = Zeroizing::new(Vec::with_capacity(SEED_HEAD.len() + SEED_LEN));
    private.extend_from_slice(&SEED_HEAD);
    private.extend_from_slice(material);
    private
}

fn read_seed(private: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
    let seed = private.strip_prefix(&SEED_HEAD).filter(|seed| seed.len() == SEED_LEN).ok_or(Rejected)?;
    Ok(Zeroizing::new(seed.to_vec()))
}

/// A seed, and the expanded key behind it.
fn split_both(private: &[u8]) -> sec1::der::Result<(&[u8], &[u8])> {
    let mut document = SliceReader::new(private)?;
    let both = document.sequence(|reader| {
        let seed = <&OctetStringRef>::decode(reader)?.as_bytes();
        Ok::<_, sec1::der::Error>((seed, <&OctetStringRef>::decode(reader)?.as_bytes()))
    })?;
    document.finish()?;
    Ok(both)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9881 section 6.
    #[test]
    fn a_seed_is_read_beside_its_expanded_key() {
        let element = |tag: u8, contents: &[u8]| {
            let len = u16::try_from(contents.len()).unwrap().to_be_bytes();
            match contents.len() {
                short @ 0..=127 => [&[tag, short as u8], contents].concat(),
                _ => [&[tag, 0x82, len[0], len[1]], contents].concat(),
            }
        };
        let seed = [7; SEED_LEN];
        let expanded = ml_dsa_65::expanded_of(&seed).unwrap();
        assert_eq!(expanded.len(), 4032);
        let both = |seed: &[u8], expanded: &[u8]| {
            let private = element(0x30, &[element(4, seed), element(4, expanded)].concat());
            ml_dsa_65::read_private(&private, None).map(|seed| seed.to_vec())
        };
        assert_eq!(both(&seed, &expanded), Ok(seed.to_vec()));
        assert_eq!(both(&[8; SEED_LEN], &expanded), Err(Rejected));
        assert_eq!(both(&seed, &expanded[1..]), Err(Rejected));
        assert_eq!(both(&seed[1..], &expanded), Err(Rejected));
        let other = ml_dsa_44::expanded_of(&seed).unwrap();
        assert_eq!(both(&seed, &other), Err(Rejected));
        assert!(ml_dsa_65::read_private(&element(4, &expanded), None).is_err(), "no seed");
        let behind = [element(0x30, &[element(4, &seed), element(4, &expanded)].concat()), vec![0]].concat();
        assert!(ml_dsa_65::read_private(&behind, None).is_err());
    }
}
