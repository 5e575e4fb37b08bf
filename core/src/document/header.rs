//! What a sealed document says of itself outside of the seal (`docs/formats.md`, section 7).

use crate::committing::{CommittingSource, open_once, seal_once};
use crate::error::invalid;
use crate::name::{KeyName, KeyringId};
use crate::secret::{SecretArray, SecretBytes};
use crate::stack::{DEEP, scrubbed};

const LABEL: &str = "strongroom.document.v1";
const MAGIC_LEN: usize = 4;

/// The largest document, in bytes.
pub(crate) const MAX_LEN: usize = 64 << 20;

/// What a document is about: the magic that it starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Magic {
    Key,
    Usage,
}

impl Magic {
    pub(crate) const fn bytes(self) -> &'static [u8; MAGIC_LEN] {
        match self {
            Self::Key => b"SRK1",
            Self::Usage => b"SRU1",
        }
    }

    /// Whether a document is of a later format of this kind.
    pub(crate) fn is_newer(self, document: &[u8]) -> bool {
        let kind = &self.bytes()[..MAGIC_LEN - 1];
        document.len() >= MAGIC_LEN && document.starts_with(kind) && !document.starts_with(self.bytes())
    }
}

/// What a document says of itself outside of the seal, authenticated with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) magic: Magic,
    pub(crate) keyring: KeyringId,
    pub(crate) root: u32,
    pub(crate) generation: u64,
    pub(crate) key_id: [u8; 16],
    pub(crate) name: KeyName,
}

impl Header {
    /// `magic(4) ‖ keyring id(16) ‖ u32be root number ‖ u64be generation ‖ key id(16) ‖ u8 len ‖ name`
    fn encode(&self) -> Vec<u8> {
        let Self { magic, keyring, root, generation, key_id, name } = self;
        let name = name.as_str().as_bytes();
        let mut out = Vec::with_capacity(49 + name.len());
        out.extend_from_slice(magic.bytes());
        out.extend_from_slice(keyring.as_bytes());
        out.extend_from_slice(&root.to_be_bytes());
        out.extend_from_slice(&generation.to_be_bytes());
        out.extend_from_slice(key_id);
        #[allow(clippy::cast_possible_truncation, reason = "a key name has at most 120 bytes")]
        out.push(name.len() as u8);
        out.extend_from_slice(name);
        out
    }

    pub(crate) fn parse(document: &[u8]) -> Result<Self, &'static str> {
        const SHORT: &str = "it is cut short";
        let (magic, rest) = document.split_first_chunk::<MAGIC_LEN>().ok_or(SHORT)?;
        let magic = [Magic::Key, Magic::Usage].into_iter().find(|known| known.bytes() == magic);
        let magic = magic.ok_or("it is not a document of a format that this build knows")?;
        if document.len() > MAX_LEN {
            return Err("it is larger than 64 MiB");
        }
        let (keyring, rest) = rest.split_first_chunk::<16>().ok_or(SHORT)?;
        let (root, rest) = rest.split_first_chunk::<4>().ok_or(SHORT)?;
        let (generation, rest) = rest.split_first_chunk::<8>().ok_or(SHORT)?;
        let (key_id, rest) = rest.split_first_chunk::<16>().ok_or(SHORT)?;
        let (len, rest) = rest.split_first().ok_or(SHORT)?;
        let name = rest.get(..usize::from(*len)).ok_or(SHORT)?;
        let name = std::str::from_utf8(name)
            .ok()
            .and_then(|name| KeyName::stored(name).ok())
            .ok_or("its name is not a key name")?;
        let header = Self {
            magic,
            keyring: KeyringId::from_bytes(*keyring),
            root: u32::from_be_bytes(*root),
            generation: u64::from_be_bytes(*generation),
            key_id: *key_id,
            name,
        };
        if header.generation == 0 || header.root == 0 || header.root > i32::MAX as u32 {
            return Err("its numbers are impossible");
        }
        Ok(header)
    }
}

/// The document of a body.
pub(crate) fn seal(
    header: &Header,
    root: &SecretArray<32>,
    body: &SecretBytes,
) -> Result<Vec<u8>, crate::Error> {
    let head = header.encode();
    let context: [&[u8]; 2] = [header.keyring.as_bytes(), header.name.as_str().as_bytes()];
    let payload =
        scrubbed::<DEEP, _>(|| seal_once(&source(root), header.root, 1, &context, &head, body.expose()))?;
    if head.len() + payload.len() > MAX_LEN {
        return Err(crate::Error::InvalidOption { reason: invalid::DOCUMENT_TOO_LARGE });
    }
    Ok([head, payload].concat())
}

/// The body of a document whose header was parsed.
pub(crate) fn open(
    document: &[u8],
    header: &Header,
    root: &SecretArray<32>,
) -> Result<SecretBytes, &'static str> {
    let head = header.encode();
    let payload = document.get(head.len()..).ok_or("it is cut short")?;
    let context: [&[u8]; 2] = [header.keyring.as_bytes(), header.name.as_str().as_bytes()];
    let opened = scrubbed::<DEEP, _>(|| open_once(&source(root), header.root, 1, &context, &head, payload));
    opened.map_err(|_| "it does not open with the root key, so it is damaged or forged")
}

fn source(root: &SecretArray<32>) -> CommittingSource {
    CommittingSource::new(LABEL, root.expose())
}
