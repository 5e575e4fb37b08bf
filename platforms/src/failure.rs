//! What is said when a platform does not do what it is asked: which platform, what it was to do, its status
//! and its own code, and what to do about it. Never an answer's body, which may hold a secret.

use strongroom::SealError;

pub(crate) struct Failure<'a> {
    pub(crate) platform: &'a str,
    pub(crate) operation: &'a str,
}

impl Failure<'_> {
    pub(crate) fn says(&self, what: impl AsRef<str>) -> SealError {
        let Self { platform, operation } = self;
        SealError::Failed(format!("{platform}: {operation}: {}", what.as_ref()).into())
    }

    /// Of an answer without what it should have.
    #[cfg(feature = "http")]
    pub(crate) fn unreadable(&self) -> SealError {
        self.says("what it answers is not what the platform answers; is something else listening there?")
    }

    #[cfg(feature = "http")]
    /// With the status, a code of the platform's own, and what to do.
    pub(crate) fn answered(&self, status: u16, code: Option<&str>, advice: &str) -> SealError {
        let code = code.map(|code| format!(" {}", shown(code))).unwrap_or_default();
        let advice = if advice.is_empty() { String::new() } else { format!("; {advice}") };
        self.says(format!("it answers {status}{code}{advice}"))
    }
}

#[cfg(feature = "http")]
/// A code as platforms have them; what is none is not shown, since it is what somebody else wrote.
fn shown(code: &str) -> &str {
    let is_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ' ');
    if (1..=64).contains(&code.len()) && code.chars().all(is_code) { code } else { "(no code)" }
}
