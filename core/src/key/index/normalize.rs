//! What is done to a value before it is indexed.

use crate::Error;
use crate::held::Held;
use crate::secret::SecretBytes;
use crate::wire::MAX_MESSAGE;

#[cfg(feature = "normalize")]
use crate::error::{Near, invalid};
#[cfg(feature = "normalize")]
use crate::unicode::Characters;

/// A step of how a value is normalised before its index is made, so that spellings of one thing are found by
/// each other.
///
/// The tables are those of Unicode 16.0, and stay so: what was indexed stays findable. Nothing here knows a
/// language.
///
/// ```
/// use strongroom::Normalize;
/// assert_eq!("casefold".parse(), Ok(Normalize::Casefold));
/// assert_eq!(Normalize::Email.name(), "email");
/// assert!("none".parse::<Normalize>().is_err()); // that is no step: leave it out
/// ```
#[cfg(feature = "normalize")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Normalize {
    /// White space at both ends is taken off.
    Trim,
    /// Normalization Form KC: compatible characters are one, such as full-width letters and ligatures.
    Nfkc,
    /// Full case folding: capital and small letters are one, and `ß` and `ss`.
    Casefold,
    /// Decimal digits of all scripts are left, as those of ASCII. For telephone and card numbers.
    Digits,
    /// [`Trim`](Self::Trim), Normalization Form C, [`Casefold`](Self::Casefold), and Normalization Form C
    /// once more. Dots and what follows a plus stay: they mean something to some providers.
    Email,
}

#[cfg(feature = "normalize")]
impl Normalize {
    /// Each of them.
    pub const ALL: &'static [Self] = &[Self::Trim, Self::Nfkc, Self::Casefold, Self::Digits, Self::Email];

    /// As it is called in every language.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trim => "trim",
            Self::Nfkc => "nfkc",
            Self::Casefold => "casefold",
            Self::Digits => "digits",
            Self::Email => "email",
        }
    }
}

/// What steps are called elsewhere, and here.
#[cfg(feature = "normalize")]
const ELSEWHERE: [(&str, &str); 17] = [
    ("case-fold", "casefold"),
    ("e-mail", "email"),
    ("fold", "casefold"),
    ("lower", "casefold"),
    ("lowercase", "casefold"),
    ("mail", "email"),
    ("nfc", "nfkc"),
    ("nfd", "nfkc"),
    ("nfkd", "nfkc"),
    ("number", "digits"),
    ("numeric", "digits"),
    ("phone", "digits"),
    ("strip", "trim"),
    ("tolower", "casefold"),
    ("unicode", "nfkc"),
    ("upper", "casefold"),
    ("whitespace", "trim"),
];

#[cfg(feature = "normalize")]
impl Normalize {
    /// For bindings: what was perhaps meant by a name that [`parse`](str::parse) does not know, as the end of
    /// a sentence.
    ///
    /// ```
    /// use strongroom::Normalize;
    /// assert_eq!(Normalize::meant_by("lower").as_deref(), Some("did you mean \"casefold\"?"));
    /// let several = Normalize::meant_by("nfkc,casefold").unwrap();
    /// assert!(several.contains("a list with one name for each, \"nfkc\" and \"casefold\""));
    /// assert_eq!(Normalize::meant_by("rot13"), None);
    /// ```
    #[doc(hidden)]
    pub fn meant_by(name: &str) -> Option<String> {
        let quoted = |step: &String| format!("{step:?}");
        match Self::those_meant_by(name)?.as_slice() {
            [step] => Some(format!("did you mean {step:?}?")),
            steps => Some(format!(
                "several steps are a list with one name for each, {}",
                steps.iter().map(quoted).collect::<Vec<_>>().join(" and ")
            )),
        }
    }

    /// For the command line: the steps that were perhaps meant by a name, several where it holds several.
    ///
    /// ```
    /// use strongroom::Normalize;
    /// assert_eq!(Normalize::those_meant_by("NFKC, lower").unwrap(), ["nfkc", "casefold"]);
    /// ```
    #[doc(hidden)]
    pub fn those_meant_by(name: &str) -> Option<Vec<String>> {
        let plain = |name: &str| name.trim().to_lowercase().replace('_', "-");
        let known = |name: &str| -> Option<&'static str> {
            let name = plain(name);
            let elsewhere = ELSEWHERE.iter().find(|(elsewhere, _)| *elsewhere == name);
            let near = Near::of(&name, Self::ALL.iter().map(|step| step.name()));
            let step = Self::ALL.iter().find(|step| near.name() == Some(step.name()));
            elsewhere.map(|(_, here)| *here).or(step.map(|step| step.name()))
        };
        let parts = name.split([',', ';', '+', '|', ' ']).filter(|part| !part.is_empty());
        let steps = parts.map(|part| known(part).map(str::to_owned)).collect::<Option<Vec<_>>>();
        steps.filter(|steps| !steps.is_empty())
    }
}

#[cfg(feature = "normalize")]
impl std::str::FromStr for Normalize {
    type Err = Error;

    /// By its [`name`](Self::name).
    fn from_str(name: &str) -> Result<Self, Error> {
        let found = Self::ALL.iter().copied().find(|step| step.name() == name);
        found.ok_or(Error::InvalidOption { reason: invalid::UNKNOWN_NORMALIZATION })
    }
}

/// Without the tables there is no step.
#[cfg(not(feature = "normalize"))]
#[derive(Debug, Clone, Copy)]
pub(crate) enum Normalize {}

