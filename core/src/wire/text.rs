//! The text form: `<prefix>v<N>:<base64>`, or with a key's version template `<head><N><tail><base64>`.
//!
//! One payload has one text: any other spelling is malformed.

use super::Malformed;
use crate::version::Version;

mod decoded;
mod written;

pub(crate) use decoded::{Block, Decoded};
pub(crate) use written::{around, of, write, write_into};

/// What the text of a version starts with, unless the key has a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefix {
    /// `strongroom:v`, for the types that Transit does not have.
    Strongroom,
    /// `vault:v`, for those that it has.
    Vault,
}

impl Prefix {
    pub(crate) const fn head(self) -> &'static str {
        match self {
            Self::Strongroom => "strongroom:v",
            Self::Vault => "vault:v",
        }
    }
}

pub(super) const TAIL: &str = ":";

/// A key's own form: the text before the number and the text after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    text: Box<str>,
    number_at: usize,
}

impl Template {
    const MARK: &'static str = "{{version}}";

    /// `None` unless there are 12 to 128 printable ASCII characters, with `{{version}}` once and, after it,
    /// something that does not begin with a digit: else a number could not be told from what follows.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let number_at = text.find(Self::MARK)?;
        let tail = text.get(number_at + Self::MARK.len()..)?;
        let proper = text.len() <= 128
            && text.bytes().all(|b| b.is_ascii_graphic())
            && !tail.contains(Self::MARK)
            && tail.bytes().next().is_some_and(|b| !b.is_ascii_digit());
        proper.then(|| Self { text: text.into(), number_at })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether one changed character makes a text of the template one of a default form, which would be read
    /// as well.
    pub(crate) fn is_nearly_a_default(&self) -> bool {
        let (head, tail) = self.parts();
        let changes =
            |ours: &str, default: &str| ours.bytes().zip(default.bytes()).filter(|(a, b)| a != b).count();
        [Prefix::Vault, Prefix::Strongroom].iter().map(|prefix| prefix.head()).any(|default| {
            (head.len(), tail.len()) == (default.len(), TAIL.len())
                && changes(head, default) + changes(tail, TAIL) == 1
        })
    }

    pub(super) fn parts(&self) -> (&str, &str) {
        let (head, rest) = self.text.split_at(self.number_at);
        (head, rest.get(Self::MARK.len()..).unwrap_or_default())
    }
}

/// The outside of a text; the base64 is not yet looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parsed<'a> {
    /// `None` if the text is in the form of the key's template.
    pub(crate) prefix: Option<Prefix>,
    pub(crate) version: Version,
    pub(crate) base64: &'a str,
}

/// Takes a text apart, by the template first if the key has one.
pub(crate) fn parse<'a>(text: &'a str, template: Option<&Template>) -> Result<Parsed<'a>, Malformed> {
    if let Some((head, tail)) = template.map(Template::parts)
        && let Some((version, base64)) = split(text, head, tail)
    {
        return Ok(Parsed { prefix: None, version, base64 });
    }
    for prefix in [Prefix::Vault, Prefix::Strongroom] {
        if let Some((version, base64)) = split(text, prefix.head(), TAIL) {
            return Ok(Parsed { prefix: Some(prefix), version, base64 });
        }
    }
    Err(Malformed)
}

pub(super) fn split<'a>(text: &'a str, head: &str, tail: &str) -> Option<(Version, &'a str)> {
    let rest = text.strip_prefix(head)?;
    let mut number = 0u32;
    let mut len = 0;
    for digit in rest.bytes().take_while(u8::is_ascii_digit) {
        number = number.checked_mul(10)?.checked_add(u32::from(digit - b'0'))?;
        len += 1;
    }
    if rest.starts_with('0') {
        return None;
    }
    Some((Version::new(number)?, rest.get(len..)?.strip_prefix(tail)?))
}

/// Payloads up to this length are made and read on the stack.
pub(crate) const SMALL: usize = 256;

#[inline]
fn parts<'a>(
    template: Option<&'a Template>,
    prefix: Prefix,
    version: Version,
    digits: &'a mut [u8; 10],
) -> (&'a str, &'a [u8], &'a str) {
    let (head, tail) = template.map_or((prefix.head(), TAIL), Template::parts);
    (head, decimal(version.get(), digits), tail)
}

/// How long the text of a payload is in standard base64, in bytes.
pub(crate) fn length(
    template: Option<&Template>,
    prefix: Prefix,
    version: Version,
    payload_len: usize,
) -> usize {
    let (head, tail) = template.map_or((prefix.head(), TAIL), Template::parts);
    head.len() + decimal(version.get(), &mut [0; 10]).len() + tail.len() + payload_len.div_ceil(3) * 4
}

