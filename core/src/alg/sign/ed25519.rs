//! Ed25519 (RFC 8032 section 5.1), pure: no prehash, no context.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use super::{Also, How, Kept, Member, Secret, Takes, Unsigned};
use crate::alg::Rejected;
use crate::alg::ecdh::Agreement;
use crate::alg::hash::HashAlgorithm;
use crate::held::Held;
use sec1::EcPrivateKey;
use sec1::der::Decode;

const SEED_LEN: usize = 32;
const PUBLIC_LEN: usize = 32;

/// Any 32 bytes make a key (RFC 8032 section 5.1.5), so also those of a KDF.
pub(super) const SEED: Option<usize> = Some(SEED_LEN);
/// Seed and public key, as Go and Transit keep them.
pub(super) const MATERIAL: std::ops::RangeInclusive<usize> = MATERIAL_LEN..=MATERIAL_LEN;
const MATERIAL_LEN: usize = SEED_LEN + PUBLIC_LEN;
pub(super) const NOT_ONE_KEY: &str = "its public half does not belong to its seed";
/// `id-Ed25519`, 1.3.101.112, without parameters (RFC 8410 section 3).
pub(super) const IDENTIFIER: &[u8] = &[6, 3, 0x2b, 0x65, 0x70];
pub(super) const OTHER_IDENTIFIER: &str = "its algorithm is not Ed25519";
/// `id-ecPublicKey` with a curve, 1.3.101.110 or 1.3.6.1.4.1.11591.15.1, as older programs write it and
/// Transit reads it. The first means X25519 in RFC 8410, under `id-ecPublicKey` nothing.
pub(super) const ALSO: &[Also] = &[
    (b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x03\x2b\x65\x6e", read_as_curve),
    (b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01", read_as_curve),
];
pub(super) const ALONE: Option<&str> = None;
/// RFC 8037 section 3.1.
pub(super) const JWS_ALG: Option<&str> = Some("EdDSA");
pub(super) const IS: &str =
    "it is a key of type ed25519; import it as that, or give one of the type asked for";
/// RFC 8410 section 3.
pub(super) const SIGNED: &[u8] = IDENTIFIER;
pub(super) const AGREEMENT: Option<Agreement> = None;

/// Signs and verifies without a prehash, whatever hash is named and whether there was one, as Transit does.
/// But Vault means another algorithm by this one name.
pub(super) const fn other_in_vault(hash: Option<HashAlgorithm>) -> Option<&'static str> {
    if matches!(hash, Some(HashAlgorithm::Sha512)) {
        Some("Ed25519ph, which Vault means by sha2-512,")
    } else {
        None
    }
}

/// It has no hash to choose: RFC 8037 section 3.1.
pub(super) const JWS_HASH: Option<HashAlgorithm> = None;
pub(super) const TAKES: Takes = Takes::NOTHING;
pub(super) const IS_CHECKED_WHEN_READ: bool = true;
pub(super) const KEPT: Kept = Kept::Bytes;

pub(super) fn of_primes(_: [&[u8]; 5]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
    Err(Rejected)
}

pub(super) const fn check(_: &How, _: usize) -> Result<(), &'static str> {
    Ok(())
}

pub(super) const fn is_public_len(len: usize) -> bool {
    len == PUBLIC_LEN
}

pub(super) fn generate() -> Result<Zeroizing<Vec<u8>>, Unsigned> {
    let mut seed = Zeroizing::new([0; SEED_LEN]);
    strongroom_entropy::fill(&mut *seed)?;
    Ok(material_of(&seed))
}

/// A seed becomes material; whatever else stays what it is.
pub(super) fn complete(raw: &[u8]) -> Zeroizing<Vec<u8>> {
    raw.try_into().map_or_else(|_| Zeroizing::new(raw.to_vec()), material_of)
}

fn material_of(seed: &[u8; SEED_LEN]) -> Zeroizing<Vec<u8>> {
    let mut material = Zeroizing::new(Vec::with_capacity(MATERIAL_LEN));
    material.extend_from_slice(seed);
    material.extend_from_slice(&PrivateKey::from_seed(seed).public());
    material
}

