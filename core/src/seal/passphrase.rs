//! A seal that is a passphrase, stretched with Argon2id (RFC 9106).

use super::payload::{unwrap, wrap};
use super::{SealError, SealProvider};
use crate::Error;
use crate::alg::password::argon2id;
use crate::secret::{SecretArray, SecretBytes};
use crate::stack::{DEEP, scrubbed};
use std::sync::Arc;

/// What seals of this kind are called beside the copies that they open.
pub(crate) const KIND: &str = "passphrase";

/// Memory in KiB, passes, lanes: the second recommendation of RFC 9106 section 4.
const WRITE: (u32, u32, u32) = (65_536, 3, 4);

/// What is stretched unless the caller allows more: twice the memory and four times the work of what is
/// written. Whoever can write a root document or hand over a backup chooses its parameters, and no mac is
/// known before they were followed.
const USUAL: Cost = Cost { memory: 2 * WRITE.0, work: 4 * WRITE.0 as u64 * WRITE.1 as u64 };

/// KiB of memory, and KiB times passes. Lanes cost nothing here: they are worked through one after the other.
struct Cost {
    memory: u32,
    work: u64,
}

pub(super) struct Passphrase {
    id: String,
    passphrase: Arc<SecretBytes>,
    allow_costly: bool,
}

/// What a file with a passphrase may have.
pub(super) const MAX_FILE: usize = 65_536;

const EMPTY: &str = "the passphrase is empty";

/// Without the newline that an editor or a shell put at its end.
pub(super) fn of_file(text: SecretBytes) -> Result<SecretBytes, Error> {
    if text.len() > MAX_FILE {
        return Err(Error::InvalidRootKey {
            reason: "the file with the passphrase is longer than 65,536 bytes".into(),
        });
    }
    let bytes = text.expose();
    let line = bytes.strip_suffix(b"\n").map_or(bytes, |line| line.strip_suffix(b"\r").unwrap_or(line));
    if line.is_empty() {
        return Err(Error::InvalidRootKey { reason: EMPTY.into() });
    }
    Ok(if line.len() == bytes.len() { text } else { SecretBytes::from(line) })
}

impl Passphrase {
    pub(super) fn new(id: String, passphrase: Arc<SecretBytes>, allow_costly: bool) -> Result<Self, Error> {
        if passphrase.is_empty() {
            return Err(Error::InvalidRootKey { reason: EMPTY.into() });
        }
        if !(1..=255).contains(&id.len()) {
            return Err(Error::InvalidRootKey { reason: "the id of a passphrase has 1 to 255 bytes".into() });
        }
        Ok(Self { id, passphrase, allow_costly })
    }

    fn stretch(
        &self,
        (m, t, p): (u32, u32, u32),
        salt: &[u8; 16],
    ) -> Result<zeroize::Zeroizing<[u8; 32]>, SealError> {
        scrubbed::<DEEP, _>(|| argon2id(m, t, p, self.passphrase.expose(), salt))
            .map_err(|_| SealError::Failed("not enough memory to stretch the passphrase".into()))
    }
}

impl SealProvider for Passphrase {
    fn kind(&self) -> &str {
        KIND
    }

    fn key_id(&self) -> &str {
        &self.id
    }

    fn wrap(&self, key: &SecretArray<32>, aad: &[u8]) -> Result<Vec<u8>, SealError> {
        let (m, t, p) = WRITE;
        let mut salt = [0; 16];
        strongroom_entropy::fill(&mut salt).map_err(|error| SealError::Failed(error.to_string().into()))?;
        let parameters = [m.to_be_bytes().as_slice(), &t.to_be_bytes(), &p.to_be_bytes(), &salt].concat();
        let sealing = self.stretch(WRITE, &salt)?;
        let payload = wrap(sealing.as_slice(), key, &[aad, &parameters].concat())?;
        Ok([parameters, payload].concat())
    }

    fn unwrap(&self, blob: &[u8], aad: &[u8]) -> Result<SecretArray<32>, SealError> {
        let (parameters, payload) = blob.split_first_chunk::<28>().ok_or(SealError::Refused)?;
        let [m1, m2, m3, m4, t1, t2, t3, t4, p1, p2, p3, p4, salt @ ..] = *parameters;
        let (m, t, p) = (
            u32::from_be_bytes([m1, m2, m3, m4]),
            u32::from_be_bytes([t1, t2, t3, t4]),
            u32::from_be_bytes([p1, p2, p3, p4]),
        );
        // Before any memory is taken: the blob may have been written by anyone.
        if !(19_456..=1_048_576).contains(&m) || !(1..=16).contains(&t) || !(1..=16).contains(&p) {
            return Err(SealError::Refused);
        }
        if !self.allow_costly && (m > USUAL.memory || u64::from(m) * u64::from(t) > USUAL.work) {
            return Err(SealError::TooCostly);
        }
        let sealing = self.stretch((m, t, p), &salt)?;
        unwrap(sealing.as_slice(), payload, &[aad, parameters].concat())
    }
}