#[inline]
pub(super) fn decimal(mut number: u32, digits: &mut [u8; 10]) -> &[u8] {
    let mut at = digits.len();
    while number > 0 && at > 0 {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    digits.get(at..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::base64::Alphabet;
    use super::*;

    fn round_trip(len: usize, template: Option<&Template>, alphabet: Alphabet) {
        let payload: Vec<u8> = (0..len).map(|i| (i * 7 + i / 251) as u8).collect();
        let version = Version::new(len as u32 + 1).unwrap();
        let fill = |out: &mut [u8]| -> Result<(), ()> {
            out.copy_from_slice(&payload);
            Ok(())
        };
        let text = write(template, Prefix::Vault, version, alphabet, len, fill).unwrap();
        let needed = length(template, Prefix::Vault, version, len);
        if alphabet == Alphabet::Standard {
            assert_eq!(needed, text.len());
        }
        // A longer buffer keeps what lies behind.
        for room in [needed, needed + 9] {
            let mut buffer = vec![b'~'; room];
            assert_eq!(
                write_into(template, Prefix::Vault, version, alphabet, len, &mut buffer, fill),
                Ok(text.len())
            );
            assert_eq!(&buffer[..text.len()], text.as_bytes());
            assert!(buffer[needed..].iter().all(|byte| *byte == b'~'));
        }
        let parsed = parse(&text, template).unwrap();
        assert_eq!(parsed.version, version);
        // With room for the text, which then takes the place of the payload; with too little; with too much.
        for room in [0, len, text.len(), text.len() + 1] {
            let mut decoded = Decoded::nothing();
            decoded.read_into(parsed.base64, alphabet, room).unwrap();
            assert_eq!(decoded.bytes(), payload);
            let Some(block) = decoded.take_block() else { continue };
            assert_eq!(block.payload(), payload);
            let (memory, exact) = (block.memory.as_ptr(), block.memory.len() == needed);
            let again = around(template, Prefix::Vault, version, alphabet, block);
            assert_eq!(again, text);
            assert_eq!(again.as_ptr() == memory, exact, "{len} {room}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let template = Template::new("app-{{version}}-").unwrap();
        for len in
            (0..600).chain([2047, 2048, 2049, 3071, 6143, 6144, 6145, 6147, 20_000, 65_536, 65_537, 70_001])
        {
            for alphabet in [Alphabet::Standard, Alphabet::UrlSafe] {
                round_trip(len, None, alphabet);
                round_trip(len, Some(&template), alphabet);
            }
        }
    }

    #[test]
    fn a_text_has_one_spelling() {
        let good = |text: &str| {
            parse(text, None)
                .map(|p| Decoded::nothing().read(p.base64, Alphabet::Standard).map(|_| p.version.get()))
        };
        assert_eq!(good("vault:v1:AAA="), Ok(Ok(1)));
        assert_eq!(good("strongroom:v2147483647:"), Ok(Ok(i32::MAX as u32)));
        for text in [
            "vault:v0:",
            "vault:v01:",
            "vault:v+1:",
            "vault:v2147483648:",
            "vault:v4294967297:",
            "vault:v11111111111:",
            "vault:v:",
            "vault:1:",
            "Vault:v1:",
            " vault:v1:",
            "vault:v1",
            "",
        ] {
            assert_eq!(good(text), Err(Malformed), "{text}");
        }
        for text in
            ["AAB=", "AA==A", "AAA", "AA=", "A===", "AAAA\n", "AA\n==", " AAA=", "AA-_", "====", "AAA=AAA="]
        {
            assert_eq!(good(&format!("vault:v1:{text}")), Ok(Err(Malformed)), "{text}");
        }
    }

    #[test]
    fn templates() {
        for good in ["{{version}}:", "a{{version}}b", "vault:v{{version}}:"] {
            assert!(Template::new(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "{{version}}",
            "x{{version}}",
            "{{version}}1",
            "{{version}}:{{version}}",
            "a b{{version}}:",
            "é{{version}}:",
            &format!("{}{{{{version}}}}:", "x".repeat(117)),
        ] {
            assert!(Template::new(bad).is_none(), "{bad}");
        }
        let template = Template::new("{{version}}:").unwrap();
        assert_eq!(
            parse("7:AAAA", Some(&template)).unwrap(),
            Parsed { prefix: None, version: Version::new(7).unwrap(), base64: "AAAA" }
        );
        assert_eq!(parse("vault:v7:AAAA", Some(&template)).unwrap().prefix, Some(Prefix::Vault));
    }
}
