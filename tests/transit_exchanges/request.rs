//! A request of a session, and what it says.

use serde::Deserialize;
use serde_json::Value;
use strongroom::{Error, HashAlgorithm};

/// A request with what the server answered.
#[derive(Deserialize)]
pub(crate) struct Exchange {
    pub(crate) id: String,
    pub(crate) method: String,
    /// Behind the name of the mount.
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) body: Value,
    /// 0 where the handler panicked and the connection was closed.
    pub(crate) status: u16,
    #[serde(default)]
    pub(crate) data: Value,
    pub(crate) errors: Option<Vec<String>>,
    /// What was wrapped, where something was wrapped for the server, and with which hash.
    pub(crate) wrap_target: Option<String>,
    pub(crate) wrap_hash: Option<String>,
}

impl Exchange {
    /// The path without what stands behind a question mark.
    pub(crate) fn route(&self) -> Vec<&str> {
        self.path.split('?').next().unwrap_or_default().split('/').collect()
    }

    /// A parameter behind the question mark.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let (_, query) = self.path.split_once('?')?;
        let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
        Some(value.replace("%2F", "/").replace("%3D", "="))
    }
}

/// Why there is no answer of the library.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Refusal {
    Error(Error),
    /// Nothing was asked, since no call has words for it.
    Outside(&'static str),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// What the server refuses while it reads a request, before it looks for a key: JSON, base64, numbers, and
/// members that are not there. In calls these are bytes and numbers.
pub(crate) const READING: Refusal = Refusal::Outside("how a request is written");
/// Negative versions and sizes.
pub(crate) const NEGATIVE: Refusal = Refusal::Outside("a number below zero, which no call takes");

pub(crate) type Answer = Result<Value, Refusal>;

/// What a call is refused with that is given a name which means nothing, as in every language but Rust.
pub(crate) fn unknown<T>(detail: &'static str) -> Result<T, Refusal> {
    Err(Refusal::Error(Error::invalid_option(detail)))
}

/// What a request, or an item of a batch, says.
#[derive(Clone, Copy)]
pub(crate) struct Said<'a>(pub(crate) &'a Value);

impl<'a> Said<'a> {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<&'a str>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(READING),
        }
    }

    pub(crate) fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let decode = |text: &str| base64_simd::STANDARD.decode_to_vec(text).map_err(|_| READING);
        self.text(name)?.map(decode).transpose()
    }

    pub(crate) fn number(&self, name: &str) -> Result<Option<u32>, Refusal> {
        let number = match self.0.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.parse().ok(),
            Some(_) => None,
        };
        match number {
            Some(0..) => Ok(number.and_then(|number| u32::try_from(number).ok())),
            Some(_) => Err(NEGATIVE),
            None => Err(READING),
        }
    }

    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(on)) => Ok(Some(*on)),
            Some(_) => Err(READING),
        }
    }

    /// Seconds, or a number with a unit as Go writes it.
    pub(crate) fn seconds(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let Ok(Some(text)) = self.text(name) else { return Ok(self.number(name)?.map(u64::from)) };
        let (number, unit) = text.split_at(text.len() - 1);
        let number = number.parse::<u64>().map_err(|_| READING)?;
        match unit {
            "h" => Ok(Some(number * 3600)),
            "m" => Ok(Some(number * 60)),
            _ => Err(READING),
        }
    }
}

/// The hash of a name that is given in the path or in one of two members.
pub(crate) fn hash(name: &str) -> Result<HashAlgorithm, Refusal> {
    HashAlgorithm::from_name(name).map_or_else(|| unknown("unknown_hash"), Ok)
}
