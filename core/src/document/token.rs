//! What a platform gave for a key, in the blob of a copy (`docs/formats.md`, section 8).

use super::cbor::{self, Fields, MISSING_FIELD, Out, Reason, UNKNOWN_FIELD, Written, bad, fields};
use crate::committing::OVERHEAD;
use minicbor::Decoder;

const MAGIC: &[u8; 3] = b"SP1";
const MAX_TOKEN: usize = 60_000;

/// What a platform gave for a key, and what it has to be told again to open it. Whoever can write where
/// documents lie can have written it: it says nothing of which key is to be asked.
///
/// ```
/// use strongroom::PlatformToken;
/// let token = PlatformToken::new(b"vault:v1:8SDd3WHDOjf7mq69".as_slice());
/// assert_eq!((token.version, token.iv), (None, None));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlatformToken {
    /// The wrapped key, at least one byte.
    pub blob: Vec<u8>,
    /// The version of the platform's key, where the platform has to be told.
    pub version: Option<String>,
    /// The initialisation vector, where the platform has to be told.
    pub iv: Option<Vec<u8>>,
}

impl PlatformToken {
    /// A wrapped key that needs neither version nor initialisation vector.
    pub fn new(blob: impl Into<Vec<u8>>) -> Self {
        Self { blob: blob.into(), version: None, iv: None }
    }

    /// With the version of the platform's key.
    #[must_use]
    pub fn of_version(self, version: impl Into<String>) -> Self {
        Self { version: Some(version.into()), ..self }
    }

    /// With the initialisation vector.
    #[must_use]
    pub fn with_iv(self, iv: impl Into<Vec<u8>>) -> Self {
        Self { iv: Some(iv.into()), ..self }
    }

    /// `"SP1" ‖ u16be n ‖ token(n)`, or nothing if it is empty or too long.
    pub(crate) fn head(&self) -> Option<Vec<u8>> {
        let token = cbor::encode(|out| self.write(out));
        let len = u16::try_from(token.len()).ok().filter(|len| usize::from(*len) <= MAX_TOKEN)?;
        let is_empty = self.blob.is_empty();
        (!is_empty).then(|| [MAGIC.as_slice(), &len.to_be_bytes(), token.expose()].concat())
    }

    /// Takes a blob apart: the token, its head, and the payload that follows.
    pub(crate) fn split(blob: &[u8]) -> Result<(Self, &[u8], &[u8]), Reason> {
        const SHORT: Reason = "it is cut short";
        let (magic, rest) = blob.split_first_chunk::<3>().ok_or(SHORT)?;
        let (len, rest) = rest.split_first_chunk::<2>().ok_or(SHORT)?;
        let len = usize::from(u16::from_be_bytes(*len));
        if magic != MAGIC || len > MAX_TOKEN {
            return Err("it is not what a platform has wrapped");
        }
        let (token, payload) = rest.split_at_checked(len).ok_or(SHORT)?;
        if payload.len() != 32 + OVERHEAD {
            return Err("it does not have the length that it should have");
        }
        Ok((Self::read(token)?, &blob[..MAGIC.len() + 2 + len], payload))
    }

    fn write(&self, out: &mut Out<'_>) -> Written {
        let Self { blob, version, iv } = self;
        Fields::new()
            .put("blob", |out| out.bytes(blob)?.ok())
            .put_some("version", version.as_ref(), |out, version| out.str(version)?.ok())
            .put_some("iv", iv.as_ref(), |out, iv| out.bytes(iv)?.ok())
            .write(out)
    }

    fn read(token: &[u8]) -> Result<Self, Reason> {
        let (mut blob, mut version, mut iv) = (None, None, None);
        fields(&mut Decoder::new(token), |name, input| {
            match name {
                "blob" => blob = Some(input.bytes().map_err(bad)?.to_owned()),
                "version" => version = Some(input.str().map_err(bad)?.to_owned()),
                "iv" => iv = Some(input.bytes().map_err(bad)?.to_owned()),
                _ => return Err(UNKNOWN_FIELD),
            }
            Ok(())
        })?;
        let read = Self { blob: blob.filter(|blob| !blob.is_empty()).ok_or(MISSING_FIELD)?, version, iv };
        cbor::spells(token, |out| read.write(out))?;
        Ok(read)
    }
}
