//! API keys: texts in which a typing error is seen without a database.

use std::collections::BTreeSet;
use strongroom::{ApiKey, Error, KeySpec, Keyring, Version};
use strongroom_tests::dice::Dice;
use strongroom_tests::soak::scaled;

#[test]
fn each_is_another_and_taken() {
    let mut seen = BTreeSet::new();
    for prefix in ["acme", "a0", "abcdefghij012345"] {
        for _ in 0..300 {
            let key = ApiKey::generate(prefix).unwrap();
            let text = key.expose();
            let digits = text.strip_prefix(prefix).unwrap().strip_prefix('_').unwrap();
            assert_eq!(digits.len(), 49, "{text}");
            assert!(digits.bytes().all(|digit| digit.is_ascii_alphanumeric()), "{text}");
            assert_eq!(ApiKey::check(text), Ok(()), "{text}");
            assert!(seen.insert(text.to_owned()));
            assert_eq!(format!("{key:?}"), format!("ApiKey({prefix}_…)"));
        }
    }
    // 256 bits make every first digit but those of 2^256 and more.
    let first: BTreeSet<&str> =
        seen.iter().filter(|text| text.starts_with("acme")).map(|text| &text[5..6]).collect();
    assert!(first.len() > 40, "{first:?}");
}

/// As `docs/api-keys.md` says it.
#[test]
fn one_is_found_by_its_index_after_rotations_too() {
    let keys = Keyring::in_memory().create_key("api-keys", KeySpec::default()).unwrap();
    let (text, other) = (ApiKey::generate("acme").unwrap(), ApiKey::generate("acme").unwrap());
    let kept = keys.index_binary(text.expose(), &ApiKey::index()).unwrap();
    assert_eq!(kept.len(), 32);
    for rotations in 0..3 {
        let found = keys.indexes_binary(text.expose(), &ApiKey::index()).unwrap();
        assert_eq!((found.len(), found.last()), (rotations + 1, Some(&kept)));
        assert!(!keys.indexes_binary(other.expose(), &ApiKey::index()).unwrap().contains(&kept));
        keys.rotate().unwrap();
    }
    // What was kept anew is found when the old versions are gone.
    let anew = keys.index_binary(text.expose(), &ApiKey::index()).unwrap();
    assert_ne!(anew, kept);
    keys.configure(strongroom::KeyConfig::new().min_decryption_version(Version::new(4).unwrap())).unwrap();
    assert_eq!(keys.indexes_binary(text.expose(), &ApiKey::index()).unwrap(), [anew]);
    // It is an index of its own: the same text in another column has another.
    let column = strongroom::BlindIndex::new("users.api_key").bits(256);
    assert_ne!(
        keys.index_binary(text.expose(), &column).unwrap(),
        keys.index_binary(text.expose(), &ApiKey::index()).unwrap()
    );
    let tenants = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true)).unwrap();
    let refused = tenants.index_binary(text.expose(), &ApiKey::index()).unwrap_err();
    assert_eq!(refused, Error::ContextRequired);
}

#[test]
fn prefixes_that_are_none_are_refused() {
    for prefix in ["", "a", "acme_", "Acme", "ac-me", "ac me", "acmé", "abcdefghij0123456", "acme\n"] {
        let refused = ApiKey::generate(prefix).unwrap_err();
        assert_eq!(refused.detail(), Some("api_key_prefix_malformed"), "{prefix}");
    }
}

#[test]
fn whatever_is_mistyped_is_told() {
    let text = ApiKey::generate("acme").unwrap().expose().to_owned();
    let refused = |changed: &str| assert_eq!(ApiKey::check(changed), Err(Error::Malformed), "{changed:?}");
    for at in 0..text.len() {
        for byte in (b' '..=b'~').filter(|byte| *byte != text.as_bytes()[at]) {
            let mut changed = text.clone().into_bytes();
            changed[at] = byte;
            refused(std::str::from_utf8(&changed).unwrap());
        }
        refused(&text[..at]);
        refused(&text[at + 1..]);
    }
    for changed in [
        format!("{text}\n"),
        format!(" {text}"),
        text.to_uppercase(),
        text.replace('_', "é_"),
        format!("{text}{text}"),
    ] {
        refused(&changed);
    }
    let mut dice = Dice::new(7);
    for _ in 0..scaled(2000, 100_000) {
        let mut changed = text.clone().into_bytes();
        for _ in 0..=dice.below(3) {
            let (one, other) = (dice.below(54) as usize, dice.below(54) as usize);
            match dice.below(3) {
                0 => changed.swap(one, other),
                1 => {
                    changed[one] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
                        [dice.below(63) as usize]
                }
                _ => changed[one.min(other)..=one.max(other)].reverse(),
            }
        }
        let changed = String::from_utf8(changed).unwrap();
        if changed != text {
            refused(&changed);
        }
    }
}
