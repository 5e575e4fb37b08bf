//! Bytes as text, for what may be secret: padded standard base64 (RFC 4648 section 4), and hexadecimal
//! digits. Neither looks into a table where a secret says.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

/// The text is wiped when it is dropped.
pub(crate) fn encode(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(vec![0; bytes.len().div_ceil(3) * 4]);
    // It has exactly the room, and what is written is ASCII.
    let _ = Base64::encode(bytes, &mut text);
    Zeroizing::new(String::from_utf8(std::mem::take(&mut *text)).unwrap_or_default())
}

/// `None` unless it is strictly that.
pub(crate) fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; text.len() / 4 * 3 + 3]);
    let len = Base64::decode(text, &mut bytes).ok()?.len();
    bytes.truncate(len);
    Some(bytes)
}

/// `None` unless there are two digits for each byte, of either case.
pub(crate) fn decode_hex(digits: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; digits.len() / 2]);
    base16ct::mixed::decode(digits, &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for len in 0..100u8 {
            let bytes: Vec<u8> = (0..len).map(|i| i.wrapping_mul(77)).collect();
            let text = encode(&bytes);
            assert_eq!(*text, base64_simd::STANDARD.encode_to_string(&bytes));
            assert_eq!(decode(text.as_bytes()).as_deref(), Some(&bytes));
        }
        for text in ["AAA", "AA=", "AAB=", "A===", "AAAA\n", "AA-_", "AA=A"] {
            assert!(decode(text.as_bytes()).is_none(), "{text}");
        }
        assert_eq!(decode_hex(b"00fFAb").as_deref(), Some(&vec![0, 255, 171]));
        for text in ["0", "0g", "g0", "0x", " 1", "000"] {
            assert!(decode_hex(text.as_bytes()).is_none(), "{text}");
        }
    }
}
