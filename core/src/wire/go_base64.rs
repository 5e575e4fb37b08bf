//! Base64 as Go's `encoding/base64` reads it when it is not told to be strict: line breaks anywhere, spare bits of any value.
//!
//! Vault and OpenBao read every text and every backup so. What they write is canonical.

use super::Malformed;
use super::text::Alphabet;
use crate::secret::SecretBytes;
use base64_simd::{AsOut, STANDARD, URL_SAFE_NO_PAD};

/// The bytes of a text. They may be key material, so no copy of them is left behind.
pub(crate) fn decode(text: &[u8], alphabet: Alphabet) -> Result<SecretBytes, Malformed> {
    let mut canonical = SecretBytes::zeroed(text.len());
    let mut len = 0;
    for byte in text.iter().filter(|byte| !matches!(byte, b'\r' | b'\n')) {
        *canonical.expose_mut().get_mut(len).ok_or(Malformed)? = *byte;
        len += 1;
    }
    let canonical = canonical.expose_mut().get_mut(..len).ok_or(Malformed)?;
    clear_spare_bits(canonical, alphabet)?;
    let codec = match alphabet {
        Alphabet::Standard => &STANDARD,
        Alphabet::UrlSafe => &URL_SAFE_NO_PAD,
    };
    let mut bytes = SecretBytes::zeroed(codec.decoded_length(canonical).map_err(|_| Malformed)?);
    codec.decode(canonical, bytes.expose_mut().as_out()).map_err(|_| Malformed)?;
    Ok(bytes)
}

/// Of the last digit, 4 bits are spare before `==` and 2 before `=`; without padding the length tells how many.
fn clear_spare_bits(text: &mut [u8], alphabet: Alphabet) -> Result<(), Malformed> {
    let digits = match alphabet {
        Alphabet::Standard if text.ends_with(b"==") => text.len() - 2,
        Alphabet::Standard if text.ends_with(b"=") => text.len() - 1,
        Alphabet::Standard | Alphabet::UrlSafe => text.len(),
    };
    let spare = match digits % 4 {
        0 => return Ok(()),
        2 => 0b1111,
        3 => 0b11,
        _ => return Err(Malformed),
    };
    let last = text.get_mut(digits - 1).ok_or(Malformed)?;
    let value = value(*last, alphabet).ok_or(Malformed)?;
    *last = digit(value & !spare, alphabet);
    Ok(())
}

fn value(digit: u8, alphabet: Alphabet) -> Option<u8> {
    Some(match (digit, alphabet) {
        (b'A'..=b'Z', _) => digit - b'A',
        (b'a'..=b'z', _) => digit - b'a' + 26,
        (b'0'..=b'9', _) => digit - b'0' + 52,
        (b'+', Alphabet::Standard) | (b'-', Alphabet::UrlSafe) => 62,
        (b'/', Alphabet::Standard) | (b'_', Alphabet::UrlSafe) => 63,
        _ => return None,
    })
}

fn digit(value: u8, alphabet: Alphabet) -> u8 {
    match (value, alphabet) {
        (0..=25, _) => b'A' + value,
        (26..=51, _) => b'a' + (value - 26),
        (52..=61, _) => b'0' + (value - 52),
        (62, Alphabet::Standard) => b'+',
        (62, Alphabet::UrlSafe) => b'-',
        (_, Alphabet::Standard) => b'/',
        (_, Alphabet::UrlSafe) => b'_',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standard(text: &str) -> Option<Vec<u8>> {
        decode(text.as_bytes(), Alphabet::Standard).ok().map(|bytes| bytes.expose().to_vec())
    }

    #[test]
    fn reads_what_go_reads() {
        for (text, bytes) in [
            ("", &b""[..]),
            ("TQ==", b"M"),
            ("TR==", b"M"),
            ("TWE=", b"Ma"),
            ("TWF=", b"Ma"),
            ("TWFu", b"Man"),
            ("T\nW\r\nE=\n", b"Ma"),
            ("TQ=\n=", b"M"),
            ("T/==", b"O"),
            ("T+==", b"O"),
        ] {
            assert_eq!(standard(text).as_deref(), Some(bytes), "{text}");
        }
        for text in ["T", "TQ", "TQ=", "TWE", "TQ===", "TQ==TQ==", "T Q==", "TWE=\t", "TW_u", "=", "====", "A===", "TWFu="] {
            assert_eq!(standard(text), None, "{text:?}");
        }
    }

    #[test]
    fn reads_url_safe_without_padding() {
        let url = |text: &str| decode(text.as_bytes(), Alphabet::UrlSafe).ok().map(|bytes| bytes.expose().to_vec());
        assert_eq!(url("-_8").as_deref(), Some(&[0xfb, 0xff][..]));
        assert_eq!(url("-_9").as_deref(), Some(&[0xfb, 0xff][..]));
        assert_eq!(url("T_\n").as_deref(), Some(&b"O"[..]));
        for text in ["TQ==", "T", "+/8", "TWFuT"] {
            assert_eq!(url(text), None, "{text}");
        }
    }

    #[test]
    fn every_digit_has_one_value() {
        for alphabet in [Alphabet::Standard, Alphabet::UrlSafe] {
            assert!((0..64).all(|n| value(digit(n, alphabet), alphabet) == Some(n)));
        }
    }
}
