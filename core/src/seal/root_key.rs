//! A seal that is a 32-byte key: it wraps the root key, it never is the root key.

use super::{SealError, SealProvider, unwrap, wrap};
use crate::Error;
use crate::alg::kdf::HkdfSha256;
use crate::error::Reason;
use crate::regular;
use crate::secret::{SecretArray, SecretBytes};
use crate::stack::{DEEP, scrubbed};
use crate::wire::base64::Alphabet;
use crate::wire::secret_text;
use std::io::Read;
use std::path::Path;

pub(super) struct RootKey {
    key: SecretArray<32>,
    id: String,
}

impl RootKey {
    pub(super) fn new(key: SecretArray<32>) -> Result<Self, Error> {
        if key.expose().iter().all(|byte| Some(byte) == key.expose().first()) {
            return Err(Error::InvalidRootKey {
                reason: "it is one byte repeated; make one with strongroom init or Seal::generate_root_key",
            });
        }
        let mut id = [0; 8];
        let mut expand = || HkdfSha256::extract(b"strongroom.seal-id.v1", key.expose()).expand(&[], &mut id);
        scrubbed::<DEEP, _>(&mut expand).map_err(|_| Error::EntropyFailed)?;
        Ok(Self { id: format!("{:016x}", u64::from_be_bytes(id)), key })
    }
}

impl SealProvider for RootKey {
    fn kind(&self) -> &str {
        "root-key"
    }

    fn key_id(&self) -> &str {
        &self.id
    }

    fn wrap(&self, key: &SecretArray<32>, aad: &[u8]) -> Result<Vec<u8>, SealError> {
        wrap(self.key.expose(), key, aad)
    }

    fn unwrap(&self, blob: &[u8], aad: &[u8]) -> Result<SecretArray<32>, SealError> {
        unwrap(self.key.expose(), blob, aad)
    }
}

/// 64 hexadecimal digits are never 44 characters of base64, so the length tells them apart where no prefix
/// does.
pub(super) fn from_text(text: &[u8]) -> Result<SecretArray<32>, Error> {
    const FORM: Error = Error::InvalidRootKey {
        reason: "it must be 64 hexadecimal digits or 44 characters of base64, optionally after 'hex:' or 'base64:'",
    };
    let text = text.strip_suffix(b"\r\n").or(text.strip_suffix(b"\n")).unwrap_or(text);
    let (is_hex, digits) = match (text.strip_prefix(b"hex:"), text.strip_prefix(b"base64:")) {
        (Some(digits), _) => (true, digits),
        (_, Some(digits)) => (false, digits),
        _ => (text.len() == 64, text),
    };
    let bytes = match (is_hex, digits.len()) {
        (true, 64) => secret_text::decode_hex(digits),
        (false, 44) => secret_text::decode(digits, Alphabet::Standard),
        _ => return Err(FORM),
    };
    SecretArray::copy_of(bytes.map_err(|_| FORM)?.expose()).ok_or(FORM)
}

pub(super) fn to_text(key: &SecretArray<32>) -> SecretBytes {
    secret_text::encode(key.expose())
}

pub(super) fn read_env(variable: &str) -> Result<SecretBytes, Error> {
    let value = std::env::var_os(variable)
        .ok_or(Error::InvalidRootKey { reason: "the environment variable that should hold it is not set" })?;
    Ok(SecretBytes::new(value.into_encoded_bytes()))
}

/// Longer than every way to write a key.
const MAX_TEXT: usize = 256;

pub(super) fn read_file(path: &Path) -> Result<SecretBytes, Error> {
    let failed = |error: std::io::Error| {
        let sentence = format!("cannot read the root key file {}: {error}", path.display());
        Error::SealFailed { reason: Reason::from(sentence).caused_by(error) }
    };
    // All that is asked is asked of what is open, since the name may be another's a moment later.
    let mut file = regular::open(path).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if file.metadata().map_err(failed)?.permissions().mode() & 0o077 != 0 {
            return Err(Error::InsecurePermissions { path: path.display().to_string() });
        }
    }
    let mut text = SecretBytes::zeroed(0);
    let mut chunk = SecretBytes::zeroed(MAX_TEXT);
    while text.len() <= MAX_TEXT {
        match file.read(chunk.expose_mut()).map_err(failed)? {
            0 => break,
            read => text.append(chunk.expose().get(..read).unwrap_or_default()),
        }
    }
    Ok(text)
}
