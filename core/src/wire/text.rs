//! The text form: `<prefix>v<N>:<base64>`, or with a key's version template `<head><N><tail><base64>`.
//!
//! One payload has one text: any other spelling is malformed.

use super::base64::Alphabet;
use super::{MAX_MESSAGE, MAX_OVERHEAD, Malformed, go_base64};
use crate::version::Version;
use base64_simd::{AsOut, STANDARD, URL_SAFE_NO_PAD};

/// What the text of a version starts with, unless the key has a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefix {
    /// `strongroom:v`, for the types that Transit does not have.
    Strongroom,
    /// `vault:v`, for those that it has.
    Vault,
}

impl Prefix {
    pub(super) const fn head(self) -> &'static str {
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

fn split<'a>(text: &'a str, head: &str, tail: &str) -> Option<(Version, &'a str)> {
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

/// The payload of a text, decoded where it will be read: on the stack if it is small. It is filled in place,
/// since moving it would cost as much as decoding.
pub(crate) struct Decoded {
    small: [u8; SMALL],
    /// In use if it is not empty.
    large: Vec<u8>,
    len: usize,
}

impl Decoded {
    pub(crate) fn nothing() -> Self {
        Self { small: [0; SMALL], large: Vec::new(), len: 0 }
    }

    /// Strictly: no other alphabet, no line breaks, padding as it has to be, spare bits zero.
    pub(crate) fn read(&mut self, base64: &str, alphabet: Alphabet) -> Result<&[u8], Malformed> {
        self.fill(base64, alphabet)?;
        Ok(self.bytes())
    }

    /// As Go reads it. What is written strictly, as nearly everything is, is read so.
    pub(crate) fn read_as_go(&mut self, base64: &str, alphabet: Alphabet) -> Result<&[u8], Malformed> {
        if self.fill(base64, alphabet).is_err() {
            let bytes = go_base64::decode(base64.as_bytes(), alphabet)?;
            if bytes.len() > MAX_MESSAGE + MAX_OVERHEAD {
                return Err(Malformed);
            }
            (self.large, self.len) = (bytes.expose().to_vec(), 0);
        }
        Ok(self.bytes())
    }

    fn fill(&mut self, base64: &str, alphabet: Alphabet) -> Result<(), Malformed> {
        let codec = match alphabet {
            Alphabet::Standard => &STANDARD,
            Alphabet::UrlSafe => &URL_SAFE_NO_PAD,
        };
        let base64 = base64.as_bytes();
        if base64.len() > (MAX_MESSAGE + MAX_OVERHEAD).div_ceil(3) * 4 {
            return Err(Malformed);
        }
        let len = codec.decoded_length(base64).map_err(|_| Malformed)?;
        if len <= SMALL {
            codec.decode(base64, self.small.as_mut_slice().as_out()).map_err(|_| Malformed)?;
            self.len = len;
        } else {
            self.large = codec.decode_to_vec(base64).map_err(|_| Malformed)?;
        }
        Ok(())
    }

    fn bytes(&self) -> &[u8] {
        if self.large.is_empty() { self.small.get(..self.len).unwrap_or_default() } else { &self.large }
    }
}

/// Payloads up to this length are made and read on the stack.
const SMALL: usize = 256;

/// The text of a payload that `fill` writes, with one allocation.
pub(crate) fn write<E>(
    template: Option<&Template>,
    prefix: Prefix,
    version: Version,
    alphabet: Alphabet,
    payload_len: usize,
    fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
) -> Result<String, E> {
    let mut digits = [0; 10];
    let (head, digits, tail) = parts(template, prefix, version, &mut digits);
    let len = head.len() + digits.len() + tail.len() + payload_len.div_ceil(3) * 4;
    if payload_len <= SMALL {
        let mut payload = [0; SMALL];
        let payload = payload.get_mut(..payload_len).unwrap_or_default();
        fill(payload)?;
        let mut text = String::with_capacity(len);
        text.push_str(head);
        digits.iter().for_each(|digit| text.push(char::from(*digit)));
        text.push_str(tail);
        match alphabet {
            Alphabet::Standard => STANDARD.encode_append(payload, &mut text),
            Alphabet::UrlSafe => URL_SAFE_NO_PAD.encode_append(payload, &mut text),
        }
        return Ok(text);
    }
    let mut buffer = vec![0; len];
    let (at, base64) = put_head(&mut buffer, head, digits, tail);
    let payload_at = base64.len() - payload_len;
    fill(base64.get_mut(payload_at..).unwrap_or_default())?;
    let written = at + encode_in_place(base64, payload_at, payload_len, alphabet);
    buffer.truncate(written);
    Ok(String::from_utf8(buffer).unwrap_or_default())
}

/// Writes a text into a buffer that has the room which [`length`] names, and gives its length. The buffer is
/// the caller's, so the payload is not made in it but in memory of ours, and nothing that was written is
/// read again.
pub(crate) fn write_into<E>(
    template: Option<&Template>,
    prefix: Prefix,
    version: Version,
    alphabet: Alphabet,
    payload_len: usize,
    out: &mut [u8],
    fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
) -> Result<usize, E> {
    let mut digits = [0; 10];
    let (head, digits, tail) = parts(template, prefix, version, &mut digits);
    let mut small = [0; SMALL];
    let mut large;
    let payload = match small.get_mut(..payload_len) {
        Some(payload) => payload,
        None => {
            large = vec![0; payload_len];
            large.as_mut_slice()
        }
    };
    // Nothing is written if this fails.
    fill(payload)?;
    let (at, base64) = put_head(out, head, digits, tail);
    Ok(at + encode(payload, base64, alphabet))
}

/// Writes what stands before the base64. Gives its length, and the rest of the buffer.
fn put_head<'a>(out: &'a mut [u8], head: &str, digits: &[u8], tail: &str) -> (usize, &'a mut [u8]) {
    let mut at = 0;
    for part in [head.as_bytes(), digits, tail.as_bytes()] {
        out.get_mut(at..at + part.len()).unwrap_or_default().copy_from_slice(part);
        at += part.len();
    }
    (at, out.get_mut(at..).unwrap_or_default())
}

