//! The sealed backup of one key (`docs/formats.md`, section 9).

use super::body::{self, Body};
use super::cbor;
use super::copy::{Notes, WrappedCopy};
use super::usage::Usage;
use crate::Error;
use crate::committing::{CommittingSource, open_once, seal_once};
use crate::key::record::Record;
use crate::name::KeyName;
use crate::secret::{SecretArray, SecretBytes};
use crate::stack::{DEEP, scrubbed};
use minicbor::Decoder;

const MAGIC: &[u8; 4] = b"SRB1";
const LABEL: &str = "strongroom.backup.v1";

/// Stands for a root's number in what a wrap of a backup key is bound to.
pub(crate) const NUMBER: u32 = 1;

/// A backup whose head was read.
pub(crate) struct Backup<'a> {
    pub(crate) id: [u8; 16],
    pub(crate) copy: WrappedCopy,
    head: &'a [u8],
    payload: &'a [u8],
}

/// The bytes of a backup.
pub(crate) fn seal(
    id: &[u8; 16],
    copy: &WrappedCopy,
    key: &SecretArray<32>,
    body: &Body,
    uses: Option<&Usage>,
) -> Result<Vec<u8>, Error> {
    let wrapped = encode_copy(copy);
    #[allow(clippy::cast_possible_truncation, reason = "no wrapped root key is 4 GiB long")]
    let len = (wrapped.len() as u32).to_be_bytes();
    let mut backup = [MAGIC.as_slice(), id, &len, wrapped.expose()].concat();
    let body = body::encode_with(body, uses);
    let payload = scrubbed::<DEEP, _>(|| {
        seal_once(&CommittingSource::new(LABEL, key.expose()), 1, 0, &[], &backup, body.expose())
    })?;
    backup.extend_from_slice(&payload);
    Ok(backup)
}

impl<'a> Backup<'a> {
    pub(crate) fn parse(backup: &'a [u8]) -> Result<Self, Error> {
        const SHORT: Error = Error::CorruptBackup { reason: "it is cut short" };
        let (magic, rest) = backup.split_first_chunk::<4>().ok_or(SHORT)?;
        if magic != MAGIC {
            return Err(Error::CorruptBackup {
                reason: "it is not a sealed backup of a format that this build knows",
            });
        }
        let (id, rest) = rest.split_first_chunk::<16>().ok_or(SHORT)?;
        let (len, rest) = rest.split_first_chunk::<4>().ok_or(SHORT)?;
        let (wrapped, payload) = rest.split_at_checked(u32::from_be_bytes(*len) as usize).ok_or(SHORT)?;
        let copy = read_copy(wrapped)
            .ok_or(Error::CorruptBackup { reason: "its wrapped key is not written as it should be" })?;
        let (head, _) = backup.split_at_checked(24 + wrapped.len()).ok_or(SHORT)?;
        Ok(Self { id: *id, copy, head, payload })
    }

    /// The key that is in it, checked as a key document is, and how often its versions had encrypted, if that
    /// is said.
    pub(crate) fn open(&self, key: &SecretArray<32>) -> Result<(Box<Record>, Option<Usage>), Error> {
        let open =
            || open_once(&CommittingSource::new(LABEL, key.expose()), 1, 0, &[], self.head, self.payload);
        let plain = scrubbed::<DEEP, _>(open)
            .map_err(|_| Error::CorruptBackup { reason: "it is damaged or forged" })?;
        match body::decode_with(plain.expose()).map_err(|reason| Error::CorruptBackup { reason })? {
            (Body::Key(record), _) if record.lent.is_some() => {
                Err(Error::CorruptBackup { reason: "it holds a key that was only lent" })
            }
            (Body::Key(record), _) if record.name == KeyName::wrapping() => {
                Err(Error::CorruptBackup { reason: "it holds a wrapping key, which stays in its keyring" })
            }
            (Body::Key(record), uses) => Ok((record, uses)),
            (Body::Tombstone { .. }, _) => Err(Error::CorruptBackup { reason: "it holds a deleted key" }),
        }
    }
}

fn encode_copy(copy: &WrappedCopy) -> SecretBytes {
    cbor::encode(|out| out.array(3)?.str(&copy.kind)?.str(&copy.id)?.bytes(&copy.blob)?.ok())
}

fn read_copy(wrapped: &[u8]) -> Option<WrappedCopy> {
    let mut input = Decoder::new(wrapped);
    if input.array().ok()? != Some(3) {
        return None;
    }
    let copy = WrappedCopy {
        kind: input.str().ok()?.to_owned(),
        id: input.str().ok()?.to_owned(),
        blob: input.bytes().ok()?.to_owned(),
        notes: Notes::default(),
    };
    (copy.is_proper() && encode_copy(&copy).expose() == wrapped).then_some(copy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::record::VersionRecord;
    use crate::material::KeyType;

    /// Whoever could restore one would choose what a keyring unwraps with.
    #[test]
    fn a_wrapping_key_is_not_restored() {
        let key = SecretArray::copy_of(&[7, 1].repeat(16)).unwrap();
        let copy =
            WrappedCopy { kind: "k".to_owned(), id: "i".to_owned(), blob: vec![1], notes: Notes::default() };
        let opened = |name: KeyName| {
            let key_type = KeyType::default();
            let material = key_type.generate(0).unwrap();
            let versions = vec![VersionRecord::new(key_type, material, 1).unwrap()];
            let record = Record { versions, ..Record::new(name, key_type) };
            let backup = seal(&[9; 16], &copy, &key, &Body::Key(Box::new(record)), None).unwrap();
            Backup::parse(&backup).unwrap().open(&key).map(|(record, _)| record.name.to_string())
        };
        assert_eq!(opened(KeyName::new("cards").unwrap()), Ok("cards".to_owned()));
        let refused = opened(KeyName::wrapping()).unwrap_err();
        assert!(matches!(refused, Error::CorruptBackup { reason } if reason.contains("wrapping")));
    }
}
