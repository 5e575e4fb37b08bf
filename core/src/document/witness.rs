//! What somebody keeps outside of a keyring's folder to see whether an old document was put back
//! (`docs/formats.md`, section 14).

use super::header::{Header, Magic};
use super::line::{Head, public_key, signing_key};
use super::pin::Pin;
use crate::Error;
use crate::alg::sign::ed25519::PublicKey;
use crate::key::record::Record;
use crate::name::{KeyName, KeyringId};
use crate::secret::SecretArray;
use crate::version::Version;
use std::collections::BTreeMap;

const MAGIC: &[u8; 4] = b"SRW1";
const LABEL: &[u8] = b"strongroom.witness.v1";
const SIGNATURE: usize = 64;

/// A keyring as it was when somebody looked. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Witness {
    /// Whose it is, with the newest root key and the generation of the root document.
    pub(crate) pin: Pin,
    /// When it was made.
    pub(crate) time: u64,
    /// The documents that there were.
    pub(crate) floors: BTreeMap<(Magic, KeyName), Floor>,
}

/// What a document was: it must not become less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Floor {
    pub(crate) key_id: [u8; 16],
    pub(crate) generation: u64,
    pub(crate) root: u32,
    /// The latest version; `None` for tombstones and usage documents.
    pub(crate) latest: Option<Version>,
    /// When that version was made, 0 if it is not known.
    pub(crate) created: u64,
}

/// What a document is now, beside what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finding {
    /// It went on from there.
    Fits,
    /// It is not there any more.
    Missing,
    /// An old one was put back.
    Older,
    /// One that did not come from what it was.
    OtherHistory,
    /// The key was deleted since.
    Deleted,
    /// The key was deleted and created anew since.
    Recreated,
}

impl Finding {
    /// Whether the document may be worked with.
    pub(crate) fn is_taken(self) -> bool {
        match self {
            Self::Fits | Self::Deleted | Self::Recreated => true,
            Self::Missing | Self::Older | Self::OtherHistory => false,
        }
    }
}

impl Floor {
    /// Of a document as it is now; `record` is the key of a key document that is no tombstone.
    pub(crate) fn of(header: &Header, record: Option<&Record>) -> Self {
        let Header { magic: _, keyring: _, root, generation, key_id, name: _ } = header;
        let latest = record.map(Record::latest);
        Self {
            key_id: *key_id,
            generation: *generation,
            root: *root,
            latest,
            created: created(record, latest),
        }
    }

    /// What has become of the document since.
    pub(crate) fn compare(&self, found: Option<(&Header, Option<&Record>)>) -> Finding {
        let Self { key_id, generation, root, latest, created: was_created } = self;
        let Some((header, record)) = found else { return Finding::Missing };
        if header.generation < *generation || header.root < *root {
            return Finding::Older;
        }
        let same_key = header.key_id == *key_id;
        match (same_key, header.magic, record) {
            (false, ..) if header.generation == *generation => Finding::OtherHistory,
            (_, Magic::Usage, _) => Finding::Fits,
            (false, Magic::Key, _) => Finding::Recreated,
            (true, Magic::Key, None) => {
                // At the same generation it was a key, and the same bytes cannot be a tombstone.
                let deleted =
                    if header.generation > *generation { Finding::Deleted } else { Finding::OtherHistory };
                latest.map_or(Finding::Fits, |_| deleted)
            }
            (true, Magic::Key, Some(now)) => {
                let went_on = Some(now.latest()) >= *latest
                    && (latest.is_none() || created(record, *latest) == *was_created);
                if went_on { Finding::Fits } else { Finding::OtherHistory }
            }
        }
    }
}

/// When a version was made. Where that is not known it is 0, and must stay so.
fn created(record: Option<&Record>, version: Option<Version>) -> u64 {
    version.and_then(|version| record?.version(version)?.created).unwrap_or(0)
}

