//! What stands in a cell, by its outside.

/// A cell, as far as can be seen without a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell {
    Empty,
    /// Begins as a ciphertext of this version does. Whether it opens is another question, also if it was cut off or spoiled.
    Ciphertext(u32),
    Plain,
}

/// How ciphertexts begin: a text, the number of the version, and another text.
pub(crate) struct Beginnings(Vec<(String, String)>);

const MARK: &str = "{{version}}";
/// Unless the key has a template (`docs/formats.md`).
const DEFAULTS: [&str; 2] = ["vault:v{{version}}:", "strongroom:v{{version}}:"];

impl Beginnings {
    /// With the template of the key, if it has one.
    pub(crate) fn new(template: Option<&str>) -> Self {
        let split = |template: &str| template.split_once(MARK).map(|(head, tail)| (head.to_owned(), tail.to_owned()));
        Self(template.into_iter().chain(DEFAULTS).filter_map(split).collect())
    }

    pub(crate) fn cell(&self, cell: &[u8]) -> Cell {
        if cell.is_empty() {
            return Cell::Empty;
        }
        self.0.iter().find_map(|(head, tail)| version(cell, head.as_bytes(), tail.as_bytes())).map_or(Cell::Plain, Cell::Ciphertext)
    }
}

fn version(cell: &[u8], head: &[u8], tail: &[u8]) -> Option<u32> {
    let rest = cell.strip_prefix(head)?;
    let digits = rest.iter().take(11).take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = rest.split_at_checked(digits)?;
    let number: u32 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let canonical = digits.first() != Some(&b'0') && number <= strongroom::Version::MAX;
    (canonical && rest.starts_with(tail)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphertexts_are_told_from_text() {
        let beginnings = Beginnings::new(Some("acme-{{version}}/"));
        for (text, cell) in [
            ("", Cell::Empty),
            ("vault:v1:AAAA", Cell::Ciphertext(1)),
            ("strongroom:v2147483647:AA==", Cell::Ciphertext(2_147_483_647)),
            ("acme-7/AAAA", Cell::Ciphertext(7)),
            ("vault:v1:", Cell::Ciphertext(1)),
            ("vault:v1:spoilt \n", Cell::Ciphertext(1)),
            ("vault:v2147483648:AAAA", Cell::Plain),
            ("vault:v99999999999:AAAA", Cell::Plain),
            ("vault:v0:AAAA", Cell::Plain),
            ("vault:v01:AAAA", Cell::Plain),
            ("vault:v:AAAA", Cell::Plain),
            ("vault:v1", Cell::Plain),
            (" vault:v1:AAAA", Cell::Plain),
            ("Vault:v1:AAAA", Cell::Plain),
        ] {
            assert_eq!(beginnings.cell(text.as_bytes()), cell, "{text}");
        }
        assert_eq!(Beginnings::new(None).cell(b"acme-7/AAAA"), Cell::Plain);
        assert_eq!(Beginnings::new(None).cell(b"\xff"), Cell::Plain);
    }

    #[test]
    fn every_ciphertext_of_the_library_is_seen() {
        let ring = strongroom::Keyring::in_memory();
        for key_type in strongroom::KeyType::ALL.iter().filter(|t| t.is_supported() && t.encrypts()) {
            let key = ring.create_key(key_type.name(), *key_type).unwrap();
            key.rotate().unwrap();
            for len in [0, 1, 100] {
                let text = key.encrypt(vec![0; len], strongroom::Aad::NONE).unwrap();
                assert_eq!(Beginnings::new(None).cell(text.as_bytes()), Cell::Ciphertext(2));
            }
        }
    }
}
