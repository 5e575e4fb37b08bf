//! A key under a sealing key (`docs/formats.md`, section 8).

use super::SealError;
use crate::Nonces;
use crate::committing::{CommittingSource, OVERHEAD};
use crate::secret::SecretArray;
use crate::stack::{DEEP, scrubbed};

const LABEL: &str = "strongroom.seal.v1";

/// `payload("strongroom.seal.v1", sealing key, 1, 0, "", aad, key)`
pub(super) fn wrap(sealing: &[u8], key: &SecretArray<32>, aad: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut blob = vec![0; 32 + OVERHEAD];
    let mut seal = || {
        CommittingSource::new(LABEL, sealing).key(1, 0, &[])?.seal(
            Nonces::Unbuffered,
            aad,
            key.expose(),
            &mut blob,
        )
    };
    let sealed = scrubbed::<DEEP, _>(&mut seal);
    sealed.map(|()| blob).map_err(|error| SealError::Failed(error.to_string().into()))
}

pub(super) fn unwrap(sealing: &[u8], blob: &[u8], aad: &[u8]) -> Result<SecretArray<32>, SealError> {
    let mut key = SecretArray::zeroed();
    if blob.len() != 32 + OVERHEAD {
        return Err(SealError::Refused);
    }
    let opened = scrubbed::<DEEP, _>(|| {
        CommittingSource::new(LABEL, sealing).key(1, 0, &[])?.open(aad, blob, key.expose_mut())
    });
    opened.map(|()| key).map_err(|_| SealError::Refused)
}