impl Witness {
    /// The file, signed by the newest root key, whose number and public key the pin has.
    pub(crate) fn seal(&self, root: &SecretArray<32>) -> Vec<u8> {
        let Self { pin, time, floors } = self;
        let mut file = Vec::with_capacity(76 + 48 * floors.len() + SIGNATURE);
        file.extend_from_slice(MAGIC);
        file.extend_from_slice(pin.keyring().as_bytes());
        file.extend_from_slice(&time.to_be_bytes());
        file.extend_from_slice(&pin.generation().to_be_bytes());
        file.extend_from_slice(&pin.root_number().to_be_bytes());
        file.extend_from_slice(&public_key(root));
        #[allow(
            clippy::cast_possible_truncation,
            reason = "a keyring has fewer than four billion documents"
        )]
        file.extend_from_slice(&(floors.len() as u32).to_be_bytes());
        for ((magic, name), Floor { key_id, generation, root, latest, created }) in floors {
            #[allow(clippy::cast_possible_truncation, reason = "a key name has at most 120 bytes")]
            file.extend_from_slice(&[kind(*magic), name.as_str().len() as u8]);
            file.extend_from_slice(name.as_str().as_bytes());
            file.extend_from_slice(key_id);
            file.extend_from_slice(&generation.to_be_bytes());
            file.extend_from_slice(&root.to_be_bytes());
            file.extend_from_slice(&latest.map_or(0, Version::get).to_be_bytes());
            file.extend_from_slice(&created.to_be_bytes());
        }
        let signature = signing_key(root).sign(&[LABEL, &file].concat());
        file.extend_from_slice(&signature);
        file
    }

    /// Reads a file and checks its signature, under the public key that it names. Whether that is one of the
    /// keyring's is the pin's to say.
    pub(crate) fn parse(file: &[u8]) -> Result<Self, Error> {
        if file.len() >= MAGIC.len() && file.starts_with(b"SRW") && !file.starts_with(MAGIC) {
            return Err(Error::UnsupportedFormat { document: NAME.to_owned() });
        }
        read(file).map_err(|reason| Error::CorruptDocument { document: NAME.to_owned(), reason })
    }

    /// What is known of a document, if there was one.
    pub(crate) fn floor(&self, magic: Magic, name: &KeyName) -> Option<&Floor> {
        self.floors.get(&(magic, name.clone()))
    }
}

const NAME: &str = "the witness";

fn read(file: &[u8]) -> Result<Witness, &'static str> {
    const SHORT: &str = "it is cut short";
    let rest = file.strip_prefix(MAGIC).ok_or("it is not a witness")?;
    let (covered, signature) = file.split_last_chunk::<SIGNATURE>().ok_or(SHORT)?;
    let mut input = Input(rest.get(..rest.len().saturating_sub(SIGNATURE)).ok_or(SHORT)?);
    let keyring = KeyringId::from_bytes(*input.take()?);
    let (time, generation) = (input.u64()?, input.u64()?);
    let head = Head { number: input.u32()?, public: *input.take()? };
    let count = input.u32()?;
    let signed =
        PublicKey::new(&head.public).and_then(|public| public.verify(&[LABEL, covered].concat(), signature));
    signed.map_err(|_| "its signature does not fit, so it is damaged or forged")?;
    if generation == 0 || !is_root(head.number) {
        return Err(IMPOSSIBLE);
    }
    let mut floors = BTreeMap::new();
    for _ in 0..count {
        let (document, floor) = entry(&mut input)?;
        if floors.last_key_value().is_some_and(|(last, _)| *last >= document) {
            return Err("its entries are not in order, or one is there twice");
        }
        floors.insert(document, floor);
    }
    if !input.0.is_empty() {
        return Err("it goes on after its last entry");
    }
    Ok(Witness { pin: Pin::new(keyring, head, generation), time, floors })
}

fn entry(input: &mut Input<'_>) -> Result<((Magic, KeyName), Floor), &'static str> {
    let [of_kind, len] = *input.take()?;
    let magic = [Magic::Key, Magic::Usage]
        .into_iter()
        .find(|magic| kind(*magic) == of_kind)
        .ok_or("it has an entry of a kind that does not exist")?;
    let name = std::str::from_utf8(input.bytes(len.into())?)
        .ok()
        .and_then(|name| KeyName::stored(name).ok())
        .ok_or("it has a name that is not a key name")?;
    let (key_id, generation, root) = (*input.take()?, input.u64()?, input.u32()?);
    let (number, created) = (input.u32()?, input.u64()?);
    let latest = Version::new(number);
    let known = latest.is_some() || (number == 0 && created == 0);
    if generation == 0 || !is_root(root) || !known || (magic == Magic::Usage && latest.is_some()) {
        return Err(IMPOSSIBLE);
    }
    Ok(((magic, name), Floor { key_id, generation, root, latest, created }))
}

const IMPOSSIBLE: &str = "its numbers are impossible";

fn is_root(number: u32) -> bool {
    (1..=i32::MAX as u32).contains(&number)
}

const fn kind(magic: Magic) -> u8 {
    match magic {
        Magic::Key => 1,
        Magic::Usage => 2,
    }
}

/// What is left to read.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn bytes(&mut self, len: usize) -> Result<&'a [u8], &'static str> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or("an entry of it is cut short")?;
        self.0 = rest;
        Ok(taken)
    }

    fn take<const N: usize>(&mut self) -> Result<&'a [u8; N], &'static str> {
        self.bytes(N)?.try_into().map_err(|_| "an entry of it is cut short")
    }

    fn u32(&mut self) -> Result<u32, &'static str> {
        self.take().map(|bytes| u32::from_be_bytes(*bytes))
    }

    fn u64(&mut self) -> Result<u64, &'static str> {
        self.take().map(|bytes| u64::from_be_bytes(*bytes))
    }
}
