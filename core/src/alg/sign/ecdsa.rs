//! ECDSA (FIPS 186-5 section 6) on the curves of SP 800-186, with hedged nonces: each is computed from the
//! key, the digest and fresh random bytes (RFC 6979 section 3.6), so that neither a bad generator nor a fault
//! that makes a digest anew gives the key away.
//!
//! What is signed is the leftmost bits of a digest of any length, as the standard says; a shorter digest is
//! the number that it is. So the digest is brought to the length of the curve's order first, and every hash
//! goes the same way.

use ::p256::ecdsa::signature::hazmat::{PrehashVerifier, RandomizedPrehashSigner};
use zeroize::Zeroizing;

use super::{Also, EC_PRIVATE_KEY, How, Kept, Layout, Member, Secret, Takes, Unsigned};
use crate::alg::Rejected;
use crate::alg::ecdh::{self, Agreement};
use crate::alg::hash::HashAlgorithm;
use sec1::der::asn1::ObjectIdentifier;
use sec1::der::{Decode, Encode};
use sec1::{EcParameters, EcPrivateKey};

#[cfg(feature = "aws-lc")]
mod aws_lc;

/// One curve: its module, its crate and its type there, how long a number below its order is and how many
/// bits of the first byte are not used, the hash that goes with it in a JSON Web Signature, and what it is
/// called there and in DER.
macro_rules! curve {
    (
        $module:ident = $curve:ident $type:ident $len:literal $unused:literal
        $hash:ident $jwk:literal $alg:literal
        $oid:literal $signed:literal $other:literal $is:literal
    ) => {
        pub(crate) mod $module {
            use super::*;
            use ::$curve::ecdsa::{DerSignature, Signature, SigningKey, VerifyingKey};

            /// How long a number below the order of the curve is.
            pub(in super::super) const LEN: usize = $len;
            /// A KDF gives bytes, and not numbers below the order.
            pub(in super::super) const SEED: Option<usize> = None;
            pub(in super::super) const TAKES: Takes = Takes::HASH;
            /// The private number, big-endian.
            pub(in super::super) const MATERIAL: std::ops::RangeInclusive<usize> = LEN..=LEN;
            pub(in super::super) const NOT_ONE_KEY: &str =
                "it is not a number from 1 to below the order of the curve";
            /// `id-ecPublicKey` and the curve (RFC 5480 section 2.1.1).
            pub(in super::super) const IDENTIFIER: &[u8] = $oid;
            pub(in super::super) const OTHER_IDENTIFIER: &str = $other;
            pub(in super::super) const ALSO: &[Also] = &[];
            pub(in super::super) const ALONE: Option<&str> = Some(EC_PRIVATE_KEY);
            pub(in super::super) const JWS_ALG: Option<&str> = Some($alg);
            pub(in super::super) const IS: &str = $is;
            pub(in super::super) const AGREEMENT: Option<Agreement> = Some(Agreement {
                shared_secret: ecdh::shared_secret::<::$curve::$type>,
                other_key: concat!(
                    "the peer's public key is not one on ",
                    $jwk,
                    ", the curve of the base key"
                ),
            });
            /// RFC 5758 section 3.2.
            pub(in super::super) const SIGNED: &[u8] = $signed;
            /// RFC 7518 section 3.4.
            pub(in super::super) const JWS_HASH: Option<HashAlgorithm> = Some(HashAlgorithm::$hash);

            /// Documents with the type were written before it was in use.
            pub(in super::super) const IS_CHECKED_WHEN_READ: bool = false;
            pub(in super::super) const KEPT: Kept = Kept::Scalar;

            pub(in super::super) fn of_primes(_: [&[u8]; 5]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                Err(Rejected)
            }

            pub(in super::super) const fn other_in_vault(_: Option<HashAlgorithm>) -> Option<&'static str> {
                None
            }

            /// An uncompressed point (SEC 1 section 2.3.3).
            pub(in super::super) const fn is_public_len(len: usize) -> bool {
                len == 1 + 2 * LEN
            }

            pub(in super::super) const fn check(_: &How, _: usize) -> Result<(), &'static str> {
                Ok(())
            }

            pub(in super::super) fn generate() -> Result<Zeroizing<Vec<u8>>, Unsigned> {
                let mut material = Zeroizing::new(vec![0; LEN]);
                loop {
                    strongroom_entropy::fill(&mut material)?;
                    material.iter_mut().take(1).for_each(|first| *first &= 0xff >> $unused);
                    if SigningKey::from_slice(&material).is_ok() {
                        return Ok(material);
                    }
                }
            }

            pub(in super::super) fn complete(raw: &[u8]) -> Zeroizing<Vec<u8>> {
                Zeroizing::new(raw.to_vec())
            }

            pub(in super::super) fn public_of(material: &[u8]) -> Result<Vec<u8>, Rejected> {
                let key = SigningKey::from_slice(material).map_err(|_| Rejected)?;
                Ok(key.verifying_key().to_sec1_point(false).as_bytes().to_vec())
            }

            /// `ECPrivateKey` (RFC 5915 section 3) with the public key, as OpenSSL and Go write it.
            pub(in super::super) fn write_private(material: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                super::write_private(material, &public_of(material)?, None)
            }

            /// `ECPrivateKey` that names its curve.
            pub(in super::super) fn write_alone(material: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                super::write_private(material, &public_of(material)?, Some(super::curve(IDENTIFIER)?))
            }

            /// The number of an `ECPrivateKey`, if its public key belongs to it and its curve is this one.
            pub(in super::super) fn read_private(
                private: &[u8],
                public: Option<&[u8]>,
            ) -> Result<Zeroizing<Vec<u8>>, Rejected> {
                let (material, inner) = super::read_private(private, LEN, IDENTIFIER)?;
                let own = public_of(&material)?;
                for public in inner.into_iter().chain(public) {
                    if own != public {
                        return Err(Rejected);
                    }
                }
                Ok(material)
            }

            /// RFC 7518 section 6.2.1.
            pub(in super::super) fn jwk(public: &[u8]) -> Vec<(&'static str, Member<'_>)> {
                let (x, y) = public.get(1..).and_then(|xy| xy.split_at_checked(LEN)).unwrap_or_default();
                vec![
                    ("crv", Member::Word($jwk)),
                    ("kty", Member::Word("EC")),
                    ("x", Member::Bytes(x)),
                    ("y", Member::Bytes(y)),
                ]
            }

            /// RFC 7518 section 6.2.2.
            pub(in super::super) fn jwk_secrets(material: &[u8]) -> Result<Vec<Secret>, Rejected> {
                Ok(vec![("d", Zeroizing::new(material.to_vec()))])
            }

            /// A private key, ready to sign.
            pub(crate) struct PrivateKey(Box<Prepared>);

            struct Prepared {
                key: SigningKey,
                /// The other provider's key.
                #[cfg(feature = "aws-lc")]
                fast: Option<super::aws_lc::PrivateKey>,
            }

            impl PrivateKey {
                pub(in super::super) fn from_derived(_: &[u8]) -> Result<Self, Rejected> {
                    Err(Rejected)
                }

                pub(in super::super) fn from_material(material: &[u8]) -> Result<Self, Rejected> {
                    let key = SigningKey::from_slice(material).map_err(|_| Rejected)?;
                    #[cfg(feature = "aws-lc")]
                    let fast = super::aws_lc::PrivateKey::$module(
                        material,
                        key.verifying_key().to_sec1_point(false).as_bytes(),
                    );
                    Ok(Self(Box::new(Prepared {
                        key,
                        #[cfg(feature = "aws-lc")]
                        fast,
                    })))
                }

                pub(in super::super) fn public(&self) -> Vec<u8> {
                    self.0.key.verifying_key().to_sec1_point(false).as_bytes().to_vec()
                }

                pub(in super::super) fn sign_as(
                    &self,
                    how: &How,
                    message: &[u8],
                ) -> Result<Vec<u8>, Unsigned> {
                    let number = number::<LEN, $unused>(how.digest(message).as_bytes());
                    let signature = self.of_number(&number)?;
                    Ok(match how.layout {
                        Layout::Asn1 => signature.to_der().as_bytes().to_vec(),
                        Layout::Jws { .. } => signature.to_bytes().to_vec(),
                    })
                }

                fn of_number(&self, number: &[u8; LEN]) -> Result<Signature, Unsigned> {
                    #[cfg(feature = "aws-lc")]
                    if let Some(made) = self.0.fast.as_ref().and_then(|fast| fast.sign(number))
                        && let Ok(signature) = Signature::from_slice(&made)
                    {
                        return Ok(signature);
                    }
                    strongroom_entropy::generate(|random| self.0.key.sign_prehash_with_rng(random, number))?
                        .map_err(|_| Unsigned::Rejected)
                }
            }

            /// A public key, ready to verify.
            pub(crate) struct PublicKey {
                key: VerifyingKey,
                #[cfg(feature = "aws-lc")]
                fast: Option<super::aws_lc::PublicKey>,
            }

            impl PublicKey {
                /// An uncompressed point of the curve that is not at infinity (SP 800-56A section 5.6.2.3.3).
                pub(in super::super) fn from_bytes(public: &[u8]) -> Result<Self, Rejected> {
                    if !is_public_len(public.len()) {
                        return Err(Rejected);
                    }
                    let key = VerifyingKey::from_sec1_bytes(public).map_err(|_| Rejected)?;
                    #[cfg(feature = "aws-lc")]
                    let fast = super::aws_lc::PublicKey::$module(public);
                    Ok(Self {
                        key,
                        #[cfg(feature = "aws-lc")]
                        fast,
                    })
                }

                /// Verifies a signature of any s below the order: there is no rule about the smaller one.
                pub(in super::super) fn verify_as(
                    &self,
                    how: &How,
                    message: &[u8],
                    signature: &[u8],
                ) -> Result<(), Rejected> {
                    let signature = match how.layout {
                        Layout::Asn1 => {
                            let signature = DerSignature::from_bytes(signature).map_err(|_| Rejected)?;
                            Signature::try_from(signature).map_err(|_| Rejected)?
                        }
                        Layout::Jws { is_lenient } => {
                            let fixed = super::fixed(signature, LEN, is_lenient)?;
                            Signature::from_slice(&fixed).map_err(|_| Rejected)?
                        }
                    };
                    let number = number::<LEN, $unused>(how.digest(message).as_bytes());
                    #[cfg(feature = "aws-lc")]
                    if let Some(answer) =
                        self.fast.as_ref().and_then(|fast| fast.verify(&number, &signature.to_bytes()))
                    {
                        return answer;
                    }
                    self.key.verify_prehash(&number, &signature).map_err(|_| Rejected)
                }
            }
        }
    };
}

