//! The options in C, whose structs keep their layout and so are written by hand, and in C++, which has the
//! fields of these structs in their order.

use super::{about, read};
use std::fmt::Write;
use strongroom::{KeyOption, OptionKind};
use strongroom_tests::golden;

/// A type of the language, and what is to be said about it.
type Typed = (&'static str, &'static str);

/// The options that are fields of a struct of C, in the order of the fields.
fn fields(of: &str) -> Vec<KeyOption> {
    let header = read("include/strongroom.h");
    let (_, rest) = header.split_once(&format!("typedef struct {of} {{\n")).unwrap_or_else(|| panic!("{of}"));
    let (members, _) = rest.split_once("\n}").unwrap();
    let declared = members.lines().filter_map(|line| line.strip_suffix(';'));
    let names = declared.map(|line| line.rsplit([' ', '*']).next().unwrap().split('[').next().unwrap());
    let option = |name| KeyOption::ALL.iter().copied().find(|option| field(*option) == name);
    names.filter_map(option).collect()
}

/// What a field of the option is called: a number says its unit.
fn field(option: KeyOption) -> String {
    let unit = if option.kind() == OptionKind::Period { "_s" } else { "" };
    format!("{}{unit}", option.name())
}

#[test]
fn every_option_is_in_every_struct_of_c() {
    let (spec, config, details) =
        (fields("strongroom_key_spec"), fields("strongroom_key_config"), fields("strongroom_key_details"));
    let header = read("include/strongroom.h");
    for option in KeyOption::ALL {
        let is_flag = option.kind() == OptionKind::Flag;
        if is_flag {
            let flag = format!("    STRONGROOM_{} = ", option.name().to_uppercase());
            assert!(header.contains(&flag), "strongroom_flags: {option}");
        }
        // A flag is one of strongroom_flags, but for a change, which may leave it as it is. Labels are told
        // one by one.
        let (said, told) = (option.when().is_at_creation(), option.kind() != OptionKind::Labels);
        assert_eq!(spec.contains(option), said && !is_flag, "strongroom_key_spec: {option}");
        assert_eq!(config.contains(option), option.when().is_later(), "strongroom_key_config: {option}");
        assert_eq!(details.contains(option), told && !is_flag, "strongroom_key_details: {option}");
    }
}

#[test]
fn every_field_is_declared_for_cpp() {
    let declared = |options: &[KeyOption], kinds: fn(OptionKind) -> Typed| {
        let mut made = String::new();
        for option in options {
            let (is, more) = kinds(option.kind());
            let about = about(*option, |name| format!("`{name}`"));
            writeln!(made, "    /// {about}{more}").unwrap();
            writeln!(made, "    {};", is.replace('$', &field(*option))).unwrap();
        }
        made
    };
    let handed_on = |options: &[KeyOption], kinds: fn(OptionKind) -> &'static str| {
        let mut made = String::new();
        for option in options {
            for line in kinds(option.kind()).lines() {
                writeln!(made, "        {}", line.replace('$', &field(*option))).unwrap();
            }
        }
        made
    };
    let (spec, config, details) =
        (fields("strongroom_key_spec"), fields("strongroom_key_config"), fields("strongroom_key_details"));
    let parts = [
        (
            "KeySpec",
            declared(&spec, |kind| match kind {
                OptionKind::Number => ("uint32_t $ = 0", ""),
                OptionKind::Text => ("std::optional<std::string> $", ""),
                OptionKind::Period => ("uint64_t $ = 0", " 0 for never."),
                OptionKind::Labels => ("map $", ""),
                other => panic!("{other:?} in KeySpec"),
            }),
        ),
        (
            "KeyConfig",
            declared(&config, |kind| match kind {
                OptionKind::Flag => ("std::optional<bool> $", ""),
                OptionKind::Number | OptionKind::Version => ("std::optional<uint32_t> $", ""),
                OptionKind::VersionOrLatest => (
                    "std::optional<uint32_t> $",
                    " 0, as in KeyInfo, or STRONGROOM_LATEST_ONLY: only the latest.",
                ),
                OptionKind::Text => ("std::optional<std::string> $", ""),
                OptionKind::Period => {
                    ("std::optional<uint64_t> $", " 0, as in KeyInfo, or STRONGROOM_NEVER: never.")
                }
                OptionKind::Labels => ("map set_$;\n    std::vector<std::string> removed_$", ""),
                other => panic!("{other:?} in KeyConfig"),
            }),
        ),
        (
            "KeyInfo",
            declared(&details, |kind| match kind {
                OptionKind::Number => ("uint32_t $ = 0", " 0: keys of this type have none."),
                OptionKind::Version => ("uint32_t $ = 0", ""),
                OptionKind::VersionOrLatest => ("uint32_t $ = 0", " 0: only the latest."),
                OptionKind::Text => ("std::string $", " Empty: it was not said."),
                OptionKind::Period => ("uint64_t $ = 0", " 0 for never."),
                other => panic!("{other:?} in KeyInfo"),
            }),
        ),
        ("a key, told", handed_on(&details, |_| "info.$ = now.$;")),
        (
            "a change, said",
            handed_on(&config, |kind| match kind {
                OptionKind::Flag => "raw.$ = switched(config.$);",
                OptionKind::Number => "raw.$ = config.$.value_or(0);",
                // In C a 0 is "unchanged", which is said here by leaving it out.
                OptionKind::Version => {
                    "if (config.$ == 0u) return result<void>::failed(STRONGROOM_INVALID_ARGUMENT, \"$ is 0\");\n\
                raw.$ = config.$.value_or(0);"
                }
                OptionKind::VersionOrLatest => {
                    "raw.$ = config.$ == 0u ? STRONGROOM_LATEST_ONLY : config.$.value_or(0);"
                }
                OptionKind::Text => "raw.$ = detail::c_string(config.$);",
                OptionKind::Period => "raw.$ = config.$ == 0u ? STRONGROOM_NEVER : config.$.value_or(0);",
                OptionKind::Labels => "raw.$ = $.data();\nraw.$_count = $.size();",
                other => panic!("{other:?} in a change"),
            }),
        ),
        (
            "a new key, said",
            handed_on(&spec, |kind| match kind {
                OptionKind::Text => "raw.$ = detail::c_string(spec.$);",
                OptionKind::Labels => "raw.$ = $.data();\nraw.$_count = $.size();",
                _ => "raw.$ = spec.$;",
            }),
        ),
    ];
    golden::check_parts("include/strongroom.hpp", &parts);
}
