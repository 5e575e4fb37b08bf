//! What tokens and API keys begin with: a name, and an underscore behind it.

/// Of tokens, unless another is named. Programs that look for secrets find them by it.
pub(crate) const OF_TOKENS: &str = "srt_";

/// Whether a text is a prefix.
pub(crate) fn is_prefix(text: &str) -> bool {
    text.strip_suffix('_').is_some_and(is_name)
}

/// Whether a text is what stands in a prefix before its underscore: 2 to 16 of a to z and 0 to 9.
pub(crate) fn is_name(text: &str) -> bool {
    (2..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes() {
        for good in [OF_TOKENS, "a0_", "00_", "abcdefghij012345_"] {
            assert!(is_prefix(good), "{good}");
        }
        for bad in
            ["", "_", "a_", "srt", "Srt_", "s_t_", "s-t_", "srt__", "sré_", "srt_ ", "abcdefghij0123456_"]
        {
            assert!(!is_prefix(bad), "{bad}");
        }
    }
}
