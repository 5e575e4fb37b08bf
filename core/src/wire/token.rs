//! Tokens as text: `prefix ‖ base64url of (0xFE ‖ u32be N ‖ payload)`.

use super::base64::Alphabet;
use super::prefix::is_name;
use super::text::Decoded;
use super::{Malformed, binary};
use crate::version::Version;
use base64_simd::URL_SAFE_NO_PAD;

/// Up to this length what is written as base64 is made on the stack.
const SMALL: usize = 512;
/// Up to this length too, in memory that takes longer to be zeroed.
const MEDIUM: usize = 2 << 10;

/// Whether a text begins as a token does, of whatever prefix: the first byte, and that of a version.
pub(crate) fn begins_as_one(text: &str) -> bool {
    let (name, rest) = text.split_once('_').unwrap_or_default();
    is_name(name) && matches!(rest.as_bytes(), [b'_', b'g'..=b'n', ..])
}

/// The token of a payload that `fill` writes.
pub(crate) fn write<E>(
    prefix: &str,
    version: Version,
    payload_len: usize,
    fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
) -> Result<String, E> {
    let len = binary::HEAD_LEN + payload_len;
    let (mut small, mut medium, mut large);
    let bytes = if len <= SMALL {
        small = [0; SMALL];
        small.get_mut(..len).unwrap_or_default()
    } else if len <= MEDIUM {
        medium = [0; MEDIUM];
        medium.get_mut(..len).unwrap_or_default()
    } else {
        large = vec![0; len];
        large.as_mut_slice()
    };
    if let Some((head, payload)) = bytes.split_first_chunk_mut() {
        *head = binary::head(version);
        fill(payload)?;
    }
    let mut text = String::with_capacity(prefix.len() + (len * 4).div_ceil(3));
    text.push_str(prefix);
    URL_SAFE_NO_PAD.encode_append(&*bytes, &mut text);
    Ok(text)
}

/// The version and the payload's length of a token with this prefix, decoded in `place`, where the payload
/// begins at [`binary::HEAD_LEN`].
pub(crate) fn parse(text: &str, prefix: &str, place: &mut Decoded) -> Result<(Version, usize), Malformed> {
    let base64 = text.strip_prefix(prefix).ok_or(Malformed)?;
    let (version, payload) = binary::parse(place.read(base64, Alphabet::UrlSafe)?)?;
    Ok((version, payload.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let version = Version::new(0x0102_0304).unwrap();
        for len in (0..300).chain([SMALL - 6, SMALL - 5, SMALL - 4, MEDIUM - 5, MEDIUM - 4, 5000]) {
            let payload: Vec<u8> = (0..len).map(|i| (i * 7) as u8).collect();
            let text = write("a0_", version, len, |out| {
                out.copy_from_slice(&payload);
                Ok::<_, ()>(())
            })
            .unwrap();
            assert_eq!(text.len(), text.capacity());
            assert!(text.starts_with("a0__gECAw"), "{text}");
            let mut place = Decoded::nothing();
            assert_eq!(parse(&text, "a0_", &mut place), Ok((version, len)));
            assert_eq!(place.bytes()[binary::HEAD_LEN..], payload);
            assert!(begins_as_one(&text));
            assert!(parse(&text, "a1_", &mut Decoded::nothing()).is_err());
        }
        assert_eq!(write("a0_", version, 5, |_| Err(7)), Err(7));
        for other in ["", "a0__", "a0__f", "a0__o", "a0_gA", "A0__gA", "__gA", "vault:v1:_gA"] {
            assert!(!begins_as_one(other), "{other}");
        }
    }
}
