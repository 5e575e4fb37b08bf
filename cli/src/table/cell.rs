//! What stands in a cell, by its outside.

/// A cell, as far as can be seen without a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell {
    Empty,
    /// Written as a ciphertext of this version. Whether it opens is another question.
    Ciphertext(u32),
    Plain,
}

/// What ciphertexts start with unless the key has a template (`docs/formats.md`).
const PREFIXES: [&str; 2] = ["vault:v{{version}}:", "strongroom:v{{version}}:"];

impl Cell {
    /// By the template of the key first, if it has one.
    pub(crate) fn of(cell: &[u8], template: Option<&str>) -> Self {
        if cell.is_empty() {
            return Self::Empty;
        }
        let Ok(text) = std::str::from_utf8(cell) else { return Self::Plain };
        let version = template.into_iter().chain(PREFIXES).find_map(|template| version(text, template));
        version.map_or(Self::Plain, Self::Ciphertext)
    }
}

/// The number in `<head><number><tail><base64>`, if that is how the text is written.
fn version(text: &str, template: &str) -> Option<u32> {
    let (head, tail) = template.split_once("{{version}}")?;
    let rest = text.strip_prefix(head)?;
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = rest.split_at(digits);
    let base64 = rest.strip_prefix(tail)?;
    let written = !base64.is_empty() && base64.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_'));
    let number = number.parse().ok().filter(|n| (1..=strongroom::Version::MAX).contains(n) && !number.starts_with('0'));
    number.filter(|_| written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphertexts_are_told_from_text() {
        for (text, cell) in [
            ("", Cell::Empty),
            ("vault:v1:AAAA", Cell::Ciphertext(1)),
            ("strongroom:v2147483647:AA==", Cell::Ciphertext(2_147_483_647)),
            ("acme-7/AAAA", Cell::Ciphertext(7)),
            ("vault:v2147483648:AAAA", Cell::Plain),
            ("vault:v0:AAAA", Cell::Plain),
            ("vault:v01:AAAA", Cell::Plain),
            ("vault:v:AAAA", Cell::Plain),
            ("vault:v1:", Cell::Plain),
            ("vault:v1:no base64", Cell::Plain),
            (" vault:v1:AAAA", Cell::Plain),
            ("Vault:v1:AAAA", Cell::Plain),
        ] {
            assert_eq!(Cell::of(text.as_bytes(), Some("acme-{{version}}/")), cell, "{text}");
        }
        assert_eq!(Cell::of(b"acme-7/AAAA", None), Cell::Plain);
        assert_eq!(Cell::of(b"vault:v1:\xff", None), Cell::Plain);
    }

    #[test]
    fn every_ciphertext_of_the_library_is_seen() {
        let ring = strongroom::Keyring::in_memory();
        for key_type in strongroom::KeyType::ALL.iter().filter(|t| t.is_supported() && t.encrypts()) {
            let key = ring.create_key(key_type.name(), *key_type).unwrap();
            key.rotate().unwrap();
            for len in [0, 1, 100] {
                let text = key.encrypt(vec![0; len], strongroom::Aad::NONE).unwrap();
                assert_eq!(Cell::of(text.as_bytes(), None), Cell::Ciphertext(2));
            }
        }
    }
}
