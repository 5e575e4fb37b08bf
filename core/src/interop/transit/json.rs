//! A small reader of JSON (RFC 8259) that borrows what it reads: a string is copied only if it has escapes,
//! and then into wiped memory.

use super::corrupt;
use crate::Error;
use crate::secret::SecretBytes;

/// Deeper nesting than this is refused. A backup has five levels.
const MAX_DEPTH: u8 = 32;

const NOT_JSON: Error = corrupt("it is not JSON");

pub(super) struct Json<'a> {
    input: &'a [u8],
    at: usize,
    depth: u8,
}

/// A string. It may be a secret.
pub(super) enum Text<'a> {
    Borrowed(&'a str),
    Unescaped(SecretBytes),
}

impl Text<'_> {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Unescaped(bytes) => std::str::from_utf8(bytes.expose()).unwrap_or_default(),
        }
    }
}

impl<'a> Json<'a> {
    pub(super) fn new(input: &'a [u8]) -> Self {
        Self { input, at: 0, depth: 0 }
    }

    /// Nothing but white space follows.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        if self.peek().is_none() { Ok(()) } else { Err(NOT_JSON) }
    }

    /// Calls with the name of each member; `member` reads the value.
    pub(super) fn object(
        &mut self,
        mut member: impl FnMut(&str, &mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.listed(b'{', b'}', |json| {
            let name = json.string()?;
            json.expect(b':')?;
            member(name.as_str(), json)
        })
    }

    /// Calls for each element.
    pub(super) fn array(&mut self, element: impl FnMut(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        self.listed(b'[', b']', element)
    }

    fn listed(
        &mut self,
        open: u8,
        close: u8,
        mut one: impl FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.expect(open)?;
        if self.depth == MAX_DEPTH {
            return Err(corrupt("it is nested too deeply"));
        }
        self.depth += 1;
        if self.peek() == Some(close) {
            self.at += 1;
        } else {
            loop {
                one(self)?;
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(byte) if byte == close => break self.at += 1,
                    _ => return Err(NOT_JSON),
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Whether the value is null, which then is read.
    pub(super) fn null(&mut self) -> Result<bool, Error> {
        if self.peek() == Some(b'n') { self.word(b"null").map(|()| true) } else { Ok(false) }
    }

    pub(super) fn boolean(&mut self) -> Result<bool, Error> {
        match self.peek() {
            Some(b't') => self.word(b"true").map(|()| true),
            Some(b'f') => self.word(b"false").map(|()| false),
            _ => Err(WRONG_TYPE),
        }
    }

    /// A whole number, as Go reads one into an `int`: no fraction, no exponent.
    pub(super) fn integer(&mut self) -> Result<i64, Error> {
        if !matches!(self.peek(), Some(b'-' | b'0'..=b'9')) {
            return Err(WRONG_TYPE);
        }
        let number = std::str::from_utf8(self.number()?).map_err(|_| NOT_JSON)?;
        number.parse().map_err(|_| corrupt("a number in it is not whole, or too large"))
    }

    /// The digits of a whole number that is not negative, of any length.
    pub(super) fn digits(&mut self) -> Result<&'a [u8], Error> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(WRONG_TYPE);
        }
        self.number()
    }

    pub(super) fn string(&mut self) -> Result<Text<'a>, Error> {
        if self.peek() != Some(b'"') {
            return Err(WRONG_TYPE);
        }
        self.at += 1;
        let rest = self.input.get(self.at..).unwrap_or_default();
        let plain =
            rest.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20).ok_or(NOT_JSON)?;
        let text = rest.get(..plain).unwrap_or_default();
        if rest.get(plain) == Some(&b'"') {
            self.at += plain + 1;
            return std::str::from_utf8(text).map(Text::Borrowed).map_err(|_| NOT_JSON);
        }
        self.escaped().map(Text::Unescaped)
    }

    /// The rest of a string that has escapes, in wiped memory and never longer than it is written.
    fn escaped(&mut self) -> Result<SecretBytes, Error> {
        let mut text = SecretBytes::zeroed(0);
        loop {
            match self.next()? {
                b'"' => break,
                b'\\' => {
                    let char = match self.next()? {
                        plain @ (b'"' | b'\\' | b'/') => char::from(plain),
                        b'b' => '\u{8}',
                        b'f' => '\u{c}',
                        b'n' => '\n',
                        b'r' => '\r',
                        b't' => '\t',
                        b'u' => self.code_point()?,
                        _ => return Err(NOT_JSON),
                    };
                    text.append(char.encode_utf8(&mut [0; 4]).as_bytes());
                }
                byte if byte < 0x20 => return Err(NOT_JSON),
                byte => text.append(&[byte]),
            }
        }
        if std::str::from_utf8(text.expose()).is_ok() { Ok(text) } else { Err(NOT_JSON) }
    }

    fn code_point(&mut self) -> Result<char, Error> {
        let high = self.hex4()?;
        if !(0xd800..0xdc00).contains(&high) {
            return char::from_u32(high).ok_or(NOT_JSON);
        }
        if (self.next()?, self.next()?) != (b'\\', b'u') {
            return Err(NOT_JSON);
        }
        let low = self.hex4()?.checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or(NOT_JSON)?;
        char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + low).ok_or(NOT_JSON)
    }

    fn hex4(&mut self) -> Result<u32, Error> {
        (0..4).try_fold(0, |value, _| Ok(value << 4 | char::from(self.next()?).to_digit(16).ok_or(NOT_JSON)?))
    }

    /// Passes over a value of any kind.
    pub(super) fn skip(&mut self) -> Result<(), Error> {
        match self.peek() {
            Some(b'{') => self.object(|_, json| json.skip()),
            Some(b'[') => self.array(Self::skip),
            Some(b'"') => self.string().map(drop),
            Some(b't' | b'f') => self.boolean().map(drop),
            Some(b'n') => self.word(b"null"),
            _ => self.number().map(drop),
        }
    }

    /// The text of a number.
    fn number(&mut self) -> Result<&'a [u8], Error> {
        self.peek();
        let rest = self.input.get(self.at..).unwrap_or_default();
        let len = rest
            .iter()
            .position(|byte| !matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'))
            .unwrap_or(rest.len());
        let number = rest.get(..len).unwrap_or_default();
        let digits = number.strip_prefix(b"-").unwrap_or(number);
        // A leading zero is another spelling that JSON does not have; fractions and exponents are left to
        // whoever wants the value.
        let proper = matches!(digits, [b'0'] | [b'0', b'.' | b'e' | b'E', ..] | [b'1'..=b'9', ..]);
        self.at += len;
        if proper { Ok(number) } else { Err(NOT_JSON) }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), Error> {
        let here = self.input.get(self.at..).unwrap_or_default();
        if !here.starts_with(word) {
            return Err(NOT_JSON);
        }
        self.at += word.len();
        Ok(())
    }

    fn expect(&mut self, byte: u8) -> Result<(), Error> {
        match self.peek() {
            Some(found) if found == byte => {
                self.at += 1;
                Ok(())
            }
            Some(_) if byte != b':' => Err(WRONG_TYPE),
            _ => Err(NOT_JSON),
        }
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        while matches!(self.input.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        self.input.get(self.at).copied()
    }

    fn next(&mut self) -> Result<u8, Error> {
        let byte = self.input.get(self.at).copied().ok_or(NOT_JSON)?;
        self.at += 1;
        Ok(byte)
    }
}

