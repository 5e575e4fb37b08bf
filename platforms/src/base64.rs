//! Base64 of secrets, without tables.

#[cfg(any(feature = "aws", feature = "google", feature = "infisical", feature = "vault"))]
use base64ct::Base64;
#[cfg(any(feature = "azure", feature = "google"))]
use base64ct::Base64UrlUnpadded;
use base64ct::Encoding;
use strongroom::SecretBytes;

/// Standard base64 with padding (RFC 4648 section 4).
#[cfg(any(feature = "aws", feature = "google", feature = "infisical", feature = "vault"))]
pub(crate) fn encode(bytes: &[u8]) -> SecretBytes {
    let mut text = vec![0; Base64::encoded_len(bytes)];
    // There is room for all of it.
    let _ = Base64::encode(bytes, &mut text);
    SecretBytes::new(text)
}

/// Base64 for URLs, without padding (RFC 4648 section 5).
#[cfg(any(feature = "azure", feature = "google"))]
pub(crate) fn encode_url(bytes: &[u8]) -> SecretBytes {
    let mut text = vec![0; Base64UrlUnpadded::encoded_len(bytes)];
    let _ = Base64UrlUnpadded::encode(bytes, &mut text);
    SecretBytes::new(text)
}

/// Base64url without padding (RFC 4648 section 5), decoded.
#[cfg(feature = "azure")]
pub(crate) fn decode_url(text: &[u8]) -> Option<SecretBytes> {
    decode_as::<Base64UrlUnpadded>(text)
}

/// Standard base64 with padding (RFC 4648 section 4), decoded.
#[cfg(any(feature = "aws", feature = "google", feature = "infisical", feature = "vault"))]
pub(crate) fn decode(text: &[u8]) -> Option<SecretBytes> {
    decode_as::<Base64>(text)
}

fn decode_as<E: Encoding>(text: &[u8]) -> Option<SecretBytes> {
    let mut bytes = zeroize::Zeroizing::new(vec![0; text.len() / 4 * 3 + 3]);
    let len = E::decode(text, &mut bytes).ok()?.len();
    bytes.truncate(len);
    Some(SecretBytes::new(std::mem::take(&mut *bytes)))
}

#[cfg(test)]
#[cfg(any(feature = "aws", feature = "google", feature = "infisical", feature = "vault"))]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        for len in 0..50 {
            let bytes: Vec<u8> = (0..len).collect();
            assert_eq!(decode(encode(&bytes).expose()).unwrap().expose(), bytes);
        }
        assert_eq!(encode(b"ab?").expose(), b"YWI/");
        for wrong in ["YWI", "YW I", "YWI/\n", "YQ", "YR==", "YWI_"] {
            assert!(decode(wrong.as_bytes()).is_none(), "{wrong}");
        }
    }
}
