//! One line, byte for byte as it stands in the file, and where in it the members are.
//!
//! `serde_json` says what is JSON and where a value begins and ends; nothing of the line is written anew but
//! the strings that are to be other ones.

use crate::error::{CellFault, JsonKind, NdjsonFault};
use crate::place::{Column, Place};
use crate::source::Content;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::ops::Range;

/// A line with where the values of the members that were asked for stand.
pub struct Line {
    /// With the line end, if it has one.
    pub(super) raw: Vec<u8>,
    /// From 1.
    pub(super) number: u64,
    /// In the order in which the members were asked for; `None` for those that it does not have.
    values: Vec<Option<Range<usize>>>,
}

impl Line {
    /// Reads an object, of which these members are asked for. What is wrong comes with the position of the
    /// member in question.
    pub(super) fn parse(
        raw: Vec<u8>,
        number: u64,
        wanted: &[String],
    ) -> Result<Self, (NdjsonFault, Option<usize>)> {
        let text = std::str::from_utf8(&raw).map_err(|_| (NdjsonFault::NotUtf8, None))?;
        if has_lone_surrogate(&raw) {
            return Err((NdjsonFault::LoneSurrogate, None));
        }
        let mut twice = None;
        // Without the line end, so that an object that is cut off is said to be so at its last byte.
        let object = text.trim_end_matches(['\r', '\n']);
        let members = Members { text: object, wanted, twice: &mut twice };
        let mut json = serde_json::Deserializer::from_str(object);
        // What serde_json says of an error may quote the line.
        let read = json.deserialize_map(members).and_then(|values| json.end().map(|()| values));
        let values = match (read, twice) {
            (_, Some(position)) => return Err((NdjsonFault::TwiceInLine, position)),
            (Ok(values), None) => values,
            (Err(error), None) if error.is_data() => return Err((NdjsonFault::NotObject, None)),
            (Err(error), None) => return Err((NdjsonFault::NotJson(error.column()), None)),
        };
        Ok(Self { raw, number, values })
    }

    pub(super) fn value(&self, position: usize) -> Option<&Range<usize>> {
        self.values.get(position)?.as_ref()
    }

    /// What a member holds. `null` and a missing member are nothing.
    pub(super) fn content(&self, position: usize) -> Result<Content<'_>, CellFault> {
        let Some(raw) = self.value(position).and_then(|range| self.raw.get(range.clone())) else {
            return Ok(Content::Nothing);
        };
        let not_text = |kind| Err(CellFault::NotString(kind));
        match raw {
            [b'"', inner @ .., b'"'] if memchr::memchr(b'\\', inner).is_none() => {
                Ok(Content::Text(Cow::Borrowed(std::str::from_utf8(inner).map_err(|_| CellFault::NotUtf8)?)))
            }
            [b'"', ..] => {
                let text = serde_json::from_slice(raw).map_err(|_| CellFault::NotUtf8)?;
                Ok(Content::Text(Cow::Owned(text)))
            }
            [b'n', ..] => Ok(Content::Nothing),
            [b't' | b'f', ..] => not_text(JsonKind::Boolean),
            [b'{', ..] => not_text(JsonKind::Object),
            [b'[', ..] => not_text(JsonKind::Array),
            _ => not_text(JsonKind::Number),
        }
    }

    /// What stands before the end of the object, without the space in front of that, and the rest.
    pub(super) fn split_at_end(&self) -> (&[u8], &[u8]) {
        let end = memchr::memrchr(b'}', &self.raw).unwrap_or(self.raw.len());
        let inside = self.raw.get(..end).unwrap_or_default();
        self.raw.split_at_checked(inside.trim_ascii_end().len()).unwrap_or((&self.raw, &[]))
    }

    /// The names of all members.
    pub(super) fn names(&self) -> Vec<String> {
        let members: Option<BTreeMap<String, IgnoredAny>> = serde_json::from_slice(&self.raw).ok();
        members.into_iter().flat_map(BTreeMap::into_keys).collect()
    }

    pub(super) fn place(&self) -> Place {
        Place { row: self.number, line: self.number, column: Column::Whole }
    }
}

/// Looks for the members of an object.
struct Members<'t, 'w> {
    text: &'t str,
    wanted: &'w [String],
    /// Set where a member stands twice: to its position, if it was asked for.
    twice: &'w mut Option<Option<usize>>,
}

