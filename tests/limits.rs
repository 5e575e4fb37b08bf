//! Every limit from both sides, and every refusal that there is.

use std::collections::BTreeMap;
use strongroom::{Error, ErrorFamily};
use strongroom_tests::provoked::{Secrets, errors};

/// Errors that no call of this build gives, with the reason.
const NOT_PROVOKED: &[(&str, &str)] = &[
    ("plaintext_backup_not_allowed", "there are no plaintext backups yet"),
    ("exposure_not_confirmed", "the compiler asks for the confirmation; other languages cannot"),
    ("entropy_failed", "the operating system would have to fail"),
];

#[test]
fn every_error_is_provoked() {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for error in errors(&Secrets::default()) {
        *count.entry(error.name()).or_default() += 1;
    }
    println!("{count:?}");
    let mut families = BTreeMap::from([("misuse", 0), ("untrusted", 0), ("environment", 0)]);
    for row in Error::TABLE {
        let excused = NOT_PROVOKED.iter().any(|(name, _)| *name == row.name);
        assert_eq!(count.contains_key(row.name), !excused, "{}", row.name);
        let family = match row.family() {
            ErrorFamily::Misuse => "misuse",
            ErrorFamily::UntrustedInput => "untrusted",
            ErrorFamily::Environment => "environment",
        };
        *families.entry(family).or_default() += usize::from(!excused);
    }
    assert!(families["misuse"] >= 28 && families["untrusted"] >= 9 && families["environment"] >= 12, "{families:?}");
    assert!(NOT_PROVOKED.iter().all(|(name, _)| Error::TABLE.iter().any(|row| row.name == *name)));
}
