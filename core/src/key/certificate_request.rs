//! Requests for certificates of a key, as a template asks for them.

use crate::Error;
use crate::alg::sign::How;
use crate::error::invalid;
use crate::held::owned;
use crate::key::call::Call;
use crate::key::record::Record;
use crate::public_key::PublicKey;
use crate::secret::SecretBytes;
use crate::wire::pem::{self, Unread};
use crate::wire::x509::{Request, signed};

const LABEL: &str = "CERTIFICATE REQUEST";
/// As old programs write it (RFC 7468 section 7).
const OLD_LABEL: &str = "NEW CERTIFICATE REQUEST";

/// A request as PEM, for a version that may sign. Without a template nothing is asked for but a certificate
/// of the key.
pub(crate) fn certificate_request(call: &Call<'_>, template: Option<&[u8]>) -> Result<String, Error> {
    let &Call { state, host, .. } = call;
    check_not_derived(&state.record)?;
    let version = call.version()?;
    let template = template.map(der).transpose()?;
    let request = match &template {
        Some(template) => Request::parse(template.expose()).or_else(|_| refuse(NONE))?,
        None => Request::default(),
    };
    let key_type = state.record.version(version).ok_or(Error::NoSuchVersion)?.key_type;
    let algorithm = key_type.signature().ok_or(Error::NoSuchVersion)?;
    let how = How::certified(algorithm.jws_hash());
    let der = state.with_subkey(version, None, host, |subkey| {
        let public = subkey.public_key().ok_or(Error::NoSuchVersion)?;
        let info = request.with(&PublicKey::new(key_type, algorithm, public).to_der());
        let signature = subkey.sign(&how, &info)?;
        Ok(signed(&info, algorithm.signed(), &signature))
    })?;
    Ok(text(LABEL, &der))
}

/// Certificates are of one key pair, and a derived key has one for each context.
pub(super) fn check_not_derived(record: &Record) -> Result<(), Error> {
    if record.derived {
        return Err(Error::InvalidOption { reason: invalid::DERIVED_HAS_NO_CERTIFICATE });
    }
    Ok(())
}

/// What is public, as PEM with a newline at the end.
pub(super) fn text(label: &str, der: &[u8]) -> String {
    let text = pem::encode(label, der);
    String::from_utf8_lossy(text.expose()).into_owned() + "\n"
}

const NONE: &str = "it is no certificate request (PKCS#10), as PEM or DER";

/// The template as DER, read once.
fn der(template: &[u8]) -> Result<SecretBytes, Error> {
    // More than PEM adds to it.
    if template.len() > 4 * Request::MAX_LEN {
        return refuse(NONE);
    }
    let template = owned(template);
    if !pem::begins(template.expose()) {
        return Ok(template);
    }
    match pem::decode_any(template.expose(), &[LABEL, OLD_LABEL]) {
        Ok((_, der)) => Ok(der),
        Err(Unread::Absent) => {
            refuse("it has no PEM block with the label CERTIFICATE REQUEST, but others; give a request")
        }
        Err(Unread::Several) => {
            refuse("it has more than one PEM block with the label CERTIFICATE REQUEST; give one")
        }
        Err(Unread::Damaged | Unread::Encrypted) => refuse(
            "its PEM block with the label CERTIFICATE REQUEST has no end, or something else than base64 in \
             it",
        ),
    }
}

fn refuse<T>(reason: &'static str) -> Result<T, Error> {
    Err(Error::InvalidCertificate { reason })
}
