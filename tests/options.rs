//! The options of keys: `docs/options.md` and the declarations of other languages, which are made from their
//! list, and that each can be said and is told.

#[path = "options/c.rs"]
mod c;
#[path = "options/node.rs"]
mod node;
#[path = "options/python.rs"]
mod python;

use std::fmt::Write;
use std::path::Path;
use strongroom::{
    Error, KeyConfig, KeyOption, KeySpec, KeyType, Keyring, OptionKind, OptionTime, OptionValue, Version,
};
use strongroom_tests::golden;

const HEAD: &str = "\
# Options of keys

Made from the list in `core/src/key/options.rs` by `cargo xtask bless`; `tests/options.rs` compares it, and the
declarations of every language with it.

The names are those of Rust, C and Python. The command line writes `--key-size`, Node `keySize`. An option that is fixed for good is said when a key is created;
the others can be changed later, some of them only from off to on.
";

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

#[test]
fn the_page_is_what_the_list_gives() {
    let mut page = HEAD.to_owned();
    page += "\n| option | value | unless said | when | types | what |\n|---|---|---|---|---|---|\n";
    for option in KeyOption::ALL {
        let value = match option.kind() {
            OptionKind::Flag => "on or off",
            OptionKind::Number => "a whole number",
            OptionKind::Text => "text",
            OptionKind::Period => "a length of time",
            OptionKind::Labels => "names with values",
            OptionKind::Version => "a version",
            OptionKind::VersionOrLatest => "a version, or the latest",
            other => panic!("{other:?}"),
        };
        let when = match option.when() {
            OptionTime::Created => "at creation, for good",
            OptionTime::OnceOn => "at creation; later from off to on",
            OptionTime::Always => "at creation and later",
            OptionTime::Changed => "later",
            other => panic!("{other:?}"),
        };
        let supported = || KeyType::ALL.iter().filter(|key_type| key_type.is_supported());
        let types: Vec<_> = supported().filter(|key_type| option.is_for(**key_type)).collect();
        let types = if types.len() == supported().count() {
            "every".to_owned()
        } else {
            types.iter().map(|key_type| format!("`{key_type}`")).collect::<Vec<_>>().join(", ")
        };
        let (default, about) = (option.default_text(), option.about());
        writeln!(page, "| `{option}` | {value} | {default} | {when} | {types} | {about} |").unwrap();
    }
    golden::check("docs/options.md", &page);
}

/// The options that a new key has, or that a key can be given later.
fn at(is: fn(OptionTime) -> bool) -> Vec<KeyOption> {
    KeyOption::ALL.iter().copied().filter(|option| is(option.when())).collect()
}

/// What the list says about an option, with the names of others as a language writes them.
fn about(option: KeyOption, written: impl Fn(&str) -> String) -> String {
    let parts = option.about().split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { written(part) } else { part.to_owned() }).collect()
}

#[test]
fn the_defaults_are_those_of_a_new_key() {
    let ring = Keyring::in_memory();
    for option in KeyOption::ALL {
        let key_type = *KeyType::ALL.iter().find(|t| t.is_supported() && option.is_for(**t)).unwrap();
        let text = match ring.create_key(option.name(), key_type).unwrap().info().unwrap().get(*option) {
            Some(OptionValue::Flag(false)) => "off".to_owned(),
            Some(OptionValue::Number(number)) => number.to_string(),
            Some(OptionValue::Period(period)) if period.is_zero() => "never".to_owned(),
            Some(OptionValue::Labels(labels)) if labels.is_empty() => "none".to_owned(),
            Some(OptionValue::Version(Some(version))) => version.to_string(),
            Some(OptionValue::Version(None)) => "the latest".to_owned(),
            None => "none".to_owned(),
            other => panic!("{option}: {other:?}"),
        };
        assert_eq!(text, option.default_text(), "{option}");
    }
}

