//! Reading as much as there is room for.

use std::io::{self, ErrorKind, Read};

/// Reads until `buffer` is full or the source has ended; `filled` says how far it is, also after an error, so
/// that another call goes on from there.
pub(super) fn fill(source: &mut impl Read, buffer: &mut [u8], filled: &mut usize) -> io::Result<()> {
    while let Some(rest) = buffer.get_mut(*filled..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            Ok(read) if read <= rest.len() => *filled += read,
            Ok(_) => {
                return Err(io::Error::other("the source says that it has read more than it was asked for"));
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
