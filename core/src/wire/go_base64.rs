//! Base64 as Go's `encoding/base64` reads it when it is not told to be strict: line breaks anywhere, spare
//! bits of any value.
//!
//! Vault and OpenBao read every text and every backup so. What they write is canonical.

use super::Malformed;
use super::base64::Alphabet;
use crate::secret::SecretBytes;
use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};

/// The bytes of a text. They may be key material, so no copy of them is left behind, and no table is looked
/// up by them (`secret_text.rs`). Where the line breaks are and how much padding there is, is no secret.
pub(crate) fn decode(text: &[u8], alphabet: Alphabet) -> Result<SecretBytes, Malformed> {
    // With room to fill up the last group of four.
    let mut digits = SecretBytes::zeroed(text.len() + 3);
    let mut len = 0;
    for byte in text.iter().filter(|byte| !matches!(byte, b'\r' | b'\n')) {
        *digits.expose_mut().get_mut(len).ok_or(Malformed)? = *byte;
        len += 1;
    }
    let padding = match (alphabet, digits.expose().get(..len).unwrap_or_default()) {
        (Alphabet::Standard, [.., b'=', b'=']) => 2,
        (Alphabet::Standard, [.., b'=']) => 1,
        _ => 0,
    };
    if alphabet == Alphabet::Standard && len % 4 != 0 || (len - padding) % 4 == 1 {
        return Err(Malformed);
    }
    // Of the last digit, 4 bits are spare before `==` and 2 before `=`. In a full group none are: what they
    // say then is in a byte behind the end.
    let end = len - padding;
    let groups = digits.expose_mut().get_mut(..end.next_multiple_of(4)).ok_or(Malformed)?;
    groups.get_mut(end..).unwrap_or_default().fill(b'A');
    let mut bytes = SecretBytes::zeroed(groups.len() / 4 * 3);
    let decoded = match alphabet {
        Alphabet::Standard => Base64Unpadded::decode(&*groups, bytes.expose_mut()),
        Alphabet::UrlSafe => Base64UrlUnpadded::decode(&*groups, bytes.expose_mut()),
    };
    let decoded = decoded.map_err(|_| Malformed)?;
    decoded.get(..end * 3 / 4).map(SecretBytes::copy_of).ok_or(Malformed)
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
        for text in [
            "T", "TQ", "TQ=", "TWE", "TQ===", "TQ==TQ==", "T Q==", "TWE=\t", "TW_u", "=", "====", "A===",
            "TWFu=",
        ] {
            assert_eq!(standard(text), None, "{text:?}");
        }
    }

    #[test]
    fn reads_url_safe_without_padding() {
        let url =
            |text: &str| decode(text.as_bytes(), Alphabet::UrlSafe).ok().map(|bytes| bytes.expose().to_vec());
        assert_eq!(url("-_8").as_deref(), Some(&[0xfb, 0xff][..]));
        assert_eq!(url("-_9").as_deref(), Some(&[0xfb, 0xff][..]));
        assert_eq!(url("T_\n").as_deref(), Some(&b"O"[..]));
        for text in ["TQ==", "T", "+/8", "TWFuT"] {
            assert_eq!(url(text), None, "{text}");
        }
    }

    /// Whatever is read strictly is read so too, and whatever is in the spare bits does not matter.
    #[test]
    fn spare_bits_have_any_value() {
        const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (place, digit) in DIGITS.iter().enumerate() {
            let digit = char::from(*digit);
            assert_eq!(standard(&format!("A{digit}==")), Some(vec![(place >> 4) as u8]));
            assert_eq!(standard(&format!("AA{digit}=")), Some(vec![0, (place >> 2) as u8]));
            assert_eq!(standard(&format!("AAA{digit}")), Some(vec![0, 0, place as u8]));
        }
    }
}
