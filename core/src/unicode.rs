//! How text is normalised by the tables of Unicode 16.0 (`docs/formats.md`, section 17). They stay those for
//! ever: what was indexed by them must stay findable, so no crate is asked that moves on.

mod forms;
mod tables;

use crate::secret::SecretBytes;
use zeroize::Zeroizing;

/// Characters of a text that may be secret, wiped, also where their memory has to grow.
pub(crate) struct Characters(Zeroizing<Vec<char>>);

impl Characters {
    pub(crate) fn of(text: &str) -> Self {
        let mut characters = Self::with_room(text.chars().count());
        text.chars().for_each(|character| characters.push(character));
        characters
    }

    fn with_room(len: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(len)))
    }

    fn push(&mut self, character: char) {
        if self.0.len() == self.0.capacity() {
            let mut larger = Vec::with_capacity((2 * self.0.len()).max(16));
            larger.extend_from_slice(&self.0);
            // What it was is wiped as it is dropped.
            self.0 = Zeroizing::new(larger);
        }
        self.0.push(character);
    }

    /// The text, in UTF-8.
    pub(crate) fn to_text(&self) -> SecretBytes {
        let mut text = SecretBytes::zeroed(self.0.iter().map(|character| character.len_utf8()).sum());
        let mut rest = text.expose_mut();
        for character in self.0.iter() {
            let Some((place, behind)) = rest.split_at_mut_checked(character.len_utf8()) else { break };
            character.encode_utf8(place);
            rest = behind;
        }
        text
    }

    /// Without white space at both ends.
    pub(crate) fn trimmed(self) -> Self {
        let is_kept = |character: &char| !is_white_space(*character);
        let Some(first) = self.0.iter().position(is_kept) else { return Self::with_room(0) };
        let behind = self.0.iter().rposition(is_kept).map_or(first, |last| last + 1);
        let mut kept = Self::with_room(behind - first);
        self.0.get(first..behind).unwrap_or_default().iter().for_each(|character| kept.push(*character));
        kept
    }

    /// Full case folding: the mappings C and F.
    pub(crate) fn folded(self) -> Self {
        let mut folded = Self::with_room(self.0.len());
        for character in self.0.iter() {
            tables::fold(*character, |to| folded.push(to));
        }
        folded
    }

    /// The digits of all scripts, as those of ASCII; everything else is dropped.
    pub(crate) fn digits(self) -> Self {
        let mut digits = Self::with_room(self.0.len());
        self.0.iter().filter_map(|character| tables::digit(*character)).for_each(|digit| digits.push(digit));
        digits
    }
}

/// The property `White_Space`.
fn is_white_space(character: char) -> bool {
    matches!(
        character,
        '\t'..='\r' | ' ' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}'
            | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(characters: &Characters) -> String {
        String::from_utf8(characters.to_text().expose().to_vec()).unwrap()
    }

    #[test]
    fn what_goes_in_comes_out() {
        for given in ["", "a", "ñ\u{10ffff}\0\u{d7ff}", &"xñ".repeat(1000)] {
            assert_eq!(text(&Characters::of(given)), given);
        }
        let mut grown = Characters::with_room(0);
        "xñ\u{1f600}".repeat(100).chars().for_each(|character| grown.push(character));
        assert_eq!(text(&grown), "xñ\u{1f600}".repeat(100));
    }

    #[test]
    fn what_is_white_space_to_the_standard_library_is_so_here() {
        for character in '\0'..=char::MAX {
            assert_eq!(is_white_space(character), character.is_whitespace(), "{character:?}");
        }
    }

    /// The vectors have the rest, over every character that has a mapping.
    #[test]
    fn each_step_does_what_it_says() {
        let of = |given: &str, step: fn(Characters) -> Characters| text(&step(Characters::of(given)));
        assert_eq!(of(" \u{3000}a b\u{85}\n", Characters::trimmed), "a b");
        assert_eq!(of(" \n", Characters::trimmed), "");
        assert_eq!(of("STRASSE ß \u{1e9e} İ \u{fb03}", Characters::folded), "strasse ss ss i\u{307} ffi");
        assert_eq!(of("+49 \u{661}x\u{1d7d9}½", Characters::digits), "4911");
        assert_eq!(of("e\u{301}\u{1100}\u{1161}\u{11a8}", Characters::composed), "é각");
        assert_eq!(of("a\u{301}\u{323}", Characters::composed), "\u{1ea1}\u{301}");
        assert_eq!(of("\u{fdfa}①Å", Characters::compatible), "صلى الله عليه وسلم1Å");
        // A starter between keeps a mark from what it would go with, and so does a mark of its own class.
        assert_eq!(of("e\u{34f}\u{301}", Characters::composed), "e\u{34f}\u{301}");
        assert_eq!(of("e\u{30d}\u{301}", Characters::composed), "e\u{30d}\u{301}");
        // What composition excludes comes apart and stays so.
        assert_eq!(of("\u{958}\u{2126}", Characters::composed), "\u{915}\u{93c}Ω");
    }
}
