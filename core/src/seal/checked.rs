//! A seal that somebody else has written: what it wraps is unwrapped before anybody relies on it.
//!
//! Otherwise a provider with a fault, or a key service without the right to decrypt, makes a keyring that
//! works until its process ends and that nobody can open afterwards. Our own seals are not asked twice: what
//! could be found out about them is what their tests find, and a passphrase would be stretched twice.

use super::{SealError, SealProvider};
use crate::alg::compare::constant_time_eq;
use crate::document::copy::BLOB;
use crate::secret::SecretArray;
use std::sync::Arc;

pub(super) struct Checked(pub(super) Arc<dyn SealProvider>);

impl SealProvider for Checked {
    fn kind(&self) -> &str {
        self.0.kind()
    }

    fn key_id(&self) -> &str {
        self.0.key_id()
    }

    fn wrap(&self, key: &SecretArray<32>, aad: &[u8]) -> Result<Vec<u8>, SealError> {
        let blob = self.0.wrap(key, aad)?;
        // No provider is to unwrap what it was not to wrap to. Whoever asked refuses it.
        if !BLOB.contains(&blob.len()) {
            return Ok(blob);
        }
        let unwrapped = self.0.unwrap(&blob, aad);
        compare(key.expose(), unwrapped.as_ref().map(|key| key.expose().as_slice()), self.0.public_wrap())?;
        Ok(blob)
    }

    fn unwrap(&self, blob: &[u8], aad: &[u8]) -> Result<SecretArray<32>, SealError> {
        self.0.unwrap(blob, aad)
    }

    fn public_wrap(&self) -> bool {
        self.0.public_wrap()
    }
}

/// Whether what was unwrapped is what had been wrapped.
pub(super) fn compare(
    key: &[u8; 32],
    unwrapped: Result<&[u8], &SealError>,
    public_wrap: bool,
) -> Result<(), SealError> {
    match unwrapped {
        Ok(unwrapped) if constant_time_eq(unwrapped, key) => Ok(()),
        Ok(_) => Err(SealError::Failed(
            "it unwraps what it has just wrapped to another key, so nobody could open it; nothing is written"
                .into(),
        )),
        // Whoever can only wrap has nothing to say about it.
        Err(_) if public_wrap => Ok(()),
        Err(SealError::Failed(reason)) => {
            let sentence = format!(
                "it cannot unwrap what it has just wrapped ({reason}); nothing is written that it could not open"
            );
            Err(SealError::Failed(reason.clone().told_as(sentence)))
        }
        Err(SealError::Refused | SealError::TooCostly) => Err(SealError::Failed(
            "it refuses to unwrap what it has just wrapped, so nobody could open it; nothing is written"
                .into(),
        )),
    }
}
