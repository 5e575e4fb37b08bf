//! The names of options in JavaScript.

/// `min_encryption_version` is `minEncryptionVersion`.
pub(crate) fn camel(name: &str) -> String {
    let mut made = String::new();
    for (at, word) in name.split('_').enumerate() {
        let first = if at > 0 { 1 } else { 0 };
        made += &word.chars().take(first).flat_map(char::to_uppercase).collect::<String>();
        made.extend(word.chars().skip(first));
    }
    made
}

/// As a message has it: a number of milliseconds says its unit.
pub(crate) fn option(name: &str) -> String {
    let unit = if matches!(name, "auto_rotate_period" | "max_staleness") { "Ms" } else { "" };
    camel(name) + unit
}

#[cfg(test)]
mod tests {
    use super::*;
    use strongroom::{Error, KeyOption, OptionKind};

    #[test]
    fn every_option_has_one_name() {
        for known in KeyOption::ALL {
            let is_period = known.kind() == OptionKind::Period;
            assert_eq!(option(known.name()).ends_with("Ms"), is_period, "{}", known.name());
        }
        assert_eq!(camel("min_encryption_version"), "minEncryptionVersion");
        for (_, says) in Error::DETAILS {
            let told = Error::InvalidOption { reason: says }.told(option);
            assert!(!told.contains('_'), "{told}");
        }
    }
}
