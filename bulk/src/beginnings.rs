//! What stands in a cell, by its outside.

/// A cell, as far as can be seen without a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell {
    Empty,
    /// Begins as a ciphertext of this version does. Whether it opens is another question, also if it was cut
    /// off or spoiled.
    Ciphertext(u32),
    Plain,
}

/// How ciphertexts begin: a text, the number of the version, and another text.
#[derive(Debug, Clone)]
pub struct Beginnings {
    around: Vec<(String, String)>,
    /// Numbers are read as Transit reads them: `+3` and `003` for 3, 0 for 1.
    transit: bool,
}

const MARK: &str = "{{version}}";
/// Unless the key has a template (`docs/formats.md`).
const DEFAULTS: [&str; 2] = ["vault:v{{version}}:", "strongroom:v{{version}}:"];

impl Beginnings {
    /// With the template of the key, if it has one: a text with the mark `{{version}}`. Whether numbers of
    /// versions are read as Transit reads them.
    #[must_use]
    pub fn new(template: Option<&str>, transit: bool) -> Self {
        let split =
            |template: &str| template.split_once(MARK).map(|(head, tail)| (head.to_owned(), tail.to_owned()));
        Self { around: template.into_iter().chain(DEFAULTS).filter_map(split).collect(), transit }
    }

    pub(crate) fn cell(&self, cell: &[u8]) -> Cell {
        if cell.is_empty() {
            return Cell::Empty;
        }
        self.around
            .iter()
            .find_map(|(head, tail)| self.version(cell, head.as_bytes(), tail.as_bytes()))
            .map_or(Cell::Plain, Cell::Ciphertext)
    }

    fn version(&self, cell: &[u8], head: &[u8], tail: &[u8]) -> Option<u32> {
        let rest = cell.strip_prefix(head)?;
        let rest = if self.transit { rest.strip_prefix(b"+").unwrap_or(rest) } else { rest };
        // Longer numbers are no versions, unless zeros make them long.
        let zeros = rest.iter().take_while(|digit| self.transit && **digit == b'0').count();
        let digits =
            zeros + rest.iter().skip(zeros).take(11).take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = rest.split_at_checked(digits)?;
        let number: u32 = std::str::from_utf8(digits).ok()?.parse().ok()?;
        let number = if self.transit { number.max(1) } else { number };
        let canonical = (self.transit || digits.first() != Some(&b'0')) && number <= strongroom::Version::MAX;
        (canonical && rest.starts_with(tail)).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphertexts_are_told_from_text() {
        let beginnings = Beginnings::new(Some("acme-{{version}}/"), false);
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
        assert_eq!(Beginnings::new(None, false).cell(b"acme-7/AAAA"), Cell::Plain);
        assert_eq!(Beginnings::new(None, false).cell(b"\xff"), Cell::Plain);
    }

    #[test]
    fn versions_are_read_as_transit_reads_them_where_that_is_asked_for() {
        for (text, version) in
            [("003", 3), ("+3", 3), ("+003", 3), ("0", 1), ("000000000000000012", 12), ("7", 7)]
        {
            let cell = format!("vault:v{text}:AAAA");
            assert_eq!(
                Beginnings::new(None, true).cell(cell.as_bytes()),
                Cell::Ciphertext(version),
                "{cell}"
            );
            assert_eq!(
                Beginnings::new(None, false).cell(cell.as_bytes()) == Cell::Plain,
                text != "7",
                "{cell}"
            );
        }
        for text in ["", "+", "-1", "++3", "3+", " 3", "2147483648", "99999999999999999999"] {
            assert_eq!(
                Beginnings::new(None, true).cell(format!("vault:v{text}:AAAA").as_bytes()),
                Cell::Plain,
                "{text}"
            );
        }
    }

    #[test]
    fn every_ciphertext_of_the_library_is_seen() {
        let ring = strongroom::Keyring::in_memory();
        for key_type in strongroom::KeyType::ALL.iter().filter(|t| t.is_supported() && t.encrypts()) {
            let key = ring.create_key(key_type.name(), *key_type).unwrap();
            key.rotate().unwrap();
            for len in [0, 1, 100] {
                let text = key.encrypt(vec![0; len], strongroom::Aad::NONE).unwrap();
                assert_eq!(Beginnings::new(None, false).cell(text.as_bytes()), Cell::Ciphertext(2));
            }
        }
    }
}
