//! Bytes as text, for what may be secret: padded standard base64 (RFC 4648 section 4).

use base64_simd::STANDARD;
use zeroize::Zeroizing;

/// The text is wiped when it is dropped.
pub(crate) fn encode(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode_to_string(bytes))
}

/// `None` unless it is strictly that.
pub(crate) fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    STANDARD.decode_to_vec(text).ok().map(Zeroizing::new)
}
