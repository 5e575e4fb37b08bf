//! Public keys, in the forms in which others read them.

use crate::alg::sign::{Member, SignAlgorithm};
use crate::material::KeyType;
use crate::wire::Malformed;
use crate::wire::der::{BIT_STRING, Elements, SEQUENCE, element};
use crate::wire::pem;
use base64_simd::URL_SAFE_NO_PAD;
use std::fmt;

/// The public key of a version: what others verify signatures with.
///
/// ```
/// use strongroom::{KeyType, Keyring, PublicKey};
/// let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
/// let public: PublicKey = key.public_key(None)?;
/// assert_eq!((public.key_type(), public.as_bytes().len()), (KeyType::Ed25519, 32));
/// assert!(public.to_pem().starts_with("-----BEGIN PUBLIC KEY-----\n"));
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    key_type: KeyType,
    algorithm: SignAlgorithm,
    bytes: Box<[u8]>,
}

impl PublicKey {
    pub(crate) fn new(key_type: KeyType, algorithm: SignAlgorithm, bytes: &[u8]) -> Self {
        Self { key_type, algorithm, bytes: bytes.into() }
    }

    /// Reads [`to_pem`](Self::to_pem) again. Whether the bytes are a key of the algorithm is not yet checked.
    pub(crate) fn of_pem(
        key_type: KeyType,
        algorithm: SignAlgorithm,
        text: &[u8],
    ) -> Result<Self, Malformed> {
        let der = pem::decode(text, "PUBLIC KEY").map_err(|_| Malformed)?;
        Self::of_der(key_type, algorithm, der.expose())
    }

    /// Reads [`to_der`](Self::to_der) again. Whether the bytes are a key of the algorithm is not yet checked.
    pub(crate) fn of_der(key_type: KeyType, algorithm: SignAlgorithm, der: &[u8]) -> Result<Self, Malformed> {
        let mut document = Elements::of(der);
        let mut key = Elements::of(document.next(SEQUENCE)?);
        document.end()?;
        let identifier = key.next(SEQUENCE)?;
        let bits = key.next(BIT_STRING)?;
        key.end()?;
        match bits {
            [0, bytes @ ..] if identifier == algorithm.identifier() => {
                Ok(Self::new(key_type, algorithm, bytes))
            }
            _ => Err(Malformed),
        }
    }

    /// The type of the version that it belongs to.
    pub fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// The key as its algorithm writes it: of `ed25519` the 32 bytes of RFC 8032 section 5.1.5.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7; of `ed25519`, RFC 8410 section 4) as DER.
    pub fn to_der(&self) -> Vec<u8> {
        let identifier = element(SEQUENCE, &[self.algorithm.identifier()]);
        // A bit string begins with how many bits of its last byte are unused.
        let key = element(BIT_STRING, &[&[0], &self.bytes]);
        element(SEQUENCE, &[&identifier, &key])
    }

    /// `SubjectPublicKeyInfo` as PEM (RFC 7468 section 13), with a newline at the end.
    pub fn to_pem(&self) -> String {
        let text = pem::encode("PUBLIC KEY", &self.to_der());
        String::from_utf8_lossy(text.expose()).into_owned() + "\n"
    }

    /// A JSON Web Key (RFC 7517; of `ed25519`, RFC 8037 section 2) with the members that are required, sorted
    /// and without spaces: what a thumbprint is computed from (RFC 7638 section 3).
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
    /// assert!(key.public_key(None)?.to_jwk().starts_with(r#"{"crv":"Ed25519","kty":"OKP","x":""#));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn to_jwk(&self) -> String {
        object(&self.members())
    }

    /// Its entry in a JSON Web Key Set: with a name for it, and what it is for where its type says that.
    pub(crate) fn to_jwk_of_set(&self, kid: String) -> String {
        let mut members = self.members();
        if let Some(alg) = self.algorithm.jws_alg() {
            members.retain(|(name, _)| *name != "alg");
            members.extend([("alg", alg.to_owned()), ("use", "sig".to_owned())]);
        }
        members.push(("kid", kid));
        members.sort();
        object(&members)
    }

    /// The members of a JSON Web Key that are required, sorted. None has a character that JSON escapes.
    pub(crate) fn members(&self) -> Vec<(&'static str, String)> {
        let written = |member| match member {
            Member::Word(word) => String::from(word),
            Member::Bytes(bytes) => URL_SAFE_NO_PAD.encode_to_string(bytes),
        };
        self.algorithm.jwk(&self.bytes).into_iter().map(|(name, member)| (name, written(member))).collect()
    }

    pub(crate) fn algorithm(&self) -> SignAlgorithm {
        self.algorithm
    }
}

fn object(members: &[(&str, String)]) -> String {
    let members: Vec<String> = members.iter().map(|(name, value)| format!(r#""{name}":"{value}""#)).collect();
    format!("{{{}}}", members.join(","))
}

impl AsRef<[u8]> for PublicKey {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({}, {} bytes)", self.key_type, self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 8410 section 10.1, and of RFC 8037 appendix A.1 to A.3.
    #[test]
    fn an_ed25519_key_is_written_as_the_rfcs_do() {
        let of = |bytes: &[u8]| PublicKey::new(KeyType::Ed25519, SignAlgorithm::Ed25519, bytes);
        let base64 = |text: &str| base64_simd::STANDARD.decode_to_vec(text).unwrap();
        let der = base64("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=");
        let key = of(&der[12..]);
        assert_eq!(key.to_der(), der);
        let pem = "-----BEGIN PUBLIC KEY-----\n\
                   MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
                   -----END PUBLIC KEY-----\n";
        assert_eq!(key.to_pem(), pem);

        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let key = of(&URL_SAFE_NO_PAD.decode_to_vec(x).unwrap());
        assert_eq!(
            key.to_jwk(),
            r#"{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#
        );
        let thumbprint = crate::alg::hash::sha256(&[key.to_jwk().as_bytes()]);
        assert_eq!(
            URL_SAFE_NO_PAD.encode_to_string(thumbprint),
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
        );
    }
}
