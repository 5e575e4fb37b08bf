//! A seal that tells the test the keys that it wraps.

use std::sync::Arc;
use strongroom::{Seal, SealError, SealProvider, SecretArray};
use strongroom_tests::closing::{mask, unmask_into};

struct Captor(String);

pub(crate) fn seal(what: &str) -> Seal {
    Seal::provider(Arc::new(Captor(what.to_owned())))
}

impl SealProvider for Captor {
    fn kind(&self) -> &str {
        "captor"
    }

    fn key_id(&self) -> &str {
        &self.0
    }

    fn wrap(&self, key: &SecretArray<32>, _aad: &[u8]) -> Result<Vec<u8>, SealError> {
        println!("wrapped {} {}", self.0.replace(' ', "-"), mask(key.expose()));
        Ok(mask(key.expose()).into_bytes())
    }

    fn unwrap(&self, blob: &[u8], _aad: &[u8]) -> Result<SecretArray<32>, SealError> {
        let digits = std::str::from_utf8(blob).map_err(|_| SealError::Refused)?;
        let mut key = SecretArray::zeroed();
        unmask_into(digits, key.expose_mut());
        Ok(key)
    }
}