curve! {
    p256 = p256 NistP256 32 0 Sha256 "P-256" "ES256"
    b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
    b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"
    "its algorithm is not ECDSA on P-256"
    "it is a key of type ecdsa-p256; import it as that, or give one of the type asked for"
}
curve! {
    p384 = p384 NistP384 48 0 Sha384 "P-384" "ES384"
    b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22"
    b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03"
    "its algorithm is not ECDSA on P-384"
    "it is a key of type ecdsa-p384; import it as that, or give one of the type asked for"
}
curve! {
    p521 = p521 NistP521 66 7 Sha512 "P-521" "ES512"
    b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23"
    b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x04"
    "its algorithm is not ECDSA on P-521"
    "it is a key of type ecdsa-p521; import it as that, or give one of the type asked for"
}

/// The leftmost bits of a digest, as many as the order has, as a number (FIPS 186-5 section 6.4.1 step 2).
/// The first byte of such a number does not use `UNUSED` of its bits.
fn number<const LEN: usize, const UNUSED: u32>(digest: &[u8]) -> [u8; LEN] {
    let mut number = [0; LEN];
    let taken = digest.get(..LEN).unwrap_or(digest);
    let padding = LEN - taken.len();
    for (byte, taken) in number.iter_mut().skip(padding).zip(taken) {
        *byte = *taken;
    }
    if padding == 0 && UNUSED > 0 {
        let mut carried = 0;
        for byte in &mut number {
            (*byte, carried) = ((*byte >> UNUSED) | carried, *byte << (8 - UNUSED));
        }
    }
    number
}

