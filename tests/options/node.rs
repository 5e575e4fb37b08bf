//! The options in the types of the package for Node.

use super::{about, at, camel};
use std::fmt::Write;
use strongroom::{KeyOption, OptionKind, OptionTime};
use strongroom_tests::golden;

/// A type of the language, and what is to be said about it.
type Typed = (&'static str, &'static str);

#[test]
fn every_option_is_declared_for_node() {
    let declared = |options: Vec<KeyOption>, optional: &str, kinds: fn(OptionKind) -> Typed| {
        let mut made = String::new();
        for option in options {
            let (is, more) = kinds(option.kind());
            let unit = if option.kind() == OptionKind::Period { "Ms" } else { "" };
            let about = about(option, |name| format!("`{}`", camel(name)));
            writeln!(made, "  /** {about}{more} */").unwrap();
            writeln!(made, "  {}{unit}{optional}: {is}", camel(option.name())).unwrap();
        }
        made
    };
    let spec = declared(at(OptionTime::is_at_creation), "?", |kind| match kind {
        OptionKind::Flag => ("boolean", ""),
        OptionKind::Number => ("number", ""),
        OptionKind::Text => ("string", ""),
        OptionKind::Period => ("number", " In milliseconds; 0 for never."),
        OptionKind::Labels => ("Readonly<Record<string, string>>", ""),
        other => panic!("{other:?} at creation"),
    });
    let config = declared(at(OptionTime::is_later), "?", |kind| match kind {
        OptionKind::Flag => ("boolean", ""),
        OptionKind::Number | OptionKind::Version => ("number", ""),
        OptionKind::Text => ("string", ""),
        OptionKind::Period => ("number", " In milliseconds; 0 for never."),
        OptionKind::Labels => ("Readonly<Record<string, string | null>>", " One set to `null` is removed."),
        OptionKind::VersionOrLatest => ("number | null", " `null`: only the latest."),
        other => panic!("{other:?}"),
    });
    let info = declared(KeyOption::ALL.to_vec(), "", |kind| match kind {
        OptionKind::Flag => ("boolean", ""),
        OptionKind::Number => ("number | null", ""),
        OptionKind::Text => ("string | null", ""),
        OptionKind::Period => ("number", " In milliseconds; 0 for never."),
        OptionKind::Labels => ("Record<string, string>", ""),
        OptionKind::Version => ("number", ""),
        OptionKind::VersionOrLatest => ("number | null", " `null`: only the latest."),
        other => panic!("{other:?}"),
    });
    let parts = [("KeySpec", spec), ("KeyConfig", config), ("KeyInfo", info)];
    golden::check_parts("bindings/node/index.d.ts", &parts);
}