const WRONG_TYPE: Error = corrupt("a value in it is of another type than it has to be");

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<(), Error> {
        let mut json = Json::new(text.as_bytes());
        json.skip()?;
        json.end()
    }

    #[test]
    fn skips_json_and_nothing_else() {
        for good in [
            "{}",
            " [1 , -2.5e+3, \"a\\u00e9\\\"\\ud83d\\ude00\", {\"a\":[null,true,false,{}]}]\n",
            "0",
            "\"\"",
            "-0.1",
        ] {
            assert_eq!(all(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "{,}",
            "[1 2]",
            "\"a",
            "\"\\x\"",
            "\"\\ud83d\"",
            "\"\\udc00\"",
            "nul",
            "tru",
            "01",
            "-",
            "[1}",
            "1 1",
            "\"\n\"",
            "{a:1}",
        ] {
            assert!(all(bad).is_err(), "{bad}");
        }
        assert!(all(&"[".repeat(100_000)).is_err());
        assert_eq!(all(&format!("{}{}", "[".repeat(32), "]".repeat(32))), Ok(()));
    }

    #[test]
    fn strings_are_what_was_meant() {
        let text = |text: &str| Json::new(text.as_bytes()).string().map(|text| text.as_str().to_owned());
        assert_eq!(text(r#""a<b\/""#).unwrap(), "a<b/");
        assert_eq!(text(r#""é\u00e9\ud83d\ude00\n""#).unwrap(), "éé😀\n");
        assert!(matches!(Json::new(b"\"plain\"").string(), Ok(Text::Borrowed("plain"))));
        assert!(Json::new(&[b'"', 0xff, b'"']).string().is_err());
        assert!(Json::new(&[b'"', b'\\', b'n', 0xff, b'"']).string().is_err());
    }

    #[test]
    fn integers_are_whole() {
        for (text, value) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("1.0", None),
            ("1e3", None),
            ("\"1\"", None),
        ] {
            assert_eq!(Json::new(text.as_bytes()).integer().ok(), value, "{text}");
        }
    }
}