/// Both numbers of a signature, each of `len` bytes. Leniently, halves of any one length are taken, as the
/// products do.
fn fixed(signature: &[u8], len: usize, is_lenient: bool) -> Result<Vec<u8>, Rejected> {
    if !is_lenient {
        return if signature.len() == 2 * len { Ok(signature.to_vec()) } else { Err(Rejected) };
    }
    if !signature.len().is_multiple_of(2) {
        return Err(Rejected);
    }
    let (r, s) = signature.split_at(signature.len() / 2);
    let mut fixed = vec![0; 2 * len];
    for (half, place) in [r, s].into_iter().zip(fixed.chunks_mut(len)) {
        let zeros = half.iter().take_while(|byte| **byte == 0).count();
        let half = half.get(zeros..).unwrap_or_default();
        let place = len.checked_sub(half.len()).and_then(|from| place.get_mut(from..)).ok_or(Rejected)?;
        place.copy_from_slice(half);
    }
    Ok(fixed)
}

/// `ECPrivateKey` (RFC 5915 section 3), without the curve where the document names it that it stands in.
fn write_private(
    material: &[u8],
    public: &[u8],
    curve: Option<ObjectIdentifier>,
) -> Result<Zeroizing<Vec<u8>>, Rejected> {
    let parameters = curve.map(EcParameters::NamedCurve);
    let key = EcPrivateKey { private_key: material, parameters, public_key: Some(public) };
    let len = key.encoded_len().ok().and_then(|len| usize::try_from(len).ok()).ok_or(Rejected)?;
    let mut out = Zeroizing::new(vec![0; len]);
    key.encode_to_slice(&mut out).map_err(|_| Rejected)?;
    Ok(out)
}

