//! Texts as they are written.

use super::{Block, Prefix, SMALL, Template, parts};
use crate::version::Version;
use crate::wire::base64::Alphabet;
use base64_simd::{AsOut, STANDARD, URL_SAFE_NO_PAD};

/// Payloads up to this length are made on the stack, in memory that takes longer to be zeroed.
const MEDIUM: usize = 2 << 10;
/// Payloads up to this length are made in memory of their own; longer ones must not take two large blocks.
const SCRATCH: usize = 64 << 10;

/// The text of a payload that `fill` writes. The payload is made aside, on the stack if it is not large, and
/// where it is very large in the end of the memory for the text.
pub(crate) fn write<E>(
    template: Option<&Template>,
    prefix: Prefix,
    version: Version,
    alphabet: Alphabet,
    payload_len: usize,
    fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
) -> Result<String, E> {
    let mut digits = [0; 10];
    let (head, digits, tail) = parts(template, prefix, version, &mut digits);
    let len = head.len() + digits.len() + tail.len() + payload_len.div_ceil(3) * 4;
    let (mut small, mut medium, mut large);
    let payload = if payload_len <= SMALL {
        small = [0; SMALL];
        small.get_mut(..payload_len)
    } else if payload_len <= MEDIUM {
        medium = [0; MEDIUM];
        medium.get_mut(..payload_len)
    } else if payload_len <= SCRATCH {
        large = vec![0; payload_len];
        large.get_mut(..)
    } else {
        let mut memory = vec![0; len];
        let at = len - payload_len;
        fill(memory.get_mut(at..).unwrap_or_default())?;
        return Ok(around(template, prefix, version, alphabet, Block { memory, at }));
    };
    let payload = payload.unwrap_or_default();
    fill(payload)?;
    let mut text = String::with_capacity(len);
    text.push_str(head);
    digits.iter().for_each(|digit| text.push(char::from(*digit)));
    text.push_str(tail);
    match alphabet {
        Alphabet::Standard => STANDARD.encode_append(payload, &mut text),
        Alphabet::UrlSafe => URL_SAFE_NO_PAD.encode_append(payload, &mut text),
    }
    Ok(text)
}

/// The text of a payload that lies in the end of a block. If that has the length of the text, the text takes
/// the place of the payload.
pub(crate) fn around(
    template: Option<&Template>,
    prefix: Prefix,
    version: Version,
    alphabet: Alphabet,
    block: Block,
) -> String {
    let mut digits = [0; 10];
    let (head, digits, tail) = parts(template, prefix, version, &mut digits);
    let payload_len = block.payload().len();
    let len = head.len() + digits.len() + tail.len() + payload_len.div_ceil(3) * 4;
    if block.memory.len() != len {
        return of(template, prefix, version, alphabet, block.payload());
    }
    let mut memory = block.memory;
    let (at, base64) = put_head(&mut memory, head, digits, tail);
    let payload_at = base64.len() - payload_len;
    let written = at + encode_in_place(base64, payload_at, payload_len, alphabet);
    memory.truncate(written);
    String::from_utf8(memory).unwrap_or_default()
}

/// Writes a text into a buffer that has the room which [`length`] names, and gives its length. The buffer is
/// the caller's, so the payload is not made in it but in memory of ours, and nothing that was written is
/// read again.
pub(crate) fn write_into<E>(
    template: Option<&Template>,
    prefix: Prefix,
    version: Version,
    alphabet: Alphabet,
    payload_len: usize,
    out: &mut [u8],
    fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
) -> Result<usize, E> {
    let mut digits = [0; 10];
    let (head, digits, tail) = parts(template, prefix, version, &mut digits);
    let mut small = [0; SMALL];
    let mut large;
    let payload = match small.get_mut(..payload_len) {
        Some(payload) => payload,
        None => {
            large = vec![0; payload_len];
            large.as_mut_slice()
        }
    };
    // Nothing is written if this fails.
    fill(payload)?;
    let (at, base64) = put_head(out, head, digits, tail);
    Ok(at + encode(payload, base64, alphabet))
}

/// Writes what stands before the base64. Gives its length, and the rest of the buffer.
fn put_head<'a>(out: &'a mut [u8], head: &str, digits: &[u8], tail: &str) -> (usize, &'a mut [u8]) {
    let mut at = 0;
    for part in [head.as_bytes(), digits, tail.as_bytes()] {
        out.get_mut(at..at + part.len()).unwrap_or_default().copy_from_slice(part);
        at += part.len();
    }
    (at, out.get_mut(at..).unwrap_or_default())
}

fn encode(payload: &[u8], out: &mut [u8], alphabet: Alphabet) -> usize {
    match alphabet {
        Alphabet::Standard => STANDARD.encode(payload, out.as_out()).len(),
        Alphabet::UrlSafe => URL_SAFE_NO_PAD.encode(payload, out.as_out()).len(),
    }
}

/// The text of a payload that is there.
pub(crate) fn of(
    template: Option<&Template>,
    prefix: Prefix,
    version: Version,
    alphabet: Alphabet,
    payload: &[u8],
) -> String {
    let copied = write(template, prefix, version, alphabet, payload.len(), |out| {
        out.copy_from_slice(payload);
        Ok::<_, std::convert::Infallible>(())
    });
    match copied {
        Ok(text) => text,
    }
}

/// Encodes a payload that lies in the end of its own base64 towards the front. Each chunk is moved aside
/// before its place may be written over: with `c` of `P` payload bytes done, what is written ends at `4c/3`,
/// and what is still to be read begins at `4P/3 − P + c`, which is not less.
fn encode_in_place(base64: &mut [u8], payload_at: usize, payload_len: usize, alphabet: Alphabet) -> usize {
    const CHUNK: usize = 6144;
    let mut aside = [0; CHUNK];
    let (mut read, mut write) = (payload_at, 0);
    while read < payload_at + payload_len {
        let len = CHUNK.min(payload_at + payload_len - read);
        let (Some(aside), Some(source)) = (aside.get_mut(..len), base64.get(read..read + len)) else { break };
        aside.copy_from_slice(source);
        write += encode(aside, base64.get_mut(write..).unwrap_or_default(), alphabet);
        read += len;
    }
    write
}