fn parts<'a>(
    template: Option<&'a Template>,
    prefix: Prefix,
    version: Version,
    digits: &'a mut [u8; 10],
) -> (&'a str, &'a [u8], &'a str) {
    let (head, tail) = template.map_or((prefix.head(), TAIL), Template::parts);
    (head, decimal(version.get(), digits), tail)
}

fn encode(payload: &[u8], out: &mut [u8], alphabet: Alphabet) -> usize {
    match alphabet {
        Alphabet::Standard => STANDARD.encode(payload, out.as_out()).len(),
        Alphabet::UrlSafe => URL_SAFE_NO_PAD.encode(payload, out.as_out()).len(),
    }
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

/// The text of a payload that is there.
pub(crate) fn of(
    template: Option<&Template>,
    prefix: Prefix,
    version: Version,
    alphabet: Alphabet,
    payload: &[u8],
) -> String {
    let copied = write(template, prefix, version, alphabet, payload.len(), |out| {
        out.copy_from_slice(payload);
        Ok::<_, std::convert::Infallible>(())
    });
    match copied {
        Ok(text) => text,
    }
}

/// Encodes a payload that lies in the end of its own base64 towards the front. Each chunk is moved aside
/// before its place may be written over: with `c` of `P` payload bytes done, what is written ends at `4c/3`,
/// and what is still to be read begins at `4P/3 − P + c`, which is not less.
fn encode_in_place(base64: &mut [u8], payload_at: usize, payload_len: usize, alphabet: Alphabet) -> usize {
    const CHUNK: usize = 6144;
    let mut aside = [0; CHUNK];
    let (mut read, mut write) = (payload_at, 0);
    while read < payload_at + payload_len {
        let len = CHUNK.min(payload_at + payload_len - read);
        let (Some(aside), Some(source)) = (aside.get_mut(..len), base64.get(read..read + len)) else { break };
        aside.copy_from_slice(source);
        write += encode(aside, base64.get_mut(write..).unwrap_or_default(), alphabet);
        read += len;
    }
    write
}

fn decimal(mut number: u32, digits: &mut [u8; 10]) -> &[u8] {
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
        assert_eq!(Decoded::nothing().read(parsed.base64, alphabet).unwrap(), payload);
    }

    #[test]
    fn what_is_written_is_read() {
        let template = Template::new("app-{{version}}-").unwrap();
        for len in (0..600).chain([3071, 3072, 3073, 6143, 6144, 6145, 6147, 20_000]) {
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
