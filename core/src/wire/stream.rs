//! What stands before the chunks of a stream: `"SRF1" ‖ u32be N ‖ salt(24) ‖ commitment(32)`.

use crate::Error;
use crate::version::Version;

const MAGIC: &[u8; 4] = b"SRF1";

/// Its length, in bytes.
pub(crate) const HEAD_LEN: usize = 64;

/// What it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) version: Version,
    pub(crate) salt: [u8; 24],
    pub(crate) commitment: [u8; 32],
}

/// Whether bytes begin as a file does, of whatever format of ours.
pub(crate) fn begins_as_one(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC[..3])
}

impl Head {
    /// Of the first bytes of a file, which are fewer than [`HEAD_LEN`] where it has no more.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let (kind, format) = MAGIC.split_at(3);
        if !bytes.iter().zip(kind).all(|(byte, expected)| byte == expected) {
            return Err(Error::Malformed);
        }
        if bytes.get(3).is_some_and(|byte| [*byte] != format) {
            return Err(Error::UnsupportedFormat { document: "the stream".to_owned() });
        }
        let head = bytes.first_chunk::<HEAD_LEN>().ok_or_else(|| Error::TruncatedStream)?;
        let [_, _, _, _, a, b, c, d, rest @ ..] = head;
        let (salt, commitment) = rest.split_first_chunk().ok_or_else(|| Error::TruncatedStream)?;
        Ok(Self {
            version: Version::new(u32::from_be_bytes([*a, *b, *c, *d])).ok_or_else(|| Error::Malformed)?,
            salt: *salt,
            commitment: commitment.try_into().map_err(|_| Error::TruncatedStream)?,
        })
    }

    pub(crate) fn write(&self) -> [u8; HEAD_LEN] {
        let mut out = [0; HEAD_LEN];
        let parts = [MAGIC, &self.version.get().to_be_bytes()[..], &self.salt, &self.commitment];
        out.iter_mut().zip(parts.into_iter().flatten()).for_each(|(byte, written)| *byte = *written);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let head = Head { version: Version::new(0x0102_0304).unwrap(), salt: [5; 24], commitment: [6; 32] };
        let written = head.write();
        assert_eq!(written[..9], *b"SRF1\x01\x02\x03\x04\x05");
        assert_eq!(Head::parse(&written), Ok(head));
        for len in 0..HEAD_LEN {
            assert_eq!(Head::parse(&written[..len]), Err(Error::TruncatedStream), "{len}");
        }
    }

    #[test]
    fn other_files_are_told_apart() {
        let unsupported = Error::UnsupportedFormat { document: "the stream".to_owned() };
        for (bytes, error) in [
            (&b"S"[..], Error::TruncatedStream),
            (b"SR", Error::TruncatedStream),
            (b"R", Error::Malformed),
            (b"SRK1", Error::Malformed),
            (b"srf1", Error::Malformed),
            (b"SRF2", unsupported.clone()),
            (b"SRFa and whatever follows", unsupported),
        ] {
            assert_eq!(Head::parse(bytes), Err(error), "{bytes:?}");
        }
        let mut none = [0; HEAD_LEN];
        none[..4].copy_from_slice(MAGIC);
        assert_eq!(Head::parse(&none), Err(Error::Malformed));
        none[4] = 0x80;
        assert_eq!(Head::parse(&none), Err(Error::Malformed));
    }
}
