//! Some of a stream.

use super::reader::StreamReader;
use crate::Error;
use crate::secret::SecretBytes;
use crate::wire::MAX_MESSAGE;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// A range of the plaintext, as far as it has one, once its end is authenticated.
pub(crate) fn range<R: Read + Seek>(
    mut reader: StreamReader<R>,
    range: &Range<u64>,
) -> io::Result<SecretBytes> {
    let len = reader.verify_end()?;
    let end = range.end.min(len);
    let start = range.start.min(end);
    let len = usize::try_from(end - start).ok().filter(|len| *len <= MAX_MESSAGE);
    let mut out = SecretBytes::zeroed(len.ok_or(Error::MessageTooLong)?);
    if !out.is_empty() {
        reader.seek(SeekFrom::Start(start))?;
        reader.read_exact(out.expose_mut())?;
    }
    Ok(out)
}