/// Something of the kind, which is not what the option is unless it was said.
fn value(option: KeyOption) -> OptionValue {
    match option.kind() {
        OptionKind::Flag => OptionValue::Flag(true),
        OptionKind::Number => OptionValue::Number(64),
        OptionKind::Text => OptionValue::Text("x{{version}}y".to_owned()),
        OptionKind::Period => OptionValue::Period(std::time::Duration::from_secs(7200)),
        OptionKind::Labels => OptionValue::Labels([("a".to_owned(), Some("b".to_owned()))].into()),
        _ => OptionValue::Version(Version::new(2)),
    }
}

#[test]
fn what_is_said_is_what_is_told() {
    let ring = Keyring::in_memory();
    for (index, option) in KeyOption::ALL.iter().copied().enumerate() {
        let key_type = *KeyType::ALL.iter().find(|t| t.is_supported() && option.is_for(**t)).unwrap();
        let name = |what: &str| format!("{what}-{index}");
        if option.when().is_at_creation() {
            // Convergent keys are derived ones.
            let spec = KeySpec::new(key_type)
                .derived(option == KeyOption::Convergent || option == KeyOption::Derived);
            let key = ring.create_key(&name("created"), spec.set(option, value(option)).unwrap()).unwrap();
            assert_eq!(key.info().unwrap().get(option), Some(value(option)), "{option}");
            for other in KeyType::ALL.iter().filter(|t| t.is_supported() && !option.is_for(**t)) {
                let spec = KeySpec::new(*other).set(option, value(option)).unwrap();
                let refused = ring.create_key(&name("refused"), spec);
                assert!(matches!(refused, Err(Error::InvalidOption { .. })), "{option} of {other}");
            }
        } else {
            assert!(matches!(
                KeySpec::new(key_type).set(option, value(option)),
                Err(Error::InvalidOption { .. })
            ));
        }
        if option.when().is_later() {
            let key = ring.create_key(&name("changed"), key_type).unwrap();
            key.rotate().unwrap();
            let info = key.configure(KeyConfig::new().set(option, value(option)).unwrap()).unwrap();
            assert_eq!(info.get(option), Some(value(option)), "{option}");
            if option.when() == OptionTime::OnceOn {
                let off = KeyConfig::new().set(option, OptionValue::Flag(false)).unwrap();
                assert!(matches!(key.configure(off), Err(Error::InvalidOption { .. })), "{option}");
            }
        } else {
            assert!(matches!(KeyConfig::new().set(option, value(option)), Err(Error::InvalidOption { .. })));
        }
        let other_kind =
            if option.kind() == OptionKind::Flag { OptionValue::Number(1) } else { OptionValue::Flag(true) };
        assert!(KeySpec::default().set(option, other_kind.clone()).is_err(), "{option}");
        assert!(KeyConfig::new().set(option, other_kind).is_err(), "{option}");
        assert_eq!(KeyOption::from_name(option.name()), Some(option));
    }
    assert_eq!(KeyOption::from_name("nothing"), None);
}

#[test]
fn a_key_is_the_same_if_what_is_fixed_for_good_is() {
    let ring = Keyring::in_memory();
    let mut differed = 0;
    for option in KeyOption::ALL.iter().copied().filter(|option| option.when().is_at_creation()) {
        let key_type = *KeyType::ALL.iter().find(|t| t.is_supported() && option.is_for(**t)).unwrap();
        let base = || KeySpec::new(key_type).derived(option == KeyOption::Convergent);
        let said = || base().set(option, value(option)).unwrap();
        let (with, without) = (format!("with-{option}"), format!("without-{option}"));
        ring.create_key(&with, said()).unwrap();
        ring.create_key(&without, base()).unwrap();
        for (name, same, other) in [(&with, said(), base()), (&without, base(), said())] {
            ring.key_or_create(name, same).unwrap();
            match ring.key_or_create(name, other) {
                Ok(_) => assert_ne!(option.when(), OptionTime::Created, "{option}"),
                Err(error) => {
                    assert_eq!(option.when(), OptionTime::Created, "{option}");
                    assert_eq!(error, Error::KeyMismatch { option: option.name() });
                    differed += 1;
                }
            }
        }
    }
    assert!(differed >= 8, "{differed}");
}
