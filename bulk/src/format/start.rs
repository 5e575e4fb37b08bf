//! What a file of text begins with.

use crate::error::{Error, Fault};
use std::io::{BufReader, Chain, Cursor, Read};

/// A UTF-8 byte order mark.
pub(super) const MARK: &[u8] = b"\xef\xbb\xbf";

/// A file, read from behind its mark.
pub(super) type Input<R> = BufReader<Chain<Cursor<Vec<u8>>, R>>;

/// What the first bytes say of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    Empty,
    Utf16,
    /// An archive, as workbooks are.
    Archive,
    /// Text, as far as can be seen, with a byte order mark or without.
    Text {
        mark: bool,
    },
}

/// Looks at the first bytes, and gives the file without its mark.
pub(super) fn look<R: Read>(mut input: R) -> Result<(Start, Input<R>), Error> {
    let mut first = Vec::new();
    input.by_ref().take(4).read_to_end(&mut first).map_err(Fault::Read)?;
    let start = match first.as_slice() {
        [] => Start::Empty,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Start::Utf16,
        b"PK\x03\x04" => Start::Archive,
        text => Start::Text { mark: text.starts_with(MARK) },
    };
    if start == (Start::Text { mark: true }) {
        first.drain(..MARK.len());
    }
    Ok((start, BufReader::with_capacity(1 << 16, Cursor::new(first).chain(input))))
}
