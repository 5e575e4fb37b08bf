//! The file about text, and what it needs of its neighbours.

#[path = "../../../core/src/wire/secret_text.rs"]
pub(crate) mod secret_text;

#[derive(Debug)]
pub(crate) struct Malformed;

pub(crate) mod base64 {
    pub(crate) enum Alphabet {
        Standard,
        UrlSafe,
    }
}