pub(super) fn public_of(material: &[u8]) -> Result<Vec<u8>, Rejected> {
    material.get(SEED_LEN..).map(<[u8]>::to_vec).ok_or(Rejected)
}

/// The seed as an octet string, `CurvePrivateKey` of RFC 8410 section 7.
pub(super) fn write_private(material: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
    let mut private = Zeroizing::new(Vec::with_capacity(2 + SEED_LEN));
    private.extend_from_slice(&CURVE_PRIVATE_KEY);
    private.extend_from_slice(material.get(..SEED_LEN).ok_or(Rejected)?);
    Ok(private)
}

/// The seed, and behind it the public key if there is one.
pub(super) fn read_private(private: &[u8], public: Option<&[u8]>) -> Result<Zeroizing<Vec<u8>>, Rejected> {
    let seed =
        private.strip_prefix(&CURVE_PRIVATE_KEY).filter(|seed| seed.len() == SEED_LEN).ok_or(Rejected)?;
    if public.is_some_and(|public| public.len() != PUBLIC_LEN) {
        return Err(Rejected);
    }
    let mut raw = Zeroizing::new(Vec::with_capacity(MATERIAL_LEN));
    raw.extend_from_slice(seed);
    raw.extend_from_slice(public.unwrap_or_default());
    Ok(raw)
}

/// The seed as the number of an `ECPrivateKey` (RFC 5915 section 3).
fn read_as_curve(private: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
    let key = EcPrivateKey::from_der(private).map_err(|_| Rejected)?;
    let is_seed = key.private_key.len() == SEED_LEN && key.parameters.is_none() && key.public_key.is_none();
    if is_seed { Ok(Zeroizing::new(key.private_key.to_vec())) } else { Err(Rejected) }
}

pub(super) fn write_alone(_: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
    Err(Rejected)
}

/// RFC 8037 section 2.
pub(super) fn jwk_secrets(material: &[u8]) -> Result<Vec<Secret>, Rejected> {
    let seed = material.get(..SEED_LEN).ok_or(Rejected)?;
    Ok(vec![("d", Zeroizing::new(seed.to_vec()))])
}

/// The head of an octet string of 32 bytes in DER.
const CURVE_PRIVATE_KEY: [u8; 2] = [4, 32];

/// RFC 8037 section 2.
pub(super) fn jwk(public: &[u8]) -> Vec<(&'static str, Member<'_>)> {
    vec![("crv", Member::Word("Ed25519")), ("kty", Member::Word("OKP")), ("x", Member::Bytes(public))]
}

/// A private key with its public key computed, so that no caller can sign with a public key of another
/// (RUSTSEC-2022-0093).
pub(crate) struct PrivateKey(Box<SigningKey>);

impl PrivateKey {
    /// Computes the public key of a seed (RFC 8032 section 5.1.5).
    pub(crate) fn from_seed(seed: &[u8; SEED_LEN]) -> Self {
        #[cfg(feature = "hazmat")]
        MULTIPLICATIONS.with(|count| count.set(count.get() + 1));
        Self(Box::new(SigningKey::from_bytes(seed)))
    }

    /// The key of what a KDF gave.
    pub(super) fn from_derived(seed: &[u8]) -> Result<Self, Rejected> {
        seed.try_into().map(Self::from_seed).map_err(|_| Rejected)
    }

    /// The key of a version's material, whose public half must be the seed's.
    pub(super) fn from_material(material: &[u8]) -> Result<Self, Rejected> {
        let (seed, public) = material.split_first_chunk().ok_or(Rejected)?;
        let key = Self::from_seed(seed);
        if key.public() == *public { Ok(key) } else { Err(Rejected) }
    }

    /// The public key.
    pub(crate) fn public(&self) -> [u8; PUBLIC_LEN] {
        self.0.verifying_key().to_bytes()
    }

