//! JSON with secrets in it: written into memory that is wiped, and read without other copies.

use crate::wiped::Wiped;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use strongroom::SecretBytes;

/// An object in the making.
#[derive(Default)]
pub(crate) struct Object(Wiped);

impl Object {
    /// A member that is a text: UTF-8, secret or not.
    pub(crate) fn text(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.name(name);
        quote(&mut self.0, value.as_ref());
        self
    }

    /// A member that is a number.
    #[allow(dead_code, reason = "not every platform has one")]
    pub(crate) fn number(mut self, name: &str, value: u64) -> Self {
        self.name(name);
        self.0.push(value.to_string().as_bytes());
        self
    }

    /// A member that is an array of texts.
    #[allow(dead_code, reason = "not every platform has one")]
    pub(crate) fn texts(mut self, name: &str, values: &[&str]) -> Self {
        self.name(name);
        for (place, value) in values.iter().enumerate() {
            self.0.push(if place == 0 { b"[" } else { b"," });
            quote(&mut self.0, value.as_bytes());
        }
        self.0.push(if values.is_empty() { b"[]" } else { b"]" });
        self
    }

    /// A member whose value stands there already.
    #[allow(dead_code, reason = "not every platform has one")]
    pub(crate) fn raw(mut self, name: &str, value: &[u8]) -> Self {
        self.name(name);
        self.0.push(value);
        self
    }

    /// A member that is an object.
    #[allow(dead_code, reason = "not every platform has one")]
    pub(crate) fn object(mut self, name: &str, value: Self) -> Self {
        self.name(name);
        self.0.push(value.into_body().expose());
        self
    }

    pub(crate) fn into_body(mut self) -> SecretBytes {
        if self.0.len() == 0 {
            self.0.push(b"{");
        }
        self.0.push(b"}");
        self.0.into_secret()
    }

    fn name(&mut self, name: &str) {
        self.0.push(if self.0.len() == 0 { b"{" } else { b"," });
        quote(&mut self.0, name.as_bytes());
        self.0.push(b":");
    }
}

fn quote(out: &mut Wiped, text: &[u8]) {
    out.push(b"\"");
    for byte in text {
        match byte {
            b'"' | b'\\' => out.push(&[b'\\', *byte]),
            0..=0x1F => out.push(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(&[*byte]),
        }
    }
    out.push(b"\"");
}

/// The value that the names lead to, as it stands in the text.
pub(crate) fn find<'a>(body: &'a [u8], path: &[&str]) -> Option<&'a str> {
    let mut at = std::str::from_utf8(body).ok()?;
    for name in path {
        let members: BTreeMap<String, &RawValue> = serde_json::from_str(at).ok()?;
        at = members.get(*name)?.get();
    }
    Some(at)
}

#[allow(dead_code, reason = "not every platform has one")]
pub(crate) fn number(body: &[u8], path: &[&str]) -> Option<u64> {
    find(body, path)?.parse().ok()
}

/// Whether it is `true`.
#[allow(dead_code, reason = "not every platform has one")]
pub(crate) fn is_true(body: &[u8], path: &[&str]) -> bool {
    find(body, path) == Some("true")
}

/// Whether it is `false`.
#[allow(dead_code, reason = "not every platform has one")]
pub(crate) fn is_false(body: &[u8], path: &[&str]) -> bool {
    find(body, path) == Some("false")
}

/// A text, without its quotes and escapes.
pub(crate) fn text(body: &[u8], path: &[&str]) -> Option<SecretBytes> {
    unquote(find(body, path)?)
}

/// The names of an object's members.
#[allow(dead_code, reason = "not every platform asks")]
pub(crate) fn names(body: &[u8], path: &[&str]) -> Option<Vec<String>> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(find(body, path)?).ok()?;
    Some(members.into_keys().collect())
}

