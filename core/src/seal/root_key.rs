//! A seal that is a 32-byte key: it wraps the root key, it never is the root key.

use super::payload::{unwrap, wrap};
use super::{SealError, SealProvider};
use crate::Error;
use crate::alg::kdf::HkdfSha256;
use crate::secret::{SecretArray, SecretBytes};
use crate::stack::{DEEP, scrubbed};
use crate::wire::base64::Alphabet;
use crate::wire::secret_text;
use std::sync::Arc;

pub(super) const KIND: &str = "root-key";

pub(super) struct RootKey {
    key: Arc<SecretArray<32>>,
    id: String,
}

impl RootKey {
    pub(super) fn new(key: Arc<SecretArray<32>>) -> Result<Self, Error> {
        if key.expose().iter().all(|byte| Some(byte) == key.expose().first()) {
            return Err(Error::InvalidRootKey {
                reason: "it is one byte repeated; make a random one, as 'strongroom init' does".into(),
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
        KIND
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
    let text = text.strip_suffix(b"\r\n").or(text.strip_suffix(b"\n")).unwrap_or(text);
    let (is_hex, digits) = match (text.strip_prefix(b"hex:"), text.strip_prefix(b"base64:")) {
        (Some(digits), _) => (true, digits),
        (_, Some(digits)) => (false, digits),
        _ => (text.len() == 64, text),
    };
    let bytes = match (is_hex, digits.len()) {
        (_, 0) => Err("it is empty"),
        (true, 64) => secret_text::decode_hex(digits).map_err(|_| "not all of its 64 digits are hexadecimal"),
        (true, _) => Err("after 'hex:' it must have 64 hexadecimal digits; it has more or fewer"),
        (false, 44) => secret_text::decode(digits, Alphabet::Standard)
            .map_err(|_| "its 44 characters are not 32 bytes in base64 (RFC 4648 section 4)"),
        (false, 32) => Err(
            "it has the 32 bytes of a root key, not their text: write them as base64 or as 64 hexadecimal \
             digits, or hand them over as a root key in bytes",
        ),
        (false, _) => Err(
            "it must be 64 hexadecimal digits or 44 characters of base64, optionally after 'hex:' or 'base64:'; \
            it is longer or shorter",
        ),
    };
    // Asked of what is no key only: the digits of one are secret.
    let bytes = bytes.map_err(|otherwise| {
        let is_spaced = digits.len() != 32 && digits.iter().any(u8::is_ascii_whitespace);
        Error::InvalidRootKey { reason: if is_spaced { SPACED } else { otherwise }.into() }
    })?;
    SecretArray::copy_of(bytes.expose())
        .ok_or(Error::InvalidRootKey { reason: "it does not have 32 bytes".into() })
}

const SPACED: &str =
    "there is a space, a tab, a carriage return or a further line in it; one newline at its end is allowed";

pub(super) fn to_text(key: &SecretArray<32>) -> SecretBytes {
    secret_text::encode(key.expose())
}

pub(super) fn read_env(variable: &str) -> Result<SecretBytes, Error> {
    let value = std::env::var_os(variable).ok_or_else(|| Error::InvalidRootKey {
        reason: format!(
            "the environment variable {} that should hold it is not set; for a new keyring \
             generate_root_key or 'openssl rand -base64 32' makes one",
            shown(variable)
        )
        .into(),
    })?;
    Ok(SecretBytes::new(value.into_encoded_bytes()))
}

/// The name of a variable, unless it may be the secret itself, given in the place of the name: 64 hexadecimal
/// digits, base64, or a passphrase.
pub(super) fn shown(variable: &str) -> &str {
    let is_name = variable.len() < 44
        && variable.starts_with(|first: char| first == '_' || first.is_ascii_uppercase())
        && variable.chars().all(|c| c == '_' || c.is_ascii_uppercase() || c.is_ascii_digit());
    if is_name { variable } else { "(whose name is not shown, since it may be the secret itself)" }
}

/// Longer than every way to write a key.
pub(super) const MAX_TEXT: usize = 256;
