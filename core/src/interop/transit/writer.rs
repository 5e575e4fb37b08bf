//! Compact JSON as Go's `encoding/json` writes it, in wiped memory.

use super::decimal;
use crate::secret::SecretBytes;
use crate::wire::secret_text::encode;

pub(super) struct Writer {
    out: SecretBytes,
    needs_comma: bool,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self { out: SecretBytes::zeroed(0), needs_comma: false }
    }

    /// What was written, with the newline at the end that Go's encoder gives.
    pub(super) fn finish(mut self) -> SecretBytes {
        self.out.append(b"\n");
        self.out
    }

    pub(super) fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.listed(b"{", b"}", members);
    }

    pub(super) fn array(&mut self, elements: impl FnOnce(&mut Self)) {
        self.listed(b"[", b"]", elements);
    }

    fn listed(&mut self, open: &[u8], close: &[u8], inside: impl FnOnce(&mut Self)) {
        self.value(open);
        self.needs_comma = false;
        inside(self);
        self.out.append(close);
        self.needs_comma = true;
    }

    /// The name of a member. Its value is what is written next.
    pub(super) fn name(&mut self, name: &str) -> &mut Self {
        self.string(name);
        self.out.append(b":");
        self.needs_comma = false;
        self
    }

    pub(super) fn null(&mut self) {
        self.value(b"null");
    }

    pub(super) fn boolean(&mut self, value: bool) {
        self.value(if value { b"true" } else { b"false" });
    }

    pub(super) fn integer(&mut self, value: i128) {
        self.value(value.to_string().as_bytes());
    }

    /// A big-endian number of any length.
    pub(super) fn number(&mut self, number: &[u8]) {
        self.value(decimal::write(number).expose());
    }

    /// Bytes as padded base64, or null for none.
    pub(super) fn bytes(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            None => self.null(),
            Some(bytes) => {
                self.value(b"\"");
                self.out.append(encode(bytes).expose());
                self.out.append(b"\"");
            }
        }
    }

    /// Go escapes what HTML would read, and the two line separators of Unicode.
    pub(super) fn string(&mut self, text: &str) {
        self.value(b"\"");
        for c in text.chars() {
            match c {
                '"' => self.out.append(b"\\\""),
                '\\' => self.out.append(b"\\\\"),
                '\u{8}' => self.out.append(b"\\b"),
                '\u{c}' => self.out.append(b"\\f"),
                '\n' => self.out.append(b"\\n"),
                '\r' => self.out.append(b"\\r"),
                '\t' => self.out.append(b"\\t"),
                '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                    self.out.append(format!("\\u{:04x}", u32::from(c)).as_bytes())
                }
                c => self.out.append(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        self.out.append(b"\"");
    }

    fn value(&mut self, text: &[u8]) {
        if self.needs_comma {
            self.out.append(b",");
        }
        self.out.append(text);
        self.needs_comma = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_as_go_does() {
        let mut writer = Writer::new();
        writer.object(|w| {
            w.name("a").array(|w| {
                w.integer(-1);
                w.null();
                w.boolean(true);
                w.object(|_| ());
            });
            w.name("b").string("<é\u{2028}\"\\\u{1}\n&>");
            w.name("c").bytes(Some(b"Ma"));
            w.name("d").bytes(None);
        });
        let text = writer.finish();
        let expected = "{\"a\":[-1,null,true,{}],\"b\":\"\\u003cé\\u2028\\\"\\\\\\u0001\\n\\u0026\\u003e\",\"c\":\"TWE=\",\"d\":null}\n";
        assert_eq!(std::str::from_utf8(text.expose()).unwrap(), expected);
    }
}
