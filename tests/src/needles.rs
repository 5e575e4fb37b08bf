//! Looking for secrets in what was printed.

use base64_simd::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::collections::HashMap;

/// Any piece of a secret as long as this counts.
const PIECE: usize = 8;

/// So many characters of base64 count.
const BASE64: usize = 10;

/// Every way in which a piece of some secrets can be written, by the form of a text in which it would stand.
#[derive(Debug, Default)]
pub struct Needles {
    text: Spellings,
    compact: Spellings,
    lower: Spellings,
    digits: Spellings,
}

/// A secret, by its place in the list, and the spelling in which it was found.
pub type Found = (usize, &'static str);

impl Needles {
    /// Of these secrets.
    ///
    /// # Panics
    /// When one is too short to be told from anything else.
    pub fn new<T: AsRef<[u8]>>(secrets: &[T]) -> Self {
        let mut needles = Self::default();
        for (number, secret) in secrets.iter().enumerate() {
            let secret = secret.as_ref();
            assert!(secret.len() >= PIECE, "too short to look for");
            secret.windows(PIECE).for_each(|piece| needles.add_piece(number, piece));
            needles.add_base64(number, secret);
        }
        needles
    }

    fn add_piece(&mut self, number: usize, piece: &[u8]) {
        let list = |one: fn(&u8) -> String| piece.iter().map(one).collect::<Vec<_>>().join(",");
        let raw = String::from_utf8_lossy(piece);
        self.text.add(&raw, (number, "raw"));
        self.text.add(&piece.escape_ascii().to_string(), (number, "raw"));
        if raw.trim().len() == PIECE {
            self.compact.add(&raw.split_whitespace().collect::<String>(), (number, "raw"));
        }
        self.digits.add(&hex::encode(piece), (number, "hexadecimal"));
        self.compact.add(&list(u8::to_string), (number, "a list of numbers"));
        self.lower.add(&list(|byte| format!("{byte:x}")), (number, "a list of hexadecimal numbers"));
    }

    /// At each of the three places that a secret can have among the groups of base64. The characters at both
    /// ends depend on what stands beside it.
    fn add_base64(&mut self, number: usize, secret: &[u8]) {
        for before in 0..3 {
            let shifted = [&vec![0; before], secret].concat();
            for (encoded, spelling) in [
                (STANDARD_NO_PAD.encode_to_string(&shifted), "base64"),
                (URL_SAFE_NO_PAD.encode_to_string(&shifted), "base64url"),
            ] {
                let inside = encoded.get(4..encoded.len() - 4).unwrap_or_default();
                for at in 0..(inside.len() + 1).saturating_sub(BASE64) {
                    self.compact.add(&inside[at..at + BASE64], (number, spelling));
                }
            }
        }
    }

    /// Whether a text holds a piece of a secret: raw, in hexadecimal digits, in base64, or as a list of
    /// numbers. White space, `0x` and the case of hexadecimal digits make no difference.
    pub fn find(&self, text: &str) -> Option<Found> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let lower = compact.to_ascii_lowercase();
        let digits = lower.replace("0x", "").replace(',', "");
        let forms =
            [(&self.text, text), (&self.compact, &compact), (&self.lower, &lower), (&self.digits, &digits)];
        forms.into_iter().find_map(|(spellings, form)| spellings.find(form.as_bytes()))
    }
}

/// Whether a text holds a piece of one secret, and in which spelling.
///
/// # Panics
/// When the secret is too short to be told from anything else.
pub fn find(secret: &[u8], text: &str) -> Option<&'static str> {
    Needles::new(&[secret]).find(text).map(|(_, spelling)| spelling)
}

/// What is looked for in one form of a text: all of it in one pass, by how it begins.
#[derive(Debug, Default)]
struct Spellings {
    by_beginning: HashMap<[u8; BEGINNING], Vec<Spelled>>,
}

/// A spelling, and of what it is one.
type Spelled = (Box<[u8]>, Found);

/// Shorter is only what is mostly white space, which says nothing when that is left out.
const BEGINNING: usize = 4;

impl Spellings {
    fn add(&mut self, spelling: &str, found: Found) {
        if let Some(beginning) = spelling.as_bytes().first_chunk() {
            self.by_beginning.entry(*beginning).or_default().push((spelling.as_bytes().into(), found));
        }
    }

    fn find(&self, form: &[u8]) -> Option<Found> {
        (0..form.len()).find_map(|at| {
            let rest = &form[at..];
            let begin_so = self.by_beginning.get(rest.first_chunk::<BEGINNING>()?)?;
            begin_so.iter().find(|(spelling, _)| rest.starts_with(spelling)).map(|(_, found)| *found)
        })
    }
}