/// The curve, which is the second object identifier of an algorithm's identifier.
fn curve(identifier: &[u8]) -> Result<ObjectIdentifier, Rejected> {
    let curve = identifier.get(ID_EC_PUBLIC_KEY.len() + 2..).ok_or(Rejected)?;
    ObjectIdentifier::from_bytes(curve).map_err(|_| Rejected)
}

/// `id-ecPublicKey`, 1.2.840.10045.2.1, as DER.
const ID_EC_PUBLIC_KEY: &[u8] = &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];

/// A private number, and a public key if one is given with it.
type Halves<'a> = (Zeroizing<Vec<u8>>, Option<&'a [u8]>);

/// The number of an `ECPrivateKey`, in the length that it has here, and its public key. Its curve, if it
/// names one, is the last part of the identifier.
fn read_private<'a>(private: &'a [u8], len: usize, identifier: &[u8]) -> Result<Halves<'a>, Rejected> {
    let key = EcPrivateKey::from_der(private).map_err(|_| Rejected)?;
    if let Some(parameters) = key.parameters
        && !parameters.to_der().is_ok_and(|curve| identifier.ends_with(&curve))
    {
        return Err(Rejected);
    }
    // Older writers leave out zeros at the front, and some have one too many.
    let zeros = key.private_key.len().saturating_sub(len);
    let (zeros, number) = key.private_key.split_at_checked(zeros).ok_or(Rejected)?;
    if zeros.iter().any(|byte| *byte != 0) {
        return Err(Rejected);
    }
    let mut material = Zeroizing::new(vec![0; len]);
    let place = material.get_mut(len - number.len()..).ok_or(Rejected)?;
    place.copy_from_slice(number);
    Ok((material, key.public_key))
}