/// The members of an object, as their values stand in the text.
#[allow(dead_code, reason = "not every platform asks")]
pub(crate) fn members<'a>(body: &'a [u8], path: &[&str]) -> Option<BTreeMap<String, &'a str>> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(find(body, path)?).ok()?;
    Some(members.into_iter().map(|(name, value)| (name, value.get())).collect())
}

/// The texts of an array.
#[allow(dead_code, reason = "not every platform has one")]
pub(crate) fn texts(body: &[u8], path: &[&str]) -> Option<Vec<SecretBytes>> {
    let elements: Vec<&RawValue> = serde_json::from_str(find(body, path)?).ok()?;
    elements.into_iter().map(|element| unquote(element.get())).collect()
}

/// What was read as a value is one, so a backslash has what it needs behind it; surrogates may be alone.
pub(crate) fn unquote(value: &str) -> Option<SecretBytes> {
    let mut rest = value.strip_prefix('"')?.strip_suffix('"')?;
    let mut out = Wiped::default();
    while let Some(at) = rest.find('\\') {
        out.push(&rest.as_bytes()[..at]);
        let escape = *rest.as_bytes().get(at + 1)?;
        rest = rest.get(at + 2..)?;
        match escape {
            b'"' | b'\\' | b'/' => out.push(&[escape]),
            b'b' => out.push(b"\x08"),
            b'f' => out.push(b"\x0C"),
            b'n' => out.push(b"\n"),
            b'r' => out.push(b"\r"),
            b't' => out.push(b"\t"),
            b'u' => {
                let mut unit = u32::from_str_radix(rest.get(..4)?, 16).ok()?;
                rest = rest.get(4..)?;
                if (0xD800..0xDC00).contains(&unit) {
                    let low = u32::from_str_radix(rest.strip_prefix("\\u")?.get(..4)?, 16).ok()?;
                    rest = rest.get(6..)?;
                    unit = 0x1_0000
                        + ((unit - 0xD800) << 10)
                        + low.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
                }
                let mut utf8 = [0; 4];
                out.push(char::from_u32(unit)?.encode_utf8(&mut utf8).as_bytes());
            }
            _ => return None,
        }
    }
    out.push(rest.as_bytes());
    Some(out.into_secret())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_json() {
        let inner = Object::default().text("a\"", "ü\u{1}\\\n");
        let body = Object::default().text("x", b"y").object("in", inner).object("none", Object::default());
        let body = body.number("n", 7).texts("t", &["a", "\""]).texts("e", &[]);
        let read: serde_json::Value = serde_json::from_slice(body.into_body().expose()).unwrap();
        assert_eq!(
            read,
            serde_json::json!({"x": "y", "in": {"a\"": "ü\u{1}\\\n"}, "none": {},
            "n": 7, "t": ["a", "\""], "e": []})
        );
    }

    #[test]
    fn texts_are_found_and_unescaped() {
        let body = br#" {"a": {"b": "x\n\u00fc\ud83d\ude00\/\"\\", "n": 17, "l": ["p", "q"]}, "c": "d"} "#;
        assert_eq!(text(body, &["a", "b"]).unwrap().expose(), "x\nü😀/\"\\".as_bytes());
        assert_eq!(text(body, &["c"]).unwrap().expose(), b"d");
        assert_eq!(number(body, &["a", "n"]), Some(17));
        assert_eq!(names(body, &["a"]).unwrap(), ["b", "l", "n"]);
        assert_eq!(texts(body, &["a", "l"]).unwrap().len(), 2);
        for path in [&["a"][..], &["a", "n"], &["x"], &["c", "d"], &["a", "l"]] {
            assert!(text(body, path).is_none(), "{path:?}");
        }
        for wrong in [r#""\ud83d""#, r#""\ud83dx""#, r#""\ud83dA""#, r#""\udc00""#, "1", "null"] {
            assert!(text(wrong.as_bytes(), &[]).is_none(), "{wrong}");
        }
        assert!(text(b"{\"a\": \"cut", &["a"]).is_none());
    }
}
