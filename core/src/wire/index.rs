//! The text of a blind index: `strongroom:i<N>:<base64url>`.

use super::Malformed;
use super::base64::Alphabet;
use super::text::{Decoded, TAIL, decimal, split};
use crate::version::Version;
use base64_simd::URL_SAFE_NO_PAD;

const HEAD: &str = "strongroom:i";

/// The most bytes that an index has.
pub(crate) const MAX_BYTES: usize = 32;

/// Written in one piece of memory.
pub(crate) fn write(version: Version, bits: &[u8]) -> String {
    let mut digits = [0; 10];
    let digits = decimal(version.get(), &mut digits);
    let len = URL_SAFE_NO_PAD.encoded_length(bits.len());
    let mut text = String::with_capacity(HEAD.len() + digits.len() + TAIL.len() + len);
    text.push_str(HEAD);
    text.push_str(std::str::from_utf8(digits).unwrap_or_default());
    text.push_str(TAIL);
    URL_SAFE_NO_PAD.encode_append(bits, &mut text);
    text
}

/// Whether a text begins as one does: with what stands before its version, and a digit of that.
pub(crate) fn begins_as_one(text: &str) -> bool {
    text.strip_prefix(HEAD).is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

/// The version, of a text that is one. One index has one text.
pub(crate) fn parse(text: &str) -> Result<Version, Malformed> {
    let (version, base64) = split(text, HEAD, TAIL).ok_or(Malformed)?;
    if base64.len() > MAX_BYTES.div_ceil(3) * 4 {
        return Err(Malformed);
    }
    let mut decoded = Decoded::nothing();
    let bits = decoded.read(base64, Alphabet::UrlSafe)?;
    if (1..=MAX_BYTES).contains(&bits.len()) { Ok(version) } else { Err(Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for number in [1, 9, 10, 4_711, Version::MAX] {
            for len in 1..=MAX_BYTES {
                let version = Version::new(number).unwrap();
                let text = write(version, &vec![0xa5; len]);
                assert_eq!((parse(&text), text.len()), (Ok(version), text.capacity()), "{text}");
            }
        }
        assert_eq!(write(Version::FIRST, &[0xff, 0xef]), "strongroom:i1:_-8");
        assert!(begins_as_one("strongroom:i1:") && !begins_as_one("strongroom:v1:") && !begins_as_one(HEAD));
        assert_eq!(parse(&write(Version::FIRST, &[])), Err(Malformed));
        assert_eq!(parse(&write(Version::FIRST, &[0; MAX_BYTES + 1])), Err(Malformed));
    }
}