/// A normalised value, in memory that is wiped.
#[derive(Default)]
pub(super) struct Value {
    held: Option<Held>,
    made: Option<SecretBytes>,
}

impl Value {
    /// Takes what a caller gave, does each step to it, and gives what is left, which is not empty.
    #[inline]
    pub(super) fn take<'a>(&'a mut self, given: &[u8], steps: &[Normalize]) -> Result<&'a str, Error> {
        if given.len() > MAX_MESSAGE {
            return Err(Error::MessageTooLong);
        }
        let Self { held, made } = self;
        let copied = Held::copy(held, given);
        let text = if copied.is_ascii() {
            of_ascii(copied, steps)
        } else {
            std::str::from_utf8(copied).map_err(|_| NOT_TEXT)?;
            if steps.is_empty() { &*copied } else { made.insert(of_any(copied, steps)).expose() }
        };
        if text.is_empty() { Err(EMPTY) } else { std::str::from_utf8(text).map_err(|_| NOT_TEXT) }
    }
}

const NOT_TEXT: Error = Error::InvalidValue { reason: "it is not UTF-8" };
const EMPTY: Error =
    Error::InvalidValue { reason: "it is empty, or nothing is left of it once it is normalised" };

/// Needs no table, and is done in place.
#[cfg(feature = "normalize")]
fn of_ascii<'a>(mut text: &'a mut [u8], steps: &[Normalize]) -> &'a [u8] {
    for step in steps {
        match step {
            Normalize::Nfkc => {}
            Normalize::Casefold => text.make_ascii_lowercase(),
            Normalize::Trim => text = trimmed(text),
            Normalize::Email => {
                text = trimmed(text);
                text.make_ascii_lowercase();
            }
            Normalize::Digits => {
                let mut kept = 0;
                for at in 0..text.len() {
                    if text.get(at).is_some_and(u8::is_ascii_digit) {
                        text.swap(kept, at);
                        kept += 1;
                    }
                }
                text = text.get_mut(..kept).unwrap_or_default();
            }
        }
    }
    text
}

#[cfg(feature = "normalize")]
fn trimmed(text: &mut [u8]) -> &mut [u8] {
    // Of ASCII, the property `White_Space` has these.
    let is_kept = |byte: &u8| !matches!(byte, b'\t'..=b'\r' | b' ');
    let Some(first) = text.iter().position(is_kept) else { return &mut [] };
    let behind = text.iter().rposition(is_kept).map_or(first, |last| last + 1);
    text.get_mut(first..behind).unwrap_or_default()
}

#[cfg(feature = "normalize")]
fn of_any(text: &[u8], steps: &[Normalize]) -> SecretBytes {
    let mut characters = Characters::of(std::str::from_utf8(text).unwrap_or_default());
    for step in steps {
        characters = match step {
            Normalize::Trim => characters.trimmed(),
            Normalize::Nfkc => characters.compatible(),
            Normalize::Casefold => characters.folded(),
            Normalize::Digits => characters.digits(),
            Normalize::Email => characters.trimmed().composed().folded().composed(),
        };
    }
    characters.to_text()
}

#[cfg(not(feature = "normalize"))]
fn of_ascii<'a>(text: &'a mut [u8], _: &[Normalize]) -> &'a [u8] {
    text
}

#[cfg(not(feature = "normalize"))]
fn of_any(text: &[u8], _: &[Normalize]) -> SecretBytes {
    SecretBytes::copy_of(text)
}

#[cfg(test)]
#[cfg(feature = "normalize")]
mod tests {
    use super::*;

    /// Whatever is done without the tables is what they say.
    #[test]
    fn ascii_is_done_as_everything_else() {
        let texts: Vec<String> = (0..=127u8)
            .flat_map(|a| {
                [
                    format!("{}", char::from(a)),
                    format!(" A{}z1\t", char::from(a)),
                    format!("x{0}{0}", char::from(a)),
                ]
            })
            .collect();
        let lists: Vec<Vec<Normalize>> = Normalize::ALL
            .iter()
            .flat_map(|one| Normalize::ALL.iter().map(|other| vec![*one, *other]).chain([vec![*one]]))
            .collect();
        for text in &texts {
            for steps in &lists {
                let mut bytes = text.clone().into_bytes();
                assert_eq!(
                    of_ascii(&mut bytes, steps),
                    of_any(text.as_bytes(), steps).expose(),
                    "{text:?} {steps:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_value_is_refused() {
        let take = |given: &[u8], steps: &[Normalize]| Value::default().take(given, steps).map(str::to_owned);
        assert_eq!(take(b"", &[]), Err(EMPTY));
        assert_eq!(take(b" \n", &[Normalize::Email]), Err(EMPTY));
        assert_eq!(take("½\u{2003}".as_bytes(), &[Normalize::Digits]), Err(EMPTY));
        for given in [&b"\xff"[..], b"a\xc3", b"\xed\xa0\x80", b"\xc0\xaf"] {
            assert_eq!(take(given, &[]), Err(NOT_TEXT), "{given:?}");
            assert_eq!(take(given, &[Normalize::Digits]), Err(NOT_TEXT), "{given:?}");
        }
        assert_eq!(take("ñ".repeat(300).as_bytes(), &[]), Ok("ñ".repeat(300)));
        assert_eq!(take("Ñ".repeat(300).as_bytes(), &[Normalize::Email]), Ok("ñ".repeat(300)));
        assert_eq!(take("N".repeat(300).as_bytes(), &[Normalize::Casefold]), Ok("n".repeat(300)));
    }
}
