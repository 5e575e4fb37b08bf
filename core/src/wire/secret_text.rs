//! Secrets as text: base64 and hexadecimal digits, read and written without a look into a table that a secret
//! decides on.
//!
//! Which lines of a table are in the cache tells other programs of the machine what was looked up, and so a
//! key, digit by digit ("Util::Lookup", Sieck, Berndt, Wichelmann, Eisenbarth, CCS 2021). Ciphertexts are
//! public and go the quicker way, in `text.rs`.

use super::Malformed;
use super::base64::Alphabet;
use crate::secret::SecretBytes;
use base64ct::{Base64, Base64UrlUnpadded, Encoding};

/// Padded standard base64 (RFC 4648 section 4).
pub(crate) fn encode(bytes: &[u8]) -> SecretBytes {
    let mut text = SecretBytes::zeroed(bytes.len().div_ceil(3) * 4);
    // It has exactly the room.
    let _ = Base64::encode(bytes, text.expose_mut());
    text
}

/// Base64url without padding (RFC 4648 section 5).
pub(crate) fn encode_url(bytes: &[u8]) -> SecretBytes {
    let mut text = SecretBytes::zeroed((bytes.len() * 4).div_ceil(3));
    // It has exactly the room.
    let _ = Base64UrlUnpadded::encode(bytes, text.expose_mut());
    text
}

/// Strictly: no other alphabet, no line breaks, padding as it has to be, spare bits zero.
pub(crate) fn decode(text: &[u8], alphabet: Alphabet) -> Result<SecretBytes, Malformed> {
    let mut bytes = SecretBytes::zeroed(text.len() / 4 * 3 + 3);
    let decoded = match alphabet {
        Alphabet::Standard => Base64::decode(text, bytes.expose_mut()),
        Alphabet::UrlSafe => Base64UrlUnpadded::decode(text, bytes.expose_mut()),
    };
    decoded.map(SecretBytes::copy_of).map_err(|_| Malformed)
}

/// Two digits a byte, of either case.
pub(crate) fn decode_hex(digits: &[u8]) -> Result<SecretBytes, Malformed> {
    let mut bytes = SecretBytes::zeroed(digits.len() / 2);
    // Of an odd number of digits nothing is read.
    base16ct::mixed::decode(digits, bytes.expose_mut()).map_err(|_| Malformed)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64_simd::{STANDARD, URL_SAFE_NO_PAD};

    fn random(len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        strongroom_entropy::fill(&mut bytes).unwrap();
        bytes
    }

    /// Both readers of a text say the same.
    fn agree(text: &[u8]) -> bool {
        let ours = |alphabet| decode(text, alphabet).ok().map(|bytes| bytes.expose().to_vec());
        assert_eq!(ours(Alphabet::Standard), STANDARD.decode_to_vec(text).ok(), "{text:?}");
        assert_eq!(ours(Alphabet::UrlSafe), URL_SAFE_NO_PAD.decode_to_vec(text).ok(), "{text:?}");
        ours(Alphabet::Standard).is_some()
    }

    #[test]
    fn it_writes_and_reads_what_the_quick_way_does() {
        for len in (0..200).chain([1000, 4096]) {
            let bytes = random(len);
            let text = encode(&bytes);
            assert_eq!(text.expose(), STANDARD.encode_to_string(&bytes).as_bytes());
            assert!(agree(text.expose()));
            assert_eq!(encode_url(&bytes).expose(), URL_SAFE_NO_PAD.encode_to_string(&bytes).as_bytes());
            agree(URL_SAFE_NO_PAD.encode_to_string(&bytes).as_bytes());
        }
    }

    #[test]
    fn it_refuses_what_the_quick_way_refuses() {
        // Every change of one byte of texts of each length of padding, to every value.
        let mut refused = 0;
        for text in ["", "T/8=", "TQ==", "TWFu", "TWFuTWE=", "+_-/"] {
            for (at, value) in (0..text.len()).flat_map(|at| (0..=255).map(move |value| (at, value))) {
                let mut changed = text.as_bytes().to_vec();
                changed[at] = value;
                refused += usize::from(!agree(&changed));
                let mut longer = text.as_bytes().to_vec();
                longer.insert(at, value);
                refused += usize::from(!agree(&longer));
            }
            for len in 0..text.len() {
                agree(&text.as_bytes()[..len]);
            }
        }
        for text in ["====", "A===", "AA=A", "AA==AA==", "AAA=AAAA", "=AAA", "AAB=", "AB=="] {
            assert!(!agree(text.as_bytes()), "{text}");
        }
        assert!(refused > 5000, "{refused}");
    }

    #[test]
    fn hexadecimal_digits() {
        let bytes = random(100);
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(decode_hex(text.as_bytes()).unwrap().expose(), bytes);
        assert_eq!(decode_hex(text.to_uppercase().as_bytes()).unwrap().expose(), bytes);
        for digit in 0..=255u8 {
            let value = char::from(digit).to_digit(16).map(|value| value as u8);
            let read = |digits: [u8; 4]| decode_hex(&digits).ok().map(|bytes| bytes.expose().to_vec());
            assert_eq!(read([b'4', b'2', digit, b'0']), value.map(|value| vec![0x42, value << 4]), "{digit}");
            assert_eq!(read([b'4', b'2', b'0', digit]), value.map(|value| vec![0x42, value]), "{digit}");
        }
        assert!(decode_hex(b"123").is_err() && decode_hex(b"").is_ok());
    }
}
