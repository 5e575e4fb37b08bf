//! The files about secrets that are text, and what they need of their neighbours.

#[path = "../../../core/src/wire/api_key.rs"]
pub(crate) mod api_key;

#[path = "../../../core/src/wire/prefix.rs"]
mod prefix;

#[path = "../../../core/src/wire/secret_text.rs"]
pub(crate) mod secret_text;

#[derive(Debug, PartialEq)]
pub(crate) struct Malformed;

pub(crate) mod base64 {
    pub(crate) enum Alphabet {
        Standard,
        UrlSafe,
    }
}
