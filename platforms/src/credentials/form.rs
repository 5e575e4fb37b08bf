//! Forms with secrets in them, as token endpoints take them (`application/x-www-form-urlencoded`).

use crate::wiped::Wiped;
use strongroom::SecretBytes;

pub(crate) const TYPE: (&str, &[u8]) = ("content-type", b"application/x-www-form-urlencoded");

#[derive(Default)]
pub(crate) struct Form(Wiped);

impl Form {
    pub(crate) fn field(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        if self.0.len() > 0 {
            self.0.push(b"&");
        }
        self.0.push(name.as_bytes());
        self.0.push(b"=");
        for byte in value.as_ref() {
            let is_plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
            if is_plain {
                self.0.push(&[*byte]);
            } else {
                let digit = |four: u8| if four < 10 { b'0' + four } else { b'A' + four - 10 };
                self.0.push(&[b'%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
        self
    }

    pub(crate) fn into_body(self) -> SecretBytes {
        self.0.into_secret()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_plain_is_encoded() {
        let form = Form::default().field("a", "x-y_z.~9").field("b", "&= +ü%").field("c", "");
        assert_eq!(form.into_body().expose(), b"a=x-y_z.~9&b=%26%3D%20%2B%C3%BC%25&c=");
    }
}
