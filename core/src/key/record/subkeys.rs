//! What a version holds that was lent for one context.

use crate::material::{KeyType, Scheme};
use crate::secret::{SecretArray, SecretBytes};

/// What one context makes of a version's material and HMAC key, in place of them.
pub(crate) struct Subkeys {
    pub(crate) encrypt: SecretBytes,
    pub(crate) nonce: Option<SecretArray<32>>,
    pub(crate) stream: Option<SecretArray<32>>,
    pub(crate) token: Option<SecretArray<64>>,
    pub(crate) index: Option<SecretArray<32>>,
}

impl Subkeys {
    /// What holds whatever the key is: the lengths, and what only the default type has.
    pub(super) fn check(&self, key_type: KeyType) -> Result<(), &'static str> {
        let Self { encrypt, nonce: _, stream, token, index: _ } = self;
        let len = match key_type.profile().scheme {
            Scheme::Xaes | Scheme::Siv => 64,
            Scheme::Transit(algorithm) => algorithm.key_len(),
            Scheme::Sign(algorithm) => algorithm.seed_len().ok_or(NONE)?,
            Scheme::Hmac | Scheme::Cmac | Scheme::Unsupported => return Err(NONE),
        };
        let has_streams = key_type.has_streams();
        let fits = encrypt.len() == len && stream.is_some() == has_streams && token.is_some() == has_streams;
        if fits { Ok(()) } else { Err("a version's subkeys do not fit its type") }
    }
}

const NONE: &str = "a version has subkeys, which its type does not have";