impl<'de> Visitor<'de> for Members<'de, '_> {
    type Value = Vec<Option<Range<usize>>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = vec![None; self.wanted.len()];
        let mut seen = HashSet::new();
        while let Some(name) = map.next_key_seed(Name)? {
            let position = self.wanted.iter().position(|wanted| *wanted == name);
            if !seen.insert(name) {
                *self.twice = Some(position);
                return Err(A::Error::custom("twice"));
            }
            let value = map.next_value::<&RawValue>()?.get();
            if let Some(place) = position.and_then(|position| values.get_mut(position)) {
                // The value is borrowed from the text, so it is known where it begins.
                let begin = value.as_ptr().addr() - self.text.as_ptr().addr();
                *place = Some(begin..begin + value.len());
            }
        }
        Ok(values)
    }
}

/// A name, borrowed where it has no escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

/// Whether an escape is half of a surrogate pair (RFC 8259 section 7). `serde_json` sees that only where it
/// decodes a string. In JSON a backslash stands in strings only, and in what is none it does not matter.
fn has_lone_surrogate(line: &[u8]) -> bool {
    let mut rest = line;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        rest = rest.get(at + 1..).unwrap_or_default();
        let (unit, behind) = match unit(rest) {
            Some(unit) => (unit, 5),
            None => (0, 1),
        };
        rest = rest.get(behind..).unwrap_or_default();
        match unit {
            0xd800..=0xdbff => match rest.strip_prefix(b"\\").and_then(self::unit) {
                Some(0xdc00..=0xdfff) => rest = rest.get(6..).unwrap_or_default(),
                _ => return true,
            },
            0xdc00..=0xdfff => return true,
            _ => {}
        }
    }
    false
}

/// The number that `uXXXX` stands for.
fn unit(escape: &[u8]) -> Option<u16> {
    let digits = escape.strip_prefix(b"u")?.get(..4)?;
    let all = digits.iter().all(u8::is_ascii_hexdigit);
    u16::from_str_radix(std::str::from_utf8(digits).ok().filter(|_| all)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_pairs_are_seen_wherever_they_stand() {
        for whole in [
            r#"{"a":"\ud83d\ude00"}"#,
            r#"{"\uD83D\uDE00":1}"#,
            r#"{"a":"\\ud800"}"#,
            r#"{"a":"\\\\ud800\u0041"}"#,
            r#"{"a":"\ud7ff\ue000\u0000"}"#,
            r#"{"a":"😀"}"#,
        ] {
            assert!(!has_lone_surrogate(whole.as_bytes()), "{whole}");
            assert!(Line::parse(whole.into(), 1, &[]).is_ok(), "{whole}");
        }
        for half in [
            r#"{"a":"\ud800"}"#,
            r#"{"a":"\udc00"}"#,
            r#"{"a":"\uDC00\uD800"}"#,
            r#"{"a":"\ud83d\ud83d\ude00"}"#,
            r#"{"a":"\ud83d \ude00"}"#,
            r#"{"a":"\ud83d\\ude00"}"#,
            r#"{"a":"\\\ud800"}"#,
            r#"{"\ud800":1}"#,
            r#"{"a":{"b":["\ud800"]}}"#,
        ] {
            assert!(has_lone_surrogate(half.as_bytes()), "{half}");
        }
    }

    #[test]
    fn values_are_found_where_they_stand() {
        let text =
            " { \"a\" : \"x\" ,\t\"\\u0062\":{\"c\":[ 1 , \"}\" ]},\"c\":null , \"d\\\"\": -1.5e+3 } \r\n";
        let wanted = ["d\"", "b", "a", "none", "c"].map(str::to_owned);
        let line = Line::parse(text.into(), 1, &wanted).map_err(|(fault, _)| fault).unwrap();
        let found: Vec<_> = (0..5).map(|at| line.value(at).map(|range| &text[range.clone()])).collect();
        assert_eq!(
            found,
            [Some("-1.5e+3"), Some("{\"c\":[ 1 , \"}\" ]}"), Some("\"x\""), None, Some("null")]
        );
        assert_eq!(line.names(), ["a", "b", "c", "d\""]);
    }
}
