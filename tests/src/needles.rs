//! Looking for secrets in what was printed.

use base64_simd::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Any piece of a secret as long as this counts.
const PIECE: usize = 8;

/// Whether a text holds a piece of a secret: raw, in hexadecimal digits, in base64, or as a list of numbers.
///
/// The spelling in which it was found is given. White space, `0x` and the case of hexadecimal digits make no
/// difference.
///
/// # Panics
/// When the secret is too short to be told from anything else.
pub fn find(secret: &[u8], text: &str) -> Option<&'static str> {
    assert!(secret.len() >= PIECE, "too short to look for");
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let lower = compact.to_ascii_lowercase();
    let digits: String = lower.replace("0x", "").replace(',', "");
    secret
        .windows(PIECE)
        .find_map(|piece| {
            let list = |number: fn(&u8) -> String| piece.iter().map(number).collect::<Vec<_>>().join(",");
            let raw = String::from_utf8_lossy(piece);
            let escaped = piece.escape_ascii().to_string();
            if text.contains(&*raw)
                || text.contains(&escaped)
                || compact.contains(&raw.split_whitespace().collect::<String>()) && raw.trim().len() == PIECE
            {
                Some("raw")
            } else if digits.contains(&hex::encode(piece)) {
                Some("hexadecimal")
            } else if compact.contains(&list(u8::to_string)) {
                Some("a list of numbers")
            } else if lower.contains(&list(|byte| format!("{byte:x}"))) {
                Some("a list of hexadecimal numbers")
            } else {
                None
            }
        })
        .or_else(|| base64(secret, &compact))
}

/// At each of the three places that a secret can have among the groups of base64. The characters at both ends
/// depend on what stands beside it.
fn base64(secret: &[u8], text: &str) -> Option<&'static str> {
    (0..3).find_map(|before| {
        let shifted = [&vec![0; before], secret].concat();
        let inside = |encoded: String| {
            encoded.get(4..encoded.len() - 4).is_some_and(|inside| {
                inside.as_bytes().windows(10).any(|piece| text.as_bytes().windows(10).any(|t| t == piece))
            })
        };
        if inside(STANDARD_NO_PAD.encode_to_string(&shifted)) {
            Some("base64")
        } else if inside(URL_SAFE_NO_PAD.encode_to_string(&shifted)) {
            Some("base64url")
        } else {
            None
        }
    })
}