    /// Signs (RFC 8032 section 5.1.6). Deterministic.
    ///
    /// The message is hashed twice, for the nonce and for the challenge. Whoever changed it in between would
    /// be given two signatures with one nonce, and with them the private key, so a copy is signed.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let mut place = None;
        self.0.sign(Held::copy(&mut place, message)).to_bytes()
    }

    /// There is one way to sign.
    pub(super) fn sign_as(&self, _: &How, message: &[u8]) -> Result<Vec<u8>, Unsigned> {
        Ok(self.sign(message).to_vec())
    }
}

#[cfg(feature = "hazmat")]
thread_local! {
    /// How many public keys this thread has computed: for tests of what a call costs.
    pub(crate) static MULTIPLICATIONS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// A public key, decoded.
pub(crate) struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Decodes a public key A. Rejected are bytes that are no point, encodings that RFC 8032 section 5.1.3
    /// does not decode (y ≥ p), and the eight points of small order, under which one signature fits nearly
    /// every message.
    pub(crate) fn new(public: &[u8; PUBLIC_LEN]) -> Result<Self, Rejected> {
        let key = VerifyingKey::from_bytes(public).map_err(|_| Rejected)?;
        if !has_reduced_y(public) || key.is_weak() {
            return Err(Rejected);
        }
        Ok(Self(key))
    }

    /// The key of bytes of any length.
    pub(super) fn from_bytes(public: &[u8]) -> Result<Self, Rejected> {
        public.try_into().map_err(|_| Rejected).and_then(Self::new)
    }

    /// Verifies a signature R ‖ S (RFC 8032 section 5.1.7), strictly:
    ///
    /// - S < L, so that nobody can make a second signature out of a first;
    /// - R is canonically encoded, decodes to a point, and is not of small order; nor is A;
    /// - `[S]B = R + [k]A` holds without the cofactor, compared as bytes.
    ///
    /// Points of mixed order are not refused as such: if the equation without the cofactor holds, it holds.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Rejected> {
        let signature = Signature::from_slice(signature).map_err(|_| Rejected)?;
        self.0.verify_strict(message, &signature).map_err(|_| Rejected)
    }

    pub(super) fn verify_as(&self, _: &How, message: &[u8], signature: &[u8]) -> Result<(), Rejected> {
        self.verify(message, signature)
    }
}

/// Whether y, the low 255 bits in little-endian order, is below p = 2^255 − 19.
///
/// The other encodings that are not canonical, a set sign bit with x = 0, belong to points of small order.
fn has_reduced_y(point: &[u8; 32]) -> bool {
    let [first, middle @ .., last] = point;
    *first < 0xed || last & 0x7f != 0x7f || middle.iter().any(|byte| *byte != 0xff)
}

#[cfg(test)]
mod tests {
    use super::{PublicKey, VerifyingKey, has_reduced_y};

    /// No published vector has such a key, since nobody knows a private key for one.
    #[test]
    fn new_refuses_a_point_of_large_order_with_a_second_encoding() {
        let mut points = 0;
        for low in 0xed..=0xff {
            let mut encoding = [0xff; 32];
            (encoding[0], encoding[31]) = (low, 0x7f);
            let decoded = VerifyingKey::from_bytes(&encoding);
            points += usize::from(decoded.is_ok_and(|key| !key.is_weak()));
            assert!(PublicKey::new(&encoding).is_err(), "{low:#x}");
        }
        assert!(points > 0, "none of the encodings was a point to begin with");
    }

    #[test]
    fn new_refuses_the_neutral_element() {
        let mut encoding = [0; 32];
        encoding[0] = 1;
        assert!(VerifyingKey::from_bytes(&encoding).is_ok());
        assert!(PublicKey::new(&encoding).is_err());
    }

    #[test]
    fn has_reduced_y_draws_the_line_at_p() {
        let mut p = [0xff; 32];
        p[31] = 0x7f;
        for (low, reduced) in [(0xec, true), (0xed, false), (0xee, false), (0xff, false)] {
            p[0] = low;
            for sign in [0, 0x80] {
                p[31] = 0x7f | sign;
                assert_eq!(has_reduced_y(&p), reduced, "{low:#x} {sign:#x}");
            }
        }
        p[17] = 0xfe;
        assert!(has_reduced_y(&p));
    }
}
