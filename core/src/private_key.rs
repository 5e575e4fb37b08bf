//! Private keys, in the forms in which others read them. Written into memory that is wiped.

use crate::alg::Rejected;
use crate::alg::sign::{Secret, SignAlgorithm};
use crate::public_key::PublicKey;
use crate::secret::SecretBytes;
use crate::wire::secret_text::encode_url;
use crate::wire::{der, pem};

/// `PrivateKeyInfo` of checked material (RFC 5958 section 2 without what is optional): version 0, the
/// algorithm, and the key as an octet string.
pub(crate) fn pkcs8(algorithm: SignAlgorithm, material: &[u8]) -> Result<SecretBytes, Rejected> {
    let private = algorithm.write_private(material)?;
    let identifier = der::element(der::SEQUENCE, &[algorithm.identifier()]);
    let head = der::head(der::OCTET_STRING, private.len());
    let version = der::element(der::INTEGER, &[&[0]]);
    let len = version.len() + identifier.len() + head.len() + private.len();
    let mut document = SecretBytes::zeroed(0);
    for part in [&der::head(der::SEQUENCE, len), &version, &identifier, &head, &*private] {
        document.append(part);
    }
    Ok(document)
}

/// Checked material as PEM that is no PKCS#8, of an algorithm that has such a form.
pub(crate) fn alone(algorithm: SignAlgorithm, material: &[u8]) -> Option<Result<SecretBytes, Rejected>> {
    let label = algorithm.alone()?;
    Some(algorithm.write_alone(material).map(|der| pem::encode(label, &der)))
}

/// A JSON Web Key (RFC 7517) of checked material and its public key, its members sorted and without spaces.
pub(crate) fn jwk(public: &PublicKey, material: &[u8]) -> Result<SecretBytes, Rejected> {
    let open = public.members().into_iter().map(|(name, value)| (name, SecretBytes::new(value.into_bytes())));
    let secret = public.algorithm().jwk_secrets(material)?;
    let secret = secret.iter().map(|(name, value): &Secret| (*name, encode_url(value)));
    let mut members: Vec<(&str, SecretBytes)> = open.chain(secret).collect();
    members.sort_by_key(|(name, _)| *name);
    let mut text = SecretBytes::zeroed(0);
    for (at, (name, value)) in members.iter().enumerate() {
        text.append(if at == 0 { b"{\"" } else { b",\"" });
        text.append(name.as_bytes());
        text.append(b"\":\"");
        text.append(value.expose());
        text.append(b"\"");
    }
    text.append(b"}");
    Ok(text)
}
