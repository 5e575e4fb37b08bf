//! The whole: OAEP, and key wrap behind it.

use strongroom_rsa as rsa;
use zeroize::Zeroizing;

use super::Unwrapped;
use super::kwp::{self, KEY_LEN};
use crate::alg::Rejected;
use crate::alg::hash::HashAlgorithm;
use crate::alg::sign::rsa_hash;

/// Wraps for the public key of an `RSAPublicKey`, with the hash also in MGF1.
pub(crate) fn wrap(public: &[u8], hash: HashAlgorithm, payload: &[u8]) -> Result<Vec<u8>, Unwrapped> {
    let public = rsa::PublicKey::from_der(public).map_err(|_| Unwrapped::Rejected)?;
    let ephemeral = ephemeral()?;
    let mut blob = public.encrypt_oaep(rsa_hash(hash), &*ephemeral).map_err(|_| Unwrapped::Rejected)?;
    blob.extend_from_slice(&kwp::wrap(&ephemeral, payload)?);
    Ok(blob)
}

/// Unwraps with an `RSAPrivateKey`. Whatever is wrong with the blob is one failure: where OAEP does not open,
/// a key that was drawn before is used, and nothing decides on which of the two it is, so that the rest is
/// done all the same (Manger, CRYPTO 2001).
pub(crate) fn unwrap(
    private: &[u8],
    hash: HashAlgorithm,
    blob: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Unwrapped> {
    let private = rsa::PrivateKey::from_der(private).map_err(|_| Unwrapped::Rejected)?;
    let (head, wrapped) = blob.split_at_checked(private.bits() / 8).ok_or(Unwrapped::Rejected)?;
    let mut ephemeral = ephemeral()?;
    private.replace_by_oaep(rsa_hash(hash), head, &mut *ephemeral).map_err(|_| Unwrapped::Rejected)?;
    Ok(kwp::unwrap(&ephemeral, wrapped)?)
}

impl From<Rejected> for Unwrapped {
    fn from(_: Rejected) -> Self {
        Self::Rejected
    }
}

fn ephemeral() -> Result<Zeroizing<[u8; KEY_LEN]>, Unwrapped> {
    let mut key = Zeroizing::new([0; KEY_LEN]);
    strongroom_entropy::fill(&mut *key).map_err(Unwrapped::NoRandomness)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn bytes(value: &Value) -> Vec<u8> {
        base64_simd::STANDARD.decode_to_vec(value.as_str().unwrap()).unwrap()
    }

    /// What the products wrapped, for keys of each size.
    #[test]
    fn what_the_products_wrapped_is_unwrapped() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/transit/wrapped.json");
        let file: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let (mut ran, mut refused) = (0, 0);
        for case in file["cases"].as_array().unwrap() {
            let private = bytes(&file["destinations"][case["destination"].as_str().unwrap()]);
            let hash = HashAlgorithm::from_name(case["hash"].as_str().unwrap()).unwrap();
            let (blob, material) = (bytes(&case["blob"]), bytes(&case["material"]));
            let unwrapped = |hash, blob: &[u8]| unwrap(&private, hash, blob).map(|payload| payload.to_vec());
            assert_eq!(unwrapped(hash, &blob).unwrap(), material, "{}", case["id"]);
            ran += 1;
            if ran % 4 > 0 {
                continue;
            }
            let other =
                if hash == HashAlgorithm::Sha256 { HashAlgorithm::Sha384 } else { HashAlgorithm::Sha256 };
            assert!(matches!(unwrapped(other, &blob), Err(Unwrapped::Rejected)));
            let size = rsa::PrivateKey::from_der(&private).unwrap().bits() / 8;
            for at in [0, 100, size - 1, size, blob.len() - 1] {
                let mut damaged = blob.clone();
                damaged[at] ^= 1;
                assert!(matches!(unwrapped(hash, &damaged), Err(Unwrapped::Rejected)), "{} {at}", case["id"]);
                refused += 1;
            }
            for len in [0, 1, size, size + 8, blob.len() - 8, blob.len() - 1] {
                assert!(matches!(unwrapped(hash, &blob[..len]), Err(Unwrapped::Rejected)), "{len}");
            }
            // What is for the key, but is no key of AES-256.
            let public = rsa::PrivateKey::from_der(&private).unwrap().public().unwrap();
            for len in [0, 16, 31, 33] {
                let mut short = public.encrypt_oaep(rsa_hash(hash), &vec![7; len]).unwrap();
                short.extend_from_slice(&blob[size..]);
                assert!(matches!(unwrapped(hash, &short), Err(Unwrapped::Rejected)), "{len}");
            }
        }
        assert!(ran >= 30 && refused >= 30, "{ran} {refused}");
    }
}
