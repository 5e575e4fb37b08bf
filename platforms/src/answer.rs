//! What a platform answered.

use crate::json;
use std::time::Duration;
use strongroom::SecretBytes;

/// The longest body that is read.
pub(crate) const MAX_BODY: usize = 1 << 20;

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    /// What is asked of whoever has no token (`WWW-Authenticate`).
    #[allow(dead_code, reason = "not every platform has one")]
    pub(crate) challenge: Option<String>,
    pub(crate) body: SecretBytes,
}

impl Answer {
    /// A text in the body, by the names that lead to it, in memory that is wiped.
    pub(crate) fn secret(&self, path: &[&str]) -> Option<SecretBytes> {
        json::text(self.body.expose(), path)
    }

    /// A text in the body that is no secret.
    pub(crate) fn plain(&self, path: &[&str]) -> Option<String> {
        String::from_utf8(self.secret(path)?.expose().to_vec()).ok()
    }

    /// A code of the platform's own, which an error may say: a word without digits, as no token is.
    #[allow(dead_code, reason = "not every platform has one")]
    pub(crate) fn code(&self, path: &[&str]) -> Option<String> {
        let is_word = |code: &String| {
            (1..=40).contains(&code.len()) && code.chars().all(|c| c.is_ascii_alphabetic() || c == '_')
        };
        self.plain(path).filter(is_word)
    }

    /// A number in the body.
    #[allow(dead_code, reason = "not every platform has one")]
    pub(crate) fn number(&self, path: &[&str]) -> Option<u64> {
        json::number(self.body.expose(), path)
    }
}
